"""What nobody wants any more, and what must first ask a person because it is late (FIELD §G 3)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, select
from sqlmodel import Session, col

from core.actors import WORKER
from core.clock import now
from core.db import Database
from core.errors import Unfetched
from outbox.guards import Refusal
from outbox.models import PRIORITIES, Delivery
from outbox.states import move

AT_ONCE = 500
#: what a person can mend is still told once its hour was missed by it
_WHY = case((col(Delivery.reason).startswith(Unfetched.code), col(Delivery.reason)), else_="missed")


def lateness(delivery: Delivery, moment: datetime) -> Refusal | None:
    """`expired` after `expires_at`, `missed` after `miss_after`, else None."""
    if delivery.expires_at is not None and moment >= delivery.expires_at:
        return Refusal("expired", "too_late")
    if delivery.miss_after is not None and moment > delivery.miss_after:
        return Refusal("missed", delivery.reason if delivery.reason.startswith(Unfetched.code) else "missed")
    return None


def sweep(db: Database) -> list[int]:
    """Set aside what is late wherever it waits: behind a rate window, held, or missed itself. Returns the ids."""
    done: list[int] = []
    while True:
        moved = db.insist(lambda session: _expire(session) + _miss(session))
        done += moved
        if len(moved) < AT_ONCE:
            return done


# rows are locked before the first one moves: a post that follows its deliveries is locked after them everywhere (scheduler.states)
def _expire(session: Session) -> list[int]:
    states = ("scheduled", "held", "missed")
    over = (
        select(col(Delivery.id))
        .where(col(Delivery.expires_at).is_not(None), col(Delivery.expires_at) <= now(), col(Delivery.state).in_(states))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return [i for i in _ids(session, over) if move(session, WORKER, i, states, "expired", reason="too_late")]


def _miss(session: Session) -> list[int]:
    moment = now()
    moved: list[int] = []
    for priority in PRIORITIES:
        late = (
            select(col(Delivery.id))
            .where(
                col(Delivery.state) == "scheduled",
                col(Delivery.priority) == priority,
                col(Delivery.scheduled_at) <= moment,
                col(Delivery.miss_after) < moment,
            )
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        moved += [i for i in _ids(session, late) if move(session, WORKER, i, ("scheduled",), "missed", reason=_WHY)]
    return moved


def _ids(session: Session, query: Select[Any]) -> list[int]:
    return list(session.connection().execute(query).scalars())
