"""From an approved post to one delivery an account, and back while nothing has left."""

import re
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, literal
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from connectors.contract import Poll
from core.actors import Actor
from core.clock import now
from core.errors import WrongState
from core.models import Account
from core.settings import Settings
from outbox.body import Body, MediaFile
from outbox.enqueue import call_off, enqueue, withdraw
from outbox.media import name_of
from outbox.models import Delivery
from outbox.sought import STILL_HERE
from outbox.states import AT_LARGE
from scheduler import events
from scheduler.grace import grace_of
from scheduler.models import Post, PostMedia, PostText
from scheduler.standing import tie
from scheduler.states import CHANGED, FAILED, GUARD

POST_REF = re.compile(r"post:([0-9]{1,18}):[0-9]+:([a-z]+):[0-9]+")


def texts(session: Session, post: Post) -> list[PostText]:
    """The post's versions in the order of accounts, of one account Arabic first."""
    of_post = select(PostText).where(col(PostText.post_id) == post.id)
    return list(session.exec(of_post.order_by(col(PostText.account_id), col(PostText.lang))))


def pictures(session: Session, post: Post) -> tuple[MediaFile, ...]:
    """The post's pictures and films in their order."""
    rows = session.exec(
        select(PostMedia).where(col(PostMedia.post_id) == post.id).order_by(col(PostMedia.place), col(PostMedia.id))
    )
    return tuple(
        MediaFile(name_of(p.sha256, p.mime), p.alt, p.mime, p.sha256, p.width, p.height, p.bytes, p.duration_ms, p.alt_why)
        for p in rows
    )


def body_of(session: Session, post: Post, text: PostText) -> Body:
    """What the delivery of a version says: the one source of what is shown before approval and what is sent after it."""
    poll, files = post.poll and Poll(tuple(post.poll["options"]), post.poll["minutes"]), pictures(session, post)
    tied = tie(session, post, text, media=bool(files))
    words = text.text if not tied.link or tied.link in text.text else f"{text.text}\n{tied.link}"
    return Body(words, files, root_id=tied.under or None, poll=poll or None)


def queue(session: Session, actor: Actor, post: Post, settings: Settings, *, ref: str | None = None) -> list[Delivery]:
    """One delivery for each version of an approved post. `ref` (for a post with one version) names the deed from outside."""
    at = post.at or now()
    return [
        carry(session, actor, post, text, settings, at, ref or ref_of(post.id, text.account_id, text.lang, post.version))
        for text in texts(session, post)
    ]


def carry(session: Session, actor: Actor, post: Post, text: PostText, settings: Settings, at: datetime, ref: str) -> Delivery:
    """The delivery of one version, due `at`; the version is carried by it from now on."""
    body = body_of(session, post, text)
    delivery = enqueue(
        session,
        actor,
        kind="post",
        account=session.get_one(Account, text.account_id),
        body=body,
        target_id=body.root_id or "",
        ref=ref,
        at=at,
        grace_s=grace_of(post, settings),
        expires_at=events.deadline(session, post),
        guard=GUARD,
        guard_arg={"post": post.id, "version": post.version},
    )
    text.delivery_id = delivery.id
    session.add(text)
    return delivery


def deliveries(session: Session, post: Post) -> list[Delivery]:
    """The deliveries that carry the post now."""
    return list(session.exec(_carrying(post)))


def hold(session: Session, post: Post) -> None:
    """Nobody else changes the post or settles its deliveries until our transaction ends; `post` is read anew.

    Deliveries are locked before their post, as whoever settles one does (scheduler.following.follow): no two wait for each other. A
    post that others are about is locked so that they still may point to it.
    """
    session.exec(_carrying(post).with_for_update(of=Delivery).execution_options(populate_existing=True)).all()
    session.refresh(post, with_for_update=CHANGED)


def ref_of(post_id: int | None, account_id: int, lang: str, version: int) -> str:
    """The name of the deed that brings one version's words to one account."""
    return f"post:{post_id}:{account_id}:{lang}:{version}"


def post_of(ref: str) -> tuple[int, str]:
    """The post and the language (ar, en, both) that a ref of `ref_of` names; (0, "") for any other."""
    found = POST_REF.fullmatch(ref)
    return (int(found[1]), found[2]) if found else (0, "")


def removals(post: Post) -> str:
    """How the refs of what an approved withdrawal takes down begin; the id of the delivery that brought it there follows."""
    return f"gone:{post.id}:{post.version}:"


def _carrying(post: Post) -> SelectOfScalar[Delivery]:
    """What the versions of the post leave by and, for a withdrawal, what takes its original and corrections of that down."""
    mine: ColumnElement[bool] = col(Delivery.id).in_(select(PostText.delivery_id).where(col(PostText.post_id) == post.id))
    if post.role == "withdrawal":
        brought = select(literal(removals(post)).concat(cast(col(PostText.delivery_id), String)))
        corrections = select(Post.id).where(col(Post.about_id) == post.about_id, col(Post.role) == "correction")
        there = or_(col(PostText.post_id) == post.about_id, col(PostText.post_id).in_(corrections))
        mine = or_(mine, col(Delivery.ref).in_(brought.where(there)))
    return select(Delivery).where(mine).order_by(col(Delivery.id))


def take_back(session: Session, actor: Actor, post: Post, reason: str) -> None:
    """Withdraw all deliveries of the post. WrongState when one has left already: nothing is then taken back."""
    carried = deliveries(session, post)
    left = [d for d in carried if d.state not in (*STILL_HERE, "cancelled", "expired")]
    if left:
        raise WrongState(thing="delivery", state=left[0].state, wanted="draft")
    for text in texts(session, post):
        text.delivery_id = None
        session.add(text)
    post.approved_version = None  # so that the post does not follow what is taken back
    session.add(post)
    session.flush()
    for delivery in carried:
        if delivery.state in STILL_HERE:
            withdraw(session, actor, delivery, reason)


def stop(session: Session, actor: Actor, post: Post, reason: str) -> None:
    """A step of verbs that asked and audit: what is here goes no more; a try that failed or is under way was the last one."""
    for delivery in deliveries(session, post):
        if delivery.state in STILL_HERE:
            call_off(session, actor, delivery, reason)
        elif delivery.state in (*AT_LARGE, *FAILED):
            give_up(session, delivery)
    session.flush()


def give_up(session: Session, delivery: Delivery) -> None:
    """A step of verbs that hold the post, asked and audit: no other try of this follows."""
    delivery.guard_arg = {**delivery.guard_arg, "stopped": True}
    session.add(delivery)
