"""What people are writing and have not saved yet: kept in the database, so that no browser, restart or sign-out loses it.

One for each person and post (0: a new one). It is no version of the post, and nobody else sees it.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from core.clock import now
from scheduler.models import Unsaved

#: nobody goes on with what he left for so long
FORGOTTEN = timedelta(days=180)
NEW = 0


def of(session: Session, user_id: int, post_id: int) -> Unsaved | None:
    """What this person has written over that post and not saved."""
    return session.get(Unsaved, (user_id, post_id))


def posts_of(session: Session, user_id: int) -> set[int]:
    """The posts over which he has something unsaved; 0 among them: a new one."""
    return set(session.exec(select(Unsaved.post_id).where(col(Unsaved.user_id) == user_id)))


def keep(session: Session, user_id: int, post_id: int, version: int, content: Mapping[str, Any]) -> Unsaved:
    """Keep this in place of what was kept before."""
    kept = of(session, user_id, post_id) or Unsaved(user_id=user_id, post_id=post_id)
    kept.version, kept.content, kept.at = version, dict(content), now()
    session.add(kept)
    session.flush()
    return kept


def drop(session: Session, user_id: int, post_id: int) -> None:
    """It was saved, or is not wanted any more."""
    session.execute(delete(Unsaved).where(col(Unsaved.user_id) == user_id, col(Unsaved.post_id) == post_id))


def forget(session: Session) -> None:
    """All that nobody has gone on with for FORGOTTEN."""
    session.execute(delete(Unsaved).where(col(Unsaved.at) <= now() - FORGOTTEN))
