"""Rounds through the cases, as a clerk would make them while the office is open: who must be warned, told, asked; nothing at night.

Every round only takes cases whose time has come, one transaction each: it may be cut off, or run twice, without harm.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from threading import Event

from sqlalchemy import ColumnElement, TextClause, text
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from core import audit, calendar, weekfile
from core.actors import WORKER, Actor
from core.clock import now, rfc3339
from core.db import Database
from core.errors import MajlisError
from core.log import logger
from core.workdays import Calendar
from core.worktime import Term, due, worked
from inbox import appeal, cases, moved, speaking, targets
from inbox.casefile import OPEN_CASE, RESOLVED_CASE
from inbox.due import OPEN, calendar_from, follow, target_of
from inbox.models import Case
from inbox.steps import lock, step

Verb = Callable[[Session, Actor, Case], bool]

log = logger("cases")

#: cases looked at in one go
AT_ONCE = 500
#: how he was served is asked when so much working time has passed since the outcome, and not long after
ASK_AFTER, ASK_WITHIN = 240, timedelta(days=14)
#: an open case whose clock runs; a resolved one, in the words of their indexes
OWED, ENDED = text(OPEN_CASE), text(RESOLVED_CASE)


def work(db: Database, stopping: Event | None = None) -> int:
    """Warn, tell and ask whoever it is time for; nothing while the office is closed. Returns how many cases were touched.

    `stopping` is set when the worker shall end."""
    with db.read() as session:
        days = calendar_from(session, now() - ASK_WITHIN)
        if not days.open_at(now()):
            return 0
        rounds: tuple[tuple[list[int], Verb], ...] = (
            (_at_risk(session, days), warn),
            (_objections_at_risk(session, days), warn_of_objection),
            (_late(session), put_off),
            (_to_ask(session, days), speaking.ask),
            (_to_close(session), close),
        )
    return sum(_each(db, ids, verb, stopping) for ids, verb in rounds)


def warn(session: Session, actor: Actor, case: Case) -> bool:
    """Staff are warned, once a promise, that too little working time is left to keep it, and owe its author the call that tells him
    of a date that moved before. False where there is no need."""
    actor.require("case.work")
    lock(session, case)
    if case.state not in OPEN or case.warned_at is not None or case.next_due_at is None:
        return False
    if not _warned(session, actor, case, case.next_due_at, "at_risk"):
        return False
    case.warned_at = now()
    session.add(case)
    moved.owe_call(session, case)
    return True


def warn_of_objection(session: Session, actor: Actor, case: Case) -> bool:
    """The same of an objection that waits, whatever the state of its case. False where there is no need."""
    actor.require("case.work")
    lock(session, case)
    if case.objection_due_at is None or case.objection_warned_at is not None:
        return False
    if not _warned(session, actor, case, case.objection_due_at, "objection_at_risk"):
        return False
    case.objection_warned_at = now()
    session.add(case)
    return True


def _warned(session: Session, actor: Actor, case: Case, at: datetime, what: str) -> bool:
    left = worked(calendar_from(session, now()), now(), at)
    if left > target_of(session, case).warn.minutes:
        return False
    step(session, case, what, actor.label, public=False, due=rfc3339(at), minutes=left)
    audit.record(session, actor, "case.warn", f"case:{case.id}", what=what, due=rfc3339(at), minutes=left)
    return True


def put_off(session: Session, actor: Actor, case: Case) -> bool:
    """The promise was missed: its author is told that it takes longer, and until when; each time that is further off. False where
    there is no need."""
    actor.require("case.work")
    lock(session, case)
    if case.state not in OPEN or case.next_due_at is None or case.next_due_at > now():
        return False
    cases.interim(session, actor, case)
    return True


def close(session: Session, actor: Actor, case: Case) -> bool:
    """Close a case whose author can no longer have it taken up again, and which no objection of his waits in."""
    actor.require("case.work")
    lock(session, case)
    if case.state != "resolved" or case.merged_into_id is not None or speaking.may(session, case).reopen:
        return False
    if appeal.standing(session, case).waiting:
        return False
    cases.move(session, actor, case, "closed")
    return True


def redate(session: Session, actor: Actor, case: Case, because: str) -> bool:
    """Reckon the dates of a case anew, open or with an objection that waits; its author is told of those he waits for that moved,
    and why (`because`: calendar, targets). False when no date is other than it was."""
    actor.require("case.work")
    lock(session, case)
    before = moved.told(case)
    if not follow(session, case):
        return False
    moved.tell(session, actor, case, before, because)
    audit.record(session, actor, "case.redate", f"case:{case.id}", because=because)
    return True


def redate_all(db: Database, because: str, stopping: Event | None = None) -> int:
    """Reckon every open case anew, and each in which an objection waits, a transaction each; returns of how many something moved.
    Ends early when `stopping` is set."""

    def verb(session: Session, actor: Actor, case: Case) -> bool:
        return redate(session, actor, case, because)

    with db.read() as session:
        ids = _moving(session, [case for case, _ in appeal.waiting(session) if case.state not in OPEN])
    changed, last = _each(db, ids, verb, stopping), 0
    while True:
        with db.read() as session:
            walk = select(Case).where(OWED, col(Case.id) > last).order_by(col(Case.id)).limit(AT_ONCE)
            page = session.exec(walk).all()
            ids = _moving(session, page)
        changed += _each(db, ids, verb, stopping)
        if len(page) < AT_ONCE or (stopping is not None and stopping.is_set()):
            return changed
        last = page[-1].id or 0


def _moving(session: Session, page: Sequence[Case]) -> list[int]:
    """Those of these cases that would get other dates now."""
    days = calendar_from(session, min((case.opened_at for case in page), default=now()))
    return [case.id or 0 for case in page if follow(session, case, days)]  # tried on what was read, and never written


def marks(session: Session) -> dict[str, int]:
    """What dates hang on, each as a number that changes when it does: the days and weeks of the calendar, the targets."""
    days = calendar.onward(session, date.min).days
    known = sorted((one.kind, one.first, one.last) for one in days)
    return {"calendar": _number((known, weekfile.kept())), "targets": _number(targets.kept())}


def _number(of: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(of).encode()).digest()[:7])


def _at_risk(session: Session, days: Calendar) -> list[int]:
    """Open cases to be warned of: those due within the longest time of warning, and of them those within their own."""
    return _near(session, days, col(Case.next_due_at), OWED, col(Case.warned_at).is_(None))


def _objections_at_risk(session: Session, days: Calendar) -> list[int]:
    """The same of cases of any state in which an objection waits."""
    return _near(session, days, col(Case.objection_due_at), col(Case.objection_warned_at).is_(None))


def _near(session: Session, days: Calendar, at: Mapped[datetime | None], *where: ColumnElement[bool] | TextClause) -> list[int]:
    moment = now()
    soon = due(days, moment, Term(max(one.warn.minutes for one in targets.kept().all)))
    found = session.exec(select(Case, at).where(*where, at > moment, at <= soon).order_by(at, col(Case.id)))
    near = (case for case, due_at in found if due_at and worked(days, moment, due_at) <= target_of(session, case).warn.minutes)
    return [case.id or 0 for case in near][:AT_ONCE]


def _late(session: Session) -> list[int]:
    """Open cases whose promise was missed, the longest ago first."""
    missed = select(Case.id).where(OWED, col(Case.next_due_at) <= now()).order_by(col(Case.next_due_at), col(Case.id))
    return [id_ for id_ in session.exec(missed.limit(AT_ONCE)) if id_ is not None]


def _to_ask(session: Session, days: Calendar) -> list[int]:
    """Resolved cases whose author was not asked yet how he was served."""
    lately = (ENDED, col(Case.resolved_at) > now() - ASK_WITHIN, col(Case.asked_at).is_(None), col(Case.outcome) != "withdrawn")
    found = session.exec(select(Case.id, Case.resolved_at).where(*lately).order_by(col(Case.resolved_at)).limit(AT_ONCE))
    return [id_ for id_, at in found if id_ and at and worked(days, at, now()) >= ASK_AFTER]


def _to_close(session: Session) -> list[int]:
    """Resolved cases that nobody may have taken up again any more, and in which nobody waits for what is said to his objection."""
    objected = [case.id for case, _ in appeal.waiting(session)]
    long_ago = (ENDED, col(Case.resolved_at) < now() - speaking.REOPEN_WITHIN, col(Case.id).not_in(objected))
    return [id_ for id_ in session.exec(select(Case.id).where(*long_ago).order_by(col(Case.resolved_at)).limit(AT_ONCE)) if id_]


def _each(db: Database, ids: Sequence[int], verb: Verb, stopping: Event | None) -> int:
    """The verb on each case in a transaction of its own; one that can't be done now holds up no other."""
    done = 0
    for id_ in ids:
        if stopping is not None and stopping.is_set():
            break
        try:
            with db.write(patient=True) as session:
                done += verb(session, WORKER, session.get_one(Case, id_))
        except MajlisError as e:
            log.warning("round_stopped", case=id_, code=e.code)
    return done
