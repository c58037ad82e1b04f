"""How the crisis pause stands: what was on its way at the press and what became of it, what waits, what comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, TextClause, case, func
from sqlmodel import Session, col, select

from core.clock import now
from core.models import Account
from outbox import pause
from outbox.models import ARE_WAITING, PRIORITIES, Delivery, Pause
from outbox.sought import may_stand

#: state of a delivery that was in flight -> what that means, in words `outbox.fate.<fate>`
FATES = {
    "published": "left",
    "sending": "under_way",
    "uncertain": "unknown",
    "needs_decision": "unknown",
}
SOON = timedelta(hours=1)
LISTED = 200


@dataclass(frozen=True, slots=True)
class Fate:
    """One delivery that was on its way at the press. `fate`: left | under_way | unknown | stopped (nothing of it can be seen)."""

    delivery: int
    account: str
    kind: str
    state: str
    fate: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One delivery that waits for a person's word, or comes next. `permitted`: the pause in force lets it leave, nothing but that
    word is wanted."""

    delivery: int
    account: str
    kind: str
    scheduled_at: datetime
    text: str
    permitted: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """`pause`: the one in force, else the last one, else None. `held`: how many wait because of a pause, and the first of them,
    what is permitted before the others; `soon`: what else comes due within an hour."""

    pause: Pause | None
    in_force: bool
    in_flight: tuple[Fate, ...]
    held: int
    waiting: tuple[Waiting, ...]
    soon: tuple[Waiting, ...]


def standing(session: Session) -> Standing:
    """Read anew at every call, so that what was in flight is told as it ends."""
    running = pause.in_force(session)
    shown = running or session.exec(select(Pause).order_by(col(Pause.id).desc()).limit(1)).first()
    keys = {account.id: account.key for account in session.exec(select(Account))}
    order = (*([case((pause.permitted(running), 0), else_=1)] if running else []), col(Delivery.scheduled_at), col(Delivery.id))
    first = select(Delivery).where(*_by_pause(keys)).order_by(*order).limit(LISTED)
    return Standing(
        shown,
        running is not None,
        tuple(_fate(delivery, keys) for delivery in _flying(session, shown)),
        held(session),
        tuple(_waiting(delivery, keys, running) for delivery in session.exec(first)),
        tuple(_waiting(delivery, keys, running) for delivery in _soon(session)),
    )


def held(session: Session) -> int:
    """How many wait because of a pause, the one in force or one that is over."""
    keys = session.exec(select(Account.id)).all()
    return session.exec(select(func.count()).select_from(Delivery).where(*_by_pause(keys))).one()


def _by_pause(accounts: Iterable[int | None]) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """Named by account, because that is how the index of what waits begins."""
    return ARE_WAITING, col(Delivery.account_id).in_(accounts), col(Delivery.state) == "held", col(Delivery.reason) == "paused"


def _flying(session: Session, shown: Pause | None) -> Sequence[Delivery]:
    ids = shown.in_flight if shown else []
    return session.exec(select(Delivery).where(col(Delivery.id).in_(ids)).order_by(col(Delivery.id))).all() if ids else []


def _soon(session: Session) -> list[Delivery]:
    """By priority, because that is how the index of what is scheduled begins."""
    found: list[Delivery] = []
    for priority in PRIORITIES:
        coming = (
            col(Delivery.state) == "scheduled",
            col(Delivery.priority) == priority,
            col(Delivery.scheduled_at) <= now() + SOON,
        )
        found += session.exec(select(Delivery).where(*coming).order_by(col(Delivery.scheduled_at)).limit(LISTED))
    return sorted(found, key=lambda delivery: (delivery.scheduled_at, delivery.id or 0))[:LISTED]


def _fate(delivery: Delivery, keys: dict[int | None, str]) -> Fate:
    fate = "unknown" if may_stand(delivery) else FATES.get(delivery.state, "stopped")
    return Fate(delivery.id or 0, keys[delivery.account_id], delivery.kind, delivery.state, fate)


def _waiting(delivery: Delivery, keys: dict[int | None, str], running: Pause | None) -> Waiting:
    text = str(delivery.body.get("text", "")) if delivery.kind == "post" else ""  # what answers a person is not for every eye
    permitted = running is not None and pause.permits(running, delivery)
    return Waiting(delivery.id or 0, keys[delivery.account_id], delivery.kind, delivery.scheduled_at, text, permitted)
