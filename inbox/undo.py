"""Taking back what was done at the desk: beside a change a verb writes what stood there; it is put back if nothing moved since.

Hiding, cases and answers that left have ways of their own (inbox.moderate, inbox.merging, inbox.reply).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.bulk import among
from core.clock import now, parse, rfc3339
from core.errors import Conflict, NotFound, WrongState
from inbox import reply
from inbox.change import change, put_off
from inbox.models import Deed, Item, ItemTag, Snooze

#: so long afterwards a deed is offered to be undone
OFFERED = timedelta(minutes=2)
#: made once: every page of the inbox asks it
_LATEST = (
    select(Deed)
    .where(col(Deed.user_id) == bindparam("me"), col(Deed.undone_at).is_(None), col(Deed.at) > bindparam("since"))
    .order_by(col(Deed.id).desc())
    .limit(1)
)
#: where the rows of several deeds that are one are gathered, in Session.info
_TOGETHER = "deeds"

Row = dict[str, Any]


class Moved(Conflict):
    """What was done can't be taken back: somebody has gone on from there."""

    code = "moved"


@dataclass(frozen=True, slots=True)
class Undone:
    """`deed`, and of how many items it was taken back; `left` have moved since and stay as they are."""

    deed: Deed
    back: int
    left: int


def changing(session: Session, by: Actor, what: str, item: Item, **values: Any) -> None:
    """inbox.change.change, and a deed beside it. A step of a verb."""
    with keeping(session, by, what, item, *values):
        change(session, item, **values)


@contextmanager
def keeping(session: Session, by: Actor, what: str, item: Item, *names: str) -> Iterator[None]:
    """A deed `what` (a code with words at the desk) beside what is done to these columns of the item inside."""
    session.refresh(item, with_for_update=True)
    was = _standing(session, item, set(names))
    yield
    did(session, by, what, [{"item": item.id, "was": was, "now": _standing(session, item, set(names))}])


def did(session: Session, by: Actor, what: str, rows: Sequence[Row]) -> None:
    """Keep what stood there, one row an item: `was` and `now` by column, or `tag` and whether it was put `on`.

    Of whoever is no member of staff nothing is kept."""
    if by.user_id is None:
        return
    if (gathered := session.info.get(_TOGETHER)) is not None:
        gathered += rows
        return
    session.add(Deed(user_id=by.user_id, what=what, before=list(rows)))
    session.flush()


@contextmanager
def together(session: Session, by: Actor, what: str) -> Iterator[None]:
    """Whatever is done inside is one deed `what`, taken back as one; within another one it is part of that."""
    if _TOGETHER in session.info:
        yield
        return
    rows: list[Row] = []
    session.info[_TOGETHER] = rows
    try:
        yield
    finally:
        del session.info[_TOGETHER]
    if rows:
        did(session, by, what, rows)


def latest(session: Session, user_id: int | None) -> Deed | None:
    """The newest thing this person did and may take back; None when that is long ago, or nothing."""
    return session.exec(_LATEST, params={"me": user_id, "since": now() - OFFERED}).first()


def undo(session: Session, actor: Actor, deed_id: int) -> Undone:
    """Put back what stood there before one's own deed. Items that moved since stay as they are; Moved when all of them have.

    NotFound for another's deed; WrongState for one that was taken back already.
    """
    actor.require("item.work")
    deed = session.get(Deed, deed_id, with_for_update=True)
    if deed is None or deed.user_id != actor.user_id:
        raise NotFound(thing="deed", id=deed_id)
    if deed.undone_at is not None:
        raise WrongState(thing="deed", state="undone", wanted="undone")
    ids = sorted({int(row["item"]) for row in deed.before})
    session.exec(select(Item.id).where(among(session, col(Item.id), ids)).order_by(col(Item.id)).with_for_update()).all()
    stayed = {int(row["item"]) for row in reversed(deed.before) if not _put_back(session, actor, row)}
    back = [id_ for id_ in ids if id_ not in stayed]
    if not back:
        raise Moved()
    deed.undone_at = now()
    session.add(deed)
    session.flush()
    audit.record(session, actor, "deed.undo", f"deed:{deed.id}", what=deed.what, items=back)
    return Undone(deed, len(back), len(stayed))


def _put_back(session: Session, actor: Actor, row: Row) -> bool:
    """Whether it was: everything still stands as the deed left it."""
    item = session.get(Item, int(row["item"]), with_for_update=True, populate_existing=True)
    if item is None:
        return False
    if "tag" in row:
        return _tag_back(session, actor, item, str(row["tag"]), on=bool(row["on"]))
    was: Mapping[str, Any] = row["was"]
    if _standing(session, item, set(was)) != row["now"]:
        return False
    values = {name: _read(name, value) for name, value in was.items() if name not in _BESIDE}
    until = _read("until", was.get("until"))
    if values.get("state") == "snoozed":
        if until is None or until <= now():
            values["state"] = "open"  # its hour is over: it would come back at once
        else:
            values.pop("state")
            if item.state != "open":
                change(session, item, state="open")
            put_off(session, item, until, actor.user_id or 0)
    change(session, item, **values)
    return True


def _tag_back(session: Session, actor: Actor, item: Item, code: str, *, on: bool) -> bool:
    held = session.get(ItemTag, (item.id, code))
    if (held is not None) != on:
        return False
    if held is not None:
        session.delete(held)
    else:
        session.add(ItemTag(item_id=item.id or 0, tag=code, said=item.said, by_id=actor.user_id or 0))
    session.flush()
    return True


#: what is kept of an item beside its columns: until when it is put off, and which answers stand in its thread
_BESIDE = ("until", "answers")


def _standing(session: Session, item: Item, names: set[str]) -> Row:
    """These columns as plain data; with the state also until when it is put off and which answers stand in its thread."""
    values = {name: getattr(item, name) for name in sorted(names) if name not in _BESIDE}
    if "state" in values:
        snooze = session.get(Snooze, item.id, populate_existing=True) if item.state == "snoozed" else None
        values |= {"until": snooze.until if snooze else None, "answers": reply.thread_version(session, item)}
    return {name: rfc3339(value) if isinstance(value, datetime) else value for name, value in values.items()}


def _read(name: str, value: Any) -> Any:
    return parse(value) if name in ("until", "answered_at") and isinstance(value, str) else value
