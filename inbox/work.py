"""What a clerk does with an item beside answering, hiding or making a case of it: takes it, gives it back, marks it done."""

from sqlmodel import Session

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid
from core.models import User
from core.why import Why, none_of
from inbox.change import ITEM, change
from inbox.models import Item


def assign(session: Session, actor: Actor, item: Item, user_id: int | None) -> Item:
    """Give an item to a member of staff, or back to everybody (None). Invalid for somebody unknown or dismissed."""
    actor.require("item.work")
    user = session.get(User, user_id) if user_id is not None else None
    if user_id is not None and (user is None or not user.active):
        raise Invalid(field="assignee", why=Why("not_on_staff"))
    change(session, item, assignee_id=user_id)
    audit.record(session, actor, "item.assign", f"item:{item.id}", user=user_id)
    return item


def mark(session: Session, actor: Actor, item: Item, state: str) -> Item:
    """Move an item by hand: `answered` (elsewhere), `closed` (needs no answer) or `open` again. WrongState by the table ITEM."""
    actor.require("item.work")
    if state not in ITEM.moves or state == "none":
        raise Invalid(field="state", why=none_of(state, ("open", "answered", "closed")))
    moment = {"answered_at": item.answered_at or now()} if state == "answered" else {}
    change(session, item, state=state, **moment)
    audit.record(session, actor, "item.mark", f"item:{item.id}", state=state)
    return item
