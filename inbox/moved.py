"""A promised date has moved: its author is told, on the page of his case and by letter where he gave an address, else beneath his
own words where it is another day; nothing leaves before the office opens.

Who left a telephone alone reads it on his page. He is rung up once the new date comes near and nobody has told him anything since
(inbox.rounds.warn): a holiday moves the dates of all, and most are answered before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from core.actors import Actor
from core.clock import in_dubai, now, parse, rfc3339
from core.settings import settings
from core.worktime import Term, due
from inbox import longer, post, telling
from inbox.due import answer_by, calendar_from, promised
from inbox.models import Case, CaseEvent
from inbox.places import owe
from inbox.steps import step

MOVED = "due_moved"
#: why a date moves -> key of its words
BECAUSE: Mapping[str, str] = {
    "calendar": "case.moved.calendar",
    "targets": "case.moved.targets",
    "class": "case.event.classed",
    "kind": "case.event.kind",
}
#: moved by us for everybody, not by what somebody found in one case; and what is said of them beneath his words in public
OURS, FIRM = frozenset({"calendar", "targets"}), frozenset({"answer", "resolve"})
#: steps by which he heard of his case since
HEARD = (*telling.ANSWERING, telling.HANDED, "interim", "reopened")


@dataclass(frozen=True, slots=True)
class Moved:
    """What a step of MOVED tells. `because`: the key of the words why; `dates`: of what (answer, resolve,
    objection), until when before, until when now."""

    because: str
    dates: tuple[tuple[str, datetime, datetime], ...]


def told(case: Case) -> Mapping[str, datetime]:
    """The dates its author was given and waits for."""
    waits = {"answer": answer_by(case), "resolve": promised(case), "objection": case.objection_due_at}
    return {what: at for what, at in waits.items() if at is not None}


def tell(session: Session, actor: Actor, case: Case, before: Mapping[str, datetime], because: str) -> bool:
    """Tell of what moved since `before` (`told`), and why (BECAUSE). False when nothing did. A step of the calling verb."""
    after = told(case)
    dates = {what: [rfc3339(was), rfc3339(after[what])] for what, was in before.items() if after.get(what, was) != was}
    if not dates:
        return False
    moved = step(session, case, MOVED, actor.label, because=because, dates=dates)
    at = _office(session)
    other_day = any(in_dubai(before[what]).date() != in_dubai(after[what]).date() for what in dates.keys() & FIRM)
    if post.mail(session, actor, case, "moved", key=rfc3339(at), at=at) is None and because in OURS and other_day:
        if telling.by_hand(session, case) == "phone":
            moved.data = {**moved.data, "call": True}
        else:
            longer.moved(session, actor, case, at, settings())
    return True


def owe_call(session: Session, case: Case) -> None:
    """A clerk rings him up about a date that moved, if a call alone could tell him and he has heard nothing since. A step of the
    calling verb."""
    steps = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_((MOVED, *HEARD)))
    for one in session.exec(select(CaseEvent).where(*steps).order_by(col(CaseEvent.id).desc())):
        if one.what != MOVED:
            return
        if one.data.get("call"):
            owe(session, case, "moved", "phone")
            return


def _office(session: Session) -> datetime:
    """Now while the office is open, else when it opens next: nobody's telephone rings at night."""
    days = calendar_from(session, now())
    return now() if days.open_at(now()) else due(days, now(), Term(minutes=1)) - timedelta(minutes=1)


def read(one: CaseEvent) -> Moved | None:
    """What the step tells, for whoever puts it into words; None for a step of another kind."""
    if one.what != MOVED:
        return None
    dates = one.data["dates"].items()
    return Moved(BECAUSE[one.data["because"]], tuple((what, parse(was), parse(to)) for what, (was, to) in dates))
