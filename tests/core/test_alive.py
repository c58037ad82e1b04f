"""Connections of the pool on PostgreSQL: one that died is replaced before anybody meets it, one at work is not asked in vain."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from core import alive
from core.db import Database
from tests.postgres import Postgres


@pytest.fixture
def there(postgres: Postgres) -> Iterator[Database]:
    db = Database(postgres.fresh())
    yield db
    db.dispose()


def used(db: Database) -> int:
    """The server's process that answered."""
    with db.read() as session:
        return int(session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one())


def asked(db: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one for each time a connection is asked whether it lives."""
    found: list[str] = []
    ask = db.engine.dialect.do_ping

    def asking(connection: object) -> bool:
        found.append("asked")
        return ask(connection)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(db.engine.dialect, "do_ping", asking)
    return found


def test_one_that_was_used_a_moment_ago_is_not_asked(there: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked(there, monkeypatch)
    assert used(there) == used(there)
    assert found == []


def test_one_that_lay_for_long_is_asked(there: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first, found = used(there), asked(there, monkeypatch)
    monkeypatch.setattr(alive, "TRUSTED_S", 0.0)
    assert (used(there), found) == (first, ["asked"])


def test_one_that_the_server_ended_a_moment_ago_is_replaced_unnoticed(there: Database, postgres: Postgres) -> None:
    first = used(there)
    with postgres.admin.connect() as connection:
        assert connection.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": first}).scalar_one()
    assert used(there) != first
