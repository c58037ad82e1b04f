"""How the dates of objections were kept: decided by when their authors were told, or late."""

from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select, text
from sqlmodel import Session, col

from core.clock import now
from inbox.case_figures import Kept
from inbox.casefile import OBJECTION
from inbox.models import Case, CaseEvent


def kept(session: Session, since: datetime, *cases: ColumnElement[bool]) -> Kept:
    """Of the objections decided since then, or late now: those decided by the date their authors were told. `cases`: as by_kind."""
    found = by_kind(session, since, *cases).values()
    return Kept(sum(one.n for one in found), sum(one.kept for one in found))


def anew(session: Session, since: datetime) -> Kept:
    """The same of those decided, or late, since then alone."""
    due = col(Case.objection_due_at)
    return kept(session, since, or_(due.is_(None), due >= since))


def late(session: Session) -> int:
    """How many wait now beyond that date, whenever it was."""
    return int(session.execute(select(func.count()).select_from(Case).where(col(Case.objection_due_at) < now())).scalar_one())


def by_kind(session: Session, since: datetime, *cases: ColumnElement[bool]) -> dict[str, Kept]:
    """The same by the kind of case, of those cases alone for which all of `cases` hold."""
    in_time = col(CaseEvent.data)["in_time"].as_boolean()  # only the steps that decide on a dated one hold it (inbox.appeal)
    step = select(col(Case.kind), func.count(), func.sum(case((in_time.is_(True), 1), else_=0)))
    decided = step.join(CaseEvent, col(CaseEvent.case_id) == col(Case.id)).where(text(OBJECTION), col(CaseEvent.at) >= since)
    waiting = select(col(Case.kind), func.count()).where(col(Case.objection_due_at) < now(), *cases).group_by(col(Case.kind))
    late = {kind: int(n) for kind, n in session.execute(waiting)}
    done = {
        kind: (int(n), int(good))
        for kind, n, good in session.execute(decided.where(in_time.is_not(None), *cases).group_by(col(Case.kind)))
    }
    kinds = {kind: (late.get(kind, 0), *done.get(kind, (0, 0))) for kind in (*late, *done)}
    return {kind: Kept(open_ + n, good) for kind, (open_, n, good) in kinds.items()}
