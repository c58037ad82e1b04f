"""Asking blocked accounts whether they may be written to again; one call each, never a delivery as a probe."""

from datetime import timedelta

from sqlalchemy import exists, update
from sqlmodel import col, select

from connectors import platform_of
from connectors.contract import Health
from connectors.unread import unexpected
from core.actors import WORKER
from core.clock import now
from core.db import Database
from core.errors import Disconnected, MajlisError, PlatformError
from core.log import logger
from core.models import Account
from core.settings import Settings
from core.settings import settings as current
from outbox import budget
from outbox.accounts import Connect, note_health
from outbox.channels import BLOCKS, INACTIVE, ask_again, free
from outbox.known import UNTOLD, learn, note_check
from outbox.look import APART
from outbox.models import ARE_WAITING, Channel, Delivery
from outbox.outcome import Outcome
from outbox.spending import spend
from outbox.states import move
from outbox.windows import heed

#: how often the worker asks; a person who renewed the credentials need not wait for it
EVERY = timedelta(seconds=60)
#: how often a way to one person is asked how it is, when nothing is wrong with it
QUIET = timedelta(minutes=15)

log = logger("outbox")


def recover(db: Database, connect: Connect, *, every: timedelta = EVERY, settings: Settings | None = None) -> int:
    """Check each blocked account not asked for `every`; the held queue of one that is well again is scheduled. Returns how many.
    What a budget holds no more is scheduled too."""
    _stranded(db)
    budget.let_go(db, settings or current())
    _greet(db, connect, every)
    with db.write() as session:
        blocked = ask_again(session, every)
    freed = 0
    for account in blocked:
        error: PlatformError | None = None
        health: Health | None = None
        try:
            connector = connect(account)
        except MajlisError as e:
            log.warning("account_not_opened", account=account.key, code=e.code)
            continue
        with db.read() as session:
            heed(session, account, connector)
        try:
            health = connector.check()
            well = not health.missing_scopes
        except PlatformError as e:
            error, well = e, False
        except Exception as e:
            log.exception("check_failed", account=account.key)
            error, well = unexpected(account.key, e), False
        with db.write() as session:
            spend(session, account, connector.bill())
            if health is not None:
                note_check(session, account, health)
            if well:
                free(session, account)
                note_health(session, account, None)
                freed += 1
            elif error is not None:
                note_health(session, account, error)
    return freed


def _greet(db: Database, connect: Connect, every: timedelta) -> None:
    """Ask the ways to one person how they are, because nobody reads them: while that is not known, and every QUIET. One whose
    credentials are refused is blocked, before anything is tried."""
    for account in _silent(db, every):
        error: PlatformError | None = None
        try:
            connect(account).check()
        except PlatformError as e:
            error = e
        except MajlisError as e:
            error = Disconnected(account=account.key, detail=e.code)
        except Exception as e:
            log.exception("check_failed", account=account.key)
            error = unexpected(account.key, e)
        with db.write() as session:
            if error is None:
                note_health(session, account, None)
            else:
                learn(session, account, Outcome("held", error.code, error=error), "")


def _silent(db: Database, every: timedelta) -> list[Account]:
    """Those that are to be asked now; each is asked by one process."""
    moment = now()
    with db.read() as session:
        used = session.exec(select(Account).where(col(Account.active)).order_by(col(Account.id))).all()
    found = []
    for account in used:
        wait = every if account.health in UNTOLD else QUIET
        due = account.health_at is None or not moment - wait < account.health_at <= moment + APART
        if not due or account.health in BLOCKS or platform_of(account.platform, account.backend).public:
            continue
        with db.write() as session:
            this = (col(Account.id) == account.id, col(Account.health_at).is_not_distinct_from(account.health_at))
            if session.connection().execute(update(Account).where(*this).values(health_at=moment)).rowcount == 1:
                found.append(account)
    return found


def _stranded(db: Database) -> None:
    """Schedule what is held for a block that is no more, or because its account was disabled, which it is not: that ended between
    a worker's look at it and its commit."""
    free = col(Delivery.account_id).in_(select(Account.id).where(col(Account.active)))  # as the index of what waits begins
    blocked = exists().where(col(Channel.account_id) == col(Delivery.account_id), col(Channel.block) != "")
    over = col(Delivery.reason).in_((*BLOCKS, INACTIVE))
    left = (ARE_WAITING, col(Delivery.state) == "held", over, free, ~blocked)
    with db.read() as session:
        ids = session.exec(select(Delivery.id).where(*left).order_by(col(Delivery.id))).all()
    for delivery_id in ids:
        with db.write() as session:
            move(session, WORKER, delivery_id or 0, ("held",), "scheduled", ~blocked, free, over, reason="")
