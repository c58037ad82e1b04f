"""How promises to the authors of cases are kept: counts by one walk over an index each, quick at hundreds of thousands of cases.

What was merged into another case counts with that one, and what its author withdrew is promised nothing more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select, text
from sqlmodel import Session, col

from core.clock import now
from inbox import results
from inbox.casefile import OPEN_CASE
from inbox.models import Case, CaseEvent, Result
from inbox.priority import in_confidence

#: a receipt is on its way for so long; a decision on a suggestion is published within so long
RECEIPT_WITHIN, RESULT_WITHIN = timedelta(days=1), timedelta(days=14)
#: a rating of so much, of five, is a good one
GOOD = 4
RECEIVED = ("receipt_sent", "receipt_handed")
DECIDED = ("accepted", "partly", "declined")


@dataclass(frozen=True, slots=True)
class Kept:
    """Of `n` promises that fell due, so many were kept."""

    n: int
    kept: int

    @property
    def share(self) -> float | None:
        """0…1; None where nothing fell due."""
        return self.kept / self.n if self.n else None


def first_answers(session: Session, since: datetime) -> Kept:
    """Of the cases opened since then whose first answer was due by now or given: those answered, or ended, by the date promised."""
    moment = now()
    answered = func.coalesce(col(Case.first_reply_at), col(Case.resolved_at))
    due = or_(answered.is_not(None), col(Case.first_due_at) < moment)
    return _count(session, answered <= col(Case.first_due_at), *_opened(since), col(Case.first_due_at).is_not(None), due)


def suggestions(session: Session, since: datetime) -> Kept:
    """Of the suggestions made since then whose decision was due by now or was taken: those decided with a reason by that date."""
    decided = and_(
        col(Case.resolved_at) <= col(Case.due_at),
        col(Case.outcome).in_((*DECIDED, "solved", "not_ours")),
        col(Case.outcome_reason) != "",
    )
    due = or_(col(Case.resolved_at).is_not(None), col(Case.due_at) < now())
    return _count(session, decided, *_opened(since), col(Case.kind) == "suggestion", col(Case.due_at).is_not(None), due)


def receipts(session: Session, since: datetime) -> Kept:
    """Of the cases opened since then, a day ago or longer: those whose author was told that it was received.

    What was years old when it was first read is owed no receipt.
    """
    told = select(col(CaseEvent.id)).where(col(CaseEvent.case_id) == col(Case.id), col(CaseEvent.what).in_(RECEIVED)).exists()
    old = col(Case.opened_at) <= now() - RECEIPT_WITHIN
    return _count(session, told, *_opened(since), old, col(Case.receipt_owed) != "old")


def dated(session: Session, since: datetime | None = None) -> Kept:
    """Of the cases that somebody works on now (`since`: opened since then): those whose author has a date ahead on which he
    hears from us. Where we wait for his answer the clock stands still, and nothing is promised; where we wait for another body it
    goes on."""
    due = col(Case.next_due_at)
    lately = () if since is None else (col(Case.opened_at) >= since,)
    return _count(session, due >= now(), text(OPEN_CASE), *lately, or_(col(Case.state) != "waiting", due.is_not(None)))


def ratings(session: Session, since: datetime) -> Kept:
    """Of the authors who since then said how they were served: those who found it good. No case is looked at that was opened more
    than a year before."""
    lately = col(Case.opened_at) >= since - timedelta(days=365)
    return _count(session, col(Case.rating) >= GOOD, lately, col(Case.rated_at) >= since)


def published(session: Session, since: datetime) -> Kept:
    """Of the suggestions made since then and decided RESULT_WITHIN ago or longer: those whose decision, as it holds now, is
    published. Where secrecy was asked for, none is."""
    told = select(col(Result.id)).where(col(Result.case_id) == col(Case.id), results.tells()).exists()
    decided = and_(col(Case.resolved_at) <= now() - RESULT_WITHIN, col(Case.outcome).in_(DECIDED), ~in_confidence())
    return _count(session, told, *_opened(since), col(Case.kind) == "suggestion", decided)


def _opened(since: datetime) -> tuple[Any, ...]:
    return (col(Case.opened_at) >= since, col(Case.merged_into_id).is_(None), col(Case.outcome) != "withdrawn")


def _count(session: Session, kept: Any, *where: Any) -> Kept:
    query = select(func.count(), func.coalesce(func.sum(case((kept, 1), else_=0)), 0)).select_from(Case).where(*where)
    n, good = session.execute(query).one()
    return Kept(int(n), int(good))
