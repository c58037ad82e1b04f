"""Cases that go on in one: what each came with, so that whoever waited longer keeps what he was promised, and that each has its own
again when they are parted.

A case that took others in shows the earliest opening, first answer and dates of all; the step by which it did (`TOOK`) keeps what
it had itself. The others keep theirs in their own rows. Dates that move (inbox.due) are put down in either place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, func, or_, select

from core.clock import parse, rfc3339
from inbox.models import Case, CaseEvent

TOOK = "took_in"
#: steps by which its author was answered
ANSWERS = ("answered", "told", "question")
#: and those that count as his first answer: an outcome has its reason
FIRST = (*ANSWERS, "resolved")
#: what a part came with, kept apart from what the case shows
OWN = ("opened_at", "first_reply_at", "first_due_at", "due_at")
#: the classes, the heaviest last: what may harm somebody is urgent, what is to stay among few stays so
HEAVIER = ("ordinary", "confidential", "urgent")


@dataclass(frozen=True, slots=True)
class Part:
    """A case by itself: `row` is the case, or one that goes on in it (then `number` is its, "" before). `grade`: its class, and not
    a heavier one of those that go on in it. `first_reply_at`: when he was answered there, or in the case after it came to it, by
    the step of id `came` (0: it did not). `took`: the step that keeps what the case itself came with, None where none needs to."""

    row: Case
    number: str
    grade: str
    opened_at: datetime
    first_reply_at: datetime | None
    first_due_at: datetime | None
    due_at: datetime | None
    came: int = 0
    took: CaseEvent | None = None


def parts(session: Session, case: Case) -> list[Part]:
    """The case itself, then those that go on in it, the oldest first."""
    merged = session.exec(select(Case).where(col(Case.merged_into_id) == case.id).order_by(col(Case.id))).all()
    if not merged:
        return [_part(case, "", case.grade, {name: getattr(case, name) for name in OWN}, 0, None)]
    steps = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_((TOOK, *FIRST)))
    events = session.exec(select(CaseEvent).where(*steps).order_by(col(CaseEvent.id))).all()
    came = {number: one.id or 0 for one in events if one.what == TOOK for number in (one.data["number"], *one.data.get("also", ()))}
    newest = max((came.get(one.number, 0) for one in merged), default=0)
    took = next((one for one in reversed(events) if "own" in one.data), None)
    own: Mapping[str, Any] = took.data["own"] if took is not None else {}
    had = {name: parse(own[name]) if own.get(name) else None for name in OWN} if own else {n: getattr(case, n) for n in OWN}
    found = [_part(case, "", _class(session, case)[0], had, newest, _answer(events, newest), took)]
    for one in merged:
        at = came.get(one.number, 0)
        found.append(_part(one, one.number, one.grade, {name: getattr(one, name) for name in OWN}, at, _answer(events, at)))
    return found


def redate(part: Part, dates: Mapping[str, datetime]) -> bool:
    """Put down other dates (`first_due_at`, `due_at`) with the part they belong to, if it is one of several; True if any moved."""
    moved = {name: at for name, at in dates.items() if getattr(part, name) != at}
    if part.number:
        for name, at in moved.items():
            setattr(part.row, name, at)
    elif part.took is not None:
        own = part.took.data["own"] | {name: rfc3339(at) for name, at in moved.items()}
        part.took.data = part.took.data | {"own": own}
    return bool(moved)


def kept(session: Session, case: Case) -> dict[str, Any]:
    """What the case itself has, for the step by which it takes another in."""
    own, (grade, why) = parts(session, case)[0], _class(session, case)
    told = {name: getattr(own, name) for name in OWN}
    dates = {name: rfc3339(at) if at is not None else None for name, at in told.items()}
    return {**dates, "grade": grade, "priority_why": why}


def apart(session: Session, case: Case) -> list[str]:
    """The case and all that go on in it have again what each came with, and what he was answered since; returns their numbers."""
    every = parts(session, case)
    case.grade, case.priority_why = _class(session, case)
    for one in every:
        for name in OWN:
            setattr(one.row, name, getattr(one, name))
        session.add(one.row)
    return [one.number for one in every if one.number]


def carry(session: Session, case: Case) -> None:
    """The case shows the earliest of what all of them came with, and is of the heaviest of their classes, unless somebody gave it
    another since."""
    every = parts(session, case)
    rows = [one.row for one in every]
    last = _last(session, case)
    if last is None or last.what == TOOK:
        case.grade = max((row.grade for row in rows), key=HEAVIER.index)
        case.priority_why = [reason for row in rows for reason in row.priority_why]
    for name in OWN:
        known = [at for one in every if (at := getattr(one, name)) is not None]
        setattr(case, name, min(known, default=None))
    session.add(case)


def answered_last(session: Session, case: Case, before: Case | None = None) -> datetime | None:
    """When its author was answered last in the case itself; of a case that went on in it (`before`), in that one or here since.
    None where he never was."""
    here = col(CaseEvent.case_id) == case.id
    if before is not None:
        came = select(func.max(CaseEvent.id)).where(col(CaseEvent.case_id) == before.id, col(CaseEvent.what) == "merged")
        here = or_(col(CaseEvent.case_id) == before.id, and_(here, col(CaseEvent.id) > came.scalar_subquery()))
    return session.exec(select(func.max(CaseEvent.at)).where(here, col(CaseEvent.what).in_(ANSWERS))).one()


def _class(session: Session, case: Case) -> tuple[str, list[dict[str, Any]]]:
    """The class of the case itself and why it is worked on first: what it had before it took another in, unless somebody gave it
    another class since."""
    last = _last(session, case)
    merged = session.exec(select(Case.id).where(col(Case.merged_into_id) == case.id).limit(1)).first()
    had: Mapping[str, Any] = last.data.get("own", {}) if last is not None and merged is not None else {}
    return had.get("grade", case.grade), had.get("priority_why", case.priority_why)


def _last(session: Session, case: Case) -> CaseEvent | None:
    """The newest step that settled its class."""
    steps = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_((TOOK, "classed")))
    return session.exec(select(CaseEvent).where(*steps).order_by(col(CaseEvent.id).desc())).first()


def _part(
    row: Case, number: str, grade: str, had: Mapping[str, Any], came: int, answered: datetime | None, took: CaseEvent | None = None
) -> Part:
    opened_at, first_reply_at, first_due_at, due_at = (had[name] for name in OWN)
    return Part(row, number, grade, opened_at, first_reply_at or answered, first_due_at, due_at, came, took)


def _answer(events: Iterable[CaseEvent], after: int) -> datetime | None:
    return next((one.at for one in events if one.what in FIRST and (one.id or 0) > after), None)
