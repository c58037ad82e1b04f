"""One door to the database: SQLite (WAL, full sync) or PostgreSQL, the same code on both (DESIGN §2.13).

`with db.write() as s:` is one transaction that commits at the end (on SQLite it takes the write lock at once, so a read
that later writes can't fail with "database is locked"); `with db.read() as s:` never writes. No transaction is open while a
platform answers: take what you need, leave the block, call, come back.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock, get_ident
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Connection, Engine, Integer, create_engine, event, make_url
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import JSON
from sqlmodel import Session

from core import alive
from core.errors import ConfigurationError
from core.settings import Settings
from core.why import Why, of_system

T = TypeVar("T")

#: Key of every large table: 64 bit on PostgreSQL, SQLite's own rowid.
Key = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")

BUSY_MS = 15_000
#: whoever can wait to write lets others go first for so long
PATIENCE_S = 3.0
#: PostgreSQL's word for two transactions that waited for each other, of which it broke this one off
DEADLOCK = "40P01"
#: so often at most such a one is begun anew
ANEW_MOST = 4


def _sqlite_connected(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we emit BEGIN ourselves, see _begin
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-32000",
        "secure_delete=ON",  # what people had removed is overwritten, not only forgotten
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise ConfigurationError(name="MAJLIS_DATABASE_URL", why=Why("folder_not_made", path=path, cause=of_system(e))) from e


def away(e: Exception) -> bool:
    """Whether the database can't be used at all just now, and not only for what it was given: PostgreSQL calls it a failure of
    operation too when a value is beyond its limits (SQLSTATE class 54). No connection to be had is as one that is lost."""
    if isinstance(e, OperationalError):
        return not _sqlstate(e).startswith("54")
    return isinstance(e, TimeoutError) or (isinstance(e, DBAPIError) and e.connection_invalidated)


def _sqlstate(e: DBAPIError) -> str:
    return str(getattr(e.orig, "sqlstate", None) or "")


class Turn:
    """Writers of one process one after the other, in the order in which they came; whoever has the turn may take it again.

    The patient let others go before them for PATIENCE_S."""

    def __init__(self) -> None:
        self._lock, self._owner, self._depth = Lock(), 0, 0
        self._waiting: deque[tuple[int, Lock]] = deque()
        self._patient: deque[tuple[int, Lock, float]] = deque()

    @contextmanager
    def taken(self, *, patient: bool) -> Iterator[None]:
        """Wait for the turn, and have it for the duration."""
        gate = self._queue(get_ident(), patient)
        if gate is not None:
            gate.acquire()
        try:
            yield
        finally:
            self._pass_on()

    def _queue(self, me: int, patient: bool) -> "Lock | None":
        with self._lock:
            if self._owner in (0, me):
                self._owner, self._depth = me, self._depth + 1
                return None
            gate = Lock()
            gate.acquire()
            if patient:
                self._patient.append((me, gate, time.monotonic()))
            else:
                self._waiting.append((me, gate))
            return gate

    def _pass_on(self) -> None:
        with self._lock:
            self._depth -= 1
            if self._depth:
                return
            self._owner = 0
            enough = bool(self._patient) and time.monotonic() - self._patient[0][2] > PATIENCE_S
            if self._waiting and not enough:
                self._owner, gate = self._waiting.popleft()
            elif self._patient:
                self._owner, gate, _ = self._patient.popleft()
            else:
                return
            self._depth = 1
            gate.release()


class Database:
    """An open database. `url` is an SQLAlchemy address; `dialect` is `sqlite` or `postgresql`."""

    def __init__(self, url: str, *, pooled: bool = True) -> None:
        self.url = url
        parsed = make_url(url)
        self.dialect = parsed.get_backend_name()
        if self.dialect == "sqlite":
            if parsed.database:
                _folder(Path(parsed.database).parent)
            self.engine: Engine = create_engine(
                url,
                hide_parameters=True,  # they are what people wrote
                connect_args={"check_same_thread": False},
                **(
                    {"pool_size": 10, "max_overflow": 90}
                    if pooled and parsed.database
                    else {"poolclass": None if pooled else NullPool}
                ),
            )
            event.listen(self.engine, "connect", _sqlite_connected)
            event.listen(self.engine, "begin", _sqlite_begin)
        else:
            self.engine = create_engine(
                url,
                hide_parameters=True,
                connect_args={"options": "-c timezone=UTC -c lock_timeout=15000"},
                **({"pool_size": 24, "max_overflow": 8} if pooled else {"poolclass": NullPool}),
            )
            if pooled:
                alive.watch(self.engine)
        self.writing = self.engine.execution_options(writing=True)
        #: for one question that is asked very often: on PostgreSQL without the two round trips that begin and end a transaction
        self.asking = self.engine if self.dialect == "sqlite" else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        #: on SQLite threads of one process write in turn: its own way of waiting is to sleep ever longer
        self._turn = Turn() if self.dialect == "sqlite" else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and writes nothing."""
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session  # closing ends the transaction and, unlike a rollback, leaves what was read readable

    @contextmanager
    def write(self, *, patient: bool = False) -> Iterator[Session]:
        """One transaction: commits when the block ends well, rolls back when it raises. `patient`: it can wait for others."""
        turn = self._turn.taken(patient=patient) if self._turn else nullcontext()
        with turn, Session(self.writing, expire_on_commit=False) as session:
            yield session
            session.commit()

    def insist(self, write: Callable[[Session], T], *, patient: bool = False) -> T:
        """What `write` returns, after one transaction as of `write()`. Where PostgreSQL breaks that off, because it and another
        waited for each other, nothing of it stands and it is done anew: what a platform answered must not be lost by that."""
        for _ in range(ANEW_MOST):
            try:
                with self.write(patient=patient) as session:
                    return write(session)
            except OperationalError as e:
                if _sqlstate(e) != DEADLOCK:
                    raise
        with self.write(patient=patient) as session:
            return write(session)

    def dispose(self) -> None:
        self.engine.dispose()


def open_database(settings: Settings, *, pooled: bool = True) -> Database:
    """The database the settings name. A SQLite file is readable by its owner alone."""
    if settings.database.startswith("sqlite"):
        os.umask(0o077)
    return Database(settings.database, pooled=pooled)
