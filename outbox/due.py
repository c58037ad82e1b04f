"""What is due now, by account, and when the next thing will be."""

from datetime import datetime

from sqlmodel import Session, col, func, or_, select

from core.clock import now
from outbox.models import PRIORITIES, Delivery
from outbox.windows import may_leave


def lanes(session: Session) -> list[int]:
    """Accounts with something due that nobody holds; one seek an account and priority, however much is planned for later."""
    moment = now()
    found: set[int] = set()
    for priority in PRIORITIES:
        due = (
            select(Delivery.account_id)
            .where(
                col(Delivery.state) == "scheduled",
                col(Delivery.priority) == priority,
                col(Delivery.scheduled_at) <= moment,
                or_(col(Delivery.not_before).is_(None), col(Delivery.not_before) <= moment),
                or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= moment),
                may_leave(moment),
            )
            .distinct()
        )
        found.update(session.exec(due))
    return sorted(found)


def next_due(session: Session) -> datetime | None:
    """The earliest instant still to come at which something is scheduled; None when nothing is."""
    moments = []
    for priority in PRIORITIES:
        later = select(func.min(Delivery.scheduled_at)).where(
            col(Delivery.state) == "scheduled", col(Delivery.priority) == priority, col(Delivery.scheduled_at) > now()
        )
        moments.append(session.exec(later).one())
    return min((m for m in moments if m is not None), default=None)
