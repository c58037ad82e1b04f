"""What each member of staff has opened: everything else that waits is unread for him."""

from collections.abc import Iterable

from sqlalchemy import Table, bindparam, select, update
from sqlmodel import Session, col

from core.actors import Actor
from core.bulk import insert_new
from core.clock import now
from inbox.models import Item, Opened

OPENED: Table = Opened.__table__  # type: ignore[attr-defined]  # SQLModel sets it
#: made once: a page asks it whenever it is drawn
_OPENED = select(OPENED.c.item_id, OPENED.c.at).where(
    OPENED.c.user_id == bindparam("me"), OPENED.c.item_id.in_(bindparam("ids", expanding=True))
)


def opened(session: Session, who: Actor, item_id: int) -> None:
    """This person has the item before him, as it is now."""
    who.require("item.read")
    if who.user_id is None:
        return
    at = {"user_id": who.user_id, "item_id": item_id}
    if not insert_new(session, OPENED, [{**at, "at": now()}], unique=tuple(at)):
        mine = update(Opened).where(col(Opened.user_id) == who.user_id, col(Opened.item_id) == item_id)
        session.execute(mine.values(at=now()))


def unread(session: Session, who: Actor, items: Iterable[Item]) -> frozenset[int]:
    """Those of these items that wait for us and that this person never opened, or not since their author changed them."""
    waiting = {item.id or 0: item for item in items if item.state == "open" and not item.own}
    if not waiting or who.user_id is None:
        return frozenset()
    read = dict(session.execute(_OPENED, {"me": who.user_id, "ids": list(waiting)}).all())
    anew = {id_ for id_, at in read.items() if (edited := waiting[id_].edited_at) is not None and at < edited}
    return frozenset(waiting) - frozenset(read) | anew
