"""Posts from the first draft to their hour: written, submitted, approved by another person, queued (DESIGN §2.4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import aware, now
from core.db import Database
from core.errors import Conflict, Forbidden, Invalid, OwnAct, WrongState
from core.models import Account, User
from core.settings import Settings
from core.settings import settings as current
from core.why import none_of
from outbox import media
from outbox.accounts import Connect
from outbox.enqueue import withdraw
from scheduler import events, queueing
from scheduler.events import EventFacts
from scheduler.importing import ImportResult, import_lines
from scheduler.models import Picture, Post, PostText
from scheduler.preview import Preview, preview
from scheduler.states import OPEN, POST

__all__ = [
    "EventFacts",
    "ImportResult",
    "Preview",
    "add_picture",
    "approve",
    "cancel",
    "draft",
    "edit",
    "expire_unapproved",
    "import_lines",
    "preview",
    "remove_picture",
    "send_back",
    "submit",
]

KINDS = ("news", "event")
ALT_MOST = 1000
#: an approval for "now" may come this much after the minute that was chosen
LATE = timedelta(minutes=1)


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
    _seen(session, post, seen_version)
    _reopen(session, actor, post)
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
) -> Picture:
    """Add a picture with its words for those who can't see it (obligatory). Counts as an edit."""
    actor.require("post.write")
    alt = alt.strip()
    if not alt or len(alt) > ALT_MOST:
        raise Invalid(field="alt", why=f"say in 1 to {ALT_MOST} characters what the picture shows")
    stored = media.store(path, (settings or current()).var_dir, alt)
    _reopen(session, actor, post)
    place = session.exec(select(func.count()).select_from(Picture).where(col(Picture.post_id) == post.id)).one()
    picture = Picture(
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


def remove_picture(session: Session, actor: Actor, post: Post, picture: Picture) -> Post:
    """Take a picture out again. Counts as an edit; the file stays in the store."""
    actor.require("post.write")
    _reopen(session, actor, post)
    session.delete(picture)
    audit.record(session, actor, "post.picture_removed", f"post:{post.id}", version=post.version, sha256=picture.sha256)
    return post


def submit(session: Session, actor: Actor, post: Post, *, connect: Connect | None = None) -> Post:
    """Ask for approval. Invalid when something is missing; with `connect`, also when an account could not take it as it is."""
    actor.require("post.write")
    queueing.hold(session, post)
    if not queueing.texts(session, post):
        raise Invalid(field="texts", why="choose at least one account")
    if post.kind == "event" and events.of(session, post) is None:
        raise Invalid(field="event", why="an event needs a title, a beginning and an end")
    if post.at is not None and post.at <= now() - LATE:
        raise Invalid(field="at", why="this hour is already over")
    if connect is not None and (bad := [p for p in preview(session, post, connect) if p.problems]):
        raise Invalid(field="texts", why="; ".join(f"{p.account}: {', '.join(p.problems)}" for p in bad))
    POST.move(post, "submitted")
    _touch(session, post)
    audit.record(session, actor, "post.submit", f"post:{post.id}", version=post.version)
    return post


def approve(
    session: Session, actor: Actor, post: Post, *, seen_version: int | None = None, settings: Settings | None = None
) -> Post:
    """Another person's yes: the post is scheduled for its hour, one delivery an account.

    OwnAct for its author and for whoever changed it last. When its hour is over the post is `expired` instead of going out late.
    """
    actor.require("post.approve")
    if actor.user_id is None or actor.user_id in (post.author_id, post.edited_by):
        raise OwnAct(ability="post.approve", actor=actor.label)
    _seen(session, post, seen_version)
    if post.state != "submitted":
        raise WrongState(thing="post", state=post.state, wanted="scheduled")
    if _too_late(session, post):
        return _expire(session, actor, post)
    POST.move(post, "scheduled")
    post.approved_by, post.approved_version, post.approved_at = actor.user_id, post.version, now()
    _touch(session, post)
    audit.record(session, actor, "post.approve", f"post:{post.id}", version=post.version)
    queueing.queue(session, actor, post, settings or current())
    return post


def send_back(session: Session, actor: Actor, post: Post, comment: str) -> Post:
    """Not like this: back to its author, with the reason."""
    actor.require("post.approve")
    if not comment.strip():
        raise Invalid(field="comment", why="say what should change")
    queueing.hold(session, post)
    if post.state != "submitted":
        raise WrongState(thing="post", state=post.state, wanted="draft")
    POST.move(post, "draft")
    post.comment = comment.strip()[:1000]
    _touch(session, post)
    audit.record(session, actor, "post.send_back", f"post:{post.id}", version=post.version)
    return post


def cancel(session: Session, actor: Actor, post: Post, reason: str = "cancelled") -> Post:
    """It shall not go out. What already left stays, and the post then shows `partly`; WrongState when all of it has left."""
    actor.require("post.write")
    queueing.hold(session, post)
    if post.state not in OPEN:
        raise WrongState(thing="post", state=post.state, wanted="cancelled")
    carried = queueing.deliveries(session, post)
    here = [d for d in carried if d.state in queueing.STILL_HERE]
    if carried and not here:
        raise WrongState(thing="post", state=carried[0].state, wanted="cancelled")
    audit.record(session, actor, "post.cancel", f"post:{post.id}", version=post.version, deliveries=len(here))
    for delivery in here:
        withdraw(session, actor, delivery, reason[:120])
    session.refresh(post)
    if post.state in OPEN and len(here) == len(carried):
        POST.move(post, "cancelled")
    _touch(session, post)
    return post


def expire_unapproved(db: Database, actor: Actor) -> int:
    """Posts whose hour came without an approval are expired. Returns how many."""
    with db.write() as session:
        waiting = session.exec(select(Post).where(col(Post.state) == "submitted").with_for_update(skip_locked=True)).all()
        return sum(_expire(session, actor, post).state == "expired" for post in waiting if _too_late(session, post))


def _too_late(session: Session, post: Post) -> bool:
    event = events.of(session, post)
    begun = event is not None and event.starts_at <= now()
    return begun or (post.at is not None and post.at <= now() - LATE)


def _expire(session: Session, actor: Actor, post: Post) -> Post:
    POST.move(post, "expired")
    _touch(session, post)
    audit.record(session, actor, "post.expire", f"post:{post.id}", version=post.version)
    return post


def _seen(session: Session, post: Post, seen_version: int | None) -> None:
    queueing.hold(session, post)
    if seen_version is not None and seen_version != post.version:
        editor = session.get(User, post.edited_by)
        raise Conflict(their_name=editor.display_name if editor else "", their_text="")


def _reopen(session: Session, actor: Actor, post: Post) -> None:
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
    _touch(session, post)


def _touch(session: Session, post: Post) -> None:
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
