"""What this door holds of the open data: the newest release and all before it, looked for again each minute.

Where the worker did not make the release of the day, the first who asks for the data has it made: what is shown is always what was
published, and nothing else.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from core.actors import WORKER
from core.clock import now
from core.db import Database
from core.log import logger
from core.settings import Settings
from inbox.data import files, living
from inbox.data.periods import release_day
from inbox.data.release import make
from inbox.data.shelf import Shelf, load
from inbox.data.tables import TABLES

FRESH = timedelta(minutes=1)
log = logger("portal")


class Current:
    """The tables of one open door."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._shelf = Shelf()
        self._looked: datetime | None = None
        self._json: dict[str, tuple[bytes, bytes]] = {}

    def shelf(self, db: Database, settings: Settings) -> Shelf:
        """All that was published. Without a database, what was known last; its error where nothing is.

        While one has the release of the day made, nobody else waits for it: until then, what was published before stands.
        """
        if not self._lock.acquire(blocking=self._shelf.day is None):
            return self._shelf
        try:
            moment = now()
            if self._looked is None or not timedelta() <= moment - self._looked < FRESH:
                self._look(db, settings)
                self._looked = moment
            return self._shelf
        finally:
            self._lock.release()

    def _look(self, db: Database, settings: Settings) -> None:
        try:
            with db.read() as session:
                self._shelf = load(session, self._shelf)
            if self._shelf.day is None or self._shelf.day < release_day(now()):
                make(db, WORKER, settings)
                with db.read() as session:
                    self._shelf = load(session, self._shelf)
        except SQLAlchemyError as e:
            if self._shelf.day is None:
                raise
            log.error("release not made", code=type(e).__name__)  # noqa: TRY400 (a trace may hold the query)

    def json(self, name: str, written: bytes) -> bytes:
        """A table as JSON; made once for each state of it."""
        kept = self._json.get(name)
        if kept is None or kept[0] != written:
            kept = (written, files.as_json(files.records(TABLES[name], written)))
            self._json[name] = kept
        return kept[1]


def tables(session: Session, shelf: Shelf) -> Mapping[str, bytes]:
    """Every table as CSV: those published for good, and those that stand as things are now."""
    alive = {"results": living.results(session), "codes": living.codes(), "dictionary": living.dictionary()}
    return {**shelf.tables, **{name: files.as_csv(TABLES[name], rows) for name, rows in alive.items()}}
