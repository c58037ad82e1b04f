"""What time itself brings: estimated days of the coming year are entered, and posts and events follow their wall when its zone
changes."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from core import audit, estimates
from core.actors import WORKER
from core.clock import now, rfc3339
from core.db import Database
from outbox.models import Delivery
from outbox.sought import STILL_HERE
from scheduler import children, events, queueing, told
from scheduler.models import Event, Post
from scheduler.states import OPEN
from scheduler.turns import take_turn
from scheduler.wall import follows

EVERY = timedelta(days=1)
AT_ONCE = 1000


def keep(db: Database, worker: str) -> None:
    """Once a day, whichever worker it is."""
    if take_turn(db, "almanac", EVERY, worker):
        estimates.enter(db)
        follow_zones(db)
        follow_events(db)


def follow_zones(db: Database) -> int:
    """Posts to come whose zone shows another hour at their instant than was chosen are put where it shows it, with what is queued
    for them. What was approved is the hour on the wall, so the approval holds; a reminder hangs on its event. Returns how many
    were moved."""
    moved, last = 0, 0
    while True:
        with db.read() as session:
            open_ = (col(Post.state).in_(OPEN), col(Post.at) > now(), col(Post.wall) != "", col(Post.role) != "reminder")
            ahead = select(Post.id, Post.at, Post.wall, Post.zone).where(*open_, col(Post.id) > last).order_by(col(Post.id))
            known = session.exec(ahead.limit(AT_ONCE)).all()
        for post_id, at, wall, zone in known:
            if post_id is not None and at is not None and follows(at, wall, zone) != at:
                with db.write() as session:
                    moved += _follow(session, session.get_one(Post, post_id))
        if len(known) < AT_ONCE:
            return moved
        last = known[-1][0] or 0


def _follow(session: Session, post: Post) -> bool:
    queueing.hold(session, post)
    if post.state not in OPEN or post.at is None or (to := follows(post.at, post.wall, post.zone)) == post.at:
        return False
    for delivery in queueing.deliveries(session, post):
        _shift(session, delivery, to, to - post.at)
    audit.record(session, WORKER, "post.follow_zone", f"post:{post.id}", zone=post.zone, was=rfc3339(post.at), now=rfc3339(to))
    post.at = to
    session.add(post)
    return True


def follow_events(db: Database) -> int:
    """Events to come whose zone shows other hours at their instants than were said are put where it shows those, with their
    reminders, the hour at which nobody wants their posts any more, and the public calendar where it knew them as they were.
    Approvals hold: they are of the hours on the wall. Returns how many were moved."""
    with db.read() as session:
        ahead = session.exec(select(Event).where(col(Event.starts_at) > now()).order_by(col(Event.post_id))).all()
        ids = [event.post_id for event in ahead if _hours(event) != (event.starts_at, event.ends_at)]
    moved = 0
    for post_id in ids:
        with db.write() as session:
            moved += _follow_event(session, session.get_one(Post, post_id))
    return moved


def _hours(event: Event) -> tuple[datetime, datetime]:
    """Where they belong by today's rules of its zone."""
    return follows(event.starts_at, event.starts_wall, event.zone), follows(event.ends_at, event.ends_wall, event.zone)


def _follow_event(session: Session, post: Post) -> bool:
    family = [post, *children.of(session, post, "notice"), *children.of(session, post, "reminder")]
    for one in family:  # in the order of whoever changes an event
        queueing.hold(session, one)
    event = session.get_one(Event, post.id, with_for_update=True, populate_existing=True)
    starts, ends = _hours(event)
    if (starts, ends) == (event.starts_at, event.ends_at) or starts >= ends:
        return False
    facts = {"zone": event.zone, "was": rfc3339(event.starts_at), "now": rfc3339(starts)}
    known = told.read(event)
    as_known = known is not None and known.facts == events.facts_of(event)
    event.starts_at, event.ends_at, event.sequence = starts, ends, event.sequence + 1
    if known is not None and as_known:
        moved = replace(known, facts=events.facts_of(event), sequence=event.sequence, approved_at=now())
        event.approved = moved.to_json()
    session.add(event)
    for one in family:
        _follow_deadline(session, one, event)
    audit.record(session, WORKER, "event.follow_zone", f"post:{post.id}", **facts)
    return True


def _follow_deadline(session: Session, one: Post, event: Event) -> None:
    """One of its posts: a reminder goes as long before it as ever, and none later than what it tells."""
    to = events.hour_of(event, one.before_s or 0) if one.role == "reminder" and one.at is not None else None
    for delivery in queueing.deliveries(session, one):
        if to is not None and one.at is not None:
            _shift(session, delivery, to, to - one.at)
        here = (col(Delivery.id) == delivery.id, col(Delivery.state).in_(STILL_HERE), col(Delivery.worker) == "")
        session.connection().execute(update(Delivery).where(*here).values(expires_at=events.deadline(session, one)))
    if to is not None:
        children.put(session, one, event)


def _shift(session: Session, delivery: Delivery, to: datetime, by: timedelta) -> None:
    values = {"scheduled_at": to, "miss_after": delivery.miss_after and delivery.miss_after + by}
    here = (col(Delivery.id) == delivery.id, col(Delivery.state).in_(("scheduled", "held")), col(Delivery.worker) == "")
    session.connection().execute(update(Delivery).where(*here).values(values))
