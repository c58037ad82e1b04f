"""Many workers on PostgreSQL: procrastinate carries the timetable and the lanes over any number of hosts (docs/decisions/0012).

Each tick is a periodic job that one of the workers runs, each account with something due a job under a lock of its own. The claims
and the ledger stay ours: a job that is lost, doubled or stalled costs a moment. No job is ever tried again, all are deleted when
they end, and what a dead worker left behind is swept away by the living, not by a job.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from threading import Thread

from procrastinate import App, PsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, make_url, text

from core.db import Database
from core.log import logger
from scheduler.lanes import Lanes
from scheduler.pulse import Beat, once
from scheduler.timetable import LANES_AT_ONCE, Shift, Tick, drain
from scheduler.wake import LANE, LANES, SCHEMA, wake

TICKS = "ticks"
#: a worker says so often that it lives, and after so long a silence its jobs are taken from it
ALIVE_S, DEAD_S = 5.0, 20.0
#: after the database went away it is tried again
AGAIN_S = 1.0
#: the wall clock may run so much beside the steady one before procrastinate's own clock is set anew
JUMP_S = 2.0

#: held while the schema is put in place, so that workers that start together wait for each other
LOCK = 0x4D414A53

_SWEEP = """
    DELETE FROM procrastinate_jobs AS job WHERE status = 'doing' AND NOT EXISTS (
      SELECT 1 FROM procrastinate_workers
      WHERE id = job.worker_id AND last_heartbeat > now() - make_interval(secs => %(dead_s)s))"""
_BURY = "DELETE FROM procrastinate_workers WHERE last_heartbeat <= now() - make_interval(secs => %(dead_s)s)"

log = logger("scheduler")


def put_in_place(connection: Connection) -> None:
    """Have procrastinate's tables, in a schema of their own, as the installed version wants them; in the caller's transaction.

    Those of another version are replaced: nothing in them is worth keeping, for the rows of the ledger say what is due.
    """
    if _standing(connection) == _wanted():
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if _standing(connection) == _wanted():
        return
    take_away(connection)
    path = connection.execute(text("SELECT current_setting('search_path')")).scalar_one()
    for statement in (f"CREATE SCHEMA {SCHEMA}", f"SET LOCAL search_path TO {SCHEMA}", SchemaManager.get_schema()):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    # so that jobs can be deferred in transactions whose search path is another one
    function = f"{SCHEMA}.procrastinate_defer_jobs_v1({SCHEMA}.procrastinate_job_to_defer_v1[])"
    connection.execute(text(f"ALTER FUNCTION {function} SET search_path TO {SCHEMA}, pg_temp"))
    connection.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS '{_wanted()}'"))
    connection.execute(text("SELECT set_config('search_path', :path, true)"), {"path": path})


def take_away(connection: Connection) -> None:
    """Remove the schema with all that is in it."""
    connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))


def _wanted() -> str:
    return f"procrastinate {version('procrastinate')}"


def _standing(connection: Connection) -> str | None:
    asked = text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name")
    found: str | None = connection.execute(asked, {"name": SCHEMA}).scalar()
    return found


def start(shift: Shift, ticks: tuple[Tick, ...], patience_s: float) -> Callable[[float], bool]:
    """Begin to work, and go on through every absence of the database. What is returned ends it: True when all ended in time.

    Jobs that run longer than half of `patience_s` after that are left to themselves."""
    for chatty in ("psycopg.pool", "procrastinate"):  # ticks and lanes tell of their own failures, and _through of the database's
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    shift = replace(shift, begin=partial(wake, shift.db))
    beats = Lanes("tick", len(ticks))
    loop = asyncio.new_event_loop()
    working = loop.create_task(_through(shift, ticks, beats, patience_s / 2))
    thread = Thread(target=_run, args=(loop, working), name="spread", daemon=True)
    thread.start()

    def finish(within_s: float) -> bool:
        loop.call_soon_threadsafe(working.cancel)
        thread.join(within_s)
        return beats.close(0) and not thread.is_alive()

    return finish


def _run(loop: asyncio.AbstractEventLoop, working: "asyncio.Task[None]") -> None:
    loop.run_until_complete(asyncio.wait([working]))
    loop.close()


async def _through(shift: Shift, ticks: tuple[Tick, ...], beats: Lanes, patience_s: float) -> None:
    """Work, and begin anew whenever the database went away or the clock jumped."""
    apart = False
    while True:
        try:
            await _work(shift, ticks, beats, patience_s)
            apart = False
        except Exception as e:  # noqa: BLE001 (whatever it was, the only way on is to begin anew; the rows lose nothing by it)
            if not apart:  # said once, however long it lasts
                log.warning("workers_apart", worker=shift.worker, code=type(e).__name__)
            apart = True
        await asyncio.sleep(AGAIN_S)


async def _work(shift: Shift, ticks: tuple[Tick, ...], beats: Lanes, patience_s: float) -> None:
    """One spell of work: until cancelled, or until a part of it ends, which says that the others must begin anew."""
    await asyncio.get_running_loop().run_in_executor(None, _ready, shift.db)
    connector = PsycopgConnector(
        conninfo=_conninfo(shift.db), min_size=1, max_size=4, kwargs={"options": f"-c search_path={SCHEMA} -c timezone=UTC"}
    )
    timekeeper, carrier = App(connector=connector), App(connector=connector)
    for number, tick in enumerate(ticks):
        work = partial(once, shift, tick, Beat(tick.name, shift.worker))
        job = timekeeper.task(name=tick.name, queue=TICKS, queueing_lock=f"tick:{tick.name}")(_tick(beats, number, work))
        timekeeper.periodic(cron=every(tick.every_s))(job)
    carrier.task(name=LANE, queue=LANES)(_lane(shift))
    async with timekeeper.open_async():
        parts = [
            asyncio.create_task(part)
            for part in (
                _part(timekeeper, TICKS, len(ticks), patience_s),
                _part(carrier, LANES, LANES_AT_ONCE, patience_s),
                _sweep(connector),
                _steady(),
            )
        ]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
        for part in done:
            part.result()


def _ready(db: Database) -> None:
    with db.writing.begin() as connection:
        put_in_place(connection)


def _conninfo(db: Database) -> str:
    return make_url(db.url).set(drivername="postgresql").render_as_string(hide_password=False)


async def _part(app: App, queue: str, at_once: int, patience_s: float) -> None:
    await app.run_worker_async(
        queues=[queue],
        concurrency=at_once,
        fetch_job_polling_interval=1.0,
        shutdown_graceful_timeout=patience_s,
        delete_jobs="always",
        install_signal_handlers=False,
        update_heartbeat_interval=ALIVE_S,
        stalled_worker_timeout=DEAD_S,
    )


def every(seconds: float) -> str:
    """The cron line, with seconds last, of what runs every `seconds`: whole seconds, or whole minutes; at least one second."""
    whole = max(round(seconds), 1)
    return f"* * * * * */{whole}" if whole < 60 else f"*/{whole // 60} * * * * 0"


def _tick(beats: Lanes, number: int, work: Callable[[], None]) -> Callable[[int], Coroutine[None, None, None]]:
    """One run of a tick; never twice at once in one process."""

    async def job(timestamp: int) -> None:
        await _ended(beats.start(number, work))

    return job


def _lane(shift: Shift) -> Callable[[int], Coroutine[None, None, None]]:
    """All that is due on an account. The job's lock lets one worker at a time have it."""

    async def job(account_id: int) -> None:
        await _ended(shift.lanes.start(account_id, partial(drain, shift, account_id)))

    return job


async def _ended(work: "Future[None] | None") -> None:
    if work is not None:
        await asyncio.wrap_future(work)


async def _sweep(connector: PsycopgConnector) -> None:
    """Take from the dead what they hold, so that the living get it."""
    while True:
        for statement in (_SWEEP, _BURY):
            await connector.execute_query_async(statement, dead_s=DEAD_S)
        await asyncio.sleep(ALIVE_S)


async def _steady() -> None:
    """Returns when the wall clock jumped: procrastinate would wait until it is where it was, or make up for all it skipped."""
    apart = time.time() - time.monotonic()
    while abs(time.time() - time.monotonic() - apart) < JUMP_S:
        await asyncio.sleep(1)
