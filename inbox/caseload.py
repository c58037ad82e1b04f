"""Lists of cases: keyset pages over covering indexes, what is due first where work or an objection waits, else the newest first.

A page costs the same at two hundred cases and at two hundred thousand: the filters are decided inside the index that is walked,
then the rows found are read. Counts stop at MANY.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from heapq import merge
from itertools import islice

from sqlalchemy import ColumnElement, Select, TextClause, func, or_, select, text
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from core.bulk import among
from core.clock import now
from core.errors import Invalid
from core.why import none_of
from inbox.casefile import OBJECTION, OPEN_CASE, OWED_CASE
from inbox.models import Case, CaseEvent, Item

OPEN = ("received", "in_progress", "waiting")
STATES = (*OPEN, "resolved", "closed")
#: view -> states whose cases it shows
VIEWS: Mapping[str, tuple[str, ...]] = {
    "work": OPEN,
    "mine": OPEN,
    "free": OPEN,
    "late": STATES,
    "owed": STATES,
    "objections": STATES,
    "resolved": ("resolved",),
    "closed": ("closed",),
    "all": STATES,
}
#: views of open cases alone, ordered by what is due first
DUE_FIRST = frozenset({"work", "mine", "free"})
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
    walk = _WALKS.get(wanted.view, _by_due if wanted.view in DUE_FIRST else _newest)
    places = walk(session, wanted.view, where, after, limit + 1)
    ids = [place.id for place in places[:limit]]
    read = select(Case, Item).outerjoin(Item, col(Item.id) == col(Case.item_id)).where(among(session, col(Case.id), ids))
    rows = {case.id: (case, item) for case, item in session.execute(read)}
    found = tuple(rows[id_] for id_ in ids if id_ in rows)
    return CasePage(found, places[limit - 1] if len(places) > limit else None)


def _by_due(session: Session, _view: str, where: Where, after: Place | None, limit: int) -> list[Place]:
    """Open cases: those with a date, the earliest first; then those without one, the oldest first."""
    return _soonest(session, col(Case.next_due_at), [text(OPEN_CASE), *where], after, limit)


def _objections(session: Session, view: str, where: Where, after: Place | None, limit: int) -> list[Place]:
    """Cases in which an objection waits: what is to be decided first before the others; then those without a date."""
    (part,) = _parts(view)
    return _soonest(session, col(Case.objection_due_at), [*part, *where], after, limit)


def _soonest(session: Session, due: Mapped[datetime | None], where: Where, after: Place | None, limit: int) -> list[Place]:
    id_ = col(Case.id)
    found: list[Place] = []
    if after is None or after.due is not None:
        found += _dated(session, due, [due.is_not(None), *where], after, limit)
    if len(found) < limit:
        beyond = [] if after is None or after.due is not None else [id_ > after.id]
        undated = select(id_).where(*where, due.is_(None), *beyond).order_by(due, id_).limit(limit - len(found))
        found += [Place(one) for one in session.execute(undated).scalars()]
    return found


def _dated(session: Session, due: Mapped[datetime | None], where: Where, after: Place | None, limit: int) -> list[Place]:
    id_ = col(Case.id)
    beyond = [] if after is None else [due >= after.due, or_(due > after.due, id_ > after.id)]
    walk = select(id_, due).where(*where, *beyond).order_by(due, id_).limit(limit)
    return [Place(one, at) for one, at in session.execute(walk)]


def _late(session: Session, view: str, where: Where, after: Place | None, limit: int) -> list[Place]:
    """What was due the longest ago first: an answer, an outcome, or the decision on an objection; each case once."""
    dues = (col(Case.next_due_at), col(Case.objection_due_at))
    walks = [_dated(session, due, [*part, *where], after, limit) for due, part in zip(dues, _parts(view), strict=True)]
    return list(islice(merge(*walks, key=lambda place: (str(place.due), place.id)), limit))


def _newest(session: Session, view: str, where: Where, after: Place | None, limit: int) -> list[Place]:
    """The newest first; of several states each is walked in its own part of the index."""
    id_ = col(Case.id)
    beyond = [] if after is None else [id_ < after.id]
    walks = [[*part, *where, *beyond] for part in _parts(view)]
    found = [session.execute(select(id_).where(*one).order_by(id_.desc()).limit(limit)).scalars().all() for one in walks]
    return [Place(one) for one in islice(merge(*found, reverse=True), limit)]


def _parts(view: str) -> list[Where]:
    """What of the table a view stands in, part by part; no case is in two."""
    if view == "owed":
        return [[text(OWED_CASE), col(Case.state) != "closed"]]
    if view == "late":
        due, objection = col(Case.next_due_at), col(Case.objection_due_at)
        later, ended = or_(objection.is_(None), objection >= due), col(Case.state).in_(("resolved", "closed"))
        return [
            [text(OPEN_CASE), due < now(), later],
            [objection < now(), or_(ended, due.is_(None), objection < due)],
        ]
    if view == "objections":
        return [[col(Case.id).in_(objecting())]]
    return [[col(Case.state) == state] for state in VIEWS[view]]


_WALKS = {"late": _late, "objections": _objections}


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
