"""Of a post that went out on some platforms and not on others, only what failed is sent again."""

from sqlmodel import Session

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import WrongState
from core.settings import Settings
from core.settings import settings as current
from outbox.models import Delivery
from outbox.refs import AGAIN
from scheduler import queueing
from scheduler.models import Post
from scheduler.states import POST

#: how a version ended that may be sent again as it was approved: the platform said no, or its time ran out
FAILED = ("refused", "expired")


def retry(session: Session, actor: Actor, post: Post, *, settings: Settings | None = None) -> Post:
    """Send now, as approved, the versions that a platform refused or that ran out of time; what stands already is left alone.

    WrongState when nothing of the post failed, or its words were changed since. The approval is asked for again as it leaves.
    """
    actor.require("delivery.decide")
    queueing.hold(session, post)
    failed = [(text, before) for text in queueing.texts(session, post) if (before := _failed(session, text.delivery_id))]
    if (
        not failed
        or "scheduled" not in POST.moves[post.state]
        or post.state == "submitted"
        or post.approved_version != post.version
    ):
        raise WrongState(thing="post", state=post.state, wanted="scheduled")
    POST.move(post, "scheduled")
    session.add(post)
    for text, before in failed:
        queueing.carry(session, actor, post, text, settings or current(), now(), f"{AGAIN}{before.id}")
    audit.record(session, actor, "post.retry", f"post:{post.id}", version=post.version, accounts=[t.account_id for t, _ in failed])
    return post


def _failed(session: Session, delivery_id: int | None) -> Delivery | None:
    delivery = session.get(Delivery, delivery_id) if delivery_id is not None else None
    return delivery if delivery is not None and delivery.state in FAILED else None
