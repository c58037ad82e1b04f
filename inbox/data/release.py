"""Releases of the open data: one a day, holding what was not published before, and never anything else again.

A release is a data package of its own lines (a zip), kept as it was made. It names the hash of the one before it, the head of the
audit, and the checksum of every whole table with its lines in; the audit then takes in its hash. So nobody can change what was
published, or the audit beneath it, without every later release giving it away.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table as SqlTable
from sqlalchemy import func, select
from sqlmodel import Session, col

from core import audit
from core.actors import Actor
from core.bulk import insert_new
from core.clock import now, rfc3339
from core.db import Database
from core.models import AuditHead
from core.settings import Settings
from inbox.data import count, files, living, package, periods, shelf
from inbox.data.moderated import moderation
from inbox.data.suppress import Cell, alone, cells, unsummed
from inbox.data.tables import FROZEN, TABLES
from inbox.editions import in_force
from inbox.models import Decision, Release

RELEASES: SqlTable = Release.__table__  # type: ignore[attr-defined]  # SQLModel sets it


@dataclass(frozen=True, slots=True)
class Made:
    """What a release brought: its day, its hash, and how many new lines of each table."""

    day: date
    sha256: str
    lines: dict[str, int]


def make(db: Database, actor: Actor, settings: Settings) -> Made | None:
    """Publish what is whole and was not published yet; None when today's release is made already, or another just makes it."""
    actor.require("system.send")
    with db.read() as session:
        last = shelf.newest(session)
    day = periods.release_day(now())
    if last is not None and last.day >= day:
        return None
    audit.seal(db)
    with db.read() as session:
        release, lines = drawn_up(session, day, settings)
    with db.write() as session:
        kept = keep(session, actor, release)
    return Made(day, release.sha256, lines) if kept else None


def drawn_up(session: Session, day: date, settings: Settings) -> tuple[Release, dict[str, int]]:
    """The release of that day as it is to be kept, and its number of lines by table. Writes nothing."""
    known = shelf.load(session)
    through, told = _due(session, known.through, day)
    written = {
        f"{table.name}.csv": files.as_csv(table, rows)
        for table in FROZEN
        if (rows := [files.row_of(cell) for cell in told if cell.split == table.name])
    }
    head = session.get(AuditHead, 1) or AuditHead()
    moment = now()
    chain = {
        "day": day.isoformat(),
        "before": known.sha256,
        "seal_no": head.seal_no,
        "seal": head.seal,
        "through": {"day": str(through.day), "month": str(through.month)},
        "tables": shelf.sums(known.and_lines(written)),
        "results": package.checksum(files.as_csv(TABLES["results"], living.results(session))),
    }
    cover = package.Cover(in_force(session), settings.public_url, moment, chain)
    descriptor = package.described(cover, {name.removesuffix(".csv"): content for name, content in written.items()})
    whole = files.zipped({shelf.DESCRIPTOR: json.dumps(descriptor, ensure_ascii=False, indent=1).encode(), **written}, day)
    release = Release(
        day=day, package=whole, sha256=shelf.sha256(whole), before=known.sha256, seal_no=head.seal_no, seal=head.seal, at=moment
    )
    return release, {table.name: sum(cell.split == table.name for cell in told) for table in FROZEN}


def keep(session: Session, actor: Actor, release: Release) -> bool:
    """Publish a release that was drawn up; False when another was published meanwhile, on which it does not follow."""
    actor.require("system.send")
    session.get(AuditHead, 1, with_for_update=True)  # one at a time, whatever the day
    last = shelf.newest(session)
    if (last.sha256 if last else "") != release.before or not insert_new(
        session, RELEASES, [release.model_dump()], unique=("day",)
    ):
        return False
    audit.record(
        session,
        actor,
        "data.release",
        f"release:{release.day.isoformat()}",
        sha256=release.sha256,
        before=release.before,
        at=rfc3339(release.at),
    )
    return True


def _due(session: Session, last: periods.Through, day: date) -> tuple[periods.Through, list[Cell]]:
    """How far the release reaches, and every line it tells."""
    days = periods.days(last.day, None if last.day else count.first_day(session), day)
    months = periods.months(last.month, None if last.month else _first_month(session), day)
    told = [cell for one in days for cell in alone("platforms", count.participation(session, one), (one.isoformat(),))]
    for month in months:
        told += _of_month(session, month)
    whole = periods.month_of(periods.month_of(day) - periods.ONE_DAY)
    return periods.Through(max(day - periods.ONE_DAY, last.day or day - periods.ONE_DAY), max(whole, last.month or whole)), told


def _of_month(session: Session, month: date) -> Iterator[Cell]:
    path = (f"{month:%Y-%m}",)
    yield from alone("cases", count.cases(session, month), path, nearly=True)
    yield from unsummed("endings", count.endings(session, month), path)
    yield from cells(count.answers(session, month), path)
    yield from cells(count.ratings(session, month), path)
    yield from alone("moderation", moderation(session, month), path)


def _first_month(session: Session) -> date | None:
    """A day of the first month in which there is something to count: a case, or a decision that something was done."""
    decided = session.execute(select(func.min(col(Decision.at))).where(col(Decision.delivery_id).is_not(None))).scalar()
    known = (count.first_case(session), decided.date() if decided else None)
    return min((day for day in known if day), default=None)
