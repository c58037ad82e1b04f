"""The last-moment check: everything that may have changed since a delivery was queued is asked again before it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.models import Account
from core.settings import Settings
from outbox import budget, pause
from outbox.channels import INACTIVE
from outbox.guards import Refusal, objections
from outbox.late import lateness
from outbox.models import Delivery
from outbox.sought import end_of

#: these undo each other, so that only the newest wish for a thing counts
OPPOSITES = ("hide", "unhide")


@dataclass(frozen=True, slots=True)
class Common:
    """What all that leave an account in one transaction have in common: which are paused, and why the account is shut."""

    paused: frozenset[int]
    shut: str


def common(session: Session, deliveries: Sequence[Delivery], account: Account, block: str, settings: Settings) -> Common:
    """Deliveries of one account, at least one; `block`: why its queue is held (outbox.facts)."""
    shut = (block or budget.holds(session, account, settings)) if account.active else INACTIVE
    return Common(pause.stopped(session, deliveries), shut)


def last_moment(session: Session, deliveries: Sequence[Delivery], known: Common, moment: datetime) -> dict[int, Refusal]:
    """Why those that must not leave at `moment` must not, by id. Cheap checks first, the rooms' own guards last."""
    found = {one.id or 0: why for one in deliveries if (why := _at_once(session, one, known, moment)) is not None}
    return found | objections(session, [one for one in deliveries if one.id not in found])


def _at_once(session: Session, delivery: Delivery, known: Common, moment: datetime) -> Refusal | None:
    late = end_of(delivery) or lateness(delivery, moment)
    if late is not None:
        return late
    if delivery.id in known.paused:
        return Refusal("held", "paused")
    if known.shut:
        return Refusal("held", known.shut)
    if delivery.kind in OPPOSITES and _of_same_target(session, delivery, later=True):
        return Refusal("cancelled", "superseded")
    return None


def must_wait(session: Session, delivery: Delivery) -> bool:
    """True while an earlier hide or unhide of the same thing has no known outcome: it could arrive after this one."""
    return delivery.kind in OPPOSITES and _of_same_target(session, delivery, later=False)


def _of_same_target(session: Session, delivery: Delivery, *, later: bool) -> bool:
    other = select(Delivery.id).where(
        col(Delivery.account_id) == delivery.account_id,
        col(Delivery.target_id) == delivery.target_id,
        col(Delivery.kind).in_(OPPOSITES),
    )
    if later:
        other = other.where(
            col(Delivery.id) > delivery.id, col(Delivery.state).in_(("scheduled", "sending", "uncertain", "published"))
        )
    else:
        other = other.where(col(Delivery.id) < delivery.id, col(Delivery.state).in_(("sending", "uncertain")))
    return session.exec(other.limit(1)).first() is not None
