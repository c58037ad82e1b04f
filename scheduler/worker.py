"""The worker: APScheduler as a metronome over the timetable (DESIGN §2.4). The database is the schedule, memory holds none."""

import logging
import os
import signal
import socket
import time
from datetime import UTC, datetime
from functools import partial
from threading import Thread
from typing import Any
from uuid import uuid4

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Table, update
from sqlmodel import col

from core.bulk import insert_new
from core.clock import now
from core.db import Database, open_database
from core.log import logger
from core.models import Heartbeat
from core.settings import Settings
from core.vault import open_vault
from outbox.accounts import Connections
from policies.judge import ready
from scheduler.timetable import TICKS, Shift, Tick

#: a tick's heartbeat is written at most this often
BEAT_S = 10.0
#: a request in flight may take so long to finish after SIGTERM; what is then still running is settled by reconcile
PATIENCE_S = 8.0

HEARTBEATS: Table = Heartbeat.__table__  # type: ignore[attr-defined] # SQLModel sets it

log = logger("scheduler")


def worker_name() -> str:
    """Unique among hosts, processes and restarts: it signs the rows this worker takes."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:6]}"


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then finish what is in flight and end within PATIENCE_S, whatever a platform does meanwhile."""
    db, vault = open_database(settings), open_vault(settings)
    _prepare()
    shift = Shift(settings, db, Connections(settings, vault), worker_name())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: shift.stopping.set())
    if not keep_time(shift):
        # Python would wait at its end for every thread, that is for the platform; the ledger knows what to make of a dead worker
        logging.shutdown()
        os._exit(0)
    db.dispose()


def _prepare() -> None:
    """Have the judge loaded before work begins. What it can't load is told again where texts are judged; posts still go out."""
    try:
        ready()
    except Exception:
        log.exception("judge not ready")


def keep_time(shift: Shift, ticks: tuple[Tick, ...] = TICKS) -> bool:
    """Run the ticks until `shift.stopping` is set. True when all that was in flight ended within PATIENCE_S."""
    metronome = start(shift, ticks)
    log.info("working", worker=shift.worker, pid=os.getpid())
    shift.stopping.wait()
    log.info("stopping", worker=shift.worker)
    deadline = time.monotonic() + PATIENCE_S
    closing = Thread(target=metronome.shutdown, name="closing", daemon=True)  # waits for the ticks, however long they take
    closing.start()
    finished = [lanes.close(max(deadline - time.monotonic(), 0)) for lanes in (shift.senders, shift.readers)]
    closing.join(max(deadline - time.monotonic(), 0))
    clean = all(finished) and not closing.is_alive()
    log.info("stopped", worker=shift.worker, state="clean" if clean else "in_flight")
    return clean


def start(shift: Shift, ticks: tuple[Tick, ...]) -> BackgroundScheduler:
    """The metronome, running: memory only, missed beats melt into one, no beat is ever too late."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of every beat that is skipped, which is by design
    metronome = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(len(ticks))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    for tick in ticks:
        beat = partial(once, shift, tick, Beat(tick.name, shift.worker))
        metronome.add_job(beat, "interval", seconds=tick.every_s, id=tick.name, next_run_time=datetime.now(UTC))
    metronome.start()
    return metronome


class Beat:
    """The heartbeat of one tick: a row whose age an alarm can read."""

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
