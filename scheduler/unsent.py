"""Posts that never went, for the problems board: nobody approved them in time, or their time was over at an account, or they were
taken back for a change and nobody asked for their approval again."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.clock import now
from core.settings import Settings
from outbox import problems
from outbox.models import EXPIRES, Delivery
from outbox.problems import LISTED, TOLD, Trouble
from scheduler import approved, queueing
from scheduler.models import Post
from scheduler.states import GUARD


def unsent(session: Session, keys: dict[int, str], settings: Settings) -> Iterator[Trouble]:
    """One row a post, for a week after the hour at which nobody had approved it or submitted it again; or one an account of it, for
    a week after its time was over there, however long it had waited."""
    yield from sorted((*_over(session, keys), *_unapproved(session), *_changed(session)), key=lambda row: row.due_at)


def _over(session: Session, keys: dict[int, str]) -> Iterator[Trouble]:
    lately = (EXPIRES, col(Delivery.expires_at) > now() - TOLD, col(Delivery.state) == "expired", col(Delivery.guard) == GUARD)
    for one in session.exec(select(Delivery).where(*lately).order_by(col(Delivery.expires_at)).limit(LISTED + 1)):
        post = session.get(Post, one.guard_arg["post"])
        if post is not None and one.expires_at is not None and one in queueing.deliveries(session, post):
            yield _row(post, keys.get(one.account_id, ""), one.reason, one.expires_at)


def _unapproved(session: Session) -> Iterator[Trouble]:
    hour = func.coalesce(col(Post.at), col(Post.updated_at))
    late = select(Post).where(col(Post.state) == "expired", hour > now() - TOLD, hour <= now())
    for post in session.exec(late.order_by(hour).limit(LISTED + 1)):
        if not queueing.deliveries(session, post):
            yield _row(post, "", "not_approved", post.at or post.updated_at)


def _changed(session: Session) -> Iterator[Trouble]:
    """Drafts that were approved once, or came with a row that was: whoever expects them does not know that they wait."""
    late = select(Post).where(col(Post.state) == "draft", col(Post.at) > now() - TOLD, col(Post.at) <= now())
    for post in session.exec(late.order_by(col(Post.at), col(Post.id)).limit(LISTED + 1)):
        known = post.role == "occurrence" or post.approver or approved.before(session, post) is not None
        if known and post.at is not None:
            yield _row(post, "", "not_submitted", post.at, "submit_again")


def _row(post: Post, account: str, reason: str, over: datetime, may: str = "write_anew") -> Trouble:
    at, text, about = post.at or post.updated_at, post.ar or post.en, f"post:{post.id}"
    return Trouble(
        None, account, "post", "expired", reason, "post.write", at, over + TOLD, "forgotten", (may,), text=text, about=about
    )


problems.ALSO.append(unsent)
