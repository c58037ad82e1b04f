"""Lists of cases: keyset pages over covering indexes, what is due first where work waits, the newest first elsewhere.

A page costs the same at two hundred cases and at two hundred thousand: the filters are decided inside the index that is walked,
then the rows found are read. Counts stop at MANY.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from heapq import merge
from itertools import islice

from sqlalchemy import ColumnElement, Select, TextClause, func, or_, select, text
from sqlmodel import Session, col

from core.bulk import among
from core.clock import now
from core.errors import Invalid
from core.why import none_of
from inbox.casefile import OBJECTION, OPEN_CASE
from inbox.models import Case, CaseEvent, Item

OPEN = ("received", "in_progress", "waiting")
STATES = (*OPEN, "resolved", "closed")
#: view -> states whose cases it shows; those of open cases alone are ordered by what is due first
VIEWS: Mapping[str, tuple[str, ...]] = {
    "work": OPEN,
    "mine": OPEN,
    "free": OPEN,
    "late": OPEN,
    "owed": STATES,
    "objections": STATES,
    "resolved": ("resolved",),
    "closed": ("closed",),
    "all": STATES,
}
DUE_FIRST = frozenset({"work", "mine", "free", "late"})
#: nothing is counted beyond this
MANY = 1000

Where = list[ColumnElement[bool] | TextClause]


@dataclass(frozen=True, slots=True)
class Load:
    """Which cases: a view, narrowed by any of the rest (None: no matter). `me`: whose cases the view `mine` shows."""

    view: str = "work"
    kind: str | None = None
    grade: str | None = None
    department: str | None = None
    topic: str | None = None
    account_id: int | None = None
    me: int | None = None

    def where(self) -> Where:
        """The filters as conditions on columns that every list's index holds. Invalid for an unknown view."""
        if self.view not in VIEWS:
            raise Invalid(field="view", why=none_of(self.view, VIEWS))
        asked = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("view", "me")}
        where: Where = [getattr(Case, name) == value for name, value in asked.items() if value is not None]
        if self.view == "mine":
            where.append(col(Case.owner_id) == self.me)
        elif self.view == "free":
            where.append(col(Case.owner_id).is_(None))
        elif self.view == "late":
            where.append(col(Case.next_due_at) < now())
        return where


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended. `due`: of the last case, where the list is ordered by it; None among those without a date."""

    id: int
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Cases in the list's order, each with the message it was opened from. `next`: where the page ends, None for the last one."""

    rows: tuple[tuple[Case, Item | None], ...]
    next: Place | None = None


def page(session: Session, wanted: Load, after: Place | None = None, limit: int = 50) -> CasePage:
    """One page of `limit` cases after that place."""
    where = wanted.where()
    walk = _by_due if wanted.view in DUE_FIRST else _newest
    places = walk(session, wanted.view, where, after, limit + 1)
    ids = [place.id for place in places[:limit]]
    read = select(Case, Item).outerjoin(Item, col(Item.id) == col(Case.item_id)).where(among(session, col(Case.id), ids))
    rows = {case.id: (case, item) for case, item in session.execute(read)}
    found = tuple(rows[id_] for id_ in ids if id_ in rows)
    return CasePage(found, places[limit - 1] if len(places) > limit else None)


def _by_due(session: Session, _view: str, where: Where, after: Place | None, limit: int) -> list[Place]:
    """Open cases: those with a date, the earliest first; then those without one, the oldest first."""
    due, id_ = col(Case.next_due_at), col(Case.id)
    found: list[Place] = []
    step = select(id_, due).where(text(OPEN_CASE), *where)
    if after is None or after.due is not None:
        beyond = [] if after is None else [due >= after.due, or_(due > after.due, id_ > after.id)]
        dated = step.where(due.is_not(None), *beyond).order_by(due, id_).limit(limit)
        found += [Place(one, at) for one, at in session.execute(dated)]
    if len(found) < limit:
        beyond = [] if after is None or after.due is not None else [id_ > after.id]
        undated = step.where(due.is_(None), *beyond).order_by(due, id_).limit(limit - len(found))
        found += [Place(one) for one, _ in session.execute(undated)]
    return found


def _newest(session: Session, view: str, where: Where, after: Place | None, limit: int) -> list[Place]:
    """The newest first; of several states each is walked in its own part of the index."""
    id_ = col(Case.id)
    beyond = [] if after is None else [id_ < after.id]
    walks = [[*part, *where, *beyond] for part in _parts(view)]
    found = [session.execute(select(id_).where(*one).order_by(id_.desc()).limit(limit)).scalars().all() for one in walks]
    return [Place(one) for one in islice(merge(*found, reverse=True), limit)]


def _parts(view: str) -> list[Where]:
    """What of the table a view of the newest stands in."""
    if view == "owed":
        return [[text("receipt_owed <> ''"), col(Case.state) != "closed"]]
    if view == "objections":
        return [[col(Case.id).in_(objecting())]]
    return [[col(Case.state) == state] for state in VIEWS[view]]


def objecting() -> Select[int]:
    """Ids of the cases whose author's newest objection nobody has decided, by an index over objections alone."""
    newest = select(func.max(col(CaseEvent.id))).where(text(OBJECTION)).group_by(col(CaseEvent.case_id))
    return select(col(CaseEvent.case_id)).where(text(OBJECTION), col(CaseEvent.what) == "appealed", col(CaseEvent.id).in_(newest))


def counts(
    session: Session, wanted: Load, views: tuple[str, ...] = ("mine", "free", "late", "owed", "objections")
) -> dict[str, int]:
    """How many cases stand in each of these views under the same filters; MANY stands for as many or more."""
    return {view: _count(session, replace(wanted, view=view)) for view in views}


def _count(session: Session, wanted: Load) -> int:
    parts: list[Where] = [[text(OPEN_CASE)]] if wanted.view in DUE_FIRST else _parts(wanted.view)
    first = [select(col(Case.id)).where(*part, *wanted.where()).limit(MANY).subquery() for part in parts]
    many: list[int] = [session.execute(select(func.count()).select_from(one)).scalar_one() for one in first]
    return min(sum(many), MANY)
