"""Rounds through the cases on the timetable (inbox.rounds), and dates reckoned anew when what they hang on has changed."""

from datetime import timedelta
from threading import Event

from sqlalchemy import Table, update
from sqlmodel import col

from core.bulk import insert_new
from core.clock import now
from core.db import Database
from inbox import rounds
from scheduler.models import Turn
from scheduler.turns import take_turn

TURNS: Table = Turn.__table__  # type: ignore[attr-defined] # SQLModel sets it
EVERY = timedelta(minutes=1)


def keep(db: Database, worker: str, stopping: Event) -> None:
    """Once a minute, whichever worker it is: dates first, so that nobody is warned of one that has moved."""
    if take_turn(db, "cases", EVERY, worker):
        follow_calendar(db, stopping)
        rounds.work(db, stopping)


def follow_calendar(db: Database, stopping: Event | None = None) -> int:
    """Reckon open cases anew where calendar or targets are not those they were reckoned by. Returns of how many a date moved.

    What they were reckoned by stands in a turn each; it is written when all is done, so whoever is cut off begins again."""
    with db.read() as session:
        marks = rounds.marks(session)
        changed = {
            name: mark for name, mark in marks.items() if (turn := session.get(Turn, _turn(name))) is None or turn.mark != mark
        }
    moved = 0
    for because, mark in changed.items():
        moved += rounds.redate_all(db, because, stopping)
        if stopping is not None and stopping.is_set():
            break
        with db.write() as session:
            insert_new(session, TURNS, [{"name": _turn(because), "at": now(), "worker": "", "mark": 0}], unique=("name",))
            session.connection().execute(update(Turn).where(col(Turn.name) == _turn(because)).values(at=now(), mark=mark))
    return moved


def _turn(name: str) -> str:
    return f"cases:{name}"
