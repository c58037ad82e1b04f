"""Reading the audit: what somebody did, what was done to something, on which days. Pages by key, and all of it for a file."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.cells import safe_text
from core.clock import DUBAI, rfc3339
from core.db import Database
from core.models import AuditEntry

#: entries read at once for a file
BATCH = 1000
#: entries are numbered nearly in the order of their time; so many may stand before one that is older
APART = 2000
COLUMNS = ("id", "at", "actor", "action", "subject", "detail", "seal_no", "seal")


@dataclass(frozen=True, slots=True)
class Sought:
    """What of the audit is wanted. `actor` and `action` as they are written (an action that ends in `.` is all of its kind);
    `subject` one thing (`case:12`) or all of a kind (`case`); days are Dubai's, both included."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None

    def named(self) -> dict[str, str]:
        """What was sought, for the audit."""
        given = {"actor": self.actor, "action": self.action, "subject": self.subject, "first": self.first, "last": self.last}
        return {name: str(value) for name, value in given.items() if value}


def page(session: Session, sought: Sought, *, before: int = 0, size: int = 50) -> list[AuditEntry]:
    """Newest first: one more than `size` when there are more; `before` is the id of the last one already seen."""
    query = select(AuditEntry).where(*_wanted(session, sought)).order_by(col(AuditEntry.id).desc()).limit(size + 1)
    if before:
        query = query.where(col(AuditEntry.id) < before)
    return list(session.exec(query))


def every(db: Database, sought: Sought) -> Iterator[dict[str, Any]]:
    """Every entry that is sought, oldest first, as it is published; a session a batch, so that a slow reader holds nothing."""
    after = 0
    while True:
        with db.read() as session:
            query = select(AuditEntry).where(*_wanted(session, sought), col(AuditEntry.id) > after)
            rows = session.exec(query.order_by(col(AuditEntry.id)).limit(BATCH)).all()
        for row in rows:
            yield {name: rfc3339(value) if isinstance(value := getattr(row, name), datetime) else value for name in COLUMNS}
        if len(rows) < BATCH:
            return
        after = rows[-1].id or 0


def jsonl(rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """One entry a line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def sheet(rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """A table for a spreadsheet, which finds its alphabet by the first sign; no cell of it is taken for a formula."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write("\ufeff")
    writer.writerow(COLUMNS)
    for row in rows:
        yield _taken(line)
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    yield _taken(line)


def take(session: Session, actor: Actor, sought: Sought, kind: str) -> None:
    """Somebody takes a file of it: audited with what he sought. Raises Forbidden."""
    actor.require("audit.read")
    actor.require("export.take")
    audit.record(session, actor, "audit.export", "audit:entries", kind=kind, **sought.named())


def _taken(line: io.StringIO) -> str:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return safe_text(json.dumps(value, ensure_ascii=False)) if value else ""
    return safe_text(value) if isinstance(value, str) else value


def _wanted(session: Session, sought: Sought) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if sought.actor:
        wanted.append(col(AuditEntry.actor) == sought.actor)
    for column, value, ends in ((AuditEntry.action, sought.action, "."), (AuditEntry.subject, sought.subject, ":")):
        if value and ends in value.rstrip(ends):
            wanted.append(col(column) == value)
        elif value:
            wanted.append(col(column).startswith(value.rstrip(ends) + ends, autoescape=True))
    return wanted + _days(session, sought)


def _days(session: Session, sought: Sought) -> list[ColumnElement[bool]]:
    """The days as instants, and as numbers of entries: these let either database walk by number from where the days begin."""
    wanted: list[ColumnElement[bool]] = []
    at, number = col(AuditEntry.at), col(AuditEntry.id)
    if sought.first is not None:
        since = _midnight(sought.first)
        begins = session.exec(select(AuditEntry.id).where(at >= since).order_by(at).limit(1)).first()
        wanted += [false()] if begins is None else [at >= since, number >= begins - APART]
    if sought.last is not None:
        until = _midnight(sought.last + timedelta(days=1))
        ends = session.exec(select(AuditEntry.id).where(at < until).order_by(at.desc()).limit(1)).first()
        wanted += [false()] if ends is None else [at < until, number <= ends + APART]
    return wanted


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), DUBAI)
