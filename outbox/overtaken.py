"""A try whose answer comes after the next was begun: what the platform confirmed counts, unless the next one is there as well."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from core import clock
from outbox.models import SAYING, Attempt, Delivery

#: the next try is over, and did not bring it there; or there was none, because nobody wants it any more
OVER = ("scheduled", "held", "missed", "needs_decision", "expired", "cancelled")


def as_values(told: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a delivery that this answer to one of its tries (`Attempt.answer`) publishes."""
    cost = col(Delivery.cost_micros) + told["cost"]
    values = {"external_id": told["id"], "permalink": told["link"], "published_at": clock.parse(told["at"])}
    return {**values, "cost_micros": cost, "look_at": None, "reason": ""}


def locked(session: Session, delivery_id: int) -> Delivery:
    """The delivery as it is; nobody moves it until our transaction ends."""
    return session.get_one(Delivery, delivery_id, with_for_update=True, populate_existing=True)


def keep(session: Session, delivery_id: int, number: int, answer: Mapping[str, Any]) -> None:
    """Note what the platform answered to this try of a delivery that is under way again: it counts should that come to nothing."""
    this = update(Attempt).where(col(Attempt.delivery_id) == delivery_id, col(Attempt.no) == number)
    session.connection().execute(this.values(answer=dict(answer)))


def unknown(session: Session, delivery_id: int, sent_at: datetime) -> bool:
    """True when a person said "again" of a try before the one of `sent_at` and nobody knows yet what came of that."""
    delivery = locked(session, delivery_id)
    first = delivery.first_sent_at
    return delivery.kind in SAYING and first is not None and first < min(sent_at, delivery.cleared_at or first)


def confirmed(session: Session, delivery_id: int, number: int) -> dict[str, Any] | None:
    """What the platform answered to an earlier try than this one after this was begun, as columns of the delivery, which is locked;
    None when it did not."""
    locked(session, delivery_id)
    earlier = (col(Attempt.delivery_id) == delivery_id, col(Attempt.no) < number, col(Attempt.outcome) == "published")
    tries = session.exec(select(Attempt).where(*earlier).order_by(col(Attempt.no))).all()
    return next((as_values(one.answer) for one in tries if one.answer), None)
