"""The last-moment check: everything that may have changed since a delivery was queued is asked again before it leaves."""

from datetime import datetime

from sqlmodel import Session, col, select

from core.models import Account
from outbox import pause
from outbox.channels import INACTIVE, block_of
from outbox.guards import Refusal, objection
from outbox.late import lateness
from outbox.models import Delivery

#: these undo each other, so that only the newest wish for a thing counts
OPPOSITES = ("hide", "unhide")


def last_moment(session: Session, delivery: Delivery, account: Account, moment: datetime) -> Refusal | None:
    """Why the delivery must not leave at `moment`, or None. Cheap checks first, the room's own guard last."""
    late = lateness(delivery, moment)
    if late is not None:
        return late
    if pause.stops(session, delivery):
        return Refusal("held", "paused")
    if not account.active:
        return Refusal("held", INACTIVE)
    block = block_of(session, account.id or 0)
    if block:
        return Refusal("held", block)
    if delivery.kind in OPPOSITES and _of_same_target(session, delivery, later=True):
        return Refusal("cancelled", "superseded")
    return objection(session, delivery)


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
