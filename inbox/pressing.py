"""Items in whose case something is owed by an hour: what is due first stands first, in keyset pages (DESIGN §2.10, §2.14)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, TextClause, and_, exists, or_, select, text
from sqlmodel import Session, col

from core.bulk import among
from core.clock import in_dubai, now
from core.errors import Invalid
from core.why import none_of
from inbox.index import ITEMS
from inbox.models import Case

#: what one may ask for; each holds the one before it
DUE = ("late", "today", "week")
_EPOCH, _MICRO = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
#: a case that somebody works on, in the words of ix_cases_next
_OPEN = text("cases.state NOT IN ('resolved', 'closed')")

Where = list[ColumnElement[bool] | TextClause]


@dataclass(frozen=True, slots=True)
class Owed:
    """An item's place among what is due: its case's instant in microseconds since 1970, and its id."""

    at: int
    id: int


def known(due: str) -> None:
    """Invalid for what is none of DUE."""
    if due not in DUE:
        raise Invalid(field="due", why=none_of(due, DUE))


def until(due: str) -> datetime:
    """Before which instant something must be owed: now, the end of this day in Dubai, seven days from then."""
    if due == "late":
        return now()
    midnight = in_dubai(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=1 if due == "today" else 8)).astimezone(UTC)


def walk(session: Session, due: str, where: Where, after: Owed | None, limit: int) -> Iterator[list[Owed]]:
    """Items that meet `where`, by their case's hour, then case and id; in batches of `limit`, after that place."""
    at, case, item = col(Case.next_due_at), ITEMS.c.case_id, ITEMS.c.id
    step = select(at, case, item).select_from(Case).join(ITEMS, case == col(Case.id)).where(_OPEN, at < until(due), *where)
    place = _place(session, after) if after else None
    while True:
        beyond = [] if place is None else [at >= place[0], _beyond(place)]
        rows = session.connection().execute(step.where(*beyond).order_by(at, case, item).limit(limit)).all()
        if not rows:
            return
        yield [Owed((hour - _EPOCH) // _MICRO, id_) for hour, _, id_ in rows]
        place = tuple(rows[-1])


def _place(session: Session, after: Owed) -> tuple[datetime, int, int]:
    """The hour, case and id after which the walk goes on; of an item that has left its case, its hour and id alone."""
    case = session.connection().execute(select(ITEMS.c.case_id).where(ITEMS.c.id == after.id)).scalar()
    return _EPOCH + after.at * _MICRO, case or 0, after.id


def _beyond(place: tuple[datetime, int, int]) -> ColumnElement[bool]:
    hour, case, item = place
    same = or_(ITEMS.c.case_id > case, and_(ITEMS.c.case_id == case, ITEMS.c.id > item))
    return or_(col(Case.next_due_at) > hour, same)


def owed(due: str) -> ColumnElement[bool]:
    """What an item must meet, told of its row alone: its case is owed something by then."""
    return exists().where(col(Case.id) == ITEMS.c.case_id, _OPEN, col(Case.next_due_at) < until(due))


def owing(session: Session, due: str, cases: Iterable[int]) -> set[int]:
    """Which of these cases are owed something by then."""
    asked = select(col(Case.id)).where(among(session, col(Case.id), list(cases)), _OPEN, col(Case.next_due_at) < until(due))
    return {id_ for id_ in session.connection().execute(asked).scalars() if id_ is not None}
