"""Replies: drafts kept in the database, sent once, never over somebody else's answer (DESIGN §2.9)."""

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER, Actor
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound, NotPossible, PersonalInPublic
from core.models import Account, User
from core.settings import settings
from core.why import Why
from inbox import post
from inbox.change import change
from inbox.models import Item, Reply
from inbox.steps import answered, case_of
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.guards import GUARDS, ON_SETTLED, Refusal
from outbox.models import Delivery
from policies.asking import in_public

#: surfaces where an answer is private whatever one asks for
_PRIVATE = frozenset({"direct", "form"})


def draft_of(session: Session, actor: Actor, item_id: int) -> Reply | None:
    """The open draft of this person for this item."""
    if actor.user_id is None:
        return None
    where = (col(Reply.item_id) == item_id, col(Reply.author_id) == actor.user_id, col(Reply.state) == "draft")
    return session.exec(select(Reply).where(*where)).first()


def save_draft(session: Session, actor: Actor, item_id: int, text: str, *, private: bool = False) -> Reply:
    """Keep what this person has written so far; one draft a person and item."""
    actor.require("reply.write")
    item = _item(session, item_id)
    reply = draft_of(session, actor, item_id)
    fresh = reply is None
    if reply is None:
        reply = Reply(
            item_id=item_id,
            account_id=item.account_id,
            thread_key=item.thread_key,
            author_id=_person(actor),
            seen_version=thread_version(session, item),
        )
    reply.text, reply.private, reply.updated_at = text, private, now()
    session.add(reply)
    session.flush()
    if fresh:
        audit.record(session, actor, "reply.draft", f"reply:{reply.id}", item=item_id)
    return reply


def thread_version(session: Session, item: Item) -> str:
    """Which answers stand in the item's thread: it changes when, and only when, somebody answers.

    Counts our replies that ever left the draft, and our own words that came from the platform without a delivery of ours (a
    colleague answered in the platform's app). Both only grow.
    """
    mine = (col(Reply.account_id) == item.account_id, col(Reply.thread_key) == item.thread_key, col(Reply.state) != "draft")
    replies = session.exec(select(func.count()).select_from(Reply).where(*mine)).one()
    return f"r{replies}.o{_elsewhere(session, item)}"


def send(
    session: Session,
    actor: Actor,
    item_id: int,
    text: str,
    *,
    seen_version: str,
    nonce: str,
    private: bool = False,
) -> Reply:
    """Queue an answer to an item. The same `nonce` again returns the same reply.

    Conflict when somebody answered the thread since `seen_version`: nothing is queued, the text is kept as this person's draft
    (committed at once, because it must outlive the refusal), the other's text and name are in the error. PersonalInPublic, and
    the draft kept as well, when everybody would read somebody's number or be asked for one. NotPossible where the platform
    doesn't let this item be answered.
    """
    actor.require("reply.write")
    if (sent := session.exec(select(Reply).where(col(Reply.nonce) == nonce)).first()) is not None:
        if sent.author_id != actor.user_id:
            raise Forbidden(ability="reply.write", actor=actor.label)
        return sent
    item = _item(session, item_id)
    _hold_thread(session, item)
    if (sent := session.exec(select(Reply).where(col(Reply.nonce) == nonce)).first()) is not None:
        return sent  # the same press came twice at once; the other one was first through the lock
    if not text.strip():
        raise Invalid(field="text", why=Why("say_something"))
    _possible(item, private)
    reply = save_draft(session, actor, item_id, text, private=private or item.surface in _PRIVATE)
    if (refusal := unfit(item, text, private=reply.private)) is not None:
        session.commit()
        raise refusal
    if thread_version(session, item) != seen_version:
        their_text, their_name = _theirs(session, item)
        session.commit()
        raise Conflict(their_text=their_text, their_name=their_name)
    reply.state, reply.nonce, reply.seen_version, reply.updated_at = "queued", nonce, seen_version, now()
    delivery = enqueue(
        session,
        actor,
        kind="private_reply" if reply.private else "reply",
        account=session.get_one(Account, item.account_id),
        body=Body(text=text, root_id=item.root_id, to_author=item.author_id, private=reply.private),
        target_id=item.native_id,
        ref=f"reply:{reply.id}",
        guard="thread_unchanged",
        guard_arg={"item": item.id, "elsewhere": _elsewhere(session, item)},
    )
    reply.delivery_id = delivery.id
    session.add(reply)
    audit.record(session, actor, "reply.send", f"reply:{reply.id}", item=item_id, delivery=delivery.id, private=reply.private)
    return reply


def unfit(item: Item, text: str, *, private: bool = False) -> PersonalInPublic | None:
    """Why this text may not answer the item where everybody reads it; None when it may, or nobody else reads it."""
    if private or item.surface in _PRIVATE or (told := in_public(text, settings().office_contacts)) is None:
        return None
    instead = "privately" if item.can.get("reply_privately", False) else "tracking"
    return PersonalInPublic(what=told.what, found=told.shown, instead=instead)


def _theirs(session: Session, item: Item) -> tuple[str, str]:
    """Text and name of the newest answer in the thread; the account's name for one written on the platform itself."""
    mine = (col(Reply.account_id) == item.account_id, col(Reply.thread_key) == item.thread_key, col(Reply.state) != "draft")
    reply = session.exec(select(Reply).where(*mine).order_by(col(Reply.updated_at).desc(), col(Reply.id).desc())).first()
    own = session.exec(select(Item).where(*_own(item)).order_by(col(Item.id).desc())).first()
    if reply is not None and (own is None or reply.updated_at >= own.received_at):
        author = session.get(User, reply.author_id)
        return reply.text, author.display_name if author is not None else ""
    return (own.text, own.author_name) if own is not None else ("", "")


def _own(item: Item) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Item.account_id) == item.account_id,
        col(Item.thread_key) == item.thread_key,
        col(Item.own).is_(True),
        col(Item.delivery_id).is_(None),
        col(Item.native_id) != item.thread_key,
    )


def _elsewhere(session: Session, item: Item) -> int:
    """How many of our own answers in the thread did not go through our ledger."""
    ledger = exists().where(
        col(Delivery.account_id) == item.account_id,
        col(Delivery.external_id) == col(Item.native_id),
        col(Delivery.external_id) != "",
    )
    return session.exec(select(func.count()).select_from(Item).where(*_own(item), ~ledger)).one()


def _hold_thread(session: Session, item: Item) -> None:
    """Nobody else sends into this thread until our transaction ends (on SQLite the write lock does it)."""
    first = (col(Item.account_id) == item.account_id, col(Item.thread_key) == item.thread_key)
    session.exec(select(col(Item.id)).where(*first).order_by(col(Item.id)).limit(1).with_for_update()).first()


def _possible(item: Item, private: bool) -> None:
    if item.own:
        raise NotPossible(detail="own", permalink=item.permalink)
    if item.deleted:
        raise NotPossible(detail="deleted", permalink=item.permalink)
    allowed = item.can.get("reply", False)
    if private and item.surface not in _PRIVATE:
        allowed = item.can.get("reply_privately", False)
    if not allowed:
        raise NotPossible(detail=str(item.can.get("why_no_reply") or "no_reply"), permalink=item.permalink)


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise Forbidden(ability="reply.write", actor=actor.label)
    return actor.user_id


def _item(session: Session, item_id: int) -> Item:
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound(thing="item", id=item_id)
    return item


def _thread_unchanged(session: Session, delivery: Delivery) -> str | Refusal:
    """The last-moment check of a reply: nobody answered on the platform itself meanwhile, and the item is still there."""
    item = session.get(Item, int(delivery.guard_arg["item"]))
    if item is None or item.deleted:
        return Refusal("cancelled", "item_gone")
    if _elsewhere(session, item) > int(delivery.guard_arg["elsewhere"]):
        return Refusal("cancelled", "thread_changed")
    return ""


def _settled(session: Session, delivery: Delivery) -> None:
    """A reply reached the platform or never will: the reply, its item and its case follow."""
    reply = session.exec(select(Reply).where(col(Reply.delivery_id) == delivery.id)).first()
    if reply is None or delivery.state == "needs_decision":
        return
    if delivery.state != "published":
        reply.state = "withdrawn" if delivery.state == "cancelled" else "refused"
        session.add(reply)
        return
    reply.state, reply.updated_at = "sent", delivery.published_at or now()
    session.add(reply)
    item = session.get_one(Item, reply.item_id)
    case = case_of(session, item)
    if item.state in ("open", "snoozed", "closed"):
        change(session, item, state="answered", answered_at=item.answered_at or reply.updated_at)
    if case is not None:
        answered(session, case, delivery.created_by, reply.updated_at)
        if item.surface == "form":  # his page is where he reads it; elsewhere the platform tells him
            post.mail(session, WORKER, case, "answered", key=f"reply:{reply.id}")


GUARDS["thread_unchanged"] = _thread_unchanged
for _kind in ("reply", "private_reply"):
    ON_SETTLED.setdefault(_kind, []).append(_settled)
