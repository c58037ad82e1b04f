"""What everything that leaves an account in one transaction has in common, asked in one statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, and_, bindparam, cast, func, select
from sqlmodel import Session, col

from core.clock import now
from core.models import Account
from outbox import pause
from outbox.models import Channel, Window


class Facts(NamedTuple):
    """The account, why its queue is held ("" when it is not), and which of its rate windows are used up until when."""

    account: Account
    block: str
    shut: Mapping[str, datetime]


def _facts(*also: Any) -> Select[Any]:
    used_up = and_(col(Window.account_id) == col(Account.id), col(Window.retry_at) > bindparam("moment"))
    asked = select(Account, func.coalesce(col(Channel.block), ""), col(Window.way), col(Window.retry_at), *also)
    joined = asked.outerjoin(Channel, col(Channel.account_id) == col(Account.id)).outerjoin(Window, used_up)
    return joined.where(col(Account.id) == bindparam("account"))


#: made once, for every wave asks it. On PostgreSQL it takes the senders' side of the lock between them and a press of the pause
_FACTS = {"sqlite": _facts(), "postgresql": _facts(cast(func.pg_advisory_xact_lock_shared(pause.LOCK), Text))}


def facts(session: Session, account_id: int) -> Facts:
    """From now on until this transaction ends no pause is pressed; what is asked of pauses after this is the truth."""
    found = session.execute(_FACTS[session.get_bind().dialect.name], {"account": account_id, "moment": now()}).all()
    account, block, *_ = found[0]
    return Facts(account, block, {way: until for _, _, way, until, *_ in found if way is not None})
