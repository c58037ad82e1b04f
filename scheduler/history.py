"""Every version a post ever had, whole: what approvers compare and auditors read. Nothing here is changed once it is kept."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core.clock import rfc3339
from core.errors import NotFound
from core.models import Account, AuditEntry, User
from scheduler import events
from scheduler.models import Post, PostMedia, PostText, PostVersion

#: what a post says of itself, beside its words for each account, its media and its event
OWN = ("kind", "title", "ar", "en", "pair_why", "wall", "zone", "about_id", "role", "before_s", "repeat", "poll", "grace_s")
OF_EVENT = ("title", "title_en", "place", "place_en", "starts_at", "ends_at", "zone", "cancelled_at", "cancel_why")
_BY = (col(PostVersion.post_id), col(PostVersion.by))
#: made once, for it is asked before anything leaves
_LABELS = select(*_BY).where(_BY[0].in_(bindparam("ids", expanding=True))).distinct()
#: of these, the occurrences and the heads of their rows
_ROWS = select(Post.id, Post.about_id).where(col(Post.id).in_(bindparam("ids", expanding=True)), col(Post.role) == "occurrence")
#: by these somebody's facts come into what tells an event that is announced
_CHANGING = ("event.change", "event.cancel")
_CHANGED = (
    select(AuditEntry.subject, AuditEntry.actor)
    .where(col(AuditEntry.subject).in_(bindparam("subjects", expanding=True)), col(AuditEntry.action).in_(_CHANGING))
    .distinct()
)
OF_MEDIA = ("sha256", "mime", "width", "height", "duration_ms", "alt", "alt_why")


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its content as plain data (`content_of`), who made it (`user:7`, or who brought it) and when.

    `name` is how that person is called.
    """

    number: int
    content: dict[str, Any]
    by: str
    name: str
    at: datetime


def content_of(session: Session, post: Post) -> dict[str, Any]:
    """All that the post says and shows now, as plain data: accounts by their key, media by their hash, times in UTC."""
    own = {name: getattr(post, name) for name in OWN}
    texts = (
        select(PostText, Account)
        .join(Account, col(Account.id) == col(PostText.account_id))
        .where(col(PostText.post_id) == post.id)
        .order_by(col(PostText.account_id), col(PostText.lang))
    )
    media = select(PostMedia).where(col(PostMedia.post_id) == post.id).order_by(col(PostMedia.place), col(PostMedia.id))
    event = events.of(session, post)
    return own | {
        "at": _plain(post.at),
        "texts": [{"account": account.key, "lang": row.lang, "text": row.text} for row, account in session.exec(texts)],
        "media": [{name: getattr(row, name) for name in OF_MEDIA} for row in session.exec(media)],
        "event": event and {name: _plain(getattr(event, name)) for name in OF_EVENT},
    }


def keep(session: Session, post: Post) -> None:
    """Keep the version the post has now; what is kept already stays as it is. The calling verb holds the post."""
    if session.exec(_kept(post, post.version)).first() is None:
        content = content_of(session, post)
        session.add(PostVersion(post_id=post.id or 0, version=post.version, content=content, by=_by(post), at=post.updated_at))
        session.flush()


def versions(session: Session, post: Post) -> list[Version]:
    """All versions, the first one first; the last one is the post as it is now."""
    kept = session.exec(select(PostVersion).where(col(PostVersion.post_id) == post.id).order_by(col(PostVersion.version))).all()
    names = _names(session)
    found = [Version(row.version, row.content, row.by, names.get(row.by, row.by), row.at) for row in kept]
    if not found or found[-1].number != post.version:
        by = _by(post)
        found.append(Version(post.version, content_of(session, post), by, names.get(by, by), post.updated_at))
    return found


def find(session: Session, post: Post, number: int) -> Version:
    """One version by its number; NotFound where there is none."""
    for version in versions(session, post):
        if version.number == number:
            return version
    raise NotFound(thing="version", id=f"{post.id}/{number}")


def writers(session: Session, post: Post) -> frozenset[int]:
    """Everybody whose hand is in the post: its author, and whoever made any of its versions; an occurrence says the words of its
    row, a reminder or notice the facts of whoever changed or cancelled its event."""
    return writers_of(session, [post])[post.id or 0]


def writers_of(session: Session, posts: Sequence[Post]) -> dict[int, frozenset[int]]:
    """The same of several, by post id."""
    hands = {post.id or 0: {user for user in (post.author_id, post.edited_by) if user is not None} for post in posts}
    above = _above(session, posts)
    made: dict[int, set[int]] = defaultdict(set)
    for post_id, label in session.exec(_LABELS, params={"ids": [*hands, *set(above.values())]}):
        if label.startswith("user:"):
            made[post_id].add(int(label.removeprefix("user:")))
    for post_id, users in hands.items():
        one: int | None = post_id
        while one is not None:
            users |= made[one]
            one = above.get(one)
    for post_id, user in _changers(session, posts):
        hands[post_id].add(user)
    return {post_id: frozenset(users) for post_id, users in hands.items()}


def _above(session: Session, posts: Sequence[Post]) -> dict[int, int]:
    """By the id of an occurrence the head of its row, and the head of that one's where it was taken up from another row."""
    above: dict[int, int] = {}
    found = {post.id or 0: post.about_id for post in posts if post.role == "occurrence" and post.about_id is not None}
    while found:
        above |= found
        found = {one: head for one, head in session.exec(_ROWS, params={"ids": list(found.values())}) if one and head}
    return above


def _changers(session: Session, posts: Sequence[Post]) -> Iterator[tuple[int, int]]:
    """By the ids of those of these that tell of an event of another: whoever changed or cancelled it."""
    told = {post.id or 0: f"post:{post.about_id}" for post in posts if post.role in events.ABOUT}
    if not told:
        return
    changed = session.exec(_CHANGED, params={"subjects": sorted(set(told.values()))}).all()
    for post_id, subject in told.items():
        for of, label in changed:
            if of == subject and label.startswith("user:"):
                yield post_id, int(label.removeprefix("user:"))


def _kept(post: Post, number: int) -> Any:
    return select(PostVersion.id).where(col(PostVersion.post_id) == post.id, col(PostVersion.version) == number)


def _by(post: Post) -> str:
    return f"user:{post.edited_by or post.author_id}" if post.edited_by or post.author_id else post.origin


def _names(session: Session) -> dict[str, str]:
    return {f"user:{id}": name for id, name in session.exec(select(User.id, User.display_name))}


def _plain(value: object) -> object:
    return rfc3339(value) if isinstance(value, datetime) else value
