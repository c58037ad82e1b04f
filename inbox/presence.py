"""Who has an item open, or writes an answer to it: told to colleagues by name, for as long as it is so and no longer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Table, delete, update
from sqlmodel import Session, col, select

from core.actors import Actor
from core.bulk import among, insert_new
from core.clock import now
from core.models import User
from inbox.models import Presence

PRESENCES: Table = Presence.__table__  # type: ignore[attr-defined]  # SQLModel sets it

#: somebody who says nothing more for this long has gone; he says so again after SAID_AGAIN at the earliest, which the page does
#: every 20 seconds (desk.pages.inbox)
LASTS, SAID_AGAIN = timedelta(seconds=45), timedelta(seconds=19)
READING, REPLYING = "reading", "replying"


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague at an item."""

    user_id: int
    name: str
    doing: str


def wanted(session: Session, who: Actor, item_id: int, doing: str = READING) -> bool:
    """Whether `here` would tell anything new: asked first, so that a look costs no write."""
    row = session.get(Presence, (item_id, who.user_id), populate_existing=True)
    return row is None or row.doing != doing or row.until < now() + LASTS - SAID_AGAIN


def here(session: Session, who: Actor, item_id: int, doing: str = READING) -> None:
    """This person is at that item now, and at no other."""
    who.require("item.read")
    if who.user_id is None:
        return
    session.execute(delete(Presence).where(col(Presence.user_id) == who.user_id, col(Presence.item_id) != item_id))
    said = {"doing": doing, "until": now() + LASTS}
    at = {"item_id": item_id, "user_id": who.user_id}
    if not insert_new(session, PRESENCES, [{**at, **said}], unique=tuple(at)):
        mine = update(Presence).where(col(Presence.item_id) == item_id, col(Presence.user_id) == who.user_id)
        session.execute(mine.values(**said))


def left(session: Session, who: Actor) -> None:
    """This person is at no item any more."""
    session.execute(delete(Presence).where(col(Presence.user_id) == who.user_id))


def others(session: Session, who: Actor, item_ids: Collection[int]) -> dict[int, tuple[Present, ...]]:
    """Item -> the colleagues who are at it now, those who write an answer first. Items where nobody is are left out."""
    if not item_ids:
        return {}
    there = (among(session, col(Presence.item_id), item_ids), col(Presence.until) > now())
    people = select(Presence, User.display_name).join(User, col(User.id) == col(Presence.user_id))
    people = people.where(*there, col(Presence.user_id) != (who.user_id or 0), col(User.active))
    found: dict[int, tuple[Present, ...]] = {}
    for row, name in session.exec(people.order_by(col(Presence.doing).desc(), col(Presence.user_id))):
        found[row.item_id] = (*found.get(row.item_id, ()), Present(row.user_id, name, row.doing))
    return found
