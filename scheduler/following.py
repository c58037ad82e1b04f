"""How a post follows the deliveries that carry it, and those that take something down for it."""

from collections import Counter

from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from scheduler import queueing
from scheduler.models import Post, PostText
from scheduler.states import CHANGED, POST, outcome


def follow(session: Session, delivery: Delivery) -> None:
    """A delivery of a post has settled: move the post when that was the last one.

    The post is locked first: of two deliveries that settle at the same instant the second must see the first.
    """
    post = _of(session, delivery)
    if post is None:
        return
    states = Counter(carried.state for carried in queueing.deliveries(session, post))
    to = outcome(states)
    if to and to != post.state and to in POST.moves[post.state]:
        POST.move(post, to)
        session.add(post)
        audit.record(session, WORKER, f"post.{to}", f"post:{post.id}", **dict(states))


def _of(session: Session, delivery: Delivery) -> Post | None:
    """The post it carries (or takes something down for), locked."""
    carried = session.exec(select(PostText.post_id).where(col(PostText.delivery_id) == delivery.id)).first()
    given = delivery.guard_arg if delivery.kind == "delete" else {}
    post_id = carried if carried is not None else given.get("post")
    post = None if post_id is None else session.get_one(Post, post_id, with_for_update=CHANGED, populate_existing=True)
    return post if post is None or carried is not None or post.approved_version == given["version"] else None


ON_SETTLED.setdefault("post", []).append(follow)
