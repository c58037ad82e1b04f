"""A row of occurrences under one approval: made when its first post is approved, skipped one by one, taken up for a change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.errors import WrongState
from core.settings import Settings
from outbox.sought import still_here
from scheduler import history, queueing, row, wall
from scheduler.approving import ON_APPROVED
from scheduler.ending import cancel
from scheduler.models import Post, PostMedia, PostText
from scheduler.states import OPEN
from scheduler.writing import reopen, touch

#: of a post, what an occurrence of it does not take over
OWN = frozenset({"id", "repeat", "steps", "comment", "created_at", "updated_at", "version", "approved_version"})


def spread(session: Session, actor: Actor, post: Post, settings: Settings) -> None:
    """A step of approving a post: every further occurrence of its row becomes a post of its own under the same approval."""
    actor.require("post.approve")
    made = [_occurrence(session, actor, post, one, settings) for one in row.dates(post)[1:]]
    if made:
        audit.record(
            session, actor, "post.recur", f"post:{post.id}", version=post.version, occurrences=len(made), last=made[-1].wall
        )


def _occurrence(session: Session, actor: Actor, post: Post, one: row.Occurrence, settings: Settings) -> Post:
    taken: dict[str, Any] = {name: value for name, value in post.model_dump().items() if name not in OWN}
    made = Post(**taken | {"about_id": post.id, "role": "occurrence", "state": "scheduled", "approved_version": 1, "at": one.at})
    made.wall = wall.kept(one.at, post.zone)
    session.add(made)
    session.flush()
    for kind in (PostText, PostMedia):
        for part in session.exec(select(kind).where(col(kind.post_id) == post.id)).all():
            session.add(kind(**part.model_dump(exclude={"id", "delivery_id"}) | {"post_id": made.id}))
    session.flush()
    history.keep(session, made)
    queueing.queue(session, actor, made, settings)
    return made


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a row: `post_id` is None and `state` "" while the row waits for its approval."""

    wall: str
    at: datetime
    post_id: int | None = None
    state: str = ""


def days(session: Session, post: Post) -> list[Day]:
    """The days of the row that begins with this post in their order, skipped ones too; [] when it does not recur."""
    if post.repeat is None:
        return []
    if post.state in ("draft", "submitted"):
        return [Day(wall.kept(one.at, post.zone), one.at) for one in row.dates(post)]
    made = select(Post).where(col(Post.about_id) == post.id, col(Post.role) == "occurrence").order_by(col(Post.id))
    skipped = set(post.repeat.get("skip", ()))
    # an earlier approval's were cancelled by an edit: they are history, the last one made for a day is the one that counts
    last = {one.wall[:10]: one for one in (post, *session.exec(made)) if one.state != "cancelled" or one.wall[:10] in skipped}
    found = [Day(one.wall, one.at, one.id, one.state) for one in last.values() if one.at is not None]
    return sorted(found, key=lambda one: one.at)


def head(session: Session, post: Post) -> Post | None:
    """The post whose row this is or belongs to; None for one that does not recur."""
    if post.repeat is not None:
        return post
    return row.head_of(session, post)


def rest(session: Session, post: Post) -> list[Post]:
    """The other days of the row it begins or belongs to that are still to go, the next one first; [] when it does not recur."""
    first = head(session, post)
    if first is None:
        return []
    going = [one for one in (first, *row.left(session, first)) if one.id != post.id and one.state in OPEN]
    return sorted(going, key=lambda one: (one.wall, one.id or 0))


def end_rest(session: Session, actor: Actor, post: Post, reason: str) -> int:
    """A step of verbs that asked and hold the first post of its row (`head`): those days go no more. Returns how many."""
    first, ending = head(session, post), rest(session, post)
    if first is None:
        return 0
    if first in ending:
        row.end(session, actor, first, first, reason)
    row.void(session, actor, first, reason)
    return len(ending)


def skip(session: Session, actor: Actor, post: Post, reason: str) -> Post:
    """This one occurrence does not go, the others do; the row remembers it. WrongState when it has left or is no occurrence."""
    actor.require("post.write")
    first = head(session, post)
    if first is None or first.state in ("draft", "submitted"):
        raise WrongState(thing="post", state=post.state, wanted="skipped")
    queueing.hold(session, first)  # before its occurrence, as every verb on a row does
    day = post.wall[:10]
    cancel(session, actor, post, reason, alone=True)
    row.leave_out(session, first, day)
    touch(session, first)
    audit.record(session, actor, "post.skip", f"post:{post.id}", row=first.id, day=day)
    return post


def take_up(session: Session, actor: Actor, post: Post) -> Post:
    """What has not gone of the row, from this post on, becomes a draft: a row that begins with its next occurrence.

    It is changed, submitted and approved like any post; until then none of it goes. WrongState when nothing is left.
    """
    actor.require("post.write")
    first = head(session, post)
    if first is None:
        raise WrongState(thing="post", state=post.state, wanted="draft")
    queueing.hold(session, first)
    if first.id == post.id and first.state in OPEN:
        reopen(session, actor, first)
        return first
    later = [one for one in row.not_taken_up(session, first) if post.id == first.id or one.wall >= post.wall]
    left = [one for one in later if all(still_here(d) for d in queueing.deliveries(session, one))]
    if not left:
        raise WrongState(thing="post", state=post.state, wanted="draft")
    for one in left[1:]:
        row.end(session, actor, first, one, "edited")
    made = left[0]
    reopen(session, actor, made)
    made.repeat = dict(first.repeat or {}) if len(left) > 1 else None
    if made.repeat is not None:
        row.leave_out(session, made, *row.standing(session, first))
        row.shorten(session, made)
    if made.repeat is not None:
        row.tidy(made, moved=False)
    touch(session, made)
    audit.record(session, actor, "post.take_up", f"post:{made.id}", version=made.version, row=first.id, occurrences=len(left))
    return made


ON_APPROVED.append(spread)
