"""A promised date has moved: its author is told, on the page of his case and by letter where he gave an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.actors import Actor
from core.clock import now, parse, rfc3339
from inbox import post
from inbox.due import answer_by, promised
from inbox.models import Case, CaseEvent
from inbox.steps import step

MOVED = "due_moved"
#: why a date moves -> key of its words
BECAUSE: Mapping[str, str] = {
    "calendar": "case.moved.calendar",
    "targets": "case.moved.targets",
    "class": "case.event.classed",
    "kind": "case.event.kind",
}


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
    step(session, case, MOVED, actor.label, because=because, dates=dates)
    post.mail(session, actor, case, "moved", key=rfc3339(now()))
    return True


def read(one: CaseEvent) -> Moved | None:
    """What the step tells, for whoever puts it into words; None for a step of another kind."""
    if one.what != MOVED:
        return None
    dates = one.data["dates"].items()
    return Moved(BECAUSE[one.data["because"]], tuple((what, parse(was), parse(to)) for what, (was, to) in dates))
