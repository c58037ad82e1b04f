"""The worker: it runs the timetable until it is told to end (DESIGN §2.4). The database is the schedule, memory holds none.

On SQLite APScheduler is its metronome; on PostgreSQL procrastinate spreads the same list over all workers (scheduler.spread).
"""

import gc
import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from threading import Thread
from uuid import uuid4

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from core.db import open_database
from core.ending import set_on_signal
from core.log import logger
from core.settings import Settings
from core.vault import open_vault
from outbox.accounts import Connections
from policies.judge import ready
from scheduler.pulse import Beat, once
from scheduler.timetable import TICKS, Shift, Tick

#: a request in flight may take so long to finish after SIGTERM; what is then still running is settled by reconcile
PATIENCE_S = 8.0

#: ends what was started; True when all of it ended within so many seconds
Finish = Callable[[float], bool]

log = logger("scheduler")


def worker_name() -> str:
    """Unique among hosts, processes and restarts: it signs the rows this worker takes."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:6]}"


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then finish what is in flight and end within PATIENCE_S, whatever a platform does meanwhile."""
    db, vault = open_database(settings), open_vault(settings)
    prepare()
    shift = Shift(settings, db, Connections(settings, vault), worker_name())
    set_on_signal(shift.stopping)
    if not keep_time(shift):
        # Python would wait at its end for every thread, that is for the platform; the ledger knows what to make of a dead worker
        logging.shutdown()
        os._exit(0)
    db.dispose()


def prepare() -> None:
    """Have the judge loaded before work begins. What it can't load is told again where texts are judged; posts still go out.

    What stands in memory then stays: the collector, which stops every thread while it looks, does not look at it again.
    """
    try:
        ready()
    except Exception:
        log.exception("judge not ready")
    gc.collect()
    gc.freeze()


def keep_time(shift: Shift, ticks: tuple[Tick, ...] = TICKS) -> bool:
    """Run the ticks until `shift.stopping` is set. True when all that was in flight ended within PATIENCE_S."""
    log.info("working", worker=shift.worker, pid=os.getpid())
    finish = _spread(shift, ticks) if shift.db.dialect == "postgresql" else _alone(shift, ticks)
    shift.stopping.wait()
    log.info("stopping", worker=shift.worker)
    deadline = time.monotonic() + PATIENCE_S
    clean = True
    for part in (finish, shift.lanes.close, shift.senders.close, shift.readers.close):
        clean &= part(max(deadline - time.monotonic(), 0))
    log.info("stopped", worker=shift.worker, state="clean" if clean else "in_flight")
    return clean


def _spread(shift: Shift, ticks: tuple[Tick, ...]) -> Finish:
    from scheduler.spread import start  # SQLite has no need of what it loads

    return start(shift, ticks, PATIENCE_S)


def _alone(shift: Shift, ticks: tuple[Tick, ...]) -> Finish:
    """APScheduler's metronome, running: memory only, missed beats melt into one, no beat is ever too late."""
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

    def finish(within_s: float) -> bool:
        closing = Thread(target=metronome.shutdown, name="closing", daemon=True)  # waits for the ticks, however long they take
        closing.start()
        closing.join(within_s)
        return not closing.is_alive()

    return finish
