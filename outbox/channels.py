"""Whether an account may be written to: blocked with a reason, or free (FIELD §G 14)."""

from datetime import timedelta

from sqlalchemy import Table, or_, select, update
from sqlmodel import Session, col

from core import audit
from core.actors import WORKER, Actor
from core.bulk import insert_new
from core.clock import now
from core.errors import Disconnected, PlatformError, RateLimited, SpendCapReached, TokenExpired
from core.models import Account
from outbox import windows
from outbox.look import APART, PATIENCE
from outbox.models import ARE_WAITING, Channel, Delivery
from outbox.states import move

CHANNELS: Table = Channel.__table__  # type: ignore[attr-defined] # SQLModel sets it

#: after one of these waiting does not help: a person must act, and the account's queue is held
BLOCKING = (TokenExpired, Disconnected, SpendCapReached)
BLOCKS = tuple(error.code for error in BLOCKING)
#: why a delivery is held whose account was disabled
INACTIVE = "account_inactive"


def block_of(session: Session, account_id: int) -> str:
    """Why the account's queue is held now, or ""."""
    channel = session.get(Channel, account_id, populate_existing=True)
    return channel.block if channel else ""


def channel_of(session: Session, account_id: int) -> Channel:
    """The account's row, for writing; made when it is the first time, by whoever is first."""
    windows.account_first(session, account_id)
    insert_new(session, CHANNELS, [{"account_id": account_id, "block": ""}], unique=("account_id",))
    return session.get_one(Channel, account_id, populate_existing=True)


def refuse_by(session: Session, account: Account, error: PlatformError, way: str) -> None:
    """A write that went this way was refused for the account's sake: keep its queue from trying the same again, and say so once."""
    if isinstance(error, RateLimited):
        windows.shut(session, account, way, error.retry_at, window=error.details.get("window"))
    elif isinstance(error, BLOCKING):
        channel = channel_of(session, account.id or 0)
        channel.checked_at = now()
        if channel.block != error.code:
            channel.block = error.code
            audit.record(session, WORKER, "account.block", f"account:{account.id}", account=account.key, reason=error.code)
        session.add(channel)


def free(session: Session, account: Account) -> int:
    """The account may be written to again: its held queue is scheduled. Returns how many deliveries that were."""
    windows.paid(session, account)
    channel = channel_of(session, account.id or 0)
    channel.block, channel.checked_at = "", now()
    session.add(channel)
    audit.record(session, WORKER, "account.free", f"account:{account.id}", account=account.key)
    return release(session, WORKER, account, BLOCKS)


def hold_queue(session: Session, actor: Actor, account: Account) -> int:
    """What is queued for the account is held, because it was disabled. Returns how many deliveries that were.

    What is planned for later expires no sooner for it than it would have after its hour.
    """
    columns = (col(Delivery.id), col(Delivery.expires_at), col(Delivery.scheduled_at))
    queued = select(*columns).where(col(Delivery.account_id) == account.id, col(Delivery.state) == "scheduled")
    held = 0
    for id_, expires_at, scheduled_at in session.connection().execute(queued.order_by(col(Delivery.id))).all():
        ends = expires_at or max(scheduled_at, now()) + PATIENCE
        held += move(session, actor, id_ or 0, ("scheduled",), "held", reason=INACTIVE, expires_at=ends) is not None
    return held


def free_queue(session: Session, actor: Actor, account: Account) -> int:
    """The account is in use again: what was held for its absence is scheduled. Returns how many deliveries that were."""
    return release(session, actor, account, (INACTIVE,))


def release(session: Session, actor: Actor, account: Account, reasons: tuple[str, ...]) -> int:
    """What the account holds for one of these reasons is scheduled again. Returns how many deliveries that were."""
    held = select(col(Delivery.id)).where(
        ARE_WAITING, col(Delivery.account_id) == account.id, col(Delivery.state) == "held", col(Delivery.reason).in_(reasons)
    )
    ids = list(session.connection().execute(held.order_by(col(Delivery.id))).scalars())
    return sum(move(session, actor, i or 0, ("held",), "scheduled", reason="") is not None for i in ids)


def ask_again(session: Session, every: timedelta) -> list[Account]:
    """Blocked accounts that have not been asked for `every`; they are marked as asked, so that one process does it. What a clock
    noted that stood ahead keeps none waiting. Not where money is wanted: who we are is told all the same, so it would tell nothing,
    and a post is no question. Reading that was refused for it and is not any more tells it (inbox.ingest), else a person does
    (outbox.tending.examine)."""
    moment = now()
    in_use = select(col(Account.id)).where(col(Account.active))
    due = (
        update(Channel)
        .where(
            col(Channel.block).not_in(("", SpendCapReached.code)),
            col(Channel.account_id).in_(in_use),
            or_(
                col(Channel.checked_at).is_(None),
                col(Channel.checked_at) <= moment - every,
                col(Channel.checked_at) > moment + APART,
            ),
        )
        .values(checked_at=moment)
        .returning(col(Channel.account_id))
    )
    ids = list(session.connection().execute(due).scalars())
    return [session.get_one(Account, i) for i in sorted(ids)]
