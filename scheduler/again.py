"""Of a post that went out on some platforms and not on others, only what failed is sent again."""

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import WrongState
from core.settings import Settings
from core.settings import settings as current
from outbox import problems
from outbox.models import Delivery
from outbox.refs import AGAIN
from outbox.sought import stopped
from scheduler import events, queueing
from scheduler.models import Post, PostText
from scheduler.states import FAILED, GUARD, HALTED, POST


class NotAgain(WrongState):
    """What failed of it shall not go any more: it was changed, corrected, withdrawn or cancelled since its approval, or it is about
    an event that has begun."""

    code = "not_again"


def retry(session: Session, actor: Actor, post: Post, *, settings: Settings | None = None) -> Post:
    """Send now, as approved, the versions that a platform refused or that ran out of time; what stands already is left alone.

    WrongState when nothing of the post failed; NotAgain when it is no longer to go as it was approved. Nobody waits for what is
    still on its way elsewhere. The approval is asked for again as it leaves.
    """
    actor.require("delivery.decide")
    queueing.hold(session, post)
    if post.state not in HALTED or not _failed(session, post):
        raise WrongState(thing="post", state=post.state, wanted="scheduled")
    failed = failing(session, post)
    if not failed:
        raise NotAgain(thing="post", state=post.state, wanted="scheduled")
    if post.state != "scheduled":
        POST.move(post, "scheduled")
        session.add(post)
    for text, before in failed:
        queueing.carry(session, actor, post, text, settings or current(), now(), f"{AGAIN}{before.id}")
    audit.record(session, actor, "post.retry", f"post:{post.id}", version=post.version, accounts=[t.account_id for t, _ in failed])
    return post


def failing(session: Session, post: Post) -> list[tuple[PostText, Delivery]]:
    """The versions that went nowhere and may be sent again, with what carried them; none when the post is not true any more."""
    if post.state not in HALTED or post.approved_version != post.version or _set_right(session, post) or _over(session, post):
        return []
    return [(text, before) for text, before in _failed(session, post) if not stopped(before)]


def may(session: Session, delivery: Delivery) -> bool:
    """Whether `retry` sends again what this delivery of a post was to bring out."""
    post = session.get(Post, delivery.guard_arg["post"]) if delivery.guard == GUARD else None
    return post is not None and any(before.id == delivery.id for _, before in failing(session, post))


def _failed(session: Session, post: Post) -> list[tuple[PostText, Delivery]]:
    by_id = {one.id: one for one in queueing.deliveries(session, post) if one.state in FAILED}
    return [(text, by_id[text.delivery_id]) for text in queueing.texts(session, post) if text.delivery_id in by_id]


def _set_right(session: Session, post: Post) -> bool:
    """True from the draft of its correction on: whoever wrote that knows better."""
    later = (col(Post.about_id) == post.id, col(Post.role) == "correction", col(Post.state) != "cancelled")
    return session.exec(select(Post.id).where(*later).limit(1)).first() is not None


def _over(session: Session, post: Post) -> bool:
    deadline = events.deadline(session, post)
    return deadline is not None and not events.ahead(deadline)


problems.RETRIED["post"] = may
