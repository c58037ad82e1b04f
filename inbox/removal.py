"""What the author of a case takes back of his own: words posted or written by mistake, the numbers in them, or the address he left.

Our copy is erased at once; the audit, which holds no words, stays whole. Where he wants it and the platform lets us, the
platform deletes its copy too. Under a legal hold nothing is erased: his wish is kept, and met when the hold ends (inbox.holds).
"""

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.settings import Settings
from inbox import erase, holds
from inbox.caseview import items_of
from inbox.models import Case, CaseEvent, Item
from inbox.speaking import locked
from inbox.steps import step


def remove(
    session: Session,
    actor: Actor,
    case: Case,
    item_id: int,
    settings: Settings,
    *,
    personal: bool = False,
    everywhere: bool = False,
) -> bool:
    """Erase what he said once in this case; `personal`: only numbers and addresses in it. `everywhere`: the platform is asked to
    delete its copy as well, where it lets us. False when a legal hold keeps it: that he wished it is remembered.

    NotFound for what is not his words in this case. Asked again, what is gone stays gone.
    """
    actor.require("case.speak")
    case = locked(session, case)
    item = session.get(Item, item_id)
    if item is None or item.own or item.case_id != case.id:
        raise NotFound(thing="item", id=item_id)
    held = holds.standing(session).item(item.id, item.case_id)
    if held:
        step(session, case, holds.KEPT, actor.label, item=item.id, personal=personal, everywhere=everywhere)
    elif erase.left(item, personal=personal):
        erase.item(session, actor, item, erase.WISH, settings, personal=personal)
        step(session, case, "removed", actor.label, item=item.id)
    if everywhere and not held:
        erase.elsewhere(session, actor, item, actor.label)
    audit.record(
        session, actor, "case.remove", f"case:{case.id}", item=item.id, personal=personal, everywhere=everywhere, held=held
    )
    return not held


def take_back(session: Session, actor: Actor, case: Case, step_id: int, settings: Settings, *, personal: bool = False) -> bool:
    """Erase what he wrote with a step of his case: an objection, why he had it reopened or withdrew it, how he was served. As
    `remove`; NotFound for a step that is not his."""
    actor.require("case.speak")
    case = locked(session, case)
    whole = {case.id, *session.exec(select(Case.id).where(col(Case.merged_into_id) == case.id))}
    said = session.get(CaseEvent, step_id)
    if said is None or said.actor != actor.label or said.case_id not in whole:
        raise NotFound(thing="step", id=step_id)
    held = holds.standing(session).case(case, [item.id or 0 for item in items_of(session, case)])
    if held:
        step(session, case, holds.KEPT, actor.label, step=step_id, personal=personal)
    else:
        erase.note(session, actor, said, erase.WISH, settings, personal=personal)
        step(session, case, "removed", actor.label, step=step_id)
    audit.record(session, actor, "case.remove", f"case:{case.id}", step=step_id, personal=personal, held=held)
    return not held


def forget_contact(session: Session, actor: Actor, case: Case) -> bool:
    """Take back the name and address left with a form: no letter goes there any more. False when a legal hold keeps them: that he
    wished it is remembered."""
    actor.require("case.speak")
    case = locked(session, case)
    words = [item.id or 0 for item in items_of(session, case)]
    if held := holds.standing(session).case(case, words):
        audit.record(session, actor, "case.remove", f"case:{case.id}", contact=True, held=held)
        step(session, case, holds.KEPT, actor.label, contact=True)
        return False
    erase.contact(session, actor, case, erase.WISH)
    step(session, case, "contact_removed", actor.label)
    return True
