"""Putting an item off until an hour: it leaves the open ones and comes back at that hour, or as soon as its author speaks again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from core import audit
from core import calendar as almanac
from core.actors import WORKER, Actor
from core.bulk import among
from core.clock import DUBAI, aware, in_dubai, now
from core.db import Database
from core.errors import Invalid, WrongState
from core.models import Account
from core.why import Why
from inbox import cases, undo
from inbox.change import change, put_off
from inbox.models import Case, Item, Snooze

if TYPE_CHECKING:
    from sqlmodel.sql.expression import SelectOfScalar

#: so far ahead at most something is put off
LONGEST = timedelta(days=90)
#: woken in one transaction
AT_ONCE = 200


def snooze(session: Session, actor: Actor, item: Item, until: datetime) -> Item:
    """Put an open item off, or one that is put off to another hour.

    Invalid for an hour that is past or beyond LONGEST, and beyond the hour at which something is owed in its case; WrongState for
    what doesn't wait for us.
    """
    actor.require("item.work")
    session.refresh(item, with_for_update=True)
    until = aware(until)
    if not now() < until <= now() + LONGEST:
        raise Invalid(field="until", why=Why("snooze_range", most=LONGEST.days))
    owed = _owed(session, item)
    if owed is not None and owed < until:
        raise Invalid(field="until", why=Why("snooze_owed", due=f"{in_dubai(owed):%Y-%m-%d %H:%M}"))
    with undo.keeping(session, actor, "snooze", item, "state"):
        put_off(session, item, until, actor.user_id or 0)
    audit.record(session, actor, "item.snooze", f"item:{item.id}", until=until.isoformat())
    return item


def wake(session: Session, actor: Actor, item: Item) -> Item:
    """Bring back what is put off before its hour. WrongState for what is not put off."""
    actor.require("item.work")
    session.refresh(item, with_for_update=True)
    if item.state != "snoozed":
        raise WrongState(thing="item", state=item.state, wanted="open")
    undo.changing(session, actor, "wake", item, state="open")
    audit.record(session, actor, "item.wake", f"item:{item.id}")
    return item


def offers(session: Session) -> dict[str, datetime]:
    """Hours one puts off to most often: `hour`, in an hour; `morning`, when the next working day begins; `week`, when the first one
    of next week does. Offered only as far as the calendar has work."""
    here = in_dubai(now())
    days = almanac.onward(session, here.date())
    ahead = [here.date() + timedelta(days=n) for n in range(1, LONGEST.days)]
    monday = here.date() + timedelta(days=7 - here.weekday())
    found = {"hour": now() + timedelta(hours=1)}
    for name, first in (("morning", ahead[0]), ("week", monday)):
        day = next((day for day in ahead if day >= first and days.hours(day)), None)
        if day is not None:
            found[name] = aware(datetime.combine(day, days.hours(day)[0].opens, DUBAI))
    if found.get("week") == found.get("morning"):
        found.pop("week", None)
    return found


def until_of(session: Session, item: Item) -> Snooze | None:
    """Until when an item is put off, and who did it; None where it is not."""
    return session.get(Snooze, item.id) if item.state == "snoozed" else None


def hours(session: Session, items: Iterable[Item]) -> Mapping[int, datetime]:
    """Those of these items that are put off, and until when."""
    asleep = [item.id or 0 for item in items if item.state == "snoozed"]
    rows = session.exec(select(Snooze).where(among(session, col(Snooze.item_id), asleep))) if asleep else ()
    return {row.item_id: row.until for row in rows}


def spoken(session: Session, account: Account, rows: Sequence[Mapping[str, Any]]) -> None:
    """New words wake what their author said before in the same thread or talk. A step of receive."""
    said = {(row["thread_key"], row["author_id"]) for row in rows if not row["own"] and row["state"] == "open"}
    if not said:
        return
    asleep = select(Item).join(Snooze, col(Snooze.item_id) == col(Item.id))
    there = (col(Item.account_id) == account.id, among(session, col(Item.thread_key), {thread for thread, _ in said}))
    for item in session.exec(asleep.where(*there).order_by(col(Item.id))):
        if item.private or (item.thread_key, item.author_id) in said:
            change(session, item, state="open")


def wake_due(db: Database, *, actor: Actor = WORKER, stopping: Event | None = None) -> int:
    """Bring back everything whose hour has come, and what came to be owed in its case before that hour; how many.

    Run twice at once it is harmless.
    """
    count = 0
    while not (stopping is not None and stopping.is_set()):
        with db.read() as session:
            ids = list(session.exec(_due().order_by(col(Snooze.until)).limit(AT_ONCE)))
        if not ids:
            break
        with db.write(patient=True) as session:
            count += _wake(session, actor, ids)
    return count


def _due() -> "SelectOfScalar[int]":
    """Items to wake. A date that moved, or a new one, may lie before the hour that was chosen."""
    case = and_(col(Case.id) == col(Item.case_id), col(Case.state).in_(cases.OPEN))
    owed = and_(col(Case.next_due_at) > col(Snooze.at), col(Case.next_due_at) <= now())
    asleep = select(Snooze.item_id).join(Item, col(Item.id) == col(Snooze.item_id)).outerjoin(Case, case)
    return asleep.where(or_(col(Snooze.until) <= now(), owed))


def _wake(session: Session, actor: Actor, ids: Sequence[int]) -> int:
    """Wake those of these items that were still due once we had them to ourselves; how many."""
    held = select(Item).where(among(session, col(Item.id), ids)).order_by(col(Item.id)).with_for_update()
    items = {item.id: item for item in session.exec(held)}
    due = set(session.exec(_due().where(among(session, col(Snooze.item_id), ids))))
    for id_ in sorted(due):
        change(session, items[id_], state="open")
    if due:
        audit.record(session, actor, "item.wake", "items:many", items=sorted(due))
    return len(due)


def _owed(session: Session, item: Item) -> datetime | None:
    """The next hour at which something is owed in the item's case, while that is ahead."""
    case = session.get(Case, item.case_id) if item.case_id is not None else None
    if case is None or case.state not in cases.OPEN:
        return None
    ahead = [due for due in (case.next_due_at, case.due_at) if due is not None and due > now()]
    return min(ahead, default=None)
