"""Steps of a case: what happened, in words its author may read, and since when he waits for an answer."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from core.display import strip_nul
from inbox.models import Case, CaseEvent

LONGEST = 2000


def step(session: Session, case: Case, what: str, by: str, note: str = "", *, public: bool = True, **data: Any) -> CaseEvent:
    """Write a step down (words: `case.event.<what>`). `by` is an actor's label; `data` are values for its words."""
    event = CaseEvent(case_id=case.id or 0, actor=by, what=what, note=tidy(note), public=public, data=data)
    session.add(event)
    return event


def spoke(session: Session, case: Case, at: datetime) -> None:
    """Its author said something at that instant: he waits for an answer since the first of his words that has none."""
    case.waiting_since = min(case.waiting_since or at, at)
    session.add(case)


def answered(session: Session, case: Case, by: str, at: datetime, what: str = "answered", words: str = "") -> None:
    """Its author was answered at that instant, by the step `what`. What he said after it still waits."""
    case.first_reply_at = min(case.first_reply_at or at, at)
    if case.waiting_since is not None and case.waiting_since <= at:
        case.waiting_since = case.next_due_at = None
    session.add(case)
    step(session, case, what, by, words).at = at


def tidy(words: str) -> str:
    """Words as a step keeps them: what no database holds and what nobody can see is left out, the end is cut at LONGEST."""
    return "".join(c for c in strip_nul(words) if c == "\n" or c.isprintable()).strip()[:LONGEST]
