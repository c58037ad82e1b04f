"""Objections: the author of a case asks that somebody else look again at what was decided (DESIGN §2.5).

An appeal is two steps of the case's history: `appealed`, in the author's words, then `appeal_upheld` or `appeal_declined` with the
reason he reads; the latter keeps by when it was due and whether it came in time (inbox.due). One may object to the hiding of one's
words and to how a case was resolved, once each time it was decided; what was decided while one waits, when that one is decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from core import audit
from core.actors import CITIZEN, Actor
from core.auth import actor_of
from core.clock import now, rfc3339
from core.errors import Invalid, OwnAct, WrongState
from core.models import User
from core.why import Why
from inbox import moderate, notices, priority, telling
from inbox.casefile import OBJECTION
from inbox.cases import end, take_up
from inbox.caseview import items_of
from inbox.models import Case, CaseEvent, Decision, Item
from inbox.speaking import REOPEN_WITHIN, alone, locked
from inbox.steps import hold, live, step, tidy

LODGED, UPHELD, DECLINED = STEPS = ("appealed", "appeal_upheld", "appeal_declined")


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands against the author of a case. `hiding`: the decision under which his words are hidden (None while they show, and
    where they were hidden on the platform itself). `may`: he may object now. `waiting`: his objection is not decided yet."""

    hidden: bool
    hiding: Decision | None
    may: bool
    waiting: bool


def standing(session: Session, case: Case) -> Standing:
    """What was decided against the author, on whatever he said in the case, and whether he may object to it."""
    case = live(session, case)
    hidden = [item for item in items_of(session, case) if item.hidden]
    hidings = _hidings(session, hidden)
    last, lodged = _last(session, case, STEPS), _last(session, case, (LODGED,))
    decided = [hidings[item.id].at if item.id in hidings else case.opened_at for item in hidden]
    outcome = _outcome_stands(session, case, now()) and not alone(session, case)
    decided += [case.resolved_at] if case.resolved_at is not None and outcome else []
    waiting = last is not None and last.what == LODGED
    may = bool(decided) and not waiting and (lodged is None or lodged.at < max(decided))
    newest = max(hidings.values(), key=lambda one: one.id or 0, default=None)
    return Standing(bool(hidden), newest, may, waiting)


def lodge(session: Session, actor: Actor, case: Case, words: str) -> CaseEvent:
    """Object, in one's own words. Invalid without any; WrongState when there is nothing (or nothing new) to object to."""
    actor.require("appeal.lodge")
    if not tidy(words):
        raise Invalid(field="words", why=Why("say_something"))
    case = locked(session, case)
    if not standing(session, case).may:
        raise WrongState(thing="case", state=case.state, wanted=LODGED)
    case.owner_id = None
    session.add(case)
    return _step(session, actor, case, LODGED, words)


def decide(session: Session, actor: Actor, case: Case, reason: str, *, uphold: bool) -> CaseEvent:
    """Settle the open objection with a reason its author reads. Upheld, hidden words show again and a resolved case is reopened:
    its dates run from then. A case that was opened for the objection alone ends with it.

    OwnAct for whoever ever decided against its author in the case (`barred`); WrongState without an open objection; Invalid
    without a reason.
    """
    actor.require("appeal.decide")
    if not tidy(reason):
        raise Invalid(field="reason", why=Why("say_why"))
    hold(session, case)
    now_stands = standing(session, case)
    if not now_stands.waiting:
        raise WrongState(thing="case", state=case.state, wanted="appeal")
    due = case.objection_due_at
    kept: dict[str, Any] = {"due": rfc3339(due), "in_time": now() <= due} if due is not None else {}
    hidden = [item for item in items_of(session, case) if item.hidden]
    hands = barred(session, case)
    if actor.label in hands.labels:
        raise OwnAct(ability="appeal.decide", actor=actor.label)
    if hands.nobody_else:
        kept["nobody_else"] = True
    for item in hidden if uphold else ():
        moderate.restore(session, actor, item, reason)
    nothing_else = alone(session, case)
    if nothing_else and case.state == "received":
        case.first_reply_at = case.first_reply_at or now()
        end(session, case, "solved" if uphold else "declined", reason)
    if uphold and not nothing_else and _of_outcome(session, case):
        take_up(session, case)
        step(session, case, "reopened", actor.label)
    session.add(case)
    made = _step(session, actor, case, UPHELD if uphold else DECLINED, reason, **kept)
    telling.tell(session, actor, case, "grievance", key=f"{made.id}")
    return made


@dataclass(frozen=True, slots=True)
class Barred:
    """Who may not decide on the objection in a case, by their labels. `nobody_else`: all who may decide on objections had a hand
    in the case once, so that only those who took what stands now are barred."""

    labels: frozenset[str]
    nobody_else: bool


def barred(session: Session, case: Case) -> Barred:
    """Whoever hid or deleted anything said in the case, or resolved it, at any time; while nobody else is left to decide, whoever
    took the decisions that stand."""
    said = items_of(session, case)
    against, hidden = _against(session, said), {item.id for item in said if item.hidden}
    whole = [case.id, *session.exec(select(Case.id).where(col(Case.merged_into_id) == case.id))]
    ended = select(CaseEvent.actor).where(col(CaseEvent.case_id).in_(whole), col(CaseEvent.what) == "resolved")
    resolved = session.exec(ended.order_by(col(CaseEvent.id))).all()
    every = frozenset((*(one.actor for one in against), *resolved))
    able = [one for user in session.exec(select(User).where(col(User.active))) if (one := actor_of(user)).can("appeal.decide")]
    if any(one.label not in every for one in able):
        return Barred(every, nobody_else=False)
    stands = {(one.item_id, one.action): one.actor for one in against if one.item_id in hidden}
    return Barred(frozenset((*stands.values(), *resolved[-1:])), nobody_else=True)


def waiting(session: Session) -> list[tuple[Case, CaseEvent]]:
    """Cases with an open objection and its words, the oldest first."""
    newest = select(func.max(col(CaseEvent.id))).where(text(OBJECTION)).group_by(col(CaseEvent.case_id))
    of_case = select(Case, CaseEvent).join(CaseEvent, col(CaseEvent.case_id) == col(Case.id))
    open_ones = of_case.where(col(CaseEvent.what) == LODGED, col(CaseEvent.id).in_(newest)).order_by(col(CaseEvent.id))
    return list(session.exec(open_ones))


def _outcome_stands(session: Session, case: Case, at: datetime) -> bool:
    """Whether an outcome stands to which its author may object: whoever closes the case sooner takes nothing from him, and where an
    objection to something else waited then his time begins with what was said to that. What he withdrew himself is none."""
    if case.resolved_at is None or case.outcome == "withdrawn":
        return False
    later = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_(STEPS), col(CaseEvent.at) >= case.resolved_at)
    first = session.exec(select(CaseEvent).where(*later).order_by(col(CaseEvent.id))).first()
    since = first.at if first is not None and first.what != LODGED else case.resolved_at
    return case.state == "resolved" or (case.state == "closed" and at - since <= REOPEN_WITHIN)


def _of_outcome(session: Session, case: Case) -> bool:
    """Whether his objection is to the outcome that stands too; the case may have been closed since, or before."""
    lodged = _last(session, case, (LODGED,))
    if lodged is None or case.resolved_at is None or case.resolved_at > lodged.at:
        return False
    closed_since = case.state == "closed" and case.closed_at is not None and lodged.at <= case.closed_at
    return closed_since or _outcome_stands(session, case, lodged.at)


def _step(session: Session, actor: Actor, case: Case, what: str, note: str, **data: Any) -> CaseEvent:
    made = step(session, case, what, actor.label, note, **data)
    session.flush()
    priority.reweigh(session, case)
    told = {"nobody_else": True} if data.get("nobody_else") else {}
    audit.record(session, actor, f"case.{what}", f"case:{case.id}", **told)
    return made


def _last(session: Session, case: Case, kinds: tuple[str, ...]) -> CaseEvent | None:
    where = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_(kinds))
    return session.exec(select(CaseEvent).where(*where).order_by(col(CaseEvent.id).desc())).first()


def _hidings(session: Session, hidden: Sequence[Item]) -> dict[int, Decision]:
    """Item id -> the newest decision of ours against it; none for what was hidden on the platform itself."""
    return {decision.item_id: decision for decision in _against(session, hidden)}


def _against(session: Session, hidden: Sequence[Item]) -> list[Decision]:
    """What we decided against these words, oldest first; what was deleted because its author asked is none of it."""
    ids = [item.id or 0 for item in hidden]
    acts = (col(Decision.action).in_(notices.GIVEN), col(Decision.actor) != CITIZEN.label, col(Decision.delivery_id).is_not(None))
    found = select(Decision).where(col(Decision.item_id).in_(ids), *acts).order_by(col(Decision.id))
    return list(session.exec(found)) if ids else []
