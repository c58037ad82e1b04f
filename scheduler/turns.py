"""Turns: of any number of workers one does a periodic thing when its time has come, or holds something alone for a while.

Both are courtesy, not safety: a turn that is lost or taken twice costs a call or the order of two posts, never a double.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Table, update
from sqlmodel import Session, col, select

from core.bulk import insert_new
from core.clock import now
from core.db import Database
from scheduler.models import Turn

TURNS: Table = Turn.__table__  # type: ignore[attr-defined] # SQLModel sets it
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: what was noted further ahead of now was noted by a clock that was wrong and has been put right: it keeps nobody waiting
AHEAD = timedelta(minutes=2)


def take_turn(db: Database, name: str, every: timedelta, worker: str) -> bool:
    """True when `name` was last done at least `every` ago, by anyone; it then counts as done by `worker` now."""
    moment = now()
    with db.read() as session:
        last = session.get(Turn, name)
    if last is not None and moment - every < last.at <= moment + AHEAD:
        return False
    with db.write() as session:
        if last is None:
            return bool(insert_new(session, TURNS, [{"name": name, "at": moment, "worker": worker, "mark": 0}], unique=("name",)))
        mine = update(Turn).where(col(Turn.name) == name, col(Turn.at) == last.at).values(at=moment, worker=worker)
        return session.connection().execute(mine).rowcount == 1


def since(session: Session, moment: datetime) -> set[str]:
    """What was done later than `moment`, by anyone: whose turn it can't be yet."""
    return set(session.exec(select(Turn.name).where(col(Turn.at) > moment, col(Turn.at) <= now() + AHEAD)))


def hold(db: Database, name: str, lease: timedelta, worker: str) -> bool:
    """True while `worker` has `name` to itself: it had it already, nobody had, or whoever had it did not say so for `lease`.

    Called again it goes on; that costs a write only once in half a lease.
    """
    moment = now()
    with db.read() as session:
        last = session.get(Turn, name)
    if last is not None:
        mine = last.worker == worker
        if moment - (lease / 2 if mine else lease) < last.at <= moment + AHEAD:
            return mine
    with db.write() as session:
        if last is None:
            return bool(insert_new(session, TURNS, [{"name": name, "at": moment, "worker": worker, "mark": 0}], unique=("name",)))
        free = (col(Turn.name) == name, col(Turn.at) == last.at, col(Turn.worker) == last.worker)
        return session.connection().execute(update(Turn).where(*free).values(at=moment, worker=worker)).rowcount == 1


def held_by_others(session: Session, prefix: str, lease: timedelta, worker: str) -> set[str]:
    """What of these names is now in the hands of others than `worker`."""
    moment = now()
    theirs = select(Turn.name).where(col(Turn.name).startswith(prefix), col(Turn.worker).not_in(("", worker)))
    return set(session.exec(theirs.where(col(Turn.at) > moment - lease, col(Turn.at) <= moment + AHEAD)))


def let_go(db: Database, name: str, worker: str) -> None:
    """Give up what `worker` holds, so that another need not wait for the lease to end."""
    mine = update(Turn).where(col(Turn.name) == name, col(Turn.worker) == worker)
    with db.write() as session:
        session.connection().execute(mine.values(worker="", at=EPOCH))
