"""Posts that never went, for the problems board: nobody approved them in time, or their hour was over at an account."""

from collections.abc import Iterator

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.clock import now
from core.settings import Settings
from outbox import problems
from outbox.problems import LISTED, TOLD, Trouble
from scheduler import queueing
from scheduler.models import Post


def unsent(session: Session, keys: dict[int, str], settings: Settings) -> Iterator[Trouble]:
    """One row a post, or an account of it, for a week after its hour."""
    hour = func.coalesce(col(Post.at), col(Post.updated_at))
    late = select(Post).where(col(Post.state).in_(("expired", "partly")), hour > now() - TOLD, hour <= now())
    for post in session.exec(late.order_by(hour).limit(LISTED + 1)):
        over = [one for one in queueing.deliveries(session, post) if one.state == "expired"]
        for one in over:
            yield _row(post, keys.get(one.account_id, ""), one.reason)
        if post.state == "expired" and not over:
            yield _row(post, "", "not_approved")


def _row(post: Post, account: str, reason: str) -> Trouble:
    at, text = post.at or post.updated_at, post.ar or post.en
    about, told_until = f"post:{post.id}", at + TOLD
    return Trouble(
        None, account, "post", "expired", reason, "post.write", at, told_until, "forgotten", ("write_anew",), text=text, about=about
    )


problems.ALSO.append(unsent)
