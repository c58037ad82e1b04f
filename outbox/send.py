"""Claim, call, record: what is due leaves once (DESIGN §2.2).

Three transactions and a call between the last two, with none open during the call: `take` claims a row with a lease; `begin` asks
the last-moment checks and commits the Attempt with the state `sending`; the connector is called; `record` writes the outcome if the
attempt is still ours. A process that dies anywhere leaves a row that says how far it came: claimed (the lease ends, another takes
it), sending (reconcile treats it as uncertain), or recorded.

The lease (MAJLIS_LEASE_S) should exceed the longest call, which is the connect plus the read timeout of each request of a step;
each step kept renews it. A worker that wakes after its lease does not send: it looks at the clock right before the call and again
at every kept step. Should the call itself outlast the lease, the answer still counts, because it is the truth about this attempt.
"""

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, and_, or_
from sqlmodel import col

from connectors.contract import Connector
from core import claim, clock
from core.actors import WORKER
from core.db import Database, away
from core.errors import Disconnected, MajlisError
from core.log import logger
from core.models import Account
from core.settings import Settings
from core.settings import settings as current
from outbox.accounts import Connect
from outbox.ahead import put_right
from outbox.attempt import Ticket, begin, call, record
from outbox.known import learn
from outbox.late import sweep
from outbox.models import PRIORITIES, Delivery
from outbox.outcome import Outcome
from outbox.recover import recover
from outbox.spending import spend
from outbox.standing import held
from outbox.states import move
from outbox.summary import Summary, summary_of
from outbox.waiting import waiting
from outbox.windows import may_leave

TABLE = Delivery.__table__  # type: ignore[attr-defined] # SQLModel does not declare it

log = logger("outbox")


def send_due(db: Database, connect: Connect, worker: str, *, settings: Settings | None = None) -> Summary:
    """Until nothing due is unclaimed: posts, replies, receipts and moderation actions alike. Never sleeps, never resends an
    uncertain one. Blocked accounts are asked once whether they are well again. What is due and can't leave now is among the
    problems, with the instant from which it can; what a pause holds is counted."""
    settings = settings or current()
    recover(db, connect, every=timedelta(0), settings=settings)
    put_right(db, settings)
    touched = sweep(db)
    moment = clock.now()
    while (delivery_id := send_next(db, connect, worker, settings=settings)) is not None:
        touched.append(delivery_id)
        moment = clock.now()  # before the last claim: a window that ends between it and the report is still told
    with db.read() as session:
        return summary_of(db, touched).with_waiting(waiting(session, moment), held(session))


def send_next(
    db: Database, connect: Connect, worker: str, *, only: int | None = None, settings: Settings | None = None
) -> int | None:
    """Try the next due delivery (of account `only`); its id, or None when nothing due is unclaimed. Raises no PlatformError."""
    settings = settings or current()
    delivery_id = take(db, worker, only, settings)
    if delivery_id is None:
        return None
    with db.read() as session:
        delivery = session.get_one(Delivery, delivery_id)
        account = session.get_one(Account, delivery.account_id)
    try:
        connector = connect(account)
    except MajlisError as e:
        put_aside(db, delivery_id, account, worker, e)
        return delivery_id
    ticket = begun(db, delivery_id, worker, connector, settings)
    if ticket is not None:
        outcome = call(db, connector, ticket, worker, settings)
        bill = connector.bill()
        if outcome is not None:
            record(db, ticket, worker, outcome, settings, bill)
        else:
            with db.write() as session:
                spend(session, account, bill)
    return delivery_id


def begun(db: Database, delivery_id: int, worker: str, connector: Connector, settings: Settings) -> Ticket | None:
    """`begin`; held when a guard or filler of another room failed: nothing has left, and it must not be tried for ever."""
    try:
        return begin(db, delivery_id, worker, connector, settings)
    except Exception as e:
        if away(e):
            raise
        log.exception("check_failed", delivery=delivery_id)
        with db.write() as session:
            why = f"unexpected:{type(e).__name__}"
            move(session, WORKER, delivery_id, ("scheduled",), "held", col(Delivery.worker) == worker, reason=why)
        return None


def take(db: Database, worker: str, only: int | None, settings: Settings) -> int | None:
    """Claim the next due row: people's words first, then moderation, then receipts; within each by time and order of queueing."""
    due = due_at(clock.now(), only)
    order = (col(Delivery.scheduled_at), col(Delivery.id))
    lease = timedelta(seconds=settings.lease_s)
    with db.write() as session:
        for priority in PRIORITIES:
            of_this = and_(col(Delivery.priority) == priority, due)
            ids = claim.claim(session, TABLE, of_this, worker=worker, lease=lease, order_by=order)
            if ids:
                return ids[0]
    return None


def due_at(moment: datetime | BindParameter[datetime], only: int | BindParameter[int] | None) -> ColumnElement[bool]:
    """SQL condition on deliveries (of account `only`): due, held by nobody, and nothing in their way."""
    due = and_(
        col(Delivery.state) == "scheduled",
        col(Delivery.scheduled_at) <= moment,
        or_(col(Delivery.not_before).is_(None), col(Delivery.not_before) <= moment),
        or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= moment),
        may_leave(moment),
    )
    return due if only is None else and_(due, col(Delivery.account_id) == only)


def put_aside(db: Database, delivery_id: int, account: Account, worker: str, why: MajlisError) -> None:
    """The account can't even be opened (its credentials can't be read): hold its queue and say which key is missing."""
    error = Disconnected(account=account.key, detail=why.code)
    log.error("account_not_opened", account=account.key, code=why.code)
    with db.write() as session:
        move(session, WORKER, delivery_id, ("scheduled",), "held", col(Delivery.worker) == worker, reason=error.code)
        learn(session, account, Outcome("held", error.code, error=error), "")
