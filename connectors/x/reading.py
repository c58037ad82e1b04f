"""The streams of an X account: how each is read to its end, and where the next reading begins.

A cursor holds the watermark of the last finished reading (`since`), the newest id met in this one (`high`) and X's paging
token (`next`). The watermark moves only when a reading has ended, so a reading broken off loses nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connectors import cursor as cursors
from connectors.contract import Message, Page, Surface
from connectors.unread import Sieve
from connectors.x.attached import direct_text
from connectors.x.client import Client
from connectors.x.posts import Post, Reader, id_at, moment, number, posts_of, strange, told_at
from core.clock import now

SEARCH_REACHES = timedelta(days=6, hours=23)
MENTIONS_LISTED = 800  # X lists no more mentions than these
NEARLY = MENTIONS_LISTED - 100  # deleted ones may count among them without being shown
QUIET_TURNS = 25  # conversations without a new count that one reading looks into, in turn
State = dict[str, Any]
ToMessage = Callable[[Post], Message]


class Streams:
    """Reads one page of a stream at a time. `reader` gives who we are, `ours` which conversations we began."""

    def __init__(
        self,
        client: Client,
        overlap_s: int,
        reader: Callable[[], Reader],
        ours: Callable[[list[Post]], frozenset[str]],
        sieve: Sieve,
    ) -> None:
        self.client, self.overlap = client, timedelta(seconds=overlap_s)
        self.reader, self.ours, self.sieve = reader, ours, sieve

    def posts(self, state: State, not_before: datetime | None) -> Page:
        """Our own timeline, answers and shares too."""
        body = self.client.timeline(**self._where(state, not_before, "pagination_token"))
        return self._page(state, body, self._messages(body))

    def mentions(self, state: State, not_before: datetime | None) -> Page:
        """Posts that name us. X lists the newest 800; what lies between those and the last reading is searched for."""
        if state.get("step") == "older":
            return self._older_mentions(state, not_before)
        body = self.client.mentions(**self._where(state, not_before, "pagination_token"))
        page = self._page(state, body, self._messages(body))
        ids = [number(post.raw["id"]) for post in posts_of(body)]
        read, low = int(state.get("read", 0)) + len(ids), min([*ids, number(state.get("low")) or 2**63])
        if page.more:
            return self._then(page, {"read": read, "low": str(low)})
        kept = cursors.read(page.cursor, "")
        if read < NEARLY or not self.reader().handle:
            return replace(page, cursor=cursors.write({**kept, "read": None, "low": None}))
        return self._then(page, {"step": "older", "low": str(low), "high": kept.get("since"), "since": state.get("since")})

    def _older_mentions(self, state: State, not_before: datetime | None) -> Page:
        """Mentions further back than the list goes, as far as the search does."""
        where = {**self._recent(state, not_before), "until_id": str(state["low"])}
        body = self.client.search(f"@{self.reader().handle} -is:retweet", **where)
        page = self._page(state, body, self._messages(body))
        ended = {} if page.more else {"step": None, "read": None, "low": None}
        return replace(page, cursor=cursors.write({**cursors.read(page.cursor, ""), **ended}))

    def direct(self, state: State, not_before: datetime | None) -> Page:
        """Direct messages of the last 30 days; X has no `since` for them, so reading stops at the watermark."""
        body = self.client.direct(max_results=100, pagination_token=state.get("next"))
        reader = self.reader()
        for row in strange(body):
            self.sieve.leave(row, "no_message")
        events = posts_of(body)
        rows = [event.raw for event in events]
        said = [event for event in events if event.raw.get("event_type", "MessageCreate") == "MessageCreate"]
        messages = tuple(self.sieve.each(said, lambda event: _direct(reader, event)))
        floor = self._floor(state.get("since"))
        oldest = min((number(row["id"]) for row in rows), default=0)
        passed = oldest < floor or bool(not_before and messages and min(m.created_at for m in messages) < not_before)
        if passed:
            body = {**body, "meta": {}}
        return self._page(state, body, messages)

    def replies(self, state: State, not_before: datetime | None) -> Page:
        """Answers that do not name us: first those to us, then whatever stands in the conversations of our last seven days.

        X's search reaches seven days back. Every conversation whose count of answers changed is read, and of the others some in
        turn, because an answer to an answer changes no count of ours.
        """
        step = state.get("step", "to")
        if step == "list":
            return self._conversations(state)
        if step == "to":
            reader = self.reader()
            name = reader.handle or reader.own_id
            body = self.client.search(f"to:{name} -is:retweet", **self._recent(state, not_before))
            page = self._page(state, body, self._messages(body))
            return page if page.more else self._then(page, {"step": "list"})
        return self._conversation(state, not_before)

    def quotes(self, state: State, not_before: datetime | None) -> Page:
        """Quotes of our own posts: of all of them at first, then of those among the newest hundred whose count changed."""
        if state.get("step", "list") == "list":
            return self._quoted(state, not_before)
        native_id = str(state["queue"][0])
        body = self.client.quotes(native_id, max_results=100, pagination_token=state.get("next"))
        messages = self._messages(body, quotes_us=True)
        return self._queued(state, body, messages, following={"step": "list", "known": True})

    def _where(self, state: State, not_before: datetime | None, token: str) -> State:
        """Parameters of a timeline: since the watermark less the overlap, or from `not_before` on."""
        floor = self._floor(state.get("since"))
        where: State = {"max_results": 100, token: state.get("next")}
        if floor:
            where["since_id"] = str(floor)
        elif not_before and not state.get("since"):
            where["start_time"] = not_before
        return where

    def _floor(self, since: Any) -> int:
        at = told_at(str(since)) if since else None
        return id_at(at - self.overlap) if at else 0

    def _recent(self, state: State, not_before: datetime | None, since: Any = None) -> State:
        """Parameters of a search: since the watermark less the overlap or from `not_before` on, as far as the search reaches."""
        where: State = {"max_results": 100, "next_token": state.get("next")}
        floor = self._floor(since or state.get("since"))
        if floor > id_at(now() - SEARCH_REACHES):
            where["since_id"] = str(floor)
        elif not_before and not_before > now() - SEARCH_REACHES:
            where["start_time"] = not_before
        return where

    def _messages(self, body: Mapping[str, Any], *, quotes_us: bool = False) -> tuple[Message, ...]:
        posts = posts_of(body)
        for row in strange(body):
            self.sieve.leave(row, "no_post")
        reader, ours = self.reader(), self.ours(posts)
        return tuple(self.sieve.each(posts, lambda post: reader.message(post, ours=ours, quotes_us=quotes_us)))

    def _page(self, state: State, body: Mapping[str, Any], messages: tuple[Message, ...]) -> Page:
        ids = [number(post.raw["id"]) for post in posts_of(body)]
        high = max([*ids, number(state.get("high", 0)), number(state.get("since", 0))])
        token = self.client.onward(body)
        if token:
            kept = {**state, "high": str(high), "next": token}
            return Page(messages, cursors.write(kept), more=True)
        kept = {k: v for k, v in state.items() if k not in ("next", "high")}
        return Page(messages, cursors.write({**kept, "since": str(high) if high else None}))

    @staticmethod
    def _then(page: Page, change: State) -> Page:
        """The same page, with reading to go on at another step."""
        state = {**cursors.read(page.cursor, ""), **change}
        return Page(page.messages, cursors.write(state), more=True, complete_under=page.complete_under)

    def _conversations(self, state: State) -> Page:
        """Our posts of the last seven days, and which of their conversations to read."""
        body = self.client.timeline(
            counts=True,
            max_results=100,
            start_time=now() - SEARCH_REACHES,
            exclude=["replies", "retweets"],
            pagination_token=state.get("next"),
        )
        counts: dict[str, int] = {**state.get("counts", {}), **_counts(body, "reply_count")}
        token = self.client.onward(body)
        if token:
            return Page((), cursors.write({**state, "counts": counts, "next": token}), more=True)
        seen: dict[str, list[Any]] = {k: v for k, v in state.get("seen", {}).items() if k in counts}
        changed = [k for k, n in counts.items() if k not in seen or seen[k][0] != n]
        quiet = sorted(k for k in counts if k not in changed)
        turn = int(state.get("turn", 0)) % max(1, len(quiet))
        queue = changed + (quiet[turn:] + quiet[:turn])[:QUIET_TURNS]
        rest = {k: v for k, v in state.items() if k not in ("next", "step")}
        kept = {**rest, "counts": counts, "seen": seen, "queue": queue, "turn": turn + QUIET_TURNS}
        if not queue:
            return Page((), cursors.write({**kept, "counts": {}}))
        return Page((), cursors.write({**kept, "step": "conversation"}), more=True)

    def _conversation(self, state: State, not_before: datetime | None) -> Page:
        root = str(state["queue"][0])
        seen: dict[str, list[Any]] = dict(state.get("seen", {}))
        _, high = seen.get(root, [0, None])
        reader = self.reader()
        mine = f"-from:{reader.handle or reader.own_id}"
        where = self._recent({"next": state.get("next")}, not_before, high)
        body = self.client.search(f"conversation_id:{root} {mine}", **where)
        messages = self._messages(body)
        newest = max([*(number(i) for m in posts_of(body) for i in m.ids), number(state.get("newest", 0)), number(high or 0)])
        if self.client.onward(body):
            return self._queued({**state, "newest": str(newest)}, body, messages, following={})
        seen[root] = [state.get("counts", {}).get(root, 0), str(newest) if newest else None]
        rest = {k: v for k, v in state.items() if k != "newest"}
        return self._queued({**rest, "seen": seen}, body, messages, following={"step": None, "counts": None})

    def _quoted(self, state: State, not_before: datetime | None) -> Page:
        first = not state.get("known")
        where: State = {"max_results": 100, "exclude": ["retweets"], "pagination_token": state.get("next")}
        if first and not_before:
            where["start_time"] = not_before
        body = self.client.timeline(counts=True, **where)
        counts = _counts(body, "quote_count")
        seen: dict[str, int] = state.get("seen", {})
        queue = [*state.get("queue", []), *(k for k, n in counts.items() if n and seen.get(k) != n)]
        newest = sorted({**seen, **{k: n for k, n in counts.items() if n}}.items(), key=lambda pair: number(pair[0]))[-500:]
        kept: State = {"from": state.get("from"), "known": state.get("known"), "seen": dict(newest), "queue": queue}
        token = self.client.onward(body)
        if token and first:
            return Page((), cursors.write({**kept, "next": token}), more=True)
        if not queue:
            return Page((), cursors.write({**kept, "known": True}))
        return Page((), cursors.write({**kept, "step": "quotes"}), more=True)

    def _queued(self, state: State, body: Mapping[str, Any], messages: tuple[Message, ...], *, following: State) -> Page:
        """A page of the first in the queue; at its end the next one's turn, at the queue's end the reading's."""
        token = self.client.onward(body)
        if token:
            return Page(messages, cursors.write({**state, "next": token}), more=True)
        queue = state["queue"][1:]
        kept = {**state, "queue": queue, "next": None}
        if not queue:
            kept = {**kept, **following}
        return Page(messages, cursors.write(kept), more=bool(queue))


def _counts(body: Mapping[str, Any], name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for post in posts_of(body):
        metrics = post.raw.get("public_metrics")
        value = metrics.get(name) if isinstance(metrics, Mapping) else None
        found[post.ids[0]] = value if isinstance(value, int) else 0
    return found


def _direct(reader: Reader, event: Post) -> Message:
    row = event.raw
    sender = str(row.get("sender_id") or "")
    user = event.users.get(sender, {})
    native_id = str(row["id"])
    own = sender == reader.own_id
    return Message(
        account=reader.account,
        native_id=native_id,
        surface=Surface.DIRECT,
        author_id=sender,
        author_name=str(user.get("name") or ""),
        author_handle=str(user.get("username") or ""),
        text=direct_text(str(row.get("text") or ""), event.hung),
        created_at=moment(row.get("created_at")) or told_at(native_id) or now(),
        root_id=str(row["dm_conversation_id"]) if row.get("dm_conversation_id") else None,
        own=own,
        permalink="https://x.com/messages" + (f"/{row['dm_conversation_id']}" if row.get("dm_conversation_id") else ""),
        attachments=event.hung,
    )
