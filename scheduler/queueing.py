"""From an approved post to one delivery an account, and back while nothing has left."""

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.actors import Actor
from core.clock import now
from core.errors import WrongState
from core.models import Account
from core.settings import Settings
from outbox.body import Body, MediaFile
from outbox.enqueue import enqueue, withdraw
from outbox.media import name_of
from outbox.models import Delivery
from scheduler import events
from scheduler.approval import GUARD
from scheduler.models import Post, PostMedia, PostText

#: states from which a delivery can still be taken back
STILL_HERE = ("scheduled", "held", "missed")


def texts(session: Session, post: Post) -> list[PostText]:
    """The post's words by account, in the order of accounts."""
    return list(session.exec(select(PostText).where(col(PostText.post_id) == post.id).order_by(col(PostText.account_id))))


def pictures(session: Session, post: Post) -> tuple[MediaFile, ...]:
    """The post's pictures in their order."""
    rows = session.exec(
        select(PostMedia).where(col(PostMedia.post_id) == post.id).order_by(col(PostMedia.place), col(PostMedia.id))
    )
    return tuple(MediaFile(name_of(p.sha256, p.mime), p.alt, p.mime, p.sha256, p.width, p.height) for p in rows)


def queue(session: Session, actor: Actor, post: Post, settings: Settings, *, ref: str | None = None) -> list[Delivery]:
    """One delivery for each account of an approved post. `ref` (for a post with one account) names the deed from outside."""
    media, event, queued = pictures(session, post), events.of(session, post), []
    for text in texts(session, post):
        delivery = enqueue(
            session,
            actor,
            kind="post",
            account=session.get_one(Account, text.account_id),
            body=Body(text.text, media),
            ref=ref or f"post:{post.id}:{text.account_id}:{post.version}",
            at=post.at or now(),
            grace_s=settings.grace_s,
            expires_at=event.starts_at if event else None,
            guard=GUARD,
            guard_arg={"post": post.id, "version": post.version},
        )
        text.delivery_id = delivery.id
        session.add(text)
        queued.append(delivery)
    return queued


def deliveries(session: Session, post: Post) -> list[Delivery]:
    """The deliveries that carry the post now."""
    return list(session.exec(_carrying(post)))


def hold(session: Session, post: Post) -> None:
    """Nobody else changes the post or settles its deliveries until our transaction ends; `post` is read anew.

    Deliveries are locked before their post, as whoever settles one does (scheduler.states.follow): no two wait for each other.
    """
    session.exec(_carrying(post).with_for_update(of=Delivery).execution_options(populate_existing=True)).all()
    session.refresh(post, with_for_update=True)


def _carrying(post: Post) -> SelectOfScalar[Delivery]:
    carried = select(Delivery).join(PostText, col(PostText.delivery_id) == col(Delivery.id))
    return carried.where(col(PostText.post_id) == post.id).order_by(col(Delivery.id))


def take_back(session: Session, actor: Actor, post: Post, reason: str) -> None:
    """Withdraw all deliveries of the post. WrongState when one has left already: nothing is then taken back."""
    carried = deliveries(session, post)
    left = [d for d in carried if d.state not in (*STILL_HERE, "cancelled", "expired")]
    if left:
        raise WrongState(thing="post", state=left[0].state, wanted="draft")
    for text in texts(session, post):
        text.delivery_id = None
        session.add(text)
    session.flush()
    for delivery in carried:
        if delivery.state in STILL_HERE:
            withdraw(session, actor, delivery, reason)
