"""Answering in private on Facebook and Instagram: once to the writer of a comment, or within a running conversation."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.contract import Evidence, Finding, Outgoing, Sent, Steps
from connectors.matching import ASKED_ONCE, verdict
from connectors.meta.conversations import Conversations
from connectors.meta.graph import Graph
from core.clock import now, parse, rfc3339
from core.errors import Rejected, Uncertain

COMMENT = re.compile(r"\d+(_\d+)?")
ANSWERED = "10900"
#: our clock may have been wrong by so much when we asked: there is one private answer to a comment, so that nothing else is found
WRONG_CLOCK = timedelta(hours=3)
#: what we said may be missing from the conversation for so long
LISTED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Private:
    """`sender()`: the id of the page under which messages are sent."""

    graph: Graph
    account: str
    direct: Conversations
    sender: Callable[[], str]

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        """Meta takes one private answer to a comment and refuses a second: Uncertain while ours may not be listed yet."""
        recipient = self._recipient(out)
        asked = steps.get("asked")
        if not asked:
            steps.keep("asked", rfc3339(now()))
        kind: dict[str, str] = {} if "comment_id" in recipient else {"messaging_type": "RESPONSE"}
        try:
            native_id = self.graph.create(
                f"{self.sender()}/messages",
                recipient=json.dumps(recipient),
                message=json.dumps({"text": out.text}, ensure_ascii=False),
                **kind,
            )
        except Rejected as error:
            if error.details["detail"] != ANSWERED or not asked:
                raise
            since = min(parse(asked), now())
            mine = self.direct.said(out.text, since - WRONG_CLOCK, out.to_author)
            if not mine and now() - since < LISTED_AFTER:
                raise Uncertain(account=self.account, detail=ANSWERED) from None
            if not mine:
                raise  # somebody else answered in private
            return Sent(mine[0].native_id)
        return Sent(native_id)

    def find(self, out: Outgoing, sent_at: datetime, taken: frozenset[str]) -> Evidence:
        if "comment_id" in self._recipient(out):
            return Evidence(Finding.RESUMABLE, detail=ASKED_ONCE)
        mine = self.direct.said(out.text, sent_at - timedelta(seconds=120), out.to_author)
        return verdict((Sent(m.native_id) for m in mine), taken)

    def _recipient(self, out: Outgoing) -> dict[str, str]:
        if out.parent_id and COMMENT.fullmatch(out.parent_id):
            return {"comment_id": out.parent_id}
        if not out.to_author:
            raise Rejected(account=self.account, detail="no_recipient")
        return {"id": out.to_author}
