"""What a clerk does with an item beside answering, hiding or making a case of it: takes it, gives it back, marks it done."""

from sqlmodel import Session

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid
from core.models import User
from core.why import Why, none_of
from inbox import undo
from inbox.models import Item

#: where a person moves an item by hand; being put off has an hour (inbox.snooze)
BY_HAND = ("open", "answered", "closed")


def assign(session: Session, actor: Actor, item: Item, user_id: int | None) -> Item:
    """Give an item to a member of staff, or back to everybody (None). Invalid for somebody unknown or dismissed."""
    actor.require("item.work")
    user = session.get(User, user_id) if user_id is not None else None
    if user_id is not None and (user is None or not user.active):
        raise Invalid(field="assignee", why=Why("not_on_staff"))
    undo.changing(session, actor, "assign" if user_id is not None else "release", item, assignee_id=user_id)
    audit.record(session, actor, "item.assign", f"item:{item.id}", user=user_id)
    return item


def mark(session: Session, actor: Actor, item: Item, state: str) -> Item:
    """Move an item by hand: `answered` (elsewhere), `closed` (needs no answer) or `open` again. WrongState by the table ITEM."""
    actor.require("item.work")
    if state not in BY_HAND:
        raise Invalid(field="state", why=none_of(state, BY_HAND))
    moment = {"answered_at": item.answered_at or now()} if state == "answered" else {}
    undo.changing(session, actor, f"mark_{state}", item, state=state, **moment)
    audit.record(session, actor, "item.mark", f"item:{item.id}", state=state)
    return item
