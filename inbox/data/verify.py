"""Were the releases changed? Walks them from the first and names the one that does not fit."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from zipfile import BadZipFile

from sqlmodel import Session, col, select

from core.models import AuditEntry
from inbox.data import shelf
from inbox.data.files import MARK
from inbox.data.shelf import Shelf
from inbox.data.tables import FROZEN, Table
from inbox.models import Release


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: how many releases hold, the newest of them and its hash; `broken`: the day of the first that does not.

    `why`: changed (its bytes are not those of its hash), before (the one before it is not the one it names), seal (the head of the
    audit it names never was), tables (the tables do not have the checksums it gives), twice (a line was published before),
    head_unknown (all hold, but a hash written down earlier is not among them)."""

    releases: int
    day: date | None
    head: str
    broken: date | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        return not self.why


def verify(session: Session, *, known_head: str = "") -> Verdict:
    """Walk every release. Costs time in proportion to all that was published.

    Whoever can write the database can write all releases anew; `known_head`, a hash kept elsewhere, shows it.
    """
    met = not known_head
    known, keys = Shelf(), {table.name: set[tuple[str, ...]]() for table in FROZEN}
    for release in shelf.releases(session):
        try:
            grown = known.and_then(release)
        except (BadZipFile, KeyError, ValueError, EOFError):
            return Verdict(known.count, known.day, known.sha256, release.day, "changed")
        if why := _wrong(session, known, release, grown) or _repeated(known, grown, keys):
            return Verdict(known.count, known.day, known.sha256, release.day, why)
        known, met = grown, met or release.sha256 == known_head
    return Verdict(known.count, known.day, known.sha256, None, "" if met else "head_unknown")


def _wrong(session: Session, known: Shelf, release: Release, grown: Shelf) -> str:
    told = grown.chain
    if shelf.sha256(release.package) != release.sha256:
        return "changed"
    if not release.before == told["before"] == known.sha256:
        return "before"
    if (release.seal_no, release.seal) != (told["seal_no"], told["seal"]) or not _sealed(session, release):
        return "seal"
    return "" if told["tables"] == shelf.sums(grown.tables) else "tables"


def _sealed(session: Session, release: Release) -> bool:
    if not release.seal_no:
        return True
    seal = session.exec(select(AuditEntry.seal).where(col(AuditEntry.seal_no) == release.seal_no)).first()
    return seal == release.seal


def _repeated(known: Shelf, grown: Shelf, keys: dict[str, set[tuple[str, ...]]]) -> str:
    """`twice` when a new line has the keys of an earlier one."""
    for table in FROZEN:
        new = grown.tables[table.name][len(known.tables[table.name]) :]
        for line in _lines(table, new):
            if line in keys[table.name]:
                return "twice"
            keys[table.name].add(line)
    return ""


def _lines(table: Table, written: bytes) -> list[tuple[str, ...]]:
    text = io.StringIO(written.removeprefix(MARK).decode(), newline="")
    return [tuple(line[: len(table.keys)]) for line in csv.reader(text)]
