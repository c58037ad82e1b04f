"""What a clock that stood ahead left behind, after it was put back: leases, sends and looks in a future that nobody waits for.

A worker that dies meanwhile must not leave a delivery to nobody until that future comes. Mended is only when things happen, never
whether: what was claimed is free, what may have left is unknown, and both go the way of every worker that died.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from core.clock import now
from core.db import Database
from core.log import logger
from core.settings import Settings
from outbox.look import APART, PATIENCE, UNKNOWN_MOST
from outbox.models import ARE_OPEN, PRIORITIES, Delivery

#: where nothing tells when it was queued either, what was said so long ago may be it
SINCE = timedelta(days=1)

log = logger("outbox")


def put_right(db: Database, settings: Settings) -> list[int]:
    """Bring back to now what lies further ahead than it can: a lease longer than one is given, a request that left tomorrow, a look
    put off for longer than one is. Returns the ids of these deliveries."""
    moment = now()
    with db.read() as session:  # nearly always there is none
        found = _found(session, moment, settings)
    if not found:
        return []
    with db.write() as session:
        locked = select(Delivery).where(col(Delivery.id).in_(found)).order_by(col(Delivery.id)).with_for_update(skip_locked=True)
        for one in session.exec(locked).all():
            _mend(one, moment, settings)
            session.add(one)
    log.warning("clock_put_back", deliveries=found[:20])
    return found


def _found(session: Session, moment: datetime, settings: Settings) -> list[int]:
    """Those under way or unknown, and those that are due and claimed; each by its index."""
    ahead: list[ColumnElement[bool]] = [
        col(Delivery.sent_at) > moment + APART,
        col(Delivery.lease_until) > _lease(moment, settings),
    ]
    for state in ("uncertain", "needs_decision"):
        ahead.append((col(Delivery.state) == state) & (col(Delivery.look_at) > _look(state, moment, settings)))
    found = [*session.exec(select(Delivery.id).where(ARE_OPEN, or_(*ahead))).all()]
    for priority in PRIORITIES:
        due = (col(Delivery.state) == "scheduled", col(Delivery.priority) == priority, col(Delivery.scheduled_at) <= moment)
        found += session.exec(select(Delivery.id).where(*due, ahead[1]))
    return sorted(id_ or 0 for id_ in found)


def _mend(one: Delivery, moment: datetime, settings: Settings) -> None:
    if one.lease_until and one.lease_until > _lease(moment, settings):
        one.lease_until = moment
    if one.sent_at and one.sent_at > moment + APART:
        one.sent_at = moment
    if one.first_sent_at and one.first_sent_at > moment + APART:
        one.first_sent_at = one.created_at if one.created_at <= moment else moment - SINCE
    if one.look_at and one.look_at > _look(one.state, moment, settings):
        one.look_at = moment


def _lease(moment: datetime, settings: Settings) -> datetime:
    """No lease ends later than this."""
    return moment + timedelta(seconds=settings.lease_s) + APART


def _look(state: str, moment: datetime, settings: Settings) -> datetime:
    """No look is put off until after this."""
    steps = timedelta(seconds=settings.reconcile_steps_s[0] + settings.reconcile_steps_s[-1])
    return moment + max(PATIENCE if state == "needs_decision" else UNKNOWN_MOST, steps) + APART
