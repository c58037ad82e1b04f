"""The tables as they stand: every release's lines one after the other, read once and added to."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from inbox.data.files import header, unzipped
from inbox.data.package import checksum
from inbox.data.periods import Through
from inbox.data.tables import FROZEN
from inbox.models import Release

DESCRIPTOR = "datapackage.json"


def _empty() -> dict[str, bytes]:
    return {table.name: header(table) for table in FROZEN}


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that was published up to the release of `day`, whose SHA-256 is `sha256`: table -> CSV. `chain`: what that release says
    of itself; `at`: when it was made; `count` of releases."""

    day: date | None = None
    sha256: str = ""
    through: Through = field(default_factory=Through)
    tables: Mapping[str, bytes] = field(default_factory=_empty)
    chain: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    count: int = 0

    def and_then(self, release: Release) -> "Shelf":
        """With the lines of the next release."""
        files = unzipped(release.package)
        chain: dict[str, Any] = json.loads(files[DESCRIPTOR])["release"]
        through = Through(*(date.fromisoformat(chain["through"][name]) for name in ("day", "month")))
        chain = {**chain, "sha256": release.sha256}
        return Shelf(release.day, release.sha256, through, self.and_lines(files), chain, release.at, self.count + 1)

    def and_lines(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The tables with the lines of these files (name.csv -> CSV with its header) at their end."""
        grown = dict(self.tables)
        for table in FROZEN:
            if new := files.get(f"{table.name}.csv"):
                grown[table.name] += new.removeprefix(header(table))
        return grown


def sums(tables: Mapping[str, bytes]) -> dict[str, str]:
    """The checksum of each whole table, by which a release vouches for all that came before it."""
    return {name: checksum(written) for name, written in tables.items()}


def sha256(package: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(package).hexdigest()


def releases(session: Session, after: date | None = None) -> Iterator[Release]:
    """Every release later than `after`, in order."""
    query = select(Release).order_by(col(Release.day))
    if after is not None:
        query = query.where(col(Release.day) > after)
    with session.exec(query.execution_options(yield_per=50)) as rows:
        for release in rows:
            yield release
            session.expunge(release)


def days(session: Session, since: date) -> list[date]:
    """The days of the releases made since then, in order."""
    return list(session.exec(select(col(Release.day)).where(col(Release.day) >= since).order_by(col(Release.day))))


def newest(session: Session) -> Release | None:
    """The newest release."""
    return session.exec(select(Release).order_by(col(Release.day).desc()).limit(1)).first()


def load(session: Session, known: Shelf | None = None) -> Shelf:
    """The shelf as it is now; `known` is one read earlier, so that only what is newer is read."""
    shelf = known or Shelf()
    for release in releases(session, shelf.day):
        shelf = shelf.and_then(release)
    return shelf
