"""How often what we published had to be put right."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from scheduler.models import CORRECTING, Post
from scheduler.standing import DECIDED


def published(session: Session, since: datetime) -> tuple[int, int]:
    """(posts of ours published since then, those of them that needed no correction and no withdrawal)."""
    out = (col(Post.state).in_(("published", "partly")), col(Post.at) >= since, col(Post.role).not_in(("correction", "withdrawal")))
    ids = select(col(Post.id)).where(*out)
    wrong = select(func.count(col(Post.about_id).distinct())).where(
        CORRECTING, col(Post.state).in_(DECIDED), col(Post.about_id).in_(ids)
    )
    n = int(session.execute(select(func.count()).select_from(ids.subquery())).scalar_one())
    return n, n - int(session.execute(wrong).scalar_one())
