"""The people of a ministry in a bench: what leaves is written, agreed to and decided by them, by the verbs of every door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from core.actors import Actor
from core.auth import actor_of
from core.models import Account, User
from core.settings import Settings
from scheduler import posts
from scheduler.models import Post


@dataclass(frozen=True, slots=True)
class Staff:
    """`author` and `approver` of posts, the `moderator` answers and hides, the `manager` decides what asks a person."""

    author: Actor
    approver: Actor
    moderator: Actor
    manager: Actor


def hired(session: Session) -> Staff:
    """Four people of a house that has none yet."""
    people = (("noura", "author"), ("khalid", "approver"), ("salem", "moderator"), ("maryam", "manager"))
    return Staff(*(_person(session, name, role) for name, role in people))


def _person(session: Session, name: str, role: str) -> Actor:
    user = User(username=name, display_name=name.title(), password_hash="", roles=[role])  # nobody signs in here
    session.add(user)
    session.flush()
    return actor_of(user)


def approved(
    session: Session,
    staff: Staff,
    account: Account,
    said: str,
    *,
    settings: Settings,
    at: datetime | None = None,
    grace_s: int | None = None,
    pictures: Sequence[Path] = (),
) -> Post:
    """A post of this one account about `said`, in both languages: written by one person, submitted, approved by another."""
    post = posts.draft(
        session,
        staff.author,
        kind="news",
        title=said,
        texts={account.id or 0: ""},
        ar=f"إعلان من الوزارة {said}",
        en=f"A notice of the ministry, {said}",
        at=at,
        grace_s=grace_s,
    )
    for picture in pictures:
        posts.add_media(session, staff.author, post, picture, "مبنى الوزارة", settings=settings)
    agreed(session, staff, post, settings)
    return post


def agreed(session: Session, staff: Staff, post: Post, settings: Settings) -> None:
    """Its author submits it, and another person says yes."""
    posts.submit(session, staff.author, post, settings=settings)
    posts.approve(session, staff.approver, post, settings=settings)
