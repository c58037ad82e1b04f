"""From `scheduled` to `sending`, with an Attempt each: what is about to leave in one transaction (see outbox.send)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, func, or_, update
from sqlmodel import Session, col

from core.bulk import insert_all
from outbox.models import Attempt, Delivery

ATTEMPTS: Table = Attempt.__table__  # type: ignore[attr-defined] # SQLModel sets it
SENT_AT = Delivery.__table__.c.first_sent_at.type  # type: ignore[attr-defined] # SQLModel does not declare it


def _still(worker: Any, moment: Any, *, claimed: bool) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions on deliveries that a worker may begin: what it claimed and still holds, or else what nobody holds."""
    if claimed:
        return col(Delivery.worker) == worker, col(Delivery.lease_until) > moment
    return (or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= moment),)


#: they are on their way from now on: made once, for every wave says it
_LEAVING = {
    claimed: update(Delivery)
    .where(
        col(Delivery.id).in_(bindparam("ids", expanding=True)),
        col(Delivery.state) == "scheduled",
        *_still(bindparam("mine"), bindparam("moment"), claimed=claimed),
    )
    .values(
        state="sending",
        attempts=col(Delivery.attempts) + 1,
        worker=bindparam("mine"),
        lease_until=bindparam("until"),
        sent_at=bindparam("moment"),
        first_sent_at=func.coalesce(col(Delivery.first_sent_at), bindparam("moment", type_=SENT_AT)),
        look_at=None,
        looks=0,
        blind=0,
        reason="",
        not_before=None,
    )
    .returning(col(Delivery.id), col(Delivery.attempts))
    for claimed in (True, False)
}


@dataclass(frozen=True, slots=True)
class Still:
    """By what a worker holds what it is about to begin."""

    worker: str
    moment: datetime
    claimed: bool

    @property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        return _still(self.worker, self.moment, claimed=self.claimed)


def leave(session: Session, ids: Sequence[int], still: Still, lease_until: datetime) -> dict[int, int]:
    """They are `sending` from now on; ids and numbers of the attempts of those that were still to be had."""
    given = {"ids": ids, "mine": still.worker, "moment": still.moment, "until": lease_until}
    left = session.connection().execute(_LEAVING[still.claimed], given)
    numbers = {id_ or 0: number for id_, number in left}
    rows = [
        {"delivery_id": id_, "no": number, "worker": still.worker, "started_at": still.moment} for id_, number in numbers.items()
    ]
    insert_all(session, ATTEMPTS, rows)
    return numbers
