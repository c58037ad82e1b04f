"""What the platform is to be asked for by id: kept as a row, asked when the account is read next (inbox.recheck), never forgotten
before. A webhook named it without its words, or words came of which nobody can tell whether they are old or new (inbox.newest)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from connectors.contract import Known, Surface
from core.bulk import insert_new
from core.clock import now, parse, rfc3339
from core.models import Account
from inbox.models import Webhook

FAMILY = "look"


@dataclass(frozen=True, slots=True)
class Question:
    """One row that waits. `held`: the item is stored, and its present state is wanted."""

    id: int
    asked_at: datetime
    known: Known
    held: bool


def keep(session: Session, account: Account, known: Known, *, held: bool = False) -> None:
    """Remember, in the caller's transaction, to ask for this; told twice it is one row, which for an item we hold waits anew."""
    body = {
        "account": account.key, "native_id": known.native_id, "surface": str(known.surface), "parent_id": known.parent_id,
        "root_id": known.root_id, "created_at": rfc3339(known.created_at), "author_id": known.author_id, "held": held,
    }  # fmt: skip
    digest = hashlib.sha256(f"{FAMILY}{' held' * held}\n{account.key}\n{known.native_id}".encode()).hexdigest()
    row = {"family": FAMILY, "digest": digest, "body": json.dumps(body).encode(), "received_at": now(), "problem": ""}
    if not insert_new(session, Webhook.__table__, [row], unique=("digest",)) and held:  # type: ignore[attr-defined]  # SQLModel sets it
        session.execute(update(Webhook).where(col(Webhook.digest) == digest).values(received_at=now(), done_at=None))


def waiting(session: Session, account: Account) -> Sequence[Question]:
    """What is to be asked about this account, oldest row first."""
    where = (col(Webhook.family) == FAMILY, col(Webhook.done_at).is_(None))
    rows = session.exec(select(Webhook).where(*where).order_by(col(Webhook.id))).all()
    told = [(row, json.loads(row.body)) for row in rows]
    return [
        Question(row.id or 0, row.received_at, _known(body), body.get("held", False))
        for row, body in told
        if body["account"] == account.key
    ]


def answered(session: Session, questions: Sequence[Question]) -> None:
    """These were asked. One that was put again meanwhile waits on: its answer may be older than what raised it."""
    for question in questions:
        same: tuple[ColumnElement[bool], ...] = (col(Webhook.id) == question.id, col(Webhook.received_at) == question.asked_at)
        session.execute(update(Webhook).where(*same).values(done_at=now()))


def _known(body: dict[str, Any]) -> Known:
    at = parse(body["created_at"])
    surface = Surface(body["surface"])
    return Known(body["native_id"], surface, body["parent_id"], body["root_id"], "", at, body.get("author_id", ""))
