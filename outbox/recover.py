"""Asking blocked accounts whether they may be written to again; one call each, never a delivery as a probe."""

from datetime import timedelta

from sqlalchemy import exists
from sqlmodel import col, select

from connectors.contract import Health
from connectors.unread import unexpected
from core.actors import WORKER
from core.db import Database
from core.errors import MajlisError, PlatformError
from core.log import logger
from core.models import Account
from outbox.accounts import Connect, note_health
from outbox.channels import BLOCKS, ask_again, free
from outbox.known import note_check
from outbox.models import ARE_WAITING, Channel, Delivery
from outbox.spending import spend
from outbox.states import move
from outbox.windows import heed

#: how often the worker asks; a person who renewed the credentials need not wait for it
EVERY = timedelta(seconds=60)

log = logger("outbox")


def recover(db: Database, connect: Connect, *, every: timedelta = EVERY) -> int:
    """Check each blocked account not asked for `every`; the held queue of one that is well again is scheduled. Returns how many."""
    _stranded(db)
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


def _stranded(db: Database) -> None:
    """Schedule what is held for a block that is no more: it was lifted between a worker's look at it and its commit."""
    free = col(Delivery.account_id).in_(select(Account.id).where(col(Account.active)))  # as the index of what waits begins
    blocked = exists().where(col(Channel.account_id) == col(Delivery.account_id), col(Channel.block) != "")
    left = (ARE_WAITING, col(Delivery.state) == "held", col(Delivery.reason).in_(BLOCKS), free, ~blocked)
    with db.read() as session:
        ids = session.exec(select(Delivery.id).where(*left).order_by(col(Delivery.id))).all()
    for delivery_id in ids:
        with db.write() as session:
            move(session, WORKER, delivery_id or 0, ("held",), "scheduled", ~blocked, col(Delivery.reason).in_(BLOCKS), reason="")
