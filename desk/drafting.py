"""The editor of a post: the pair and each account's version, files with their words, poll, hour, row, event and reminders."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.errors import MajlisError
from core.models import Account
from desk import checking, chrome, composing, filing, furthering, polling, resuming, session, timing
from desk.address import Place
from desk.components import mount
from desk.keeping import keep
from desk.safe import show
from desk.session import say
from outbox.accounts import active
from scheduler import pair, posts
from scheduler.models import Post
from scheduler.writing import TITLE_MOST, WHY_MOST


def editor(reading: Session, person: Actor, post: Post | None, place: Place) -> None:
    """The whole editor of a new post (None) or a draft. `rev` names this text's fields: a saved version gets fresh ones."""
    rows = active(reading)
    if not rows:
        show(chrome.empty("desk.compose.no_accounts", "desk.compose.no_accounts_lead"))
        return
    rev = resuming.rev_of(post)
    resuming.arrive(reading, person, post, rev)
    title_at, kind_at = st.columns([2, 1])
    with title_at:
        st.text_input(say("desk.compose.name"), value=post.title if post else "", key=f"title:{rev}", max_chars=TITLE_MOST)
    with kind_at:
        kind = st.selectbox(
            say("desk.compose.kind"),
            posts.KINDS,
            index=posts.KINDS.index(post.kind) if post else 0,
            format_func=lambda code: say(f"desk.compose.kind_{code}"),
            key=f"kind:{rev}",
            disabled=post is not None,
        )
    announces = kind == "event" and (post is None or not post.role)
    if announces:
        timing.event_in_brief(reading, post, rev)
    start = _composer(reading, person, post, rows, rev, nothing="nothing_event" if announces and post is None else "nothing")
    if announces:
        chrome.heading(say("desk.compose.kind_event"))
        timing.event(reading, post, rev)
    chrome.heading(say("desk.compose.files_of"))
    filing.fields(reading, post, rev)
    polling.fields(rows, post, rev)
    if post is None or post.role != "reminder":
        chrome.heading(say("desk.compose.when"))
        timing.when(post, kind, rev)
    made = composing.now_in(st.session_state, rev, start)
    files = _files(reading, post, rev)
    why = str(st.session_state.get(f"pair_why:{rev}", post.pair_why if post else "")).strip()
    plain = [one.file for one in files]
    told = composing.found(rows, made, plain, polling.of(post, rev), why=why)
    checking.checks(reading, post, kind, rev, made, rows, plain, told, why)
    known = (post.id, post.version) if post else (None, None)
    chrome.flashed()  # beside the buttons: whoever pressed one at the foot of a long form does not see its head
    with st.container(horizontal=True):
        submit, save = say("desk.compose.submit"), say("desk.compose.save")
        st.button(submit, key=f"submit:{rev}", type="primary", on_click=keep, args=(*known, rev, start, place, True))
        st.button(save, key=f"save:{rev}", on_click=keep, args=(*known, rev, start, place, False))
        furthering.fields(reading, person, post, rev)
    furthering.told(reading, rev)
    resuming.keep(person, post, rev, made, files)


def _files(reading: Session, post: Post | None, rev: str) -> list[filing.Held]:
    """The files as they stand; none while one can't be taken, which is said where they are chosen."""
    try:
        return filing.held(reading, post, rev)
    except MajlisError:
        return []


def _composer(
    reading: Session, person: Actor, post: Post | None, rows: Sequence[Account], rev: str, *, nothing: str
) -> dict[str, Any]:
    """The component, and why one language is left out where one is; returns what it began with."""
    accounts = composing.accounts(rows)
    start = resuming.start_of(rev, composing.content(accounts, post, reading))
    made = composing.now_in(st.session_state, rev, start)
    why = str(st.session_state.get(f"pair_why:{rev}", post.pair_why if post else ""))
    files = _files(reading, post, rev)
    labels = {key: say(f"desk.compose.{key}") for key in composing.LABELS}
    labels |= {
        "nothing": say(f"desk.compose.{nothing}"),
        "pick": say("desk.compose.pick" if _needs(post) else "desk.compose.no_pick"),
    }
    data = {
        "rev": rev,
        "post": str(post.id) if post else "new",
        "since": f"{post.id}:{post.version}" if post else rev,
        "kept": resuming.kept_at(rev),
        "turn": made.get("turn", 0),
        "user": person.user_id,
        "forget": st.session_state.get("composer_forget", ""),
        "lang": session.lang(),
        "accounts": accounts,
        "ways": [(way, say(f"desk.compose.way_{way.replace('+', '_')}")) for way in composing.WAYS],
        "forms": {form: say(f"desk.form.{form}") for form in pair.FORMS},
        **start,
        "files": filing.seen(files),
        "found": composing.found(rows, made, [one.file for one in files], polling.of(post, rev), why=why),
        "labels": labels,
    }
    mount("composer", data, key=composing.KEY, content=lambda: None)
    _one_language(composing.missing(made, accounts), post, why, rev)
    return start


def _needs(post: Post | None) -> bool:
    """A withdrawal alone may go to no account: its words stand in the public log."""
    return post is None or post.role != "withdrawal"


def _one_language(lacking: Sequence[str], post: Post | None, why: str, rev: str) -> None:
    if not lacking and not why:
        return
    st.text_input(say("desk.compose.pair_why"), value=post.pair_why if post else "", key=f"pair_why:{rev}", max_chars=WHY_MOST)
