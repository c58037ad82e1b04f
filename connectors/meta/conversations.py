"""Direct messages of a Facebook page or its Instagram account: conversations, latest spoken in first, and their messages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors import cursor as cursors
from connectors.contract import Message, Page
from connectors.cursor import State
from connectors.matching import normal
from connectors.meta import attached
from connectors.meta import messages as to
from connectors.meta.graph import Graph, Json, Rows, rows_of
from connectors.unread import Sieve, id_of
from core.clock import parse, rfc3339

SAID = "id,message,from,created_time"
MESSAGES = {"messenger": f"{SAID},{attached.OF_MESSENGER}", "instagram": f"{SAID},{attached.OF_INSTAGRAM}"}


@dataclass(frozen=True, slots=True)
class Conversations:
    """`platform`: messenger or instagram; `home()`: the id under which the conversations are listed."""

    graph: Graph
    account: str
    platform: str
    own_ids: Callable[[], frozenset[str]]
    home: Callable[[], str]
    overlap_s: int
    sieve: Sieve

    def page(self, state: State, floor: datetime | None) -> Page:
        """The next page. A conversation with more messages than fit in the list is read on by itself."""
        if state.get("queue"):
            return self._longer(state, floor)
        fields = f"id,link,updated_time,messages.limit(50){{{MESSAGES[self.platform]}}}"
        rows = self.graph.rows(f"{self.home()}/conversations", state.get("next"), platform=self.platform, fields=fields, limit=50)
        since = parse(state["since"]) - timedelta(seconds=self.overlap_s) if state.get("since") else floor
        found: list[Message] = []
        queue: list[list[str]] = []
        talks = self.sieve.each(rows.data, lambda row: (id_of(row.get("id")), to.told(row, "updated_time"), row))
        times = [at for _, at, _ in talks]
        for conversation, at, row in talks:
            if since and at < since:
                continue
            inside = rows_of(to.inner(row, "messages"), self.account) if row.get("messages") else Rows(())
            said = self._said(inside, row)
            found += said
            if inside.after and not self._reaches(said, since):
                queue.append([conversation, inside.after])
        high = max([*times, *([parse(state["high"])] if state.get("high") else [])], default=None)
        passed = bool(since and times and min(times) < since)
        onward = None if passed else rows.after
        kept = {**state, "queue": queue, "next": onward, "high": rfc3339(high) if high else None}
        return self._ended(tuple(found), kept, floor)

    def _longer(self, state: State, floor: datetime | None) -> Page:
        conversation, after = state["queue"][0]
        rows = self.graph.rows(f"{conversation}/messages", after, fields=MESSAGES[self.platform], limit=50)
        found = tuple(self._said(rows, {"id": conversation}))
        since = parse(state["since"]) - timedelta(seconds=self.overlap_s) if state.get("since") else floor
        rest = state["queue"][1:]
        on = rows.after and not self._reaches(list(found), since)
        return self._ended(found, {**state, "queue": [[conversation, rows.after], *rest] if on else rest}, floor)

    def _said(self, rows: Rows, conversation: Json) -> list[Message]:
        own = self.own_ids()
        return self.sieve.each(rows.data, lambda one: to.direct(self.account, own, one, conversation))

    @staticmethod
    def _reaches(found: list[Message], since: datetime | None) -> bool:
        return bool(since and found and min(m.created_at for m in found) < since)

    @staticmethod
    def _ended(found: tuple[Message, ...], state: State, floor: datetime | None) -> Page:
        wanted = tuple(m for m in found if floor is None or m.created_at >= floor)
        if state.get("queue") or state.get("next"):
            return Page(wanted, cursors.write(state), more=True)
        high = state.get("high") or state.get("since")
        return Page(wanted, cursors.write({**state, "high": None, "since": high}))

    def said(self, words: str, since: datetime, to_author: str | None = None) -> list[Message]:
        """Our own direct messages since then with these words; with `to_author` only in conversations he takes part in."""
        state: State = {"since": rfc3339(since)}
        found: list[Message] = []
        spoken: dict[str, set[str]] = {}
        more = True
        while more:
            page = self.page(state, None)
            state, more = cursors.read(page.cursor, self.account), page.more
            for message in page.messages:
                spoken.setdefault(message.root_id or "", set()).add(message.author_id)
                if message.own and message.created_at >= since and normal(message.text) == normal(words):
                    found.append(message)
        if to_author is None:
            return found
        # a conversation in which he has not spoken (we answered his comment) can't be told apart: it counts
        own = self.own_ids()
        return [m for m in found if to_author in spoken[m.root_id or ""] or not spoken[m.root_id or ""] - own]
