"""Replies: drafts kept in the database, sent once, never over somebody else's answer (DESIGN §2.9)."""

from datetime import timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER, Actor
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound, NotPossible, PersonalInPublic, WrongState
from core.models import Account
from core.settings import settings
from core.why import Why
from inbox import blanks, collision, lastlook, post, saved, secondlook
from inbox.change import change
from inbox.models import Item, Reply
from inbox.steps import answered, case_of, tidy
from outbox.body import Body
from outbox.enqueue import by_ref, call_off, enqueue
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from policies.asking import in_public

#: surfaces where an answer is private whatever one asks for
_PRIVATE = frozenset({"direct", "form"})
#: made once: every reply box asks it
_DRAFT = select(Reply).where(
    col(Reply.item_id) == bindparam("item"), col(Reply.author_id) == bindparam("me"), col(Reply.state) == "draft"
)
#: what a door takes down when it shows a thread, and gives back with what is written then
thread_version = collision.version


def draft_of(session: Session, actor: Actor, item_id: int) -> Reply | None:
    """The open draft of this person for this item."""
    if actor.user_id is None:
        return None
    return session.exec(_DRAFT, params={"item": item_id, "me": actor.user_id}).first()


def save_draft(
    session: Session,
    actor: Actor,
    item_id: int,
    text: str,
    *,
    private: bool = False,
    saved_id: int | None = None,
    seen_version: str = "",
) -> Reply:
    """Keep what this person has written so far, and the saved answer it was made from; one draft a person and item.

    `seen_version`: the thread as he saw it when he began to write (as it is now when "").
    """
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
            seen_version=seen_version or collision.version(session, item),
        )
    reply.text, reply.private, reply.saved_id, reply.updated_at = text, private, saved_id if text else None, now()
    session.add(reply)
    session.flush()
    if fresh:
        audit.record(session, actor, "reply.draft", f"reply:{reply.id}", item=item_id)
    return reply


def send(
    session: Session,
    actor: Actor,
    item_id: int,
    text: str,
    *,
    seen_version: str,
    nonce: str,
    private: bool = False,
    saved_id: int | None = None,
    fixed: bool = False,
) -> Reply:
    """Queue an answer to an item, or ask for a colleague's yes to it where the policy wants one (inbox.approving). The same `nonce`
    again returns the same reply.

    It leaves MAJLIS_UNDO_S seconds from now; until then `take_back` stops it. `fixed`: words of the house, not a person's, leave at
    once and are looked at by nobody. Conflict when somebody answered the thread since `seen_version`: nothing is queued, the text
    is kept as this person's draft (committed at once, because it must outlive the refusal), the other's text and name are in the
    error. The draft is kept as well by PersonalInPublic, when everybody would read somebody's number or be asked for one, and by
    Invalid, when a `{place}` is open or the saved answer it was made from holds no more. NotPossible where the platform doesn't let
    this item be answered.
    """
    actor.require("reply.write")
    if (sent := session.exec(select(Reply).where(col(Reply.nonce) == nonce)).first()) is not None:
        if sent.author_id != actor.user_id:
            raise Forbidden(ability="reply.write", actor=actor.label)
        return sent
    item = _item(session, item_id)
    collision.hold(session, item)
    if (sent := session.exec(select(Reply).where(col(Reply.nonce) == nonce)).first()) is not None:
        return sent  # the same press came twice at once; the other one was first through the lock
    if not tidy(text):
        raise Invalid(field="text", why=Why("say_something"))
    possible(item, private)
    reply = save_draft(session, actor, item_id, text, private=private or item.surface in _PRIVATE, saved_id=saved_id)
    if (refusal := objection(session, item, reply)) is not None:
        session.commit()
        raise refusal
    if collision.since(session, item, seen_version):
        their_text, their_name = collision.theirs(session, item)
        reply.seen_version = collision.version(session, item)  # he is shown it now
        session.commit()
        raise Conflict(their_text=their_text, their_name=their_name)
    reply.nonce, reply.seen_version, reply.decided_by_id, reply.decided_at, reply.decided_note = nonce, seen_version, None, None, ""
    if not fixed and secondlook.reasons(session, item):
        reply.state, reply.asked_at, reply.updated_at = "asked", now(), now()
        session.add(reply)
        audit.record(session, actor, "reply.ask", f"reply:{reply.id}", item=item_id, private=reply.private)
        return reply
    return queue(session, actor, reply, item, wait_s=0 if fixed else settings().undo_s, fixed=fixed)


def queue(session: Session, actor: Actor, reply: Reply, item: Item, *, wait_s: int, fixed: bool = False) -> Reply:
    """Hand a reply to the ledger, to leave `wait_s` seconds from now: by its author's own press, or the yes of somebody who may
    approve. The caller has checked that it may go."""
    actor.require("reply.write" if actor.user_id == reply.author_id else "reply.approve")
    delivery = enqueue(
        session,
        actor,
        kind="private_reply" if reply.private else "reply",
        account=session.get_one(Account, item.account_id),
        body=Body(text=reply.text, root_id=item.root_id, to_author=item.author_id, private=reply.private),
        target_id=item.native_id,
        ref=_ref(session, reply),
        at=now() + timedelta(seconds=wait_s),
        guard=lastlook.GUARD,
        guard_arg={"item": item.id, "reply": reply.id, "elsewhere": collision.elsewhere(session, item), "fixed": fixed},
    )
    reply.state, reply.delivery_id, reply.updated_at = "queued", delivery.id, now()
    session.add(reply)
    made = {"saved": reply.saved_id} if reply.saved_id is not None else {}
    audit.record(
        session, actor, "reply.send", f"reply:{reply.id}", item=item.id, delivery=delivery.id, private=reply.private, **made
    )
    return reply


def take_back(session: Session, actor: Actor, reply_id: int) -> Reply:
    """Take an answer of one's own back before it leaves, or before somebody said yes to it: nothing is sent, its text is this
    person's draft again.

    What may stand by an earlier try stays `queued`: it is not sent any more, and looked for on the platform (outbox.sought).
    WrongState when it is under way already. What its author has begun to write meanwhile stands below it in the draft.
    """
    actor.require("reply.write")
    reply = session.get(Reply, reply_id)
    if reply is None or reply.author_id != actor.user_id:
        raise NotFound(thing="reply", id=reply_id)
    if reply.delivery_id is not None:
        gone = call_off(session, actor, session.get_one(Delivery, reply.delivery_id), "taken_back")
        if gone.state != "cancelled":
            audit.record(session, actor, "reply.call_off", f"reply:{reply.id}", item=reply.item_id)
            return reply
        gone.body = {**gone.body, "text": ""}  # the words are the draft's again, and are erased with it
        session.add(gone)
    else:
        asked(session, reply)
    hand_back(session, reply)
    audit.record(session, actor, "reply.take_back", f"reply:{reply.id}", item=reply.item_id)
    return reply


def asked(session: Session, reply: Reply) -> None:
    """The reply is ours until our transaction ends, and waits for a yes. WrongState for any other."""
    session.refresh(reply, with_for_update=True)
    if reply.state != "asked":
        raise WrongState(thing="reply", state=reply.state, wanted="asked")


def hand_back(session: Session, reply: Reply) -> None:
    """Make a reply its author's draft again; what he has begun to write meanwhile stands below it."""
    other = (col(Reply.item_id) == reply.item_id, col(Reply.author_id) == reply.author_id, col(Reply.state) == "draft")
    begun = session.exec(select(Reply).where(*other).with_for_update()).first()
    if begun is not None:
        if begun.text.strip():
            reply.text = f"{reply.text}\n\n{begun.text}"
        session.delete(begun)
        session.flush()  # one draft a person and item
    reply.state, reply.delivery_id, reply.asked_at, reply.updated_at = "draft", None, None, now()
    session.add(reply)
    session.flush()


def _ref(session: Session, reply: Reply) -> str:
    """What was taken back and is sent again is another deed."""
    ref = name = f"reply:{reply.id}"
    times = 1
    while by_ref(session, name) is not None:
        times += 1
        name = f"{ref}.{times}"
    return name


def objection(session: Session, item: Item, reply: Reply) -> PersonalInPublic | Invalid | None:
    """Why the words of a reply may not leave; None when they may."""
    if open_places := blanks.blanks(reply.text):
        return Invalid(field="text", why=Why("place_open", places=open_places))
    if (why := saved.objection(session, reply.saved_id)) is not None:
        return Invalid(field="text", why=why)
    return unfit(item, reply.text, private=reply.private)


def unfit(item: Item, text: str, *, private: bool = False) -> PersonalInPublic | None:
    """Why this text may not answer the item where everybody reads it; None when it may, or nobody else reads it."""
    if private or item.surface in _PRIVATE or (told := in_public(text, settings().office_contacts)) is None:
        return None
    instead = "privately" if item.can.get("reply_privately", False) else "tracking"
    return PersonalInPublic(what=told.what, found=told.shown, instead=instead)


def possible(item: Item, private: bool) -> None:
    """NotPossible where the platform doesn't let this item be answered (in private)."""
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


def _settled(session: Session, delivery: Delivery) -> None:
    """A reply reached the platform or never will: the reply, its item and its case follow."""
    reply = session.exec(select(Reply).where(col(Reply.delivery_id) == delivery.id)).first()
    if reply is None or delivery.state == "needs_decision":
        return
    if delivery.reason in lastlook.ASKS:
        lastlook.ask_anew(session, reply, delivery)
        return
    if delivery.state != "published":
        reply.state = "withdrawn" if delivery.state == "cancelled" else "refused"
        session.add(reply)
        return
    reply.state, reply.updated_at = "sent", delivery.published_at or now()
    session.add(reply)
    if reply.saved_id is not None:
        saved.spend(session, reply.saved_id)
    item = session.get_one(Item, reply.item_id)
    case = case_of(session, item)
    if item.state in ("open", "snoozed", "closed"):
        change(session, item, state="answered", answered_at=item.answered_at or reply.updated_at)
    if case is not None:
        answered(session, case, delivery.created_by, reply.updated_at)
        if item.surface == "form":  # his page is where he reads it; elsewhere the platform tells him
            post.mail(session, WORKER, case, "answered", key=f"reply:{reply.id}")


for _kind in ("reply", "private_reply"):
    ON_SETTLED.setdefault(_kind, []).append(_settled)
