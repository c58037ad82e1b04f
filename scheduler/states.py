"""The states of a post, and how a post follows the deliveries that carry it."""

from collections import Counter

from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER
from core.workflow import workflow
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from outbox.states import FINAL
from scheduler import queueing
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
    post = None if post_id is None else session.get_one(Post, post_id, with_for_update=True, populate_existing=True)
    return post if post is None or carried is not None or post.approved_version == given["version"] else None


ON_SETTLED.setdefault("post", []).append(follow)
