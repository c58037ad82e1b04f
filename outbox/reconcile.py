"""Settling what nobody could know: read the platform back, adopt what is there, never send blindly again (DESIGN §2.3).

A hide, unhide or delete whose outcome is unknown is simply done again. For words the platform is read at MAJLIS_RECONCILE_STEPS_S
after the send: one match is adopted; a half-way step that can be finished without a second copy is finished; no match after the
last step is put before a person, and goes on being looked for, because it may still appear.
"""

from datetime import datetime, timedelta
from threading import Event

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from connectors.contract import Bill
from core import claim, clock
from core.actors import WORKER
from core.db import Database
from core.models import Account
from core.settings import Settings
from core.settings import settings as current
from outbox.accounts import Connect
from outbox.ahead import put_right
from outbox.models import ARE_OPEN, Attempt, Delivery
from outbox.overtaken import as_values
from outbox.send import TABLE
from outbox.settle import UNSETTLED, settle
from outbox.spending import spend
from outbox.states import move
from outbox.summary import Summary, summary_of


def reconcile_due(
    db: Database, connect: Connect, worker: str, *, settings: Settings | None = None, stopping: Event | None = None
) -> Summary:
    """Every reading back that is due now; does not sleep. Deliveries whose worker died become uncertain first, also where its clock
    stood ahead.

    Ends early, between two deliveries, when `stopping` is set."""
    settings = settings or current()
    put_right(db, settings)
    orphans(db, settings)
    touched: list[int] = []
    started = clock.now()
    while not (stopping and stopping.is_set()) and (delivery_id := _take(db, worker, started, settings)) is not None:
        touched.append(delivery_id)
        settle(db, connect, worker, delivery_id, settings)
    return summary_of(db, touched)


def orphans(db: Database, settings: Settings) -> list[int]:
    """`sending` past its lease: the worker died after it may have sent. That is unknown, not failed, but for what the platform had
    confirmed before: that is published. Returns the ids of those that are unknown."""
    moment = clock.now()
    over = col(Delivery.lease_until) <= moment
    dead = select(Delivery.id, Delivery.attempts, Delivery.sent_at).where(ARE_OPEN, col(Delivery.state) == "sending", over)

    def closed(session: Session) -> list[int]:
        found = []
        # locked before its attempt, as whoever records an outcome does
        for delivery_id, number, sent_at in session.exec(dead.with_for_update(skip_locked=True)).all():
            if _answered(session, delivery_id or 0, number, over):
                continue
            step = timedelta(seconds=settings.reconcile_steps_s[0])
            look_at = max(moment, (sent_at or moment) + step)
            lost = move(session, WORKER, delivery_id or 0, ("sending",), "uncertain", over, look_at=look_at, reason="worker_lost")
            if lost is not None:
                found.append(lost.id or 0)
                attempt = and_(col(Attempt.delivery_id) == delivery_id, col(Attempt.no) == number)
                values = {"outcome": "uncertain", "detail": "worker_lost", "ended_at": moment}
                session.connection().execute(update(Attempt).where(attempt).values(values))
        return found

    return db.insist(closed)


def _answered(session: Session, delivery_id: int, number: int, over: ColumnElement[bool]) -> bool:
    """True when the platform's answer to this attempt is known: the delivery is published then."""
    this = select(Attempt).where(col(Attempt.delivery_id) == delivery_id, col(Attempt.no) == number)
    attempt = session.exec(this.with_for_update()).first()
    if attempt is None or not attempt.answer:
        return False
    told, moment = attempt.answer, clock.parse(attempt.answer["at"])
    try:
        with session.begin_nested():
            done = move(session, WORKER, delivery_id, ("sending",), "published", over, **as_values(told))
            if done is not None:
                attempt.outcome, attempt.detail, attempt.ended_at = "published", "answered", moment
                session.add(attempt)
                spend(session, session.get_one(Account, done.account_id), Bill(), price=told["cost"])
    except IntegrityError:  # the id stands with another delivery of ours: this one is looked for
        return False
    return True


def _take(db: Database, worker: str, started: datetime, settings: Settings) -> int | None:
    moment = clock.now()
    due = and_(
        ARE_OPEN,
        col(Delivery.state).in_(UNSETTLED),
        col(Delivery.look_at) <= started,
        or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= moment),
    )
    with db.read() as session:  # most of the time there is nothing, and the write lock is not for asking
        if session.exec(select(Delivery.id).where(due).limit(1)).first() is None:
            return None
    lease = timedelta(seconds=settings.lease_s)
    with db.write() as session:
        ids = claim.claim(session, TABLE, due, worker=worker, lease=lease, order_by=(col(Delivery.look_at), col(Delivery.id)))
    return ids[0] if ids else None
