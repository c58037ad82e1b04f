"""Objections: the author of a case asks that somebody else look again at what was decided (DESIGN §2.5).

An appeal is two steps of the case's history: `appealed`, in the author's words, then `appeal_upheld` or `appeal_declined` with the
reason he reads. One may object to the hiding of one's words and to how a case was resolved, once each time it was decided.
"""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.errors import Invalid, OwnAct, WrongState
from core.why import Why
from inbox import moderate
from inbox.cases import CASE
from inbox.models import Case, CaseEvent, Decision, Item

LODGED, UPHELD, DECLINED = STEPS = ("appealed", "appeal_upheld", "appeal_declined")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands against the author of a case. `hiding`: the decision under which his words are hidden (None while they show, and
    where they were hidden on the platform itself). `may`: he may object now. `waiting`: his objection is not decided yet."""

    hidden: bool
    hiding: Decision | None
    may: bool
    waiting: bool


def standing(session: Session, case: Case) -> Standing:
    """What was decided against the author, and whether he may object to it."""
    item = session.get(Item, case.item_id) if case.item_id is not None else None
    hidden = item is not None and item.hidden
    hiding = _hiding(session, case) if hidden else None
    last = _last(session, case, STEPS)
    decided = [hiding.at if hiding else case.opened_at] if hidden else []
    decided += [case.resolved_at] if case.state == "resolved" and case.resolved_at is not None else []
    waiting = last is not None and last.what == LODGED
    may = bool(decided) and not waiting and (last is None or last.at < max(decided))
    return Standing(hidden, hiding, may, waiting)


def lodge(session: Session, actor: Actor, case: Case, words: str) -> CaseEvent:
    """Object, in one's own words. Invalid without any; WrongState when there is nothing (or nothing new) to object to."""
    actor.require("appeal.lodge")
    said = "".join(c for c in words if c == "\n" or c.isprintable()).strip()
    if not said:
        raise Invalid(field="words", why="say what should be looked at again")
    session.refresh(case, with_for_update=True)
    if not standing(session, case).may:
        raise WrongState(thing="case", state=case.state, wanted=LODGED)
    case.owner_id = None
    session.add(case)
    return _step(session, actor, case, LODGED, said)


def decide(session: Session, actor: Actor, case: Case, reason: str, *, uphold: bool) -> CaseEvent:
    """Settle the open objection with a reason its author reads. Upheld, hidden words show again and a resolved case is reopened.

    OwnAct for whoever hid the words or resolved the case; WrongState without an open objection; Invalid without a reason.
    """
    actor.require("appeal.decide")
    if not reason.strip():
        raise Invalid(field="reason", why=Why("say_why"))
    session.refresh(case, with_for_update=True)
    now_stands = standing(session, case)
    if not now_stands.waiting:
        raise WrongState(thing="case", state=case.state, wanted="appeal")
    if actor.label in _deciders(session, case, now_stands.hiding):
        raise OwnAct(ability="appeal.decide", actor=actor.label)
    if uphold and now_stands.hidden and not (item := session.get_one(Item, case.item_id)).deleted:
        moderate.unhide(session, actor, item, reason)
    if uphold and case.state == "resolved":
        CASE.move(case, "in_progress")
        case.resolved_at, case.outcome, case.outcome_reason = None, "", ""
    session.add(case)
    return _step(session, actor, case, UPHELD if uphold else DECLINED, reason.strip())


def waiting(session: Session) -> list[tuple[Case, CaseEvent]]:
    """Cases with an open objection and its words, the oldest first."""
    newest = select(func.max(col(CaseEvent.id))).where(col(CaseEvent.what).in_(STEPS)).group_by(col(CaseEvent.case_id))
    of_case = select(Case, CaseEvent).join(CaseEvent, col(CaseEvent.case_id) == col(Case.id))
    open_ones = of_case.where(col(CaseEvent.what) == LODGED, col(CaseEvent.id).in_(newest)).order_by(col(CaseEvent.id))
    return list(session.exec(open_ones))


def _step(session: Session, actor: Actor, case: Case, what: str, note: str) -> CaseEvent:
    step = CaseEvent(case_id=case.id or 0, actor=actor.label, what=what, note=note[:LONGEST])
    session.add(step)
    audit.record(session, actor, f"case.{what}", f"case:{case.id}")
    return step


def _last(session: Session, case: Case, kinds: tuple[str, ...]) -> CaseEvent | None:
    where = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_(kinds))
    return session.exec(select(CaseEvent).where(*where).order_by(col(CaseEvent.id).desc())).first()


def _hiding(session: Session, case: Case) -> Decision | None:
    where = (col(Decision.item_id) == case.item_id, col(Decision.action) == "hide", col(Decision.delivery_id).is_not(None))
    return session.exec(select(Decision).where(*where).order_by(col(Decision.id).desc())).first()


def _deciders(session: Session, case: Case, hiding: Decision | None) -> set[str]:
    resolved = _last(session, case, ("resolved",))
    return {one.actor for one in (hiding, resolved) if one is not None}
