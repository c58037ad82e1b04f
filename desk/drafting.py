"""The editor of a post: words for each account, picture with its description, hour on a Dubai wall clock."""

from datetime import datetime, timedelta
from typing import Any

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.clock import in_dubai, now
from core.errors import MajlisError
from core.models import Account
from core.settings import settings
from desk import chrome, pictures, session, shown, store
from desk.address import Place
from desk.components import mount
from desk.keeping import KEY, drop_pictures, keep
from desk.safe import show
from desk.session import say
from outbox import media
from outbox.accounts import active
from scheduler import events, posts, queueing
from scheduler.models import Event, Post

TYPES = ("png", "jpg", "jpeg", "webp")
LABELS = ("accounts", "pick", "text", "special", "preview", "nothing", "no_alt")


def editor(reading: Session, person: Actor, post: Post | None, place: Place) -> None:
    """The whole editor of a new post (None) or a draft. `rev` names this text's fields: a saved version gets fresh ones."""
    rows = active(reading)
    if not rows:
        show(chrome.empty("desk.compose.no_accounts", "desk.compose.no_accounts_lead"))
        return
    rev = f"{post.id}:{post.version}" if post else f"new:{st.session_state.get('composed', 0)}"
    title_at, kind_at = st.columns([2, 1])
    with title_at:
        st.text_input(say("desk.compose.name"), value=post.title if post else "", key=f"title:{rev}", max_chars=200)
    with kind_at:
        kind = st.selectbox(
            say("desk.compose.kind"),
            posts.KINDS,
            index=posts.KINDS.index(post.kind) if post else 0,
            format_func=lambda code: say(f"desk.compose.kind_{code}"),
            key=f"kind:{rev}",
            disabled=post is not None,
        )
    start = _composer(reading, person, post, rows, rev)
    st.text_input(say("desk.compose.pair_why"), value=post.pair_why if post else "", key=f"pair_why:{rev}", max_chars=300)
    _when(post, rev)
    if kind == "event":
        _event(events.of(reading, post) if post else None, rev)
    if post is not None and queueing.pictures(reading, post):
        st.button(say("desk.compose.remove_picture"), key=f"drop:{rev}", on_click=drop_pictures, args=(post.id,))
    if st.file_uploader(say("desk.compose.picture"), type=TYPES, max_upload_size=5, key=f"file:{rev}"):
        st.text_input(say("desk.compose.alt"), key=f"alt:{rev}", max_chars=posts.ALT_MOST)
    known = (post.id, post.version) if post else (None, None)
    chrome.flashed()  # beside the buttons: whoever pressed one at the foot of a long form does not see its head
    with st.container(horizontal=True):
        submit, save = say("desk.compose.submit"), say("desk.compose.save")
        st.button(submit, key=f"submit:{rev}", type="primary", on_click=keep, args=(*known, rev, start, place, True))
        st.button(save, key=f"save:{rev}", on_click=keep, args=(*known, rev, start, place, False))


def _composer(reading: Session, person: Actor, post: Post | None, rows: list[Account], rev: str) -> dict[str, Any]:
    """The component; returns what it began with."""
    accounts = [_account(row) for row in rows]
    start = _content(accounts, post, reading)
    upload = st.session_state.get(f"file:{rev}")
    picture, alt = pictures.small(upload.getvalue()) if upload else "", str(st.session_state.get(f"alt:{rev}", ""))
    stored = [file for file in queueing.pictures(reading, post) if not file.film] if post else []
    if not picture and stored:
        picture, alt = pictures.small(media.folder(settings().var_dir) / stored[0].path), stored[0].alt
    data = {
        "rev": rev,
        "post": str(post.id) if post else "new",
        "user": person.user_id,
        "forget": st.session_state.get("composer_forget", ""),
        "accounts": accounts,
        **start,
        "picture": picture,
        "alt": alt,
        "labels": {key: say(f"desk.compose.{key}") for key in LABELS},
    }
    mount("composer", data, key=KEY, content=lambda: None)
    return start


def _account(row: Account) -> dict[str, Any]:
    lang = session.lang()
    platform = shown.platform(row.platform, lang, row.backend)
    try:
        limit = store.connections()(row).capabilities.text_limit
    except MajlisError:
        limit = 0
    style = "x" if row.platform == "x" else "chars"
    label = row.name or f"{platform} {row.native_id}"
    return {"id": row.id, "label": label, "platform": platform, "letter": platform[:1], "limit": limit, "style": style}


def _content(accounts: list[dict[str, Any]], post: Post | None, reading: Session) -> dict[str, Any]:
    """The common text, and those that differ from it."""
    if post is None:
        return {"chosen": [account["id"] for account in accounts], "base": "", "texts": {}}
    rows = queueing.texts(reading, post)
    base = rows[0].text if rows else ""
    return {"chosen": [r.account_id for r in rows], "base": base, "texts": {r.account_id: r.text for r in rows if r.text != base}}


def _wall(label: str, moment: datetime, key: str) -> None:
    """A day and an hour, as clocks in the Emirates show them."""
    at = in_dubai(moment)
    day_at, hour_at = st.columns(2)
    with day_at:
        st.date_input(label, value=at.date(), key=f"day:{key}", format="YYYY/MM/DD")
    with hour_at:
        st.time_input(say("desk.compose.hour"), value=at.time().replace(second=0, microsecond=0), key=f"hour:{key}", step=300)


def _when(post: Post | None, rev: str) -> None:
    soon = st.checkbox(say("desk.compose.soon"), value=bool(post and post.at is None), key=f"soon:{rev}")
    ahead = (now() + timedelta(hours=24)).replace(minute=0, second=0, microsecond=0)
    if not soon:
        _wall(say("desk.compose.day"), (post.at if post else None) or ahead, f"at:{rev}")


def _event(event: Event | None, rev: str) -> None:
    """What, where, from when to when."""
    ahead = (now() + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    st.text_input(say("desk.compose.event_name"), value=event.title if event else "", key=f"event:{rev}")
    st.text_input(say("desk.compose.place"), value=event.place if event else "", key=f"place:{rev}")
    _wall(say("desk.compose.starts"), event.starts_at if event else ahead, f"starts:{rev}")
    _wall(say("desk.compose.ends"), event.ends_at if event else ahead + timedelta(hours=2), f"ends:{rev}")
