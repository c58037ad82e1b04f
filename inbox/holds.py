"""Legal holds: what a hold names is erased neither by time nor by its author's wish until somebody lifts it.

A hold goes where the words go: to the case that goes on in another, and to the case that was taken out of one. What its author
wanted removed meanwhile is removed as the last hold on it ends.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from core import audit
from core.actors import WORKER, Actor
from core.bulk import among
from core.clock import now
from core.errors import Invalid, NotFound, WrongState
from core.settings import Settings
from core.why import Why
from inbox import erase
from inbox.models import Case, CaseEvent, Hold, Item
from inbox.steps import live

SUBJECT = re.compile(r"(case|item):([1-9]\d{0,17})")
#: the step of a case that remembers what its author wanted removed under a hold; `data` says which words
KEPT = "removal_kept"


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that holds name now."""

    cases: frozenset[int]
    items: frozenset[int]

    def item(self, item_id: int | None, case_id: int | None) -> bool:
        """Whether words must be kept: a hold names them, or the case they belong to."""
        return item_id in self.items or case_id in self.cases

    def case(self, case: Case, item_ids: Sequence[int]) -> bool:
        """Whether a case must be kept: a hold names it, the one that goes on for it, or anything said in it."""
        return case.id in self.cases or case.merged_into_id in self.cases or not self.items.isdisjoint(item_ids)


def keep(session: Session, actor: Actor, subject: str, reason: str) -> Hold:
    """Hold `case:12` (the case that goes on for it, where it was merged) or `item:5`. NotFound where there is none; Invalid for
    anything else and without a reason. What is held already may be held once more: each hold is lifted by itself."""
    actor.require("hold.set")
    named = SUBJECT.fullmatch(subject.strip())
    if named is None:
        raise Invalid(field="subject", why=Why("hold_subject"))
    if not reason.strip():
        raise Invalid(field="reason", why=Why("say_why"))
    found: Case | Item | None = session.get(Case, int(named[2])) if named[1] == "case" else session.get(Item, int(named[2]))
    if found is None:
        raise NotFound(thing=named[1], id=named[2])
    if isinstance(found, Case):
        found = live(session, found)
    hold = Hold(subject=f"{named[1]}:{found.id}", reason=reason.strip()[:500], by=actor.label)
    session.add(hold)
    session.flush()
    audit.record(session, actor, "hold.set", hold.subject, hold=hold.id)
    return hold


def lift(session: Session, actor: Actor, hold: Hold, settings: Settings) -> Hold:
    """End a hold. What else holds the same goes on; where nothing does, what its author wanted removed is removed now."""
    actor.require("hold.set")
    session.refresh(hold, with_for_update=True)
    if hold.lifted_at is not None:
        raise WrongState(thing="hold", state="lifted", wanted="lifted")
    hold.lifted_at, hold.lifted_by = now(), actor.label
    session.add(hold)
    session.flush()
    audit.record(session, actor, "hold.lift", hold.subject, hold=hold.id)
    _make_good(session, hold.subject, settings)
    return hold


def standing(session: Session) -> Held:
    """What is held now."""
    subjects = session.exec(select(Hold.subject).where(col(Hold.lifted_at).is_(None))).all()
    named = [(subject.partition(":")[0], int(subject.partition(":")[2])) for subject in subjects]
    cases = {id_ for thing, id_ in named if thing == "case"}
    merged = select(Case).where(among(session, col(Case.id), cases), col(Case.merged_into_id).is_not(None))
    onward = {live(session, case).id or 0 for case in session.exec(merged)} if cases else set()
    return Held(frozenset(cases | onward), frozenset(id_ for thing, id_ in named if thing == "item"))


def follow(session: Session, actor: Actor, case: Case, other: Case, item_ids: Collection[int]) -> None:
    """Words were taken out of `case`: what holds it holds `other` too, and its author's wishes about them go along. A step of the
    calling verb."""
    subject = f"case:{other.id}"
    there = (col(Hold.subject) == f"case:{case.id}", col(Hold.lifted_at).is_(None))
    for hold in session.exec(select(Hold).where(*there).order_by(col(Hold.id))).all():
        again = Hold(subject=subject, reason=hold.reason, by=hold.by)
        session.add(again)
        session.flush()
        audit.record(session, actor, "hold.set", subject, hold=again.id, of=hold.id)
    wishes = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what) == KEPT)
    for wish in session.exec(select(CaseEvent).where(*wishes).order_by(col(CaseEvent.id))).all():
        if wish.data.get("item") in item_ids:
            session.add(CaseEvent(case_id=other.id or 0, actor=wish.actor, what=KEPT, data=wish.data))


def listed(session: Session) -> Sequence[Hold]:
    """Holds that stand, the oldest first."""
    return session.exec(select(Hold).where(col(Hold.lifted_at).is_(None)).order_by(col(Hold.id))).all()


def _make_good(session: Session, subject: str, settings: Settings) -> None:
    thing, _, id_ = subject.partition(":")
    item = session.get(Item, int(id_)) if thing == "item" else None
    case_id = int(id_) if thing == "case" else item.case_id if item is not None else None
    held, case = standing(session), session.get(Case, case_id) if case_id is not None else None
    ids = {case.id, live(session, case).id} if case is not None else set()
    wishes = (col(CaseEvent.case_id).in_(ids), col(CaseEvent.what) == KEPT)
    for wish in session.exec(select(CaseEvent).where(*wishes).order_by(col(CaseEvent.id))):
        if wish.data.get("contact"):
            _contact(session, session.get_one(Case, wish.case_id), held)
            continue
        if "step" in wish.data:
            _note(session, wish, held, settings)
            continue
        words = session.get_one(Item, int(wish.data["item"]))
        if held.item(words.id, words.case_id):
            continue
        if erase.left(words, personal=(personal := bool(wish.data["personal"]))):
            erase.item(session, WORKER, words, erase.WISH, settings, personal=personal)
            session.add(CaseEvent(case_id=wish.case_id, actor=WORKER.label, what="removed"))
        if wish.data.get("everywhere"):
            erase.elsewhere(session, WORKER, words, wish.actor)


def _note(session: Session, wish: CaseEvent, held: Held, settings: Settings) -> None:
    if not _held(session, live(session, session.get_one(Case, wish.case_id)), held):
        said = session.get_one(CaseEvent, int(wish.data["step"]))
        erase.note(session, WORKER, said, erase.WISH, settings, personal=bool(wish.data["personal"]))
        session.add(CaseEvent(case_id=wish.case_id, actor=WORKER.label, what="removed"))


def _held(session: Session, case: Case, held: Held) -> bool:
    return held.case(case, [one or 0 for one in session.exec(select(col(Item.id)).where(col(Item.case_id) == case.id))])


def _contact(session: Session, case: Case, held: Held) -> None:
    together = select(Case.id).where(or_(col(Case.id) == case.id, col(Case.merged_into_id) == case.id), col(Case.contact) != "")
    if session.exec(together.limit(1)).first() is not None and not _held(session, case, held):
        erase.contact(session, WORKER, case, erase.WISH)
        session.add(CaseEvent(case_id=case.id or 0, actor=WORKER.label, what="contact_removed"))
