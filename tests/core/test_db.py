"""One door to two databases: durable, strict about references, and a reader never in a writer's way."""

import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError, StatementError, TimeoutError
from sqlmodel import Session, col, select

from core.clock import now
from core.db import Database, away, open_database
from core.models import Account, SignIn
from core.settings import Settings


def account(native_id: str = "1") -> Account:
    return Account(platform="facebook", native_id=native_id)


def names(db: Database) -> list[str]:
    with db.read() as session:
        return sorted(row.native_id for row in session.exec(select(Account)))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 15_000), ("secure_delete", 1)],
)
def test_sqlite_is_opened_durable_and_strict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_power_cuts: Callable[[Any, Any], None], pragma: str, value: object
) -> None:
    monkeypatch.setattr("core.db._sqlite_connected", no_power_cuts)
    db = Database(f"sqlite:///{tmp_path}/majlis.db")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
    db.dispose()


def test_the_sqlite_file_is_for_its_owner_alone(settings: Settings) -> None:
    db = open_database(settings)
    with db.writing.begin() as connection:
        connection.execute(text("CREATE TABLE things (id integer)"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in settings.var_dir.glob("majlis.db*")}
    db.dispose()
    assert "majlis.db" in modes
    assert set(modes.values()) == {0}


def test_a_block_that_ends_well_is_kept_and_one_that_raises_is_not(db: Database) -> None:
    with db.write() as session:
        session.add(account("kept"))
    with pytest.raises(IntegrityError), db.write() as session:
        session.add_all([account("lost"), account("kept")])
    assert names(db) == ["kept"]


def test_a_reader_leaves_nothing_behind(db: Database) -> None:
    with db.read() as session:
        session.add(account())
    assert names(db) == []


def test_a_row_can_not_point_to_nobody(db: Database) -> None:
    with pytest.raises(IntegrityError), db.write() as session:
        session.add(SignIn(token_hash="x", user_id=4711, expires_at=now()))


def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises((StatementError, ValueError)), db.write() as session:
        session.add(Account(platform="x", native_id="1", heard_at=datetime(2026, 11, 24, 6, 0)))  # noqa: DTZ001 (that is what must be refused)


def test_a_time_comes_back_as_the_instant_it_was(db: Database) -> None:
    moment = datetime(2026, 11, 24, 6, 0, 0, 123456, tzinfo=UTC)
    with db.write() as session:
        session.add(Account(platform="x", native_id="1", heard_at=moment))
    with db.read() as session:
        assert session.exec(select(Account.heard_at)).one() == moment


def test_writers_wait_for_each_other_and_none_is_lost(db: Database) -> None:
    def add(number: int) -> None:
        for n in range(5):
            with db.write() as session:
                seen = len(session.exec(select(Account)).all())  # a read before the write: SQLite must hold its lock already
                session.add(account(f"{number}-{n}-{seen}"))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(db)) == 20


def test_of_two_that_wait_for_each_other_the_one_that_is_broken_off_begins_anew(db: Database) -> None:
    with db.write() as session:
        session.add_all([account("a"), account("b")])
    both, begun = threading.Barrier(2), list[str]()

    def note(*order: str) -> None:
        def write(session: Session) -> None:
            begun.append(order[0])
            for name in order:
                mine = update(Account).where(col(Account.native_id) == name)
                session.connection().execute(mine.values(spent_usd_micros=col(Account.spent_usd_micros) + 1))
                if name == order[0] and db.dialect == "postgresql" and begun.count(name) == 1:
                    both.wait(20)

        db.insist(write)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(note, "a", "b"), pool.submit(note, "b", "a")]:
            done.result()
    assert len(begun) == (3 if db.dialect == "postgresql" else 2)
    with db.read() as session:
        assert session.exec(select(Account.spent_usd_micros)).all() == [2, 2]


def test_what_fails_for_another_reason_is_not_begun_anew(db: Database) -> None:
    begun = []

    def write(session: Session) -> None:
        begun.append(1)
        session.connection().exec_driver_sql("SELECT nothing FROM nowhere")

    with pytest.raises(DBAPIError):
        db.insist(write)
    assert begun == [1]


def test_a_reader_sees_the_state_before_a_write_that_is_under_way(db: Database) -> None:
    with db.write() as session:
        session.add(account("before"))
    with db.write() as writing:
        writing.add(account("during"))
        writing.flush()
        assert names(db) == ["before"]
    assert names(db) == ["before", "during"]


def test_what_is_beyond_a_limit_is_no_sign_of_a_database_that_is_away(db: Database) -> None:
    beyond = "SELECT array_to_tsvector(ARRAY[repeat('a', 3000)])" if db.dialect == "postgresql" else "SELECT zeroblob(2000000000)"
    with db.read() as session, pytest.raises(DBAPIError) as caught:
        session.connection().exec_driver_sql(beyond).all()
    assert not away(caught.value)


def test_nor_is_a_value_that_does_not_fit_but_a_connection_that_is_lost_or_not_to_be_had_is() -> None:
    cause = Exception("cause")
    assert not away(DataError("SELECT 1", {}, cause))
    assert away(InterfaceError("SELECT 1", {}, cause, connection_invalidated=True))
    assert away(TimeoutError("all connections are taken"))


def test_a_database_that_can_not_be_reached_is_away() -> None:
    with pytest.raises(OperationalError) as caught, Database("postgresql+psycopg://nobody@127.0.0.1:1/none").read() as session:
        session.connection()
    assert away(caught.value)
