"""Direct messages over the mobile API: threads, latest spoken in first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors import cursor as cursors
from connectors.contract import Evidence, Message, Outgoing, Page, Sent, Steps
from connectors.cursor import State
from connectors.matching import normal, not_before, verdict
from connectors.mobile import messages as to
from connectors.mobile.client import Mobile, dumps
from connectors.unread import Sieve, Unexpected, id_of, onward
from core.clock import parse, rfc3339
from core.errors import Rejected, Uncertain


@dataclass(frozen=True, slots=True)
class Inbox:
    """Reads the inbox and writes into it."""

    mobile: Mobile
    account: str
    own_id: str
    overlap_s: int
    sieve: Sieve

    def page(self, state: State, floor: datetime | None) -> Page:
        """The next page of threads, or of one long thread."""
        since = parse(state["since"]) - timedelta(seconds=self.overlap_s) if state.get("since") else floor
        queue: list[list[str]] = list(state.get("queue", []))
        if queue:
            thread_id, older = queue.pop(0)
            body = self.mobile.rows(f"direct_v2/threads/{thread_id}/", "thread", {"cursor": older})
            found, more = self._messages(body["thread"] if isinstance(body["thread"], Mapping) else {}, since)
            queue += [[thread_id, more]] if more else []
            return self._ended(found, {**state, "queue": queue}, floor)
        where = {"limit": "20", "thread_message_limit": "50"}
        inbox = self.mobile.rows(
            "direct_v2/inbox/", "inbox", {**where, **({"cursor": state["next"]} if state.get("next") else {})}
        )["inbox"]
        if not isinstance(inbox, Mapping):
            raise Unexpected(account=self.account, detail="unexpected:inbox")
        everything: list[Message] = []
        talks = self.sieve.each(to.objects(inbox.get("threads")), _talk)
        times = [at for _, at, _ in talks]
        for thread_id, at, thread in talks:
            if since and at < since:
                continue
            found, more = self._messages(thread, since)
            everything += found
            queue += [[thread_id, more]] if more else []
        high = max([*times, *([parse(state["high"])] if state.get("high") else [])], default=None)
        passed = bool(since and times and min(times) < since)
        following = inbox.get("oldest_cursor") if inbox.get("has_older") and not passed else None
        kept = {**state, "queue": queue, "next": onward(following, self.account), "high": rfc3339(high) if high else None}
        return self._ended(everything, kept, floor)

    def _messages(self, thread: to.Json, since: datetime | None) -> tuple[list[Message], str | None]:
        found = self.sieve.each(to.objects(thread.get("items")), lambda row: to.direct(self.account, self.own_id, row, thread))
        reached = bool(since and found and min(m.created_at for m in found) < since)
        older = thread.get("oldest_cursor") if thread.get("has_older") and not reached else None
        return found, onward(older, self.account)

    @staticmethod
    def _ended(found: list[Message], state: State, floor: datetime | None) -> Page:
        wanted = tuple(m for m in found if floor is None or m.created_at >= floor)
        if state.get("queue") or state.get("next"):
            return Page(wanted, cursors.write(state), more=True)
        return Page(wanted, cursors.write({**state, "high": None, "since": state.get("high") or state.get("since")}))

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        if not out.to_author:
            raise Rejected(account=self.account, detail="no_recipient")
        token = steps.get("token")
        if not token:
            token = self.mobile.token()
            steps.keep("token", token)
        data = {
            "action": "send_item",
            "text": out.text,
            "recipient_users": dumps([[int(out.to_author)]]),
            "client_context": token,
            "mutation_token": token,
            "offline_threading_id": token,
        }
        given = self.mobile.post("direct_v2/threads/broadcast/text/", data, signed=False)
        payload = given.get("payload")
        native_id = (payload if isinstance(payload, Mapping) else given).get("item_id")
        if not native_id:
            raise Uncertain(account=self.account, detail="no_id")
        return Sent(str(native_id))

    def find(self, out: Outgoing, sent_at: datetime, taken: frozenset[str]) -> Evidence:
        earliest, wanted = not_before(sent_at), normal(out.text)
        state: State = {"since": rfc3339(earliest)}
        found: list[Sent] = []
        more = True
        while more:
            page = self.page(state, None)
            state, more = cursors.read(page.cursor, self.account), page.more
            found += [Sent(m.native_id) for m in page.messages if m.own and m.created_at >= earliest and normal(m.text) == wanted]
        return verdict(found, taken)


def _talk(thread: to.Json) -> tuple[str, datetime, to.Json]:
    return id_of(thread.get("thread_id")), to.at(thread, "last_activity_at"), thread
