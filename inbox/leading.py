"""Which index a page of the inbox is walked in: that of the filter under which the fewest items stand."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, TextClause, text, true
from sqlmodel import Session, col

from inbox import facets, tally
from inbox.index import ITEMS
from inbox.models import REVIEWED, WAITING, Item

#: column that leads an index -> how to count what stands under a value
DRIVERS: Final = ("account_id", "clause", "topic", "language", "kind", "surface", "platform", "state", "sentiment")
#: yes/no columns with an index of their own over the few that say yes
MARKS: Final = ("hidden", "private", "own")


def driver(session: Session, conditions: Mapping[str, Any], assignee_id: int | None) -> str:
    """The index to walk: the filter under which the fewest items stand."""
    if assignee_id is not None:
        return "assignee_id"
    led = [name for name in (*DRIVERS, *MARKS) if conditions.get(name)]
    if conditions.get("flagged") or conditions.get("action") in ("review", "hide"):
        led.append("flagged")
    led += ["waits"] if conditions.get("waits") else []
    if len(led) < 2:
        return led[0] if led else "said"
    totals = tally.counts(session, (*DRIVERS, *MARKS, "action"))
    sizes = {name: totals.get((name, str(conditions.get(name))), 0) for name in led}
    if "flagged" in sizes:
        sizes["flagged"] = totals.get(("action", "review"), 0) + totals.get(("action", "hide"), 0)
    if "waits" in sizes:
        sizes["waits"] = sum(totals.get(("state", state), 0) for state in facets.WAITING)
    return min(sizes, key=lambda name: sizes[name])


def leading(driver: str, conditions: Mapping[str, Any], assignee_id: int | None) -> ColumnElement[bool] | TextClause:
    """The condition that makes the walk use the driver's index.

    Partial ones must be named in their index's own words, as text: SQLAlchemy would write `own = 1` for SQLite, which then walks
    the whole inbox.
    """
    if driver == "said":
        return true()
    if driver in MARKS:
        return text(driver)
    if driver == "harm":
        return text(REVIEWED)
    if driver == "waits":
        return text(WAITING)
    if driver == "flagged":
        return text("action <> 'allow'")
    if driver == "assignee_id":
        return col(Item.assignee_id) == assignee_id
    if driver == "clause":
        return text("clause <> '' AND clause = :clause").bindparams(clause=conditions["clause"])
    column: ColumnElement[Any] = ITEMS.c[driver]
    equal: ColumnElement[bool] = column == conditions[driver]
    return equal
