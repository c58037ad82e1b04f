"""The pictures and films of a post: added with words for those who can't see them, described anew, put in order, taken out.

Each of these is an edit: a new version, no approval, nothing queued.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.errors import Invalid
from core.settings import Settings
from core.settings import settings as current
from core.why import Why
from outbox import media
from outbox.body import MediaFile
from scheduler.models import Post, PostMedia
from scheduler.writing import WHY_MOST, reopen

#: what the desk and the store take: the most that any platform does; each one's own cap is asked before approval (fitting)
ALT_MOST = 1000


def add_media(
    session: Session,
    actor: Actor,
    post: Post,
    path: Path | str,
    alt: str,
    *,
    alt_why: str = "",
    settings: Settings | None = None,
) -> PostMedia:
    """Add a picture or a film with the words that stand for it. `alt_why`: why it goes without any, which is logged."""
    actor.require("post.write")
    alt, alt_why = _described(alt, alt_why)
    kept = media.store(path, (settings or current()).var_dir, alt, alt_why)
    reopen(session, actor, post)
    last = session.exec(select(func.max(col(PostMedia.place))).where(col(PostMedia.post_id) == post.id)).one()
    row = of_file(post, 0 if last is None else last + 1, kept)
    session.add(row)
    session.flush()
    audit.record(session, actor, "post.media", f"post:{post.id}", version=post.version, sha256=kept.sha256, mime=kept.mime)
    _excuse(session, actor, post, row)
    return row


def describe_media(session: Session, actor: Actor, post: Post, row: PostMedia, alt: str, *, alt_why: str = "") -> PostMedia:
    """Other words for a picture or film, or the reason why it has none."""
    actor.require("post.write")
    alt, alt_why = _described(alt, alt_why)
    reopen(session, actor, post)
    row.alt, row.alt_why = alt, alt_why
    session.add(row)
    session.flush()
    audit.record(session, actor, "post.media_described", f"post:{post.id}", version=post.version, sha256=row.sha256)
    _excuse(session, actor, post, row)
    return row


def order_media(session: Session, actor: Actor, post: Post, ids: Sequence[int]) -> Post:
    """Show the post's files in this order. Invalid unless `ids` are exactly theirs."""
    actor.require("post.write")
    rows = {row.id: row for row in session.exec(select(PostMedia).where(col(PostMedia.post_id) == post.id))}
    if sorted(ids) != sorted(id or 0 for id in rows):
        raise Invalid(field="media", why=Why("media_order"))
    reopen(session, actor, post)
    for place, id in enumerate(ids):
        rows[id].place = place
        session.add(rows[id])
    audit.record(session, actor, "post.media_order", f"post:{post.id}", version=post.version)
    return post


def remove_media(session: Session, actor: Actor, post: Post, row: PostMedia) -> Post:
    """Take a picture or film out again; the file stays in the store."""
    actor.require("post.write")
    reopen(session, actor, post)
    session.delete(row)
    audit.record(session, actor, "post.media_removed", f"post:{post.id}", version=post.version, sha256=row.sha256)
    return post


def of_file(post: Post, place: int, kept: MediaFile) -> PostMedia:
    """The row of a stored file at its place in the post."""
    return PostMedia(
        post_id=post.id or 0,
        place=place,
        sha256=kept.sha256,
        mime=kept.mime,
        width=kept.width,
        height=kept.height,
        bytes=kept.bytes,
        duration_ms=kept.duration_ms,
        alt=kept.alt.strip(),
        alt_why=kept.alt_why,
    )


def _described(alt: str, alt_why: str) -> tuple[str, str]:
    alt, alt_why = alt.strip(), alt_why.strip()[:WHY_MOST]
    if len(alt) > ALT_MOST or not (alt or alt_why):
        raise Invalid(field="alt", why=Why("alt_length", most=ALT_MOST))
    return alt, "" if alt else alt_why


def _excuse(session: Session, actor: Actor, post: Post, row: PostMedia) -> None:
    """A file without words leaves its reason in the audit."""
    if row.alt_why:
        facts = {"version": post.version, "sha256": row.sha256, "why": row.alt_why}
        audit.record(session, actor, "post.alt_missing", f"post:{post.id}", **facts)
