"""What nobody wants any more, and what must first ask a person because it is late (FIELD §G 3)."""

from datetime import datetime

from sqlmodel import Session, col, select

from core.auth import WORKER
from core.clock import now
from core.db import Database
from outbox.guards import Refusal
from outbox.models import PRIORITIES, Delivery
from outbox.states import move

AT_ONCE = 500


def lateness(delivery: Delivery, moment: datetime) -> Refusal | None:
    """`expired` after `expires_at`, `missed` after `miss_after`, else None."""
    if delivery.expires_at is not None and moment >= delivery.expires_at:
        return Refusal("expired", "too_late")
    if delivery.miss_after is not None and moment > delivery.miss_after:
        return Refusal("missed", "missed")
    return None


def sweep(db: Database) -> int:
    """Set aside what is late wherever it waits: behind a rate window, held, or missed itself. Returns how many."""
    done = 0
    while True:
        with db.write() as session:
            moved = _expire(session) + _miss(session)
        done += moved
        if moved < AT_ONCE:
            return done


def _expire(session: Session) -> int:
    states = ("scheduled", "held", "missed")
    over = (
        select(Delivery.id)
        .where(col(Delivery.expires_at).is_not(None), col(Delivery.expires_at) <= now(), col(Delivery.state).in_(states))
        .limit(AT_ONCE)
    )
    return sum(move(session, WORKER, i or 0, states, "expired", reason="too_late") is not None for i in session.exec(over).all())


def _miss(session: Session) -> int:
    moment, moved = now(), 0
    for priority in PRIORITIES:
        late = (
            select(Delivery.id)
            .where(
                col(Delivery.state) == "scheduled",
                col(Delivery.priority) == priority,
                col(Delivery.scheduled_at) <= moment,
                col(Delivery.miss_after) < moment,
            )
            .limit(AT_ONCE)
        )
        ids = session.exec(late).all()
        moved += sum(move(session, WORKER, i or 0, ("scheduled",), "missed", reason="missed") is not None for i in ids)
    return moved
