"""What colleagues share, kept in order: what was put off comes back at its hour, and what is over is forgotten."""

from datetime import timedelta
from threading import Event

from sqlalchemy import delete
from sqlmodel import col

from core.clock import now
from core.db import Database
from inbox import snooze, unsaid
from inbox.models import Deed, Opened, Presence
from scheduler.turns import take_turn

FORGET = timedelta(hours=1)
#: what somebody may take back, what he read, and who was reading are of no use for longer
DEEDS, OPENED, PRESENCES = timedelta(days=1), timedelta(days=180), timedelta(minutes=10)


def keep(db: Database, worker: str, stopping: Event | None = None) -> None:
    """Wake what is due, every worker what it finds; once an hour, whichever it is, forget what is over."""
    snooze.wake_due(db, stopping=stopping)
    if take_turn(db, "teamwork", FORGET, worker):
        forget(db)


def forget(db: Database) -> None:
    """Nobody's words are among it, but for those their writer has left for half a year: who did what stands in the audit."""
    with db.write(patient=True) as session:
        session.execute(delete(Deed).where(col(Deed.at) < now() - DEEDS))
        session.execute(delete(Presence).where(col(Presence.until) < now() - PRESENCES))
    with db.write(patient=True) as session:
        session.execute(delete(Opened).where(col(Opened.at) < now() - OPENED))
    unsaid.forget(db)
