"""On PostgreSQL procrastinate spreads timetable and lanes: its tables come by themselves, its jobs come and go with our rows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Thread

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from core.actors import WORKER
from core.clock import now
from core.db import Database
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.models import Delivery
from scheduler import spread
from scheduler.spread import every, put_in_place, take_away
from scheduler.timetable import TICKS, Shift, send
from scheduler.wake import SCHEMA, wake
from scheduler.worker import keep_time
from tests.postgres import Postgres
from tests.scheduler.conftest import Office
from tests.scheduler.test_many_workers import until


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[str]:
    """PostgreSQL alone: SQLite has none of this."""
    url = postgres.fresh()
    yield url
    postgres.drop(url)


def jobs(db: Database) -> list[tuple[str, str, str]]:
    """Task, status and lock of each job."""
    found = text(f"SELECT task_name, status::text, coalesce(lock, '') FROM {SCHEMA}.procrastinate_jobs ORDER BY id")
    with db.read() as session:
        return [(task, status, lock) for task, status, lock in session.connection().execute(found)]


def queue(session: Session, office: Office, platform: str, text: str = "خبر", after: timedelta = timedelta(0)) -> None:
    enqueue(session, WORKER, kind="post", account=office.accounts[platform], body=Body(text), at=now() + after)


def run(db: Database, statement: str) -> None:
    with db.write() as session:
        session.connection().execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
        session.connection().execute(text(statement))


def told(db: Database) -> str | None:
    with db.engine.connect() as connection:
        return spread._standing(connection)


def test_its_tables_come_with_ours_and_again_where_they_are_gone_or_of_another_version(db: Database) -> None:
    assert told(db) == spread._wanted()
    lane = f"INSERT INTO {SCHEMA}.procrastinate_workers DEFAULT VALUES"
    for harm in (f"DROP SCHEMA {SCHEMA} CASCADE", f"COMMENT ON SCHEMA {SCHEMA} IS 'procrastinate 1.0'"):
        run(db, harm)
        with db.writing.begin() as connection:
            before = connection.execute(text("SHOW search_path")).scalar_one()
            put_in_place(connection)
            assert connection.execute(text("SHOW search_path")).scalar_one() == before
        assert told(db) == spread._wanted()
        run(db, lane)
    with db.writing.begin() as connection:
        put_in_place(connection)
        assert connection.execute(text(f"SELECT count(*) FROM {SCHEMA}.procrastinate_workers")).scalar_one() == 1, "left as it is"
        take_away(connection)
    assert told(db) is None


def test_what_is_due_at_once_wakes_its_lane_in_the_same_transaction_and_what_is_planned_costs_nothing(office: Office) -> None:
    with office.db.write() as session:
        queue(session, office, "x")
        queue(session, office, "x", "another")
        queue(session, office, "facebook", after=timedelta(hours=1))
    x = office.ids("x")[0]
    assert jobs(office.db) == [("lane", "todo", f"lane:{x}")]
    with office.db.write() as session:
        queue(session, office, "x", "a third")
    assert len(jobs(office.db)) == 1, "one that waits is enough"
    with office.db.write() as session:
        queue(session, office, "instagram")
        assert len(jobs(office.db)) == 1, "before it is committed nobody else knows of it"
        session.rollback()
    assert len(jobs(office.db)) == 1, "what was not queued wakes nobody"


def test_at_its_hour_a_lane_is_woken_once_by_however_many_look(office: Office) -> None:
    shift = replace(Shift(office.settings, office.db, office.connect, "w1"), begin=partial(wake, office.db))
    with office.db.write() as session:
        for platform in ("x", "facebook"):
            queue(session, office, platform, after=timedelta(hours=1))
    send(shift)
    assert jobs(office.db) == []
    office.hands.forward(hours=1)
    send(shift)
    send(shift)
    assert sorted(lock for _, _, lock in jobs(office.db)) == sorted(f"lane:{i}" for i in office.ids("x", "facebook"))
    run(office.db, f"UPDATE {SCHEMA}.procrastinate_jobs SET status = 'doing'")
    send(shift)
    assert len(jobs(office.db)) == 2, "somebody drains it already"


@pytest.mark.parametrize(
    ("seconds", "line"), [(0.05, "* * * * * */1"), (1, "* * * * * */1"), (15, "* * * * * */15"), (120, "*/2 * * * * 0")]
)
def test_a_tick_becomes_a_cron_line_with_seconds(seconds: float, line: str) -> None:
    assert every(seconds) == line


def working(office: Office, names: set[str]) -> tuple[Shift, Thread]:
    shift = Shift(office.settings, office.db, office.connect, "w1")
    thread = Thread(target=keep_time, args=(shift, tuple(tick for tick in TICKS if tick.name in names)))
    thread.start()
    return shift, thread


def stop(shift: Shift, thread: Thread) -> None:
    shift.stopping.set()
    thread.join(30)
    assert not thread.is_alive()


def published(db: Database) -> Callable[[], bool]:
    def all_of_them() -> bool:
        with db.read() as session:
            return set(session.exec(select(Delivery.state))) == {"published"}

    return all_of_them


def test_a_row_queued_for_now_is_sent_on_its_commit_without_any_tick(office: Office) -> None:
    shift, thread = working(office, {"seal"})
    try:
        with office.db.write() as session:
            for platform in ("x", "facebook"):
                queue(session, office, platform)
        until(published(office.db))
    finally:
        stop(shift, thread)
    assert [job for job in jobs(office.db) if job[0] == "lane"] == [], "a job is gone when it is done"


def test_what_a_dead_worker_held_is_swept_away_and_its_lane_goes_on(office: Office) -> None:
    x, facebook = office.ids("x", "facebook")
    with office.db.write() as session:
        queue(session, office, "x")
    for account, silence in ((x, spread.DEAD_S + 1), (facebook, 0)):
        worker = f"INSERT INTO {SCHEMA}.procrastinate_workers (last_heartbeat) VALUES (now() - interval '{silence} seconds')"
        job = "queue_name, task_name, lock, status, worker_id, args"
        values = f"SELECT 'lanes', 'lane', 'lane:{account}', 'doing', id, '{{}}' FROM worker"
        run(office.db, f"WITH worker AS ({worker} RETURNING id) INSERT INTO {SCHEMA}.procrastinate_jobs ({job}) {values}")
    shift, thread = working(office, {"send"})
    try:
        until(published(office.db))
    finally:
        stop(shift, thread)
    assert ("lane", "doing", f"lane:{facebook}") in jobs(office.db), "whoever is alive keeps what he has"
