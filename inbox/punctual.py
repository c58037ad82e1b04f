"""Service levels: how promises to authors of cases were kept, by kind, and who holds what is late or soon will be, and why.

What was merged into another case counts with that one; what its author withdrew is promised nothing more.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text, union_all
from sqlmodel import Session, col

from core.clock import now
from inbox import objections
from inbox.case_figures import Kept
from inbox.casefile import OPEN_CASE
from inbox.due import OPEN
from inbox.models import Case

#: a promise this near is at risk; nobody is counted beyond MANY
SOON, MANY = timedelta(hours=24), 5000
STATES = ("late", "soon", "later")
NONE = Kept(0, 0)


@dataclass(frozen=True, slots=True)
class Promised:
    """One kind of case opened in a period: its first answers, its outcomes and the decisions on objections in it that fell due, and
    how many of them came in time."""

    kind: str
    first: Kept
    outcome: Kept
    objection: Kept = NONE


def promised(session: Session, since: datetime, until: datetime) -> list[Promised]:
    """A line a kind of case opened from `since` to before `until`, the kind with most first answers due first."""
    moment = now()
    answered = func.coalesce(col(Case.first_reply_at), col(Case.resolved_at))
    # not `IS NULL`: SQLite would walk all cases that are merged into none
    opened = (col(Case.opened_at) >= since, col(Case.opened_at) < until, func.coalesce(col(Case.merged_into_id), 0) == 0)
    counts = (*_due(answered, col(Case.first_due_at), moment), *_due(col(Case.resolved_at), col(Case.due_at), moment))
    query = select(col(Case.kind), *counts).where(*opened, col(Case.outcome) != "withdrawn")
    rows = session.execute(query.group_by(col(Case.kind)))
    decided = objections.by_kind(session, since, *opened)
    lines = [
        Promised(kind, Kept(int(n), int(good)), Kept(int(m), int(well)), decided.get(kind, NONE)) for kind, n, good, m, well in rows
    ]
    due = (line for line in lines if line.first.n or line.outcome.n or line.objection.n)
    return sorted(due, key=lambda line: (-line.first.n, line.kind))


def _due(met: Any, due: Any, moment: datetime) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """(how many fell due by now or were met, how many were met in time)."""
    fell = and_(due.is_not(None), or_(met.is_not(None), due < moment))
    return _sum(fell), _sum(and_(due.is_not(None), met <= due))


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


@dataclass(frozen=True, slots=True)
class Load:
    """What one colleague (`owner_id`, None: nobody) or department has before him: late, due within SOON, or later."""

    owner_id: int | None
    department: str
    late: int
    soon: int
    later: int

    @property
    def all(self) -> int:
        return self.late + self.soon + self.later


@dataclass(frozen=True, slots=True)
class Board:
    """Cases in which something is owed by a date (of an open one its next, of any an objection's), by owner and by department,
    whoever has most that is late first. `more`: there are over MANY, and these alone are counted, the most urgent ones."""

    owners: Sequence[Load]
    departments: Sequence[Load]
    late: int
    soon: int
    later: int
    more: bool


def board(session: Session) -> Board:
    """Who holds these cases, and how they stand with their earliest date. A walk each over the indexes that lists are read from."""
    moment, soon = now(), now() + SOON
    due, objection = col(Case.next_due_at), col(Case.objection_due_at)
    dated = (text(OPEN_CASE), due.is_not(None), or_(objection.is_(None), objection >= due))
    objected = (objection.is_not(None), or_(col(Case.state).not_in(OPEN), due.is_(None), objection < due))
    walks: list[Any] = [
        select(col(Case.owner_id), col(Case.department), one.label("at")).where(*where).order_by(one, col(Case.id)).limit(MANY + 1)
        for one, where in ((due, dated), (objection, objected))
    ]
    both = union_all(*(select(walk.subquery()) for walk in walks)).subquery()
    first = select(both).order_by(both.c.at).limit(MANY + 1).subquery()
    at = first.c.at
    late, near = _sum(at < moment), _sum(and_(at >= moment, at <= soon))
    held = select(first.c.owner_id, first.c.department, late, near, _sum(at > soon))
    rows = session.execute(held.group_by(first.c.owner_id, first.c.department)).all()
    people, rooms = Counter[tuple[int | None, str]](), Counter[tuple[str, str]]()
    for owner_id, department, *counted in rows:
        for state, count in zip(STATES, counted, strict=True):
            people[owner_id, state] += int(count)
            rooms[department, state] += int(count)
    owners = [Load(one, "", *(people[one, state] for state in STATES)) for one in {owner for owner, _ in people}]
    parts = [Load(None, one, *(rooms[one, state] for state in STATES)) for one in {part for part, _ in rooms}]
    sums = {state: sum(getattr(one, state) for one in owners) for state in STATES}
    return Board(_worst_first(owners), _worst_first(parts), **sums, more=sum(sums.values()) > MANY)


def _worst_first(loads: Sequence[Load]) -> list[Load]:
    return sorted(loads, key=lambda one: (-one.late, -one.soon, -one.later, one.owner_id or 0, one.department))


def why_late(case: Case) -> list[str]:
    """Why a case is late, by codes (words: `punctual.<code>`): nobody has it, no first answer, its author waits for another one,
    only the outcome is missing; beside these, that it was taken up again, and that he was told it takes longer; that his objection
    is not decided, which may be all."""
    moment, due = now(), case.next_due_at if case.state in OPEN else None
    objects = ["objection"] if case.objection_due_at is not None and case.objection_due_at < moment else []
    if objects and (due is None or due >= moment):
        return objects
    found = [] if case.owner_id is not None else ["no_owner"]
    if case.first_reply_at is None:
        found.append("no_answer")
    else:
        found.append("waits" if case.waiting_since is not None else "no_outcome")
    return found + (["reopened"] if case.reopened else []) + (["told"] if case.interim_at is not None else []) + objects
