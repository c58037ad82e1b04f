"""Turns: of any number of workers one does a periodic thing when its time has come."""

from datetime import timedelta

from sqlalchemy import Table, update
from sqlmodel import col

from core.clock import now
from core.db import Database, insert_new
from scheduler.models import Turn

TURNS: Table = Turn.__table__  # type: ignore[attr-defined] # SQLModel sets it


def take_turn(db: Database, name: str, every: timedelta, worker: str) -> bool:
    """True when `name` was last done at least `every` ago, by anyone; it then counts as done by `worker` now."""
    moment = now()
    with db.read() as session:
        last = session.get(Turn, name)
    if last is not None and last.at > moment - every:
        return False
    with db.write() as session:
        if last is None:
            return bool(insert_new(session, TURNS, [{"name": name, "at": moment, "worker": worker, "mark": 0}], unique=("name",)))
        mine = update(Turn).where(col(Turn.name) == name, col(Turn.at) == last.at).values(at=moment, worker=worker)
        return session.connection().execute(mine).rowcount == 1
