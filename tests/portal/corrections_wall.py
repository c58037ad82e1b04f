"""Corrections and withdrawals as they stand in the database once they went out."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from core.clock import now
from core.models import Account
from outbox.models import Delivery
from scheduler.models import Post, PostText
from scheduler.queueing import removals

SAID = ("يبدأ التسجيل يوم السبت.", "Registration begins on Saturday.")
RIGHT = ("الصواب: يبدأ التسجيل يوم الأحد.", "Correction: registration begins on Sunday.")
WHY = ("نُشر هذا الإعلان قبل اعتماده.", "This announcement was published before it was approved.")


def published(session: Session, words: tuple[str, str] = SAID, **more: Any) -> Post:
    """A post that is out on X."""
    account = session.exec(select(Account).order_by(col(Account.id))).first() or Account(platform="x", native_id="1")
    session.add(account)
    post = Post(ar=words[0], en=words[1], **{"state": "published", "approved_version": 1, **more})
    session.add(post)
    session.flush()
    delivery = _out(session, account, post, "post", external_id=f"10{post.id}", permalink=f"https://x.com/i/status/10{post.id}")
    session.add(PostText(post_id=post.id or 0, account_id=account.id or 0, delivery_id=delivery.id))
    session.flush()
    return post


def corrected(session: Session, words: tuple[str, str] = RIGHT, **more: Any) -> Post:
    """A post and its correction; `more` are columns of the correction."""
    return published(session, words, **{"about_id": published(session).id, "role": "correction", **more})


def withdrawn(session: Session, about: Post | None = None, done: str = "published", **more: Any) -> Post:
    """A post that was taken down, or was not when what should have done that is `refused`; `more` are columns of the withdrawal."""
    about = about or published(session)
    given: dict[str, Any] = {"state": "published", "approved_version": 1, "about_id": about.id, "role": "withdrawal", **more}
    post = Post(ar=WHY[0], en=WHY[1], **given)
    session.add(post)
    session.flush()
    carried = session.exec(select(Delivery).join(PostText).where(col(PostText.post_id) == about.id)).one()
    account = session.get_one(Account, carried.account_id)
    gone = _out(session, account, post, "delete", target_id=carried.external_id, ref=f"{removals(post)}{carried.id}")
    if done != "published":
        gone.state, gone.sent_at, gone.published_at = done, gone.published_at, None
    return post


def _out(session: Session, account: Account, post: Post, kind: str, **more: Any) -> Delivery:
    at = now() - timedelta(hours=1)
    delivery = Delivery(kind=kind, account_id=account.id or 0, state="published", published_at=at, scheduled_at=at, **more)
    session.add(delivery)
    session.flush()
    return delivery
