"""What we failed at is set aside raw, with its problem, where an operator sees it: it stops nobody and is never lost."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from connectors.contract import Message, Unread
from core.bulk import insert_new
from core.clock import now
from core.models import Account
from inbox.models import Webhook

FAMILY = "page"
LISTED = 200
#: bodies that we failed at or could not read, whatever else is told of them
FAILED = col(Webhook.problem).like("%failed:%") | col(Webhook.problem).like("%unread:%")


@dataclass(frozen=True, slots=True)
class Aside:
    """A body that is kept: a webhook's (`family` meta, x) or a message of a page (`page`); `problem` says what failed."""

    id: int
    at: datetime
    family: str
    problem: str


def put(session: Session, account: Account, what: Message | Unread, why: str) -> None:
    """Keep a message that could not be stored or a record that could not be read, in the caller's transaction; the same one again
    is one row."""
    plain = {"account": account.key, **asdict(what)}
    raw = json.dumps(plain, default=str).encode("utf-8", "replace")
    digest = hashlib.sha256(FAMILY.encode() + b"\n" + raw).hexdigest()
    row = {
        "family": FAMILY, "digest": digest, "body": raw, "received_at": now(), "done_at": now(),
        "problem": f"failed:{why} {account.key}"[:200],
    }  # fmt: skip
    insert_new(session, Webhook.__table__, [row], unique=("digest",))  # type: ignore[attr-defined]  # SQLModel sets it


def newest(session: Session) -> Sequence[Aside]:
    """The newest LISTED that we failed at; bodies with nothing in them or of strangers are no failure of ours."""
    rows = session.exec(select(Webhook).where(FAILED).order_by(col(Webhook.id).desc()).limit(LISTED))
    return [Aside(row.id or 0, row.received_at, row.family, row.problem) for row in rows]
