"""Writing a post: the draft, its words for each account, its pictures. Every change is an edit: a new version, no approval."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import aware, now
from core.errors import Conflict, Forbidden, Invalid, WrongState
from core.models import Account, User
from core.settings import Settings
from core.settings import settings as current
from core.why import none_of
from outbox import media
from scheduler import events, queueing
from scheduler.events import EventFacts
from scheduler.models import Post, PostMedia, PostText
from scheduler.states import OPEN, POST

KINDS = ("news", "event")
ALT_MOST = 1000


def draft(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    title: str,
    texts: Mapping[int, str],
    at: datetime | None = None,
    event: EventFacts | None = None,
) -> Post:
    """A new post: `texts` by account id, `at` the instant it is to go out (None: as soon as it is approved)."""
    actor.require("post.write")
    if kind not in KINDS:
        raise Invalid(field="kind", why=none_of(kind, KINDS))
    if actor.user_id is None:
        raise Forbidden(ability="post.write", actor=actor.label)
    post = Post(kind=kind, title=title.strip(), author_id=actor.user_id, edited_by=actor.user_id, origin=actor.label)
    post.at = aware(at) if at else None
    session.add(post)
    session.flush()
    _write(session, post, texts)
    if event is not None:
        events.keep(session, post, event)
    audit.record(session, actor, "post.draft", f"post:{post.id}", kind=kind, accounts=sorted(texts))
    return post


def edit(session: Session, actor: Actor, post: Post, *, seen_version: int | None = None, **changes: Any) -> Post:
    """Change `title`, `texts`, `at` or `event`. The version grows and an approval is void; what was queued is taken back.

    Conflict when somebody else changed it since `seen_version`; WrongState when a part of it has left already.
    """
    actor.require("post.write")
    if strange := changes.keys() - {"title", "texts", "at", "event"}:
        raise TypeError(f"a post has no {', '.join(sorted(strange))}")
    seen(session, post, seen_version)
    reopen(session, actor, post)
    if "title" in changes:
        post.title = changes["title"].strip()
    if "at" in changes:
        post.at = aware(changes["at"]) if changes["at"] else None
    if "texts" in changes:
        _write(session, post, changes["texts"])
    if changes.get("event") is not None:
        events.keep(session, post, changes["event"])
    audit.record(session, actor, "post.edit", f"post:{post.id}", version=post.version, changed=sorted(changes))
    return post


def add_picture(
    session: Session, actor: Actor, post: Post, path: Path | str, alt: str, *, settings: Settings | None = None
) -> PostMedia:
    """Add a picture with its words for those who can't see it (obligatory). Counts as an edit."""
    actor.require("post.write")
    alt = alt.strip()
    if not alt or len(alt) > ALT_MOST:
        raise Invalid(field="alt", why=f"say in 1 to {ALT_MOST} characters what the picture shows")
    stored = media.store(path, (settings or current()).var_dir, alt)
    reopen(session, actor, post)
    place = session.exec(select(func.count()).select_from(PostMedia).where(col(PostMedia.post_id) == post.id)).one()
    picture = PostMedia(
        post_id=post.id or 0,
        place=place,
        sha256=stored.sha256,
        mime=stored.mime,
        width=stored.width,
        height=stored.height,
        alt=alt,
    )
    session.add(picture)
    session.flush()
    audit.record(session, actor, "post.picture", f"post:{post.id}", version=post.version, sha256=stored.sha256)
    return picture


def remove_picture(session: Session, actor: Actor, post: Post, picture: PostMedia) -> Post:
    """Take a picture out again. Counts as an edit; the file stays in the store."""
    actor.require("post.write")
    reopen(session, actor, post)
    session.delete(picture)
    audit.record(session, actor, "post.picture_removed", f"post:{post.id}", version=post.version, sha256=picture.sha256)
    return post


def seen(session: Session, post: Post, seen_version: int | None) -> None:
    queueing.hold(session, post)
    if seen_version is not None and seen_version != post.version:
        editor = session.get(User, post.edited_by)
        raise Conflict(their_name=editor.display_name if editor else "", their_text="")


def reopen(session: Session, actor: Actor, post: Post) -> None:
    """Before any change: back to draft, a new version, no approval, nothing queued."""
    queueing.hold(session, post)
    if post.state not in OPEN:
        raise WrongState(thing="post", state=post.state, wanted="draft")
    if post.state == "scheduled":
        queueing.take_back(session, actor, post, "edited")
    if post.state != "draft":
        POST.move(post, "draft")
    post.version += 1
    post.approved_by = post.approved_version = post.approved_at = None
    post.edited_by = actor.user_id or post.edited_by
    touch(session, post)


def touch(session: Session, post: Post) -> None:
    post.updated_at = now()
    session.add(post)
    session.flush()


def _write(session: Session, post: Post, texts: Mapping[int, str]) -> None:
    """Exactly these accounts, with these words."""
    standing = {row.account_id: row for row in queueing.texts(session, post)}
    for account_id, row in standing.items():
        if account_id not in texts:
            session.delete(row)
    for account_id, words in texts.items():
        account = session.get(Account, account_id)
        if account is None or not account.active:
            raise Invalid(field="texts", why=f"no active account {account_id}")
        row = standing.get(account_id) or PostText(post_id=post.id or 0, account_id=account_id)
        row.text = words.strip()
        session.add(row)
    session.flush()
