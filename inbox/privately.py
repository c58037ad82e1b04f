"""Moving on in private: what needs somebody's data is not talked over where everybody reads it."""

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.errors import Invalid, NotFound
from core.models import Account
from core.settings import Settings
from core.why import Why
from inbox import cases, receipts, reply
from inbox.models import Case, CaseEvent, Item
from inbox.steps import step
from inbox.tongues import say
from outbox.batch import enqueue_many
from outbox.enqueue import by_ref
from outbox.models import Delivery

TAKEN = "taken_private"
#: made once: every message of a case that is opened asks it
_TAKEN = select(col(CaseEvent.data)).where(col(CaseEvent.case_id) == bindparam("case"), col(CaseEvent.what) == TAKEN)


def take_private(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    seen_version: str,
    nonce: str,
    settings: Settings,
    kind: str = "",
    key_id: str = "",
) -> Case:
    """Ask on the thread, in words without any data, to go on in private; returns the item's case (one of `kind` is made where it
    has none: an inquiry, unless it is something else already).

    Where the platform lets it be answered privately, the link that opens the case goes there; elsewhere its author is asked to
    write to us privately. The item is marked (`taken`). Refuses as inbox.reply.send does; Invalid for what is private already.
    """
    actor.require("reply.write")
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound(thing="item", id=item_id)
    if item.private:
        raise Invalid(field="item", why=Why("is_private"))
    made = kind or (item.kind if item.kind in ("complaint", "suggestion", "praise") else "inquiry")
    case = cases.live(session, cases.open_case(session, actor, item, made, key_id=key_id))
    sent = _link(session, actor, case, item, settings) if item.can.get("reply_privately", False) else None
    words = say(f"private.{'sent' if sent else 'write'}", case.lang, number=case.number)
    answer = reply.send(session, actor, item_id, words, seen_version=seen_version, nonce=nonce, fixed=True)
    if item_id not in taken(session, case):
        step(session, case, TAKEN, actor.label, item=item_id)
    audit.record(session, actor, "case.take_private", f"case:{case.id}", item=item_id, reply=answer.id, link=sent and sent.id)
    return case


def taken(session: Session, case: Case) -> frozenset[int]:
    """Ids of the items of a case whose talk was asked to go on in private."""
    steps = session.exec(_TAKEN, params={"case": case.id})
    return frozenset(int(data["item"]) for data in steps if "item" in data)


def _link(session: Session, actor: Actor, case: Case, item: Item, settings: Settings) -> Delivery:
    """The private answer that carries the link: the one its receipt had if it may reach its reader, else a new one."""
    account = session.get_one(Account, item.account_id)
    ref = f"receipt-link:{case.id}"
    if (standing := by_ref(session, ref)) is not None:
        if standing.state not in receipts.LOST:
            return standing
        ref = f"{ref}:i{item.id}"
    order = receipts.private(receipts.owed_of(case.model_dump(), item.model_dump()), "private_reply", ref, settings)
    enqueue_many(session, actor, account, [order])
    return session.exec(select(Delivery).where(col(Delivery.ref) == ref)).one()
