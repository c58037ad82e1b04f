"""What a webhook named without its words: kept as a row, asked for by id when the account is read next, never forgotten before."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from connectors.contract import Known, Surface
from core.clock import now, parse, rfc3339
from core.db import insert_new
from core.models import Account
from inbox.models import Webhook
from inbox.reading import Reading, take, twice

FAMILY = "look"


def keep(session: Session, account: Account, known: Known) -> None:
    """Remember, in the caller's transaction, to ask for this; told twice it is one row."""
    body = {
        "account": account.key, "native_id": known.native_id, "surface": str(known.surface), "parent_id": known.parent_id,
        "root_id": known.root_id, "created_at": rfc3339(known.created_at),
    }  # fmt: skip
    digest = hashlib.sha256(f"{FAMILY}\n{account.key}\n{known.native_id}".encode()).hexdigest()
    row = {"family": FAMILY, "digest": digest, "body": json.dumps(body).encode(), "received_at": now(), "problem": ""}
    insert_new(session, Webhook.__table__, [row], unique=("digest",))  # type: ignore[attr-defined]  # SQLModel sets it


def look(reading: Reading) -> None:
    """Ask for what this account was told of; raises the PlatformError that stopped it, and the rest waits.

    What is gone by now and was never held is left out: nobody was ever shown it.
    """
    for id_, known in _waiting(reading):
        found = twice(lambda known=known: reading.connector.lookup([known]))  # type: ignore[misc]  # mypy can't infer a default
        done = update(Webhook).where(col(Webhook.id) == id_).values(done_at=now())
        shown = [message for message in found if not message.deleted]
        take(reading, shown, fresh=True, finish=lambda session, done=done: session.execute(done))  # type: ignore[misc]  # as above


def _waiting(reading: Reading) -> Sequence[tuple[int, Known]]:
    waiting = (col(Webhook.family) == FAMILY, col(Webhook.done_at).is_(None))
    with reading.db.read() as session:
        rows = session.exec(select(Webhook).where(*waiting).order_by(col(Webhook.id))).all()
    told = [(row.id or 0, json.loads(row.body)) for row in rows]
    return [(id_, _known(body)) for id_, body in told if body["account"] == reading.account.key]


def _known(body: dict[str, Any]) -> Known:
    at = parse(body["created_at"])
    return Known(body["native_id"], Surface(body["surface"]), body["parent_id"], body["root_id"], "", at)
