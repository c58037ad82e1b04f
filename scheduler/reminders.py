"""Reminders of an event: so many seconds before it begins, in words from its facts, approved together with its announcement.

They ride with the post that tells the event: its announcement while that has not gone, later a notice of its change. Submitted,
sent back or approved, that takes its drafts of reminders along; one that was changed since goes its own way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid, WrongState
from core.settings import Settings
from core.why import Why
from outbox.accounts import Connect
from scheduler import children, events, history, pair, queueing, telling, told, wall
from scheduler.approving import ON_APPROVED, ON_MOVED
from scheduler.ending import cancel
from scheduler.models import Approval, Event, Post
from scheduler.preview import Preview, must_fit, preview
from scheduler.states import POST
from scheduler.writing import reopen, seen, touch

#: how long before its event a reminder may go, and how many there may be
LEAST_S, MOST_S = 5 * 60, 60 * 86_400
MOST = 6
THROUGH = ("published", "partly", "refused", "expired")


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder as it would go: `at` its hour, `state` as of any post, `by_hand`: why somebody must look at its words ("" when
    nobody must), `previews` its versions by account."""

    post_id: int
    before_s: int
    at: datetime | None
    state: str
    look: str
    previews: tuple[Preview, ...]


def remind(session: Session, actor: Actor, post: Post, before_s: Iterable[int], *, seen_version: int | None = None) -> list[Post]:
    """These reminders of the event and no others, so many seconds before it begins; what has gone stays. Returns what is to go.

    Counts as an edit of the announcement while that has not left. Invalid for an hour that is over or comes before the
    announcement; WrongState for a cancelled event.
    """
    actor.require("post.write")
    seen(session, post, seen_version)
    event = _event(session, post)
    wanted = _checked(before_s) - _through(session, post, event)
    standing = {one.before_s: one for one in children.of(session, post, "reminder")}
    if wanted != standing.keys():
        if children.whole(session, post):
            reopen(session, actor, post)
        for before in standing.keys() - wanted:
            cancel(session, actor, standing[before], "not_wanted")
        for before in sorted(wanted - standing.keys(), reverse=True):
            _must_be_ahead(post, events.hour_of(event, before))
            made = children.draft(session, actor, post, "reminder", telling.reminder(events.facts_of(event)), before)
            children.put(session, made, event)
            audit.record(session, actor, "post.draft", f"post:{made.id}", role="reminder", about=post.id, before_s=before)
        audit.record(session, actor, "post.remind", f"post:{post.id}", version=post.version, before_s=sorted(wanted))
    children.follow(session, actor, post, events.facts_of(event))
    return children.of(session, post, "reminder")


def reminders(session: Session, post: Post, connect: Connect, settings: Settings | None = None) -> list[Reminder]:
    """All reminders of an announcement, the first one first: exactly what would be sent, account by account. Calls no platform."""
    return [
        Reminder(one.id or 0, one.before_s or 0, one.at, one.state, one.comment, tuple(preview(session, one, connect, settings)))
        for one in of(session, post)
    ]


def of(session: Session, post: Post) -> list[Post]:
    """All reminders of an announcement as posts, the first one first, those that have gone and those that never do too."""
    query = select(Post).where(col(Post.about_id) == post.id, col(Post.role) == "reminder")
    return list(session.exec(query.order_by(col(Post.at), col(Post.id))))


def _moved(session: Session, actor: Actor, post: Post, connect: Connect | None, settings: Settings | None) -> None:
    """What was submitted or sent back takes its reminders along."""
    if post.state == "submitted":
        deadline = events.deadline(session, post)
        if deadline is not None and (post.at or now()) >= deadline:
            raise Invalid(field="at", why=Why("after_event"))
        _submit(session, actor, post, connect, settings)
    elif post.state == "draft":
        for child in _along(session, post, "submitted"):
            POST.move(child, "draft")
            touch(session, child)


def _submit(session: Session, actor: Actor, post: Post, connect: Connect | None, settings: Settings | None) -> None:
    announcement = _announcement(session, post)
    if announcement is None or (event := session.get(Event, announcement.id)) is None:
        return
    over = children.follow(session, actor, announcement, events.facts_of(event))
    for child in over if post.role == "notice" else ():  # a notice does not wait for what could not go any more
        cancel(session, actor, child, "too_late")
    for child in _along(session, post, "draft"):
        if child.at is not None:
            _must_be_ahead(announcement, child.at)
        pair.must_hold(session, actor, child)
        if connect is not None:
            must_fit(session, child, connect, settings)
        POST.move(child, "submitted")
        history.keep(session, child)
        child.steps, child.along = post.steps, _this(post)
        touch(session, child)
        audit.record(session, actor, "post.submit", f"post:{child.id}", version=child.version, along=post.id)


def _approved(session: Session, actor: Actor, post: Post, settings: Settings) -> None:
    """What it tells of its event is approved with it, and so are the reminders submitted with it in which nobody of those who said
    yes had a hand; the hour of what comes too late is over."""
    along = _along(session, post, "submitted")
    told.tell(session, post)  # the event is locked after all that belongs to it
    yes = session.exec(
        select(Approval).where(col(Approval.post_id) == post.id, col(Approval.version) == post.version, col(Approval.yes))
    ).all()
    for child in along:
        if history.writers(session, child) & {one.user_id for one in yes}:
            continue
        if child.at is not None and not events.ahead(child.at):
            POST.move(child, "expired")
            touch(session, child)
            audit.record(session, actor, "post.expire", f"post:{child.id}", version=child.version, along=post.id)
            continue
        _say_yes(session, post, child, yes)
        POST.move(child, "scheduled")
        child.approved_by, child.approved_version, child.approved_at = actor.user_id, child.version, now()
        child.edition = post.edition
        touch(session, child)
        audit.record(session, actor, "post.approve", f"post:{child.id}", version=child.version, along=post.id)
        queueing.queue(session, actor, child, settings)


def _say_yes(session: Session, post: Post, child: Post, yes: Iterable[Approval]) -> None:
    """What was said of the post holds for its child too, step by step."""
    child.steps = post.steps
    of_child = select(Approval.step, Approval.user_id).where(
        col(Approval.post_id) == child.id, col(Approval.version) == child.version
    )
    said = set(session.exec(of_child).all())
    for one in yes:
        if (one.step, one.user_id) not in said:
            session.add(Approval(**one.model_dump(exclude={"id"}) | {"post_id": child.id, "version": child.version}))


def _along(session: Session, post: Post, state: str) -> list[Post]:
    """The reminders in that state that ride with the post, held; of those submitted only what was submitted with this version of
    it: whoever says yes to that has read no other words."""
    announcement = _announcement(session, post)
    if announcement is None:
        return []
    found = [one for one in children.of(session, announcement, "reminder") if one.state == state]
    for one in found:
        queueing.hold(session, one)
    return [one for one in found if one.state == state and (state == "draft" or one.along == _this(post))]


def _this(post: Post) -> dict[str, int]:
    return {"post": post.id or 0, "version": post.version}


def _announcement(session: Session, post: Post) -> Post | None:
    """The announcement whose reminders ride with the post: itself, or what a notice is about once that has left."""
    if post.kind != "event" or post.role not in ("", "notice"):
        return None
    if post.role == "":
        return post
    announcement = session.get(Post, post.about_id)
    return announcement if announcement is not None and not children.whole(session, announcement) else None


def _event(session: Session, post: Post) -> Event:
    event = session.get(Event, post.id)
    if event is None:
        raise Invalid(field="reminders", why=Why("reminder_of_event"))
    if event.cancelled_at is not None:
        raise WrongState(thing="event", state="cancelled", wanted="reminded")
    return event


def _checked(before_s: Iterable[int]) -> set[int]:
    wanted = set(before_s)
    if any(not LEAST_S <= one <= MOST_S for one in wanted):
        raise Invalid(field="reminders", why=Why("reminder_before", least=LEAST_S // 60, most=MOST_S // 86_400))
    if len(wanted) > MOST:
        raise Invalid(field="reminders", why=Why("reminders_most", most=MOST))
    return wanted


def _through(session: Session, post: Post, event: Event) -> set[int]:
    """Reminders that have gone, or could have, at the hour that is still theirs: they are not made a second time."""
    query = select(Post).where(col(Post.about_id) == post.id, col(Post.role) == "reminder", col(Post.state).in_(THROUGH))
    return {one.before_s or 0 for one in session.exec(query) if one.at == events.hour_of(event, one.before_s or 0)}


def _must_be_ahead(announcement: Post, at: datetime) -> None:
    if not events.ahead(at):
        raise Invalid(field="reminders", why=Why("reminder_over", at=wall.shown(at)))
    if announcement.state in ("draft", "submitted") and announcement.at is not None and at <= announcement.at:
        raise Invalid(field="reminders", why=Why("reminder_first", at=wall.shown(at)))


ON_MOVED.append(_moved)
ON_APPROVED.append(_approved)
