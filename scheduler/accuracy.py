"""How often what we published had to be put right."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from scheduler.models import CORRECTING, Post
from scheduler.standing import DECIDED
from scheduler.states import FAILED


def published(session: Session, since: datetime) -> tuple[int, int]:
    """(posts of ours published since then, those of them that needed no correction and no withdrawal)."""
    out = (col(Post.state).in_(("published", "partly")), col(Post.at) >= since, col(Post.role).not_in(("correction", "withdrawal")))
    ids = select(col(Post.id)).where(*out)
    to_no_end = col(Post.state).in_(FAILED) & (col(Post.approved_version) == col(Post.version))  # agreed to, and refused there
    agreed = or_(col(Post.state).in_(DECIDED), to_no_end)
    wrong = select(func.count(col(Post.about_id).distinct())).where(CORRECTING, agreed, col(Post.about_id).in_(ids))
    n = int(session.execute(select(func.count()).select_from(ids.subquery())).scalar_one())
    return n, n - int(session.execute(wrong).scalar_one())
