"""The one way to change an item after it came in: columns, facets, counters and the search index move together."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col

from core.workflow import workflow
from inbox import facets, index, tally
from inbox.models import Item, ItemTag, Snooze

#: it waits for us, now or at an hour that was set
WAITS = ("open", "snoozed")
#: columns that a search finds an item by
_SEARCHED = (*index.WORDS, "text", "author_name", "author_handle")
ITEM = workflow(
    "item",
    open="answered closed none snoozed",
    snoozed="open answered closed none",
    answered="open closed none",
    closed="open answered none",
    none="",
)


def change(session: Session, item: Item, **values: Any) -> None:
    """Set columns of `item` in the caller's transaction. The caller is a verb: it has checked its actor and writes the audit.

    The row is locked and read anew first, so that two changes at once are counted one after the other. `state` moves by the
    table ITEM; WrongState otherwise. Daily counters of what was said (kind, language…) follow corrections. What is no longer put
    off is so nowhere.
    """
    session.refresh(item, with_for_update=True)
    before = item.model_dump()
    wanted = values.pop("state", item.state)
    if wanted != item.state:
        ITEM.move(item, wanted)
    for name, value in values.items():
        setattr(item, name, value)
    after = item.model_dump()
    item.facets = facets.pack(after)
    session.add(item)
    session.flush()
    if before["state"] == "snoozed" and item.state != "snoozed":
        session.execute(delete(Snooze).where(col(Snooze.item_id) == item.id))
    if any(before[name] != after[name] for name in _SEARCHED):
        index.replace(session, after)
    if before["said"] != item.said:
        session.execute(update(ItemTag).where(col(ItemTag.item_id) == item.id).values(said=item.said))
    moved = Counter(tally.standing(after) + tally.said(after, tally.day_of(after["created_at"])))
    moved.subtract(Counter(tally.standing(before) + tally.said(before, tally.day_of(before["created_at"]))))
    tally.add(session, moved)


def put_off(session: Session, item: Item, until: datetime, by_id: int) -> None:
    """The item is put off until that instant, from now or from an earlier one. A step of a verb, as `change` is."""
    change(session, item, state="snoozed")
    row = session.get(Snooze, item.id, populate_existing=True) or Snooze(item_id=item.id or 0, until=until, by_id=by_id)
    row.until, row.by_id = until, by_id
    session.add(row)
    session.flush()
