"""Who has an item open, or writes an answer to it: told to colleagues by name, for as long as it is so and no longer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, delete, select, update
from sqlmodel import Session, col

from core.actors import Actor
from core.bulk import insert_new
from core.clock import now
from core.models import User
from inbox.models import Presence

PRESENCES: Table = Presence.__table__  # type: ignore[attr-defined]  # SQLModel sets it

#: somebody who says nothing more for this long has gone; he says so again after SAID_AGAIN at the earliest, which the page does
#: every 20 seconds (desk.pages.inbox)
LASTS, SAID_AGAIN = timedelta(seconds=45), timedelta(seconds=19)
READING, REPLYING = "reading", "replying"


#: made once, as what a page asks whenever it is drawn
_ELSEWHERE = delete(PRESENCES).where(PRESENCES.c.user_id == bindparam("me"), PRESENCES.c.item_id != bindparam("item"))
_OTHERS = (
    select(PRESENCES.c.item_id, PRESENCES.c.user_id, col(User.display_name), PRESENCES.c.doing)
    .join(User, col(User.id) == PRESENCES.c.user_id)
    .where(PRESENCES.c.item_id.in_(bindparam("ids", expanding=True)), PRESENCES.c.until > bindparam("moment"))
    .where(PRESENCES.c.user_id != bindparam("me"), col(User.active))
    .order_by(PRESENCES.c.doing.desc(), PRESENCES.c.user_id)
)


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague at an item."""

    user_id: int
    name: str
    doing: str


def here(session: Session, who: Actor, item_id: int, doing: str = READING) -> datetime:
    """This person is at that item now, and at no other. Until the moment returned it tells nothing new to say so again."""
    who.require("item.read")
    until = now() + SAID_AGAIN
    if who.user_id is None:
        return until
    session.connection().execute(_ELSEWHERE, {"me": who.user_id, "item": item_id})
    said = {"doing": doing, "until": now() + LASTS}
    at = {"item_id": item_id, "user_id": who.user_id}
    if not insert_new(session, PRESENCES, [{**at, **said}], unique=tuple(at)):
        mine = update(Presence).where(col(Presence.item_id) == item_id, col(Presence.user_id) == who.user_id)
        session.execute(mine.values(**said))
    return until


def left(session: Session, who: Actor) -> None:
    """This person is at no item any more."""
    session.execute(delete(Presence).where(col(Presence.user_id) == who.user_id))


def others(session: Session, who: Actor, item_ids: Collection[int]) -> dict[int, tuple[Present, ...]]:
    """Item -> the colleagues who are at it now, those who write an answer first. Items where nobody is are left out."""
    if not item_ids:
        return {}
    asked = {"ids": list(item_ids), "moment": now(), "me": who.user_id or 0}
    found: dict[int, tuple[Present, ...]] = {}
    for item_id, user_id, name, doing in session.connection().execute(_OTHERS, asked):
        found[item_id] = (*found.get(item_id, ()), Present(user_id, name, doing))
    return found
