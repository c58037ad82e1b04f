"""The states of a post, and how a post follows the deliveries that carry it."""

from collections import Counter

from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER
from core.workflow import workflow
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from outbox.states import FINAL
from scheduler.models import Post, PostText

POST = workflow(
    "post",
    draft="submitted cancelled",
    submitted="draft scheduled cancelled expired",
    scheduled="draft published partly refused cancelled expired",
    partly="published",
    published="",
    refused="",
    cancelled="",
    expired="",
)
#: nothing is promised any more
OPEN = ("draft", "submitted", "scheduled")


def outcome(states: Counter[str]) -> str:
    """What a post is when its deliveries are where they are; "" while one of them is still on its way.

    All published: `published`; some: `partly`; none: what the most telling of them says (refused, then expired, then cancelled).
    """
    if not states or any(state not in FINAL for state in states):
        return ""
    if states["published"]:
        return "published" if states["published"] == states.total() else "partly"
    return next(state for state in ("refused", "expired", "cancelled") if states[state])


def follow(session: Session, delivery: Delivery) -> None:
    """A delivery of a post has settled: move the post when that was the last one.

    The post is locked first: of two deliveries that settle at the same instant the second must see the first.
    """
    carried = session.exec(select(PostText).where(col(PostText.delivery_id) == delivery.id)).first()
    if carried is None:
        return
    post = session.get_one(Post, carried.post_id, with_for_update=True, populate_existing=True)
    of_post = select(Delivery.state).join(PostText, col(PostText.delivery_id) == col(Delivery.id))
    states = Counter(session.exec(of_post.where(col(PostText.post_id) == post.id)).all())
    to = outcome(states)
    if to and to != post.state and to in POST.moves[post.state]:
        POST.move(post, to)
        session.add(post)
        audit.record(session, WORKER, f"post.{to}", f"post:{post.id}", **dict(states))


ON_SETTLED.setdefault("post", []).append(follow)
