"""What time itself brings: estimated days of the coming year are entered, and posts follow their wall when its zone changes."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from core import audit, estimates
from core.actors import WORKER
from core.clock import now, rfc3339
from core.db import Database
from outbox.models import Delivery
from scheduler import queueing
from scheduler.models import Post
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


def _shift(session: Session, delivery: Delivery, to: datetime, by: timedelta) -> None:
    values = {"scheduled_at": to, "miss_after": delivery.miss_after and delivery.miss_after + by}
    here = (col(Delivery.id) == delivery.id, col(Delivery.state).in_(("scheduled", "held")), col(Delivery.worker) == "")
    session.connection().execute(update(Delivery).where(*here).values(values))
