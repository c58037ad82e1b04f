"""Approval: another person's yes, in time, for exactly the version he saw."""

from datetime import timedelta

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.db import Database
from core.errors import Invalid, OwnAct, WrongState
from core.settings import Settings
from core.settings import settings as current
from outbox.accounts import Connect
from scheduler import events, queueing
from scheduler.models import Post
from scheduler.preview import preview
from scheduler.states import POST
from scheduler.writing import seen, touch

#: an approval for "now" may come this much after the minute that was chosen
LATE = timedelta(minutes=1)


def submit(session: Session, actor: Actor, post: Post, *, connect: Connect | None = None) -> Post:
    """Ask for approval. Invalid when something is missing; with `connect`, also when an account could not take it as it is."""
    actor.require("post.write")
    queueing.hold(session, post)
    if not queueing.texts(session, post):
        raise Invalid(field="texts", why="choose at least one account")
    if post.kind == "event" and events.of(session, post) is None:
        raise Invalid(field="event", why="an event needs a title, a beginning and an end")
    if post.at is not None and post.at <= now() - LATE:
        raise Invalid(field="at", why="this hour is already over")
    if connect is not None and (bad := [p for p in preview(session, post, connect) if p.problems]):
        raise Invalid(field="texts", why="; ".join(f"{p.account}: {', '.join(p.problems)}" for p in bad))
    POST.move(post, "submitted")
    touch(session, post)
    audit.record(session, actor, "post.submit", f"post:{post.id}", version=post.version)
    return post


def approve(
    session: Session, actor: Actor, post: Post, *, seen_version: int | None = None, settings: Settings | None = None
) -> Post:
    """Another person's yes: the post is scheduled for its hour, one delivery an account.

    OwnAct for its author and for whoever changed it last. When its hour is over the post is `expired` instead of going out late.
    """
    actor.require("post.approve")
    if actor.user_id is None or actor.user_id in (post.author_id, post.edited_by):
        raise OwnAct(ability="post.approve", actor=actor.label)
    seen(session, post, seen_version)
    if post.state != "submitted":
        raise WrongState(thing="post", state=post.state, wanted="scheduled")
    if _too_late(session, post):
        return _expire(session, actor, post)
    POST.move(post, "scheduled")
    post.approved_by, post.approved_version, post.approved_at = actor.user_id, post.version, now()
    touch(session, post)
    audit.record(session, actor, "post.approve", f"post:{post.id}", version=post.version)
    queueing.queue(session, actor, post, settings or current())
    return post


def send_back(session: Session, actor: Actor, post: Post, comment: str) -> Post:
    """Not like this: back to its author, with the reason."""
    actor.require("post.approve")
    if not comment.strip():
        raise Invalid(field="comment", why="say what should change")
    queueing.hold(session, post)
    if post.state != "submitted":
        raise WrongState(thing="post", state=post.state, wanted="draft")
    POST.move(post, "draft")
    post.comment = comment.strip()[:1000]
    touch(session, post)
    audit.record(session, actor, "post.send_back", f"post:{post.id}", version=post.version)
    return post


def expire_unapproved(db: Database, actor: Actor) -> int:
    """Posts whose hour came without an approval are expired. Returns how many."""
    with db.write() as session:
        waiting = session.exec(select(Post).where(col(Post.state) == "submitted").with_for_update(skip_locked=True)).all()
        return sum(_expire(session, actor, post).state == "expired" for post in waiting if _too_late(session, post))


def _too_late(session: Session, post: Post) -> bool:
    event = events.of(session, post)
    begun = event is not None and event.starts_at <= now()
    return begun or (post.at is not None and post.at <= now() - LATE)


def _expire(session: Session, actor: Actor, post: Post) -> Post:
    POST.move(post, "expired")
    touch(session, post)
    audit.record(session, actor, "post.expire", f"post:{post.id}", version=post.version)
    return post
