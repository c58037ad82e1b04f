"""Alembic migrations: one head, up and down on both databases.

A migration runs whole or not at all, and one process at a time: on SQLite inside one write transaction, on PostgreSQL under an
advisory lock. So any number of commands may meet an empty database at once. On PostgreSQL the tables of procrastinate come and go
with it, in a schema of their own (scheduler.spread). Alembic itself is loaded only to migrate: every command asks for the revision,
and few change it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

import core.models  # noqa: F401 (its tables register themselves)
import inbox.models  # noqa: F401 (its tables register themselves)
import outbox.models  # noqa: F401 (its tables register themselves)
import scheduler.models  # noqa: F401 (its tables register themselves)
from core.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS = Path(__file__).parent / "versions"
LOCK = 0x4D414A4C  # "MAJL": the advisory lock of PostgreSQL


def config(connection: Connection | None = None) -> "Config":
    """Alembic's configuration, to run on `connection`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision this program needs: the highest number among the migrations' files."""
    return max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))


def current(db: Database) -> str | None:
    """The revision of this database; None for an empty one."""
    with db.engine.connect() as connection:
        return current_in(connection)


def current_in(connection: Connection) -> str | None:
    """The revision of the database behind `connection`; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _migrate(db: Database, direction: str, revision: str) -> None:
    from alembic import command

    with db.writing.begin() as connection:
        if db.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        getattr(command, direction)(config(connection), revision)
        if db.dialect == "postgresql":
            from scheduler import spread

            (spread.put_in_place if direction == "upgrade" else spread.take_away)(connection)


def create_schema(db: Database) -> None:
    """Bring an empty or older database to the newest schema."""
    _migrate(db, "upgrade", "head")


def downgrade(db: Database, revision: str = "base") -> None:
    """Take the schema back to `revision`."""
    _migrate(db, "downgrade", revision)
