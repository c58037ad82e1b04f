"""One tick of the timetable as every worker runs it, and its heartbeat: a row whose age an alarm can read."""

import time
from typing import Any

from sqlalchemy import Table, update
from sqlmodel import col

from core.bulk import insert_new
from core.clock import now
from core.db import Database
from core.log import logger
from core.models import Heartbeat
from scheduler.timetable import Shift, Tick

#: a tick's heartbeat is written at most this often
BEAT_S = 10.0

HEARTBEATS: Table = Heartbeat.__table__  # type: ignore[attr-defined] # SQLModel sets it

log = logger("scheduler")


class Beat:
    """The heartbeat of one tick."""

    def __init__(self, name: str, worker: str) -> None:
        self.name, self._worker, self._last = name, worker, float("-inf")

    def write(self, db: Database, seconds: float) -> None:
        """Note that the tick ran and how long it took; at most once in BEAT_S."""
        if time.monotonic() - self._last < BEAT_S:
            return
        self._last = time.monotonic()
        values: dict[str, Any] = {"at": now(), "worker": self._worker, "detail": {"seconds": round(seconds, 3)}}
        with db.write() as session:
            beaten = update(Heartbeat).where(col(Heartbeat.name) == self.name).values(values)
            if session.connection().execute(beaten).rowcount == 0:  # the first beat ever, perhaps of two workers at once
                insert_new(session, HEARTBEATS, [{"name": self.name, **values}], unique=("name",))


def once(shift: Shift, tick: Tick, beat: Beat) -> None:
    """One tick. What it raises is logged; the next one comes all the same, but without a heartbeat, which is what alarms see."""
    if shift.stopping.is_set():
        return
    began = time.monotonic()
    try:
        tick.run(shift)
        beat.write(shift.db, time.monotonic() - began)
    except Exception:
        log.exception("tick_failed", job=tick.name)
