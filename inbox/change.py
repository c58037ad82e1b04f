"""The one way to change an item after it came in: columns, facets and counters move together."""

from collections import Counter
from typing import Any

from sqlmodel import Session

from core.workflow import workflow
from inbox import facets, tally
from inbox.models import Item

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
    table ITEM; WrongState otherwise. Daily counters of what was said (kind, language…) follow corrections.
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
    moved = Counter(tally.standing(after) + tally.said(after, tally.day_of(after["created_at"])))
    moved.subtract(Counter(tally.standing(before) + tally.said(before, tally.day_of(before["created_at"]))))
    tally.add(session, moved)
