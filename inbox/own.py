"""Our own words among what a platform shows: recognised, never work, and counted as answers where they answer (DESIGN §1)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from connectors.contract import Message, Surface
from core.actors import WORKER
from core.bulk import among
from core.models import Account
from inbox.change import WAITS, change
from inbox.index import ITEMS
from inbox.models import Item
from inbox.numbers import veiled
from inbox.steps import answered, case_of
from outbox.models import Delivery

#: a delivery in one of these may be what we are looking at; its own outcome will tell the item (inbox.reply)
UNSETTLED = ("scheduled", "sending", "uncertain", "needs_decision")


def mark_own(session: Session, account: Account, messages: Sequence[Message]) -> tuple[list[Message], dict[str, int]]:
    """The messages, with `own` set where the account itself or our ledger said them, and no secret in those; native id -> delivery
    id of the echoes."""
    echoes = _echoes(session, account, [m.native_id for m in messages])
    ours = (m.own or m.native_id in echoes or m.author_id == account.native_id for m in messages)
    return [replace(m, own=True, text=veiled(m.text)) if own else m for m, own in zip(messages, ours, strict=True)], echoes


def _echoes(session: Session, account: Account, native_ids: Sequence[str]) -> dict[str, int]:
    where = (
        col(Delivery.account_id) == account.id,
        among(session, col(Delivery.external_id), native_ids),
        col(Delivery.external_id) != "",
    )
    found = session.connection().execute(select(col(Delivery.external_id), col(Delivery.id)).where(*where))
    return {native_id: id_ for native_id, id_ in found if id_ is not None}


def answered_before(session: Session, account: Account, rows: Sequence[dict[str, Any]]) -> dict[str, datetime]:
    """native id -> when we answered it, for new items whose answer (given on the platform itself) we had read already."""
    keys = {row["thread_key"] for row in rows} | {row["native_id"] for row in rows}
    where = (
        ITEMS.c.account_id == account.id,
        among(session, ITEMS.c.thread_key, keys),
        ITEMS.c.own.is_(True),
        ITEMS.c.deleted.is_(False),
        ITEMS.c.delivery_id.is_(None),
    )
    found = select(ITEMS.c.parent_id, ITEMS.c.thread_key, ITEMS.c.surface, ITEMS.c.created_at).where(*where)
    # ordered here: asked to order, SQLite walks the whole inbox by its times instead of these few threads
    stored = sorted(session.connection().execute(found), key=lambda answer: answer.created_at)
    answers: list[Any] = [*stored, *_among(rows)]
    return _pair(rows, answers) if answers else {}


def _among(rows: Iterable[dict[str, Any]]) -> list[Any]:
    own = [row for row in rows if row["own"] and row["delivery_id"] is None and not row["deleted"]]
    return [_Answer(row["parent_id"], row["thread_key"], row["surface"], row["created_at"]) for row in own]


class _Answer:
    """The columns of an answer, from a row of this very batch."""

    def __init__(self, parent_id: str | None, thread_key: str, surface: str, created_at: datetime) -> None:
        self.parent_id, self.thread_key, self.surface, self.created_at = parent_id, thread_key, surface, created_at


def _pair(rows: Sequence[dict[str, Any]], answers: Sequence[Any]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    by_parent = {a.parent_id: a.created_at for a in reversed(answers) if a.parent_id and a.surface != Surface.DIRECT}
    by_talk: dict[str, list[datetime]] = {}
    for a in answers:
        if a.surface == Surface.DIRECT:
            by_talk.setdefault(a.thread_key, []).append(a.created_at)
    for row in rows:
        if row["own"]:
            continue
        later = [at for at in by_talk.get(row["thread_key"], ()) if at >= row["created_at"]] if row["private"] else []
        at = min(later) if later else by_parent.get(row["native_id"])
        if at is not None:
            found[row["native_id"]] = at
    return found


def answer_stored(session: Session, account: Account, rows: Sequence[dict[str, Any]]) -> int:
    """New words of our own that answer stored items (a colleague wrote in the platform's app): those items are answered now, and so
    are their cases.

    Echoes of the ledger are left to their delivery, and so is a target for which a delivery is still on its way: a receipt is
    no answer, and only the ledger can tell which of the two this is.
    """
    count = 0
    for row in rows:
        if not row["own"] or row["delivery_id"] is not None or row["deleted"]:
            continue
        for item in _targets(session, account, row):
            if not _on_its_way(session, account, item.native_id):
                case = case_of(session, item)
                change(session, item, state="answered", answered_at=row["created_at"])
                if case is not None:
                    answered(session, case, WORKER.label, row["created_at"])
                count += 1
    return count


def _targets(session: Session, account: Account, row: dict[str, Any]) -> Sequence[Item]:
    where = [col(Item.account_id) == account.id, col(Item.state).in_(WAITS), col(Item.own).is_(False)]
    if row["private"]:
        where += [col(Item.thread_key) == row["thread_key"], col(Item.said) <= row["said"]]
    elif (row["parent_id"] and row["parent_id"] != row["root_id"]) or (row["parent_id"] and row["surface"] == Surface.REPLY):
        where += [col(Item.native_id) == row["parent_id"]]
    else:
        return ()
    return session.execute(select(Item).where(*where)).scalars().all()


def _on_its_way(session: Session, account: Account, native_id: str) -> bool:
    where = (
        col(Delivery.account_id) == account.id,
        col(Delivery.target_id) == native_id,
        col(Delivery.state).in_(UNSETTLED),
    )
    return session.connection().execute(select(col(Delivery.id)).where(*where).limit(1)).first() is not None
