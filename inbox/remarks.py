"""Notes: what colleagues write to each other about an item. They never leave the house, and name whom they concern by `@`."""

import re
from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, func, update
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor, abilities_of
from core.clock import now
from core.errors import Forbidden, Invalid, WrongState
from core.models import User
from core.why import Why
from inbox.models import Item, Mention, Note
from inbox.steps import tidy

#: so long a note may be, in letters
MOST = 4000
#: made once: a page asks them whenever it is drawn
_NOTES = (
    select(Note)
    .where(col(Note.item_id).in_(bindparam("ids", expanding=True)), col(Note.withdrawn_at).is_(None))
    .order_by(col(Note.id))
)
_WAITS = (
    select(Mention.note_id)
    .join(Note, col(Note.id) == col(Mention.note_id))
    .where(col(Mention.user_id) == bindparam("me"), col(Mention.seen_at).is_(None), col(Note.item_id) == bindparam("item"))
    .limit(1)
)
_UNSEEN = (
    select(func.count(func.distinct(col(Note.item_id))))
    .join(Mention, col(Mention.note_id) == col(Note.id))
    .where(col(Mention.user_id) == bindparam("me"), col(Mention.seen_at).is_(None), col(Note.withdrawn_at).is_(None))
)


def note(session: Session, actor: Actor, item: Item, text: str, *, mention: Collection[int] = ()) -> Note:
    """Write something down about an item, for colleagues. Named in it are those of `mention`, and whoever stands there as
    `@username` or `@display name`.

    Invalid without words or with too many, and for somebody who does not work here or reads no items.
    """
    actor.require("item.read")
    if actor.user_id is None:
        raise Forbidden(ability="item.read", actor=actor.label)
    if len(text) > MOST:
        raise Invalid(field="note", why=Why("length", most=MOST))
    if not (words := tidy(text, MOST)):
        raise Invalid(field="note", why=Why("say_something"))
    staff = {user.id or 0: user for user in colleagues(session)}
    if set(mention) - set(staff):
        raise Invalid(field="user", why=Why("not_on_staff"))
    named = {*mention, *(id_ for id_, user in staff.items() if _names(words, user))} - {actor.user_id}
    written = Note(item_id=item.id or 0, author_id=actor.user_id, text=words)
    session.add(written)
    session.flush()
    session.add_all(Mention(note_id=written.id or 0, user_id=id_) for id_ in sorted(named))
    session.flush()
    audit.record(session, actor, "note.write", f"note:{written.id}", item=item.id, mentions=sorted(named))
    return written


def withdraw(session: Session, actor: Actor, written: Note) -> Note:
    """Take back a note of one's own: nobody is shown it any more. Forbidden for another's; WrongState twice."""
    actor.require("item.read")
    session.refresh(written, with_for_update=True)
    if written.author_id != actor.user_id:
        raise Forbidden(ability="item.read", actor=actor.label)
    if written.withdrawn_at is not None:
        raise WrongState(thing="note", state="withdrawn", wanted="withdrawn")
    written.withdrawn_at = now()
    session.add(written)
    audit.record(session, actor, "note.withdraw", f"note:{written.id}", item=written.item_id)
    return written


def of_items(session: Session, item_ids: Collection[int]) -> Sequence[Note]:
    """Notes on these items that were not withdrawn, the oldest first."""
    return session.exec(_NOTES, params={"ids": list(item_ids)}).all() if item_ids else ()


def colleagues(session: Session) -> list[User]:
    """Whom a note may name: who works here and reads items, by name."""
    users = session.exec(select(User).where(col(User.active)).order_by(col(User.display_name), col(User.id)))
    return [user for user in users if "item.read" in abilities_of(user.roles)]


def unseen(session: Session, user_id: int | None) -> int:
    """How many items somebody was named on and has not opened since."""
    return session.exec(_UNSEEN, params={"me": user_id}).one() if user_id is not None else 0


def waits(session: Session, user_id: int | None, item_id: int) -> bool:
    """Whether somebody was named on that item and has not opened it since."""
    return session.exec(_WAITS, params={"me": user_id, "item": item_id}).first() is not None


def saw(session: Session, who: Actor, item_id: int) -> None:
    """This person has the notes on that item before him."""
    who.require("item.read")
    there = (col(Mention.user_id) == who.user_id, col(Mention.seen_at).is_(None))
    notes = select(Note.id).where(col(Note.item_id) == item_id)
    session.execute(update(Mention).where(*there, col(Mention.note_id).in_(notes)).values(seen_at=now()))


def _names(words: str, user: User) -> bool:
    """Whether somebody stands in the words as `@username` or `@display name`, and not as the beginning of another word."""
    found = (rf"@{re.escape(name)}(?![\w.-]*\w)" for name in (user.username, user.display_name))
    return any(re.search(one, words, re.IGNORECASE) for one in found)
