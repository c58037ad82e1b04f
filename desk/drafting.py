"""The editor of a post: words for each account, picture with its description, hour on a Dubai wall clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st
from sqlmodel import Session

from core.auth import Actor
from core.clock import in_dubai, now
from core.errors import Invalid, MajlisError
from core.models import Account
from core.settings import settings
from desk import chrome, pictures, session, shown, store
from desk.address import Place
from desk.components import mount
from desk.doing import attempt
from desk.safe import show
from desk.session import say
from outbox import media
from outbox.accounts import active
from scheduler import events, posts, queueing
from scheduler.events import EventFacts
from scheduler.models import Picture, Post
from scheduler.wall import instant

KEY = "composer"
TYPES = ("png", "jpg", "jpeg", "webp")


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the editor."""

    title: str
    kind: str
    texts: Mapping[int, str]
    at: datetime | None
    event: EventFacts | None
    picture: bytes | None
    picture_name: str
    alt: str


def _account(row: Account) -> dict[str, Any]:
    lang = session.lang()
    platform = shown.platform(row.platform, lang, row.backend)
    try:
        limit = store.connections()(row).capabilities.text_limit
    except MajlisError:
        limit = 0
    named = row.name or platform
    style = "x" if row.platform == "x" else "chars"
    return {"id": row.id, "label": named, "platform": platform, "letter": platform[:1], "limit": limit, "style": style}


def _content(accounts: list[dict[str, Any]], post: Post | None, reading: Session) -> dict[str, Any]:
    """What the composer begins with: the common text, and those that differ from it."""
    if post is None:
        return {"chosen": [a["id"] for a in accounts], "base": "", "texts": {}}
    rows = queueing.texts(reading, post)
    base = rows[0].text if rows else ""
    return {"chosen": [r.account_id for r in rows], "base": base, "texts": {r.account_id: r.text for r in rows if r.text != base}}


def _wall(label: str, moment: datetime, key: str) -> datetime:
    """A day and an hour, as shown by clocks in the Emirates."""
    at = in_dubai(moment)
    day_at, hour_at = st.columns(2)
    with day_at:
        day: date = st.date_input(label, value=at.date(), key=f"day:{key}", format="YYYY/MM/DD")
    with hour_at:
        hour: time = st.time_input(
            say("desk.compose.hour"), value=at.time().replace(second=0, microsecond=0), key=f"hour:{key}", step=300
        )
    return datetime.combine(day, hour)


def editor(reading: Session, person: Actor, post: Post | None, place: Place) -> None:
    """The whole editor of a new post (None) or a draft."""
    rows = active(reading)
    if not rows:
        show(chrome.empty("desk.compose.no_accounts", "desk.compose.no_accounts_lead"))
        return
    accounts = [_account(row) for row in rows]
    rev = f"{post.id}:{post.version}" if post else f"new:{st.session_state.get('composed', 0)}"
    event = events.of(reading, post) if post else None
    title_at, kind_at = st.columns([2, 1])
    with title_at:
        title = st.text_input(say("desk.compose.name"), value=post.title if post else "", key=f"title:{rev}", max_chars=200)
    with kind_at:
        kind = st.selectbox(
            say("desk.compose.kind"),
            posts.KINDS,
            index=posts.KINDS.index(post.kind) if post else 0,
            format_func=lambda code: say(f"desk.compose.kind_{code}"),
            key=f"kind:{rev}",
            disabled=post is not None,
        )
    start = _content(accounts, post, reading)
    stored = queueing.pictures(reading, post) if post else ()
    upload = st.session_state.get(f"file:{rev}")
    typed_alt = str(st.session_state.get(f"alt:{rev}", ""))
    picture = pictures.small(upload.getvalue()) if upload else ""
    if not picture and stored:
        picture, typed_alt = pictures.small(media.folder(settings().var_dir) / stored[0].path), stored[0].alt
    names = ("accounts", "pick", "text", "special", "preview", "nothing", "no_alt")
    made = mount(
        "composer",
        {
            "rev": rev,
            "post": str(post.id) if post else "new",
            "user": person.user_id,
            "forget": st.session_state.get("composer_forget", ""),
            "accounts": accounts,
            **start,
            "picture": picture,
            "alt": typed_alt,
            "labels": {key: say(f"desk.compose.{key}") for key in names},
        },
        key=KEY,
        content=lambda: None,
    )
    soon, at = _when(post, rev)
    facts = _event(event, rev) if kind == "event" else None
    if stored and post is not None:
        st.button(say("desk.compose.remove_picture"), key=f"drop:{rev}", on_click=_drop, args=(post.id,))
    file = st.file_uploader(say("desk.compose.picture"), type=TYPES, max_upload_size=5, key=f"file:{rev}")
    alt = st.text_input(say("desk.compose.alt"), key=f"alt:{rev}", max_chars=posts.ALT_MOST) if file else ""
    texts = _texts(made.content if made.content and made.content.get("rev") == rev else start)
    data = file.getvalue() if file else None
    written = Written(title, kind, texts, None if soon else instant(at), facts, data, file.name if file else "", alt)
    with st.container(horizontal=True):
        for word, send in (("desk.compose.submit", True), ("desk.compose.save", False)):
            if st.button(say(word), key=f"{word}:{rev}", type="primary" if send else "secondary"):
                _keep(post.id if post else None, post.version if post else None, written, place, send=send)
                st.rerun(scope="fragment")


def _texts(content: Mapping[str, Any]) -> dict[int, str]:
    """Text by account of what the composer holds (its keys are text when they come from the browser)."""
    special = {int(key): str(text) for key, text in content["texts"].items()}
    return {int(account): special.get(int(account), str(content["base"])) for account in content["chosen"]}


def _when(post: Post | None, rev: str) -> tuple[bool, datetime]:
    soon = st.checkbox(say("desk.compose.soon"), value=bool(post and post.at is None), key=f"soon:{rev}")
    ahead = (now() + timedelta(hours=24)).replace(minute=0, second=0, microsecond=0)
    at = in_dubai(ahead).replace(tzinfo=None)
    return (True, at) if soon else (False, _wall(say("desk.compose.day"), (post.at if post and post.at else ahead), f"at:{rev}"))


def _event(event: Any, rev: str) -> EventFacts:
    """The event's own facts."""
    ahead = (now() + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    title = st.text_input(say("desk.compose.event_name"), value=event.title if event else "", key=f"event:{rev}")
    place = st.text_input(say("desk.compose.place"), value=event.place if event else "", key=f"place:{rev}")
    starts = _wall(say("desk.compose.starts"), event.starts_at if event else ahead, f"starts:{rev}")
    ends = _wall(say("desk.compose.ends"), event.ends_at if event else ahead + timedelta(hours=2), f"ends:{rev}")
    return EventFacts(title, instant(starts), instant(ends), place)


def _drop(post_id: int) -> None:
    def change(writing: Session, person: Actor) -> None:
        post = writing.get_one(Post, post_id)
        for file in queueing.pictures(writing, post):
            row = next(p for p in _rows(writing, post_id) if p.sha256 == file.sha256)
            posts.remove_picture(writing, person, post, row)

    attempt(change)


def _rows(reading: Session, post_id: int) -> list[Picture]:
    from sqlmodel import col, select

    return list(reading.exec(select(Picture).where(col(Picture.post_id) == post_id)))


def _keep(post_id: int | None, seen: int | None, written: Written, place: Place, *, send: bool) -> None:
    """Save the draft and, when asked, submit it: both or neither."""

    def change(writing: Session, person: Actor) -> Post:
        if written.picture is not None and not written.alt.strip():
            raise Invalid(field="alt", why="say what the picture shows")
        if post_id is None:
            post = posts.draft(
                writing, person, kind=written.kind, title=written.title, texts=written.texts, at=written.at, event=written.event
            )
        else:
            post = writing.get_one(Post, post_id)
            posts.edit(
                writing,
                person,
                post,
                seen_version=seen,
                title=written.title,
                texts=written.texts,
                at=written.at,
                event=written.event,
            )
        if written.picture is not None:
            with TemporaryDirectory() as folder:
                path = Path(folder) / "picture"
                path.write_bytes(written.picture)
                posts.add_picture(writing, person, post, path, written.alt)
        if send:
            posts.submit(writing, person, post, connect=store.connections())
        return post

    post = attempt(change, "desk.done.submitted" if send else "desk.done.saved")
    if post is not None:
        st.session_state["composer_forget"] = str(post_id) if post_id else "new"
        st.session_state["composed"] = st.session_state.get("composed", 0) + 1
        place.set(post=post.id, edit=None if send else "1")
