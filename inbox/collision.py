"""Whether somebody answered a thread since it was read: nobody is answered twice unseen (DESIGN §2.9)."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, bindparam, case, exists, func
from sqlmodel import Session, col, select

from core.models import User
from inbox.models import Item, Reply
from outbox.models import Delivery

_PARTS = re.compile(r"([rao])(\d{1,20})")
_EPOCH, _MICRO = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def version(session: Session, item: Item) -> str:
    """Which answers stand in the item's thread: the newest that was sent, the newest that waits for a yes, and how many of our own
    words came from the platform without a delivery of ours (a colleague answered in the platform's app).

    An answer that was taken back before it left stands no more.
    """
    return _told(*session.exec(_VERSION, params={"account": item.account_id, "thread": item.thread_key}).one())


def version_of(session: Session, item: Item, answers: Sequence[Reply], items: Sequence[Item]) -> str:
    """The same from what was read in this session: all `answers` in the item's thread but drafts, and all of its `items`.

    The ledger is asked only where one of them may be ours from the platform itself."""
    newest = max((one.delivery_id or 0 for one in answers), default=0)
    asked = max((one.asked_at for one in answers if one.state == "asked" and one.asked_at is not None), default=None)
    ours = any(one.own and one.delivery_id is None and one.native_id != item.thread_key for one in items)
    return _told(newest, asked, elsewhere(session, item) if ours else 0)


def _told(newest: int | None, asked: datetime | None, others: int) -> str:
    return f"r{newest or 0}.a{(asked - _EPOCH) // _MICRO if asked else 0}.o{others}"


def since(session: Session, item: Item, seen: str) -> bool:
    """Whether an answer stands in the thread that was not there at the version `seen`; true for what is no version."""
    before = dict(_PARTS.findall(seen))
    return not before or any(int(there) > int(before.get(part, 0)) for part, there in _PARTS.findall(version(session, item)))


def theirs(session: Session, item: Item, *, but: Reply | None = None) -> tuple[str, str]:
    """Text and name of the newest answer in the thread but for `but`; the account's name for one written on the platform itself."""
    mine = (*_thread(item.account_id, item.thread_key), col(Reply.state) != "draft", col(Reply.id) != (but.id if but else 0))
    reply = session.exec(select(Reply).where(*mine).order_by(col(Reply.updated_at).desc(), col(Reply.id).desc())).first()
    own = session.exec(select(Item).where(*_own(item.account_id, item.thread_key)).order_by(col(Item.id).desc())).first()
    if reply is not None and (own is None or reply.updated_at >= own.received_at):
        author = session.get(User, reply.author_id)
        return reply.text, author.display_name if author is not None else ""
    return (own.text, own.author_name) if own is not None else ("", "")


def elsewhere(session: Session, item: Item) -> int:
    """How many of our own answers in the thread did not go through our ledger."""
    return session.exec(_ELSEWHERE, params={"account": item.account_id, "thread": item.thread_key}).one()


def hold(session: Session, item: Item) -> None:
    """Nobody else sends into this thread until our transaction ends (on SQLite the write lock does it)."""
    first = (col(Item.account_id) == item.account_id, col(Item.thread_key) == item.thread_key)
    session.exec(select(col(Item.id)).where(*first).order_by(col(Item.id)).limit(1).with_for_update()).first()


def _thread(account: Any, thread: Any) -> tuple[ColumnElement[bool], ...]:
    return col(Reply.account_id) == account, col(Reply.thread_key) == thread


def _own(account: Any, thread: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Item.account_id) == account,
        col(Item.thread_key) == thread,
        col(Item.own).is_(True),
        col(Item.delivery_id).is_(None),
        col(Item.native_id) != thread,
    )


_HERE = bindparam("account", type_=BigInteger()), bindparam("thread", type_=String())
_LEDGER = exists().where(
    col(Delivery.account_id) == _HERE[0],
    col(Delivery.external_id) == col(Item.native_id),
    col(Delivery.external_id) != "",
)
_WAITS = case((col(Reply.state) == "asked", col(Reply.asked_at)))
#: made once: asked whenever a thread is shown
_ELSEWHERE = select(func.count()).select_from(Item).where(*_own(*_HERE), ~_LEDGER)
_VERSION = select(func.max(col(Reply.delivery_id)), func.max(_WAITS), _ELSEWHERE.scalar_subquery()).where(
    *_thread(*_HERE), col(Reply.state) != "draft"
)
