"""What others make of the same thousand: APScheduler's date jobs, procrastinate's `schedule_at`; without checks or ledger."""

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import make_url, text

from core.db import Database

AHEAD = timedelta(seconds=5)
PATIENCE_S = 90
#: seconds late, in order, of what ran
Rival = Callable[[Database, int, int, float], list[float]]

_called: list[float] = []
_lock = Lock()


def _send(due: float, takes_s: float) -> None:
    late = time.time() - due
    with _lock:
        _called.append(late)
    time.sleep(takes_s)


def _wait(count: int) -> list[float]:
    deadline = time.monotonic() + AHEAD.total_seconds() + PATIENCE_S
    quiet, seen = time.monotonic(), 0
    while len(_called) < count and time.monotonic() < deadline:
        time.sleep(0.1)
        if len(_called) != seen:
            quiet, seen = time.monotonic(), len(_called)
        if seen and time.monotonic() - quiet > 10:
            break  # the rest was dropped
    with _lock:
        found = sorted(_called)
        _called.clear()
    return found


def _apscheduler(options: dict[str, object]) -> Rival:
    def run(db: Database, count: int, senders: int, takes_s: float) -> list[float]:
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        with tempfile.TemporaryDirectory() as folder:
            url = db.url if db.dialect == "postgresql" else f"sqlite:///{Path(folder) / 'jobs.db'}"
            scheduler = BackgroundScheduler(
                executors={"default": ThreadPoolExecutor(senders)},
                jobstores={"default": SQLAlchemyJobStore(url)},
                job_defaults=options,
                timezone=UTC,
            )
            scheduler.start(paused=True)
            at = datetime.now(UTC) + AHEAD + timedelta(seconds=count / 200)
            for _ in range(count):
                scheduler.add_job(_send, "date", run_date=at, args=(at.timestamp(), takes_s))
            scheduler.resume()
            found = _wait(count)
            scheduler.shutdown(wait=True)
        return found

    return run


def _procrastinate(db: Database, count: int, senders: int, takes_s: float) -> list[float]:
    return asyncio.run(_by_procrastinate(db, count, senders, takes_s))


async def _by_procrastinate(db: Database, count: int, senders: int, takes_s: float) -> list[float]:
    from procrastinate import App, PsycopgConnector
    from procrastinate.types import JSONValue

    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    with db.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA rival"))
    url = make_url(db.url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=url, max_size=10, kwargs={"options": "-c search_path=rival -c timezone=UTC"}))

    @app.task(name="send")
    def send(due: float) -> None:
        _send(due, takes_s)

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        at = datetime.now(UTC) + AHEAD
        jobs: list[dict[str, JSONValue]] = [{"due": at.timestamp()} for _ in range(count)]
        await app.configure_task("send", schedule_at=at).batch_defer_async(*jobs)
        worker = asyncio.create_task(
            app.run_worker_async(concurrency=senders, fetch_job_polling_interval=1, install_signal_handlers=False)
        )
        found = await asyncio.to_thread(_wait, count)
        worker.cancel()
        await asyncio.wait([worker])
    return found


#: name -> (the store it needs, "" for both; how it is run)
RIVALS: Mapping[str, tuple[str, Rival]] = {
    "APScheduler date jobs, as it comes": ("", _apscheduler({})),
    "APScheduler date jobs, no misfire limit": ("", _apscheduler({"misfire_grace_time": None})),
    "procrastinate, schedule_at, poll 1 s": ("postgresql", _procrastinate),
}
