"""Approval: the yes of other people, step by step and in time, for exactly the version they saw."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from sqlmodel import Session, col, or_, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.db import Database
from core.errors import Forbidden, Invalid, OwnAct, WrongState
from core.settings import Settings
from core.settings import settings as current
from core.why import Why
from inbox import editions
from outbox.accounts import Connect
from outbox.look import PATIENCE
from outbox.problems import TOLD
from outbox.states import move
from scheduler import comments, events, history, pair, queueing, unsaved
from scheduler.approval import GONE
from scheduler.doubting import DOUBTED
from scheduler.models import Approval, Post
from scheduler.preview import must_fit
from scheduler.row import still_to_go
from scheduler.states import POST
from scheduler.steps import Progress, chosen, of_house, progress, under
from scheduler.writing import seen, touch

#: called in the transaction in which the approval of a post becomes complete, before its deliveries are queued: what goes with it
#: (a first occurrence, the reminders of an event) is made or approved there. Rooms register by plain assignment.
ON_APPROVED: list[Callable[[Session, Actor, Post, Settings], None]] = []
#: called when a post was submitted or sent back, as its state says; with `connect` what goes along must fit its accounts too
ON_MOVED: list[Callable[[Session, Actor, Post, Connect | None, Settings | None], None]] = []


class SaidAlready(Forbidden):
    """His yes stands in another step, and nobody fills two."""

    code = "said_already"


class NotAsked(Forbidden):
    """The step that is open asks for the yes of other people."""

    code = "not_asked"


#: a draft that nobody touched for so long is not going to be finished
FORGOTTEN = timedelta(days=180)


def submit(
    session: Session,
    actor: Actor,
    post: Post,
    *,
    connect: Connect | None = None,
    also: Iterable[tuple[str, Sequence[int]]] = (),
    settings: Settings | None = None,
) -> Post:
    """Ask for approval by the steps of the house and after them `also` ("any" | "all", ids of users).

    Invalid when something is missing; with `connect`, also when an account could not take it as it is.
    """
    actor.require("post.write")
    queueing.hold(session, post)
    if not queueing.texts(session, post) and post.role != "withdrawal":
        raise Invalid(field="texts", why=Why("post_no_account"))
    if post.kind == "event" and events.of(session, post) is None:
        raise Invalid(field="event", why=Why("event_facts"))
    if post.at is not None and post.at < now():
        raise Invalid(field="at", why=Why("in_the_past"))
    pair.must_hold(session, actor, post)
    if connect is not None:
        must_fit(session, post, connect, settings)
    POST.move(post, "submitted")
    history.keep(session, post)
    if _spoken_of(session, post):  # it was sent back and comes again as it was: what was said of it then counts no more
        post.version += 1
        history.keep(session, post)
    post.steps, post.along = of_house(session, settings or current()) + chosen(session, also), None
    touch(session, post)
    audit.record(session, actor, "post.submit", f"post:{post.id}", version=post.version, steps=post.steps)
    for hook in ON_MOVED:
        hook(session, actor, post, connect, settings)
    return post


def approve(
    session: Session,
    actor: Actor,
    post: Post,
    *,
    seen_version: int | None = None,
    comment: str = "",
    settings: Settings | None = None,
) -> Post:
    """Another person's yes to the step that is open. With the last one the post is scheduled, one delivery an account.

    OwnAct for everybody whose hand is in it, whatever his roles; SaidAlready for a second step; NotAsked when the step is not
    his. When its hour is over (or its event has begun) the post is `expired` instead of going out late. Where somebody whose yes
    counted has left before the hour, another's yes takes its place, where a later edition of the policy put it in doubt, a renewed
    one; what waited for that goes on (of an occurrence: its row).
    """
    actor.require("post.approve")
    if post.state == "scheduled" and (whose := under(session, post)).id != post.id:
        post, seen_version = whose, None
    queueing.hold(session, post)
    if actor.user_id is None or actor.user_id in history.writers(session, post):
        raise OwnAct(ability="post.approve", actor=actor.label)
    seen(session, post, seen_version)
    before = progress(session, post)
    waits = post.state in ("submitted", "scheduled") or still_to_go(session, post)  # a row outlives its first post
    if not waits or (post.state != "submitted" and (before.complete or not post.steps)):
        raise WrongState(thing="post", state=post.state, wanted="scheduled")
    if post.state == "submitted" and _too_late(session, post):
        return _expire(session, actor, post)
    _say_yes(session, actor, post, before, comment)
    if not progress(session, post).complete:
        touch(session, post)
        return post
    post.approved_by, post.approved_version, post.approved_at = actor.user_id, post.version, now()
    post.edition, post.doubted_at = editions.in_force(session).ref, None  # its findings stood beside it
    if post.state != "submitted":
        _go_on(session, actor, post)
    else:
        POST.move(post, "scheduled")
        touch(session, post)
        for hook in ON_APPROVED:
            hook(session, actor, post, settings or current())
        queueing.queue(session, actor, post, settings or current())
    return post


def send_back(session: Session, actor: Actor, post: Post, comment: str) -> Post:
    """Not like this: back to its author, with the reason. Any approver may, at any step."""
    actor.require("post.approve")
    queueing.hold(session, post)
    if post.state != "submitted":
        raise WrongState(thing="post", state=post.state, wanted="draft")
    if actor.user_id is None:
        raise Forbidden(ability="post.approve", actor=actor.label)
    said = comments.write(session, actor, post, comment)
    step = progress(session, post).current
    _say(session, post, step.number if step else 1, actor.user_id, yes=False, comment=said.text)
    POST.move(post, "draft")
    post.comment = said.text
    touch(session, post)
    audit.record(session, actor, "post.send_back", f"post:{post.id}", version=post.version)
    for hook in ON_MOVED:
        hook(session, actor, post, None, None)
    return post


def expire_unapproved(db: Database, actor: Actor) -> int:
    """Posts whose hour came without an approval are expired, those without an hour after PATIENCE; a draft that nobody touched for
    FORGOTTEN is cancelled, but not before its hour. Returns how many."""
    with db.write() as session:
        waiting = session.exec(
            select(Post).where(col(Post.state) == "submitted").with_for_update(skip_locked=True, key_share=True)
        ).all()
        forgotten = _forgotten(session)
        unsaved.forget(session)
        for post in forgotten:
            POST.move(post, "cancelled")
            session.add(post)
            audit.record(session, actor, "post.cancel", f"post:{post.id}", version=post.version, reason="forgotten")
        late = sum(_expire(session, actor, post).state == "expired" for post in waiting if _too_late(session, post))
        return late + len(forgotten)


def _forgotten(session: Session) -> list[Post]:
    """Drafts that nobody touched for FORGOTTEN and whose hour, if they have one, is no longer told of on the board, with the drafts
    that are about them; some of them when they are many."""
    over = or_(col(Post.at).is_(None), col(Post.at) <= now() - TOLD)
    old = select(Post).where(col(Post.state) == "draft", col(Post.updated_at) <= now() - FORGOTTEN, over)
    found = list(session.exec(old.limit(100).with_for_update(skip_locked=True, key_share=True)).all())
    about = select(Post).where(col(Post.state) == "draft", col(Post.about_id).in_([post.id for post in found]))
    theirs = session.exec(about.with_for_update(skip_locked=True, key_share=True)).all() if found else ()
    return list({post.id: post for post in (*found, *theirs)}.values())


def _say_yes(session: Session, actor: Actor, post: Post, standing: Progress, comment: str) -> None:
    user, step = actor.user_id, standing.current
    if user in standing.said:
        raise SaidAlready(ability="post.approve", actor=actor.label)
    if user is None or step is None or user not in step.wanting:
        raise NotAsked(ability="post.approve", actor=actor.label)
    said = comments.write(session, actor, post, comment).text if comment.strip() else ""
    _say(session, post, step.number, user, yes=True, comment=said)
    audit.record(session, actor, "post.approve", f"post:{post.id}", version=post.version, step=step.number)


def _say(session: Session, post: Post, step: int, user: int, *, yes: bool, comment: str) -> None:
    """Keep what this person says of this version at this step; who said yes may still say no, as long as it waits."""
    mine = (col(Approval.post_id) == post.id, col(Approval.version) == post.version, col(Approval.user_id) == user)
    row = session.exec(select(Approval).where(*mine, col(Approval.step) == step)).first()
    row = row or Approval(post_id=post.id or 0, version=post.version, step=step, user_id=user, yes=yes)
    row.yes, row.void, row.comment, row.at = yes, False, comment, now()
    session.add(row)
    session.flush()


def _spoken_of(session: Session, post: Post) -> bool:
    said = select(Approval.id).where(col(Approval.post_id) == post.id, col(Approval.version) == post.version)
    return session.exec(said.limit(1)).first() is not None


def _go_on(session: Session, actor: Actor, post: Post) -> None:
    """The approval is whole again: what was held for want of it goes on (and asks, when it is late by now)."""
    touch(session, post)
    for delivery in [d for one in (post, *still_to_go(session, post)) for d in queueing.deliveries(session, one)]:
        if delivery.state == "held" and delivery.reason in (GONE, DOUBTED):
            move(session, actor, delivery.id or 0, ("held",), "scheduled", reason="")


def _too_late(session: Session, post: Post) -> bool:
    """Its hour is over, or the event it announces has begun; without either, it waited longer than anybody should."""
    deadline = events.deadline(session, post)
    if deadline is not None and deadline <= now():
        return True
    return post.at < now() if post.at is not None else post.updated_at + PATIENCE <= now()


def _expire(session: Session, actor: Actor, post: Post) -> Post:
    POST.move(post, "expired")
    touch(session, post)
    audit.record(session, actor, "post.expire", f"post:{post.id}", version=post.version)
    return post
