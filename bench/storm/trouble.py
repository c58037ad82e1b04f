"""The database in trouble while workers work: PostgreSQL restarted at once, SQLite locked by somebody else or its disk full."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from sqlalchemy import Connection, event, make_url

from bench.storm.judge import Verdict
from core.db import Database

#: between two troubles; a restart takes a second or two itself
PAUSE_S = (0.5, 4.0)
#: SQLite has no limit of pages
NO_LIMIT = 1_073_741_823


@contextmanager
def troubled(db: Database, restart: Callable[[], None], chance: random.Random, told: Verdict) -> Iterator[None]:
    """Trouble again and again until the end; `told.struck` counts it. `restart`: stops PostgreSQL at once and starts it again."""
    over = Event()
    work = _restarting(restart) if db.dialect == "postgresql" else _sqlite(db)

    def again() -> None:
        for cause in work:
            told.struck[cause] += 1
            if over.wait(chance.uniform(*PAUSE_S)):
                return

    thread = Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        work.close()


def _restarting(restart: Callable[[], None]) -> "Any":
    while True:
        restart()
        yield "database restarted"


def _sqlite(db: Database) -> "Any":
    """By turns: somebody holds the write lock for longer than we wait, and no page can be added."""
    limit = [NO_LIMIT]

    def impatient(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=30")

    def limited(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={limit[0]}")

    event.listen(db.engine, "connect", impatient)
    event.listen(db.engine, "begin", limited)
    db.engine.dispose()  # the connections opened so far are too patient
    other = sqlite3.connect(make_url(db.url).database or "", isolation_level=None, check_same_thread=False, timeout=5)
    wait = Event()
    try:
        while True:
            other.execute("BEGIN IMMEDIATE")
            wait.wait(0.15)
            other.execute("ROLLBACK")
            yield "database locked"
            limit[0] = 1  # as many as there are
            wait.wait(0.15)
            limit[0] = NO_LIMIT
            yield "disk full"
    finally:
        limit[0] = NO_LIMIT
        other.close()
        event.remove(db.engine, "connect", impatient)
        event.remove(db.engine, "begin", limited)
        db.engine.dispose()
