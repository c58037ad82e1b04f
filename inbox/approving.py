"""A second look at an answer: another person says yes, and it leaves; or it goes back to its author with a word why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound, OwnAct
from core.models import User
from core.settings import settings
from core.why import Why
from inbox import collision, reply
from inbox.models import ASKED, Item, Reply
from inbox.steps import tidy

NOTE_MOST = 500
#: made once: every page of the inbox asks it
_COUNT = select(func.count()).select_from(Reply).where(text(f"replies.{ASKED}"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for a yes, and who wrote it."""

    reply: Reply
    author: str
    asked_at: datetime


def approve(session: Session, actor: Actor, reply_id: int, *, seen_version: str) -> Reply:
    """Say yes to what another person wrote: it is queued, and leaves as any answer does.

    OwnAct for one's own. Conflict when somebody answered the thread since `seen_version`, the version this person saw, or asked
    anew with other words. Refused as inbox.reply.send refuses when it may not leave any more.
    """
    actor.require("reply.approve")
    waiting, item = _waiting(session, actor, reply_id)
    if collision.since(session, item, seen_version):
        their_text, their_name = collision.theirs(session, item, but=waiting)
        raise Conflict(their_text=their_text, their_name=their_name)
    reply.possible(item, waiting.private)
    if (refusal := reply.objection(session, item, waiting)) is not None:
        raise refusal
    _decided(waiting, actor, "")
    audit.record(session, actor, "reply.approve", f"reply:{waiting.id}", item=item.id)
    return reply.queue(session, actor, waiting, item, wait_s=settings().undo_s)


def send_back(session: Session, actor: Actor, reply_id: int, note: str) -> Reply:
    """Say no, with a word why: it is its author's draft again, and he reads the word beside it. OwnAct for one's own."""
    actor.require("reply.approve")
    words = tidy(note)
    if not words:
        raise Invalid(field="note", why=Why("say_why"))
    if len(words) > NOTE_MOST:
        raise Invalid(field="note", why=Why("length", most=NOTE_MOST))
    waiting, item = _waiting(session, actor, reply_id)
    _decided(waiting, actor, words)
    reply.hand_back(session, waiting)
    audit.record(session, actor, "reply.send_back", f"reply:{waiting.id}", item=item.id)
    return waiting


def waiting_at(session: Session, item: Item) -> list[Waiting]:
    """What waits for a yes in the item's thread, the first asked first."""
    there = (col(Reply.account_id) == item.account_id, col(Reply.thread_key) == item.thread_key, col(Reply.state) == "asked")
    found = select(Reply, User.display_name).join(User, col(User.id) == col(Reply.author_id))
    rows = session.exec(found.where(*there).order_by(col(Reply.asked_at), col(Reply.id)))
    return [Waiting(one, name, one.asked_at) for one, name in rows if one.asked_at is not None]


def count(session: Session) -> int:
    """How many answers wait for a yes."""
    return session.exec(_COUNT).one()


def _waiting(session: Session, actor: Actor, reply_id: int) -> tuple[Reply, Item]:
    """The reply and its item, ours until our transaction ends."""
    waiting = session.get(Reply, reply_id)
    if waiting is None:
        raise NotFound(thing="reply", id=reply_id)
    item = session.get_one(Item, waiting.item_id)
    collision.hold(session, item)
    reply.asked(session, waiting)
    if waiting.author_id == actor.user_id:
        raise OwnAct(ability="reply.approve", actor=actor.label)
    return waiting, item


def _decided(waiting: Reply, actor: Actor, note: str) -> None:
    waiting.decided_by_id, waiting.decided_at, waiting.decided_note = actor.user_id, now(), note
