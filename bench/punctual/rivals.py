"""What others make of the same thousand: APScheduler's date jobs, procrastinate's `schedule_at`. They post the same words through
the same connectors to the same platforms; without checks or ledger."""

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import LifoQueue
from threading import Lock

from apscheduler.executors.pool import ThreadPoolExecutor as JobThreads
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import make_url, text

from bench.punctual.office import Office
from bench.storm.house import word
from connectors.contract import Connector, Outgoing
from core.db import Database
from core.errors import PlatformError

AHEAD = timedelta(seconds=5)
PATIENCE_S = 90
#: posts so many for this office with so many senders at once; `look` is called again and again from when they are due on. Returns
#: when they were due, in seconds since the epoch
Rival = Callable[[Office, int, int, Callable[[], None]], float]

_lock = Lock()
_ended = 0
#: open connectors by the number of their account, one call at a time each
_ready: dict[int, "LifoQueue[Connector]"] = {}


class _Steps:
    """A rival remembers nothing."""

    def get(self, name: str) -> str | None:
        return None

    def keep(self, name: str, value: str) -> None:
        """It is not kept."""


def _send(account: int, words: str) -> None:
    global _ended
    connector = _ready[account].get()
    try:
        with suppress(PlatformError):  # what did not arrive is counted as lost
            connector.send(Outgoing(words), _Steps())
    finally:
        _ready[account].put(connector)
    with _lock:
        _ended += 1


def _open(office: Office, senders: int) -> None:
    """As many open connectors as may be used at once."""
    global _ended
    _ended = 0
    for number, account in enumerate(office.accounts):
        _ready[number] = LifoQueue()
        for _ in range(senders):
            _ready[number].put(office.another(account))


def _wait(count: int, at: datetime, look: Callable[[], None]) -> float:
    """Until all have been tried, or nothing more is for ten seconds."""
    time.sleep(max((at - datetime.now(UTC)).total_seconds(), 0))
    quiet, seen = time.monotonic(), _ended
    deadline = quiet + PATIENCE_S
    look()
    while _ended < count and time.monotonic() < min(deadline, quiet + 10):
        time.sleep(0.1)
        look()
        if _ended != seen:
            quiet, seen = time.monotonic(), _ended
    return at.timestamp()


def _words(number: int) -> str:
    return f"إعلان من الوزارة {word(number)}\n\nA notice of the ministry, {word(number)}"


def _apscheduler(options: dict[str, object]) -> Rival:
    def run(office: Office, count: int, senders: int, look: Callable[[], None]) -> float:
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        _open(office, senders)
        db = office.db
        with tempfile.TemporaryDirectory() as folder:
            url = db.url if db.dialect == "postgresql" else f"sqlite:///{Path(folder) / 'jobs.db'}"
            scheduler = BackgroundScheduler(
                executors={"default": JobThreads(senders)},
                jobstores={"default": SQLAlchemyJobStore(url)},
                job_defaults=options,
                timezone=UTC,
            )
            scheduler.start(paused=True)
            at = datetime.now(UTC) + AHEAD + 2 * count * _each(scheduler)
            for number in range(count):
                scheduler.add_job(_send, "date", run_date=at, args=(number % len(office.accounts), _words(number)))
            assert datetime.now(UTC) < at, "all stand in time"
            scheduler.resume()
            due = _wait(count, at, look)
            scheduler.shutdown(wait=True)
        return due

    return run


def _each(scheduler: BackgroundScheduler) -> timedelta:
    """How long it takes here and now to plan one job."""
    began = time.monotonic()
    for _ in range(20):
        scheduler.add_job(_send, "date", run_date=datetime.now(UTC) + timedelta(days=1), args=(0, _words(0)))
    scheduler.remove_all_jobs()
    return timedelta(seconds=(time.monotonic() - began) / 20)


def _procrastinate(office: Office, count: int, senders: int, look: Callable[[], None]) -> float:
    _open(office, senders)
    return asyncio.run(_by_procrastinate(office.db, len(office.accounts), count, senders, look))


async def _by_procrastinate(db: Database, accounts: int, count: int, senders: int, look: Callable[[], None]) -> float:
    from procrastinate import App, PsycopgConnector
    from procrastinate.types import JSONValue

    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(senders))  # else it sends by six threads on two processors
    with db.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA rival"))
    url = make_url(db.url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=url, max_size=10, kwargs={"options": "-c search_path=rival -c timezone=UTC"}))

    @app.task(name="send")
    def send(account: int, words: str) -> None:
        _send(account, words)

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        at = datetime.now(UTC) + AHEAD
        jobs: list[dict[str, JSONValue]] = [{"account": n % accounts, "words": _words(n)} for n in range(count)]
        await app.configure_task("send", schedule_at=at).batch_defer_async(*jobs)
        worker = asyncio.create_task(
            app.run_worker_async(concurrency=senders, fetch_job_polling_interval=1, install_signal_handlers=False)
        )
        waiting = ThreadPoolExecutor(1)
        due = await asyncio.get_running_loop().run_in_executor(waiting, _wait, count, at, look)
        worker.cancel()
        await asyncio.wait([worker])
        waiting.shutdown()
    return due


#: name -> (the store it needs, "" for both; its rounds, all when 0; how it is run)
RIVALS: Mapping[str, tuple[str, int, Rival]] = {
    "APScheduler date jobs, as it comes": ("", 1, _apscheduler({})),
    "APScheduler date jobs, no misfire limit": ("", 0, _apscheduler({"misfire_grace_time": None})),
    "procrastinate, schedule_at, poll 1 s": ("postgresql", 1, _procrastinate),
}
