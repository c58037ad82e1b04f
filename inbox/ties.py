"""Direct messages are tied to the comment that began them: their `parent_id` is the comment our private reply answered.

Only the ledger tells which of our messages that is. It and what follows in its conversation hang from the comment, up to the next
private reply; what stood there before hangs from nothing. Where a private answer is a message like any other for the platform (X,
Instagram's mobile API) there is no such tie.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, and_, bindparam, select, update
from sqlmodel import Session

from connectors import platform_of
from connectors.contract import Surface
from core.models import Account
from inbox.index import ITEMS
from outbox.models import Delivery

DELIVERIES: Table = Delivery.__table__  # type: ignore[attr-defined]  # SQLModel sets it


def tie(session: Session, account: Account, thread_keys: Sequence[str]) -> None:
    """Tie the messages of these conversations anew: told in any order, the end is the same. The caller holds the account."""
    if not thread_keys or not platform_of(account.platform, account.backend).ties_private:
        return
    anchors = _anchors(session, account, thread_keys)
    if not anchors:
        return
    c = ITEMS.c
    where = (c.account_id == account.id, c.thread_key.in_(sorted({a.thread_key for a in anchors})), c.surface == Surface.DIRECT)
    said = session.connection().execute(select(c.id, c.thread_key, c.created_at, c.parent_id, c.delivery_id).where(*where)).all()
    ties = [{"row": one.id, "comment": _comment(one, anchors)} for one in said]
    changed = [t for t, one in zip(ties, said, strict=True) if t["comment"] != one.parent_id]
    if changed:
        hang = update(ITEMS).where(c.id == bindparam("row")).values(parent_id=bindparam("comment"))
        session.connection().execute(hang, sorted(changed, key=lambda t: t["row"]))
        session.expire_all()


def _anchors(session: Session, account: Account, thread_keys: Sequence[str]) -> Sequence[Any]:
    """Our private replies to comments in these conversations, oldest first."""
    said, target = ITEMS.alias("said"), ITEMS.alias("target")
    answered = and_(target.c.account_id == said.c.account_id, target.c.native_id == DELIVERIES.c.target_id)
    found = (
        select(said.c.thread_key, said.c.created_at, DELIVERIES.c.id, DELIVERIES.c.target_id)
        .join(DELIVERIES, DELIVERIES.c.id == said.c.delivery_id)
        .join(target, answered)
        .where(
            said.c.account_id == account.id,
            said.c.thread_key.in_(sorted(set(thread_keys))),
            said.c.surface == Surface.DIRECT,
            said.c.own.is_(True),
            target.c.surface != Surface.DIRECT,
        )
    )
    return sorted(session.connection().execute(found).all(), key=lambda a: (a.created_at, a.id))


def _comment(one: Any, anchors: Sequence[Any]) -> str | None:
    mine = [a for a in anchors if a.thread_key == one.thread_key]
    own = [a.target_id for a in mine if a.id == one.delivery_id]
    before = [a.target_id for a in mine if a.created_at <= one.created_at]
    return next(iter(own or before[-1:]), None)
