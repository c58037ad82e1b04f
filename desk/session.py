"""Who sits at the desk, and in which language: looked up on every run, so that someone dismissed is out at once."""

from contextlib import nullcontext
from dataclasses import dataclass
from threading import local
from typing import Any, Final

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.auth import actor_of, drowsy, keep_awake, sign_in, sign_out, who
from core.errors import MajlisError
from core.i18n import Lang, lang_of, t
from desk import store
from desk.device import device
from desk.page import USUAL, Look, look_of
from inbox import presence

COOKIE: Final = "majlis_desk"
LANG_COOKIE: Final = "majlis_lang"
#: what a reading holds the actor under
ACTOR: Final = "actor"


class SignedOut(MajlisError):
    """The desk session has ended: signed out, idle too long, or the person was dismissed."""

    code = "signed_out"


@dataclass(slots=True)
class Door:
    """How this process was started: `asgi` when desk/serve.py gives cookies, language, style and headers."""

    asgi: bool = False


DOOR: Final = Door()
#: what holds while one thread of Streamlit draws: it has one for each run, or for a few of one session in a row
_RUN: Final = local()


def _cookie(name: str) -> str | None:
    """A cookie of ours; without our gate nobody sets one."""
    return st.context.cookies.get(name) if DOOR.asgi else None


def token() -> str | None:
    """The desk token: from the HttpOnly cookie, or (plain `streamlit run`) from this browser tab's session."""
    kept: str | None = st.session_state.get("token")
    return kept or _cookie(COOKIE)


def lang() -> Lang:
    """The language of the person: by the cookie behind our gate, else as chosen in this tab; Arabic when none is. Asked for each
    word, so the cookie is looked at once a run."""
    if not DOOR.asgi:
        return lang_of(st.session_state.get("lang"))
    spoken: Lang | None = getattr(_RUN, "lang", None)
    if spoken is None:
        _RUN.lang = spoken = lang_of(_cookie(LANG_COOKIE))
    return spoken


def say(key: str, **values: Any) -> str:
    """The words of `key` in the person's language."""
    return t(key, lang(), **values)


def find_actor(reading: Session | None = None) -> Actor | None:
    """The person behind the token as he is in the database right now (asked in `reading`, if given); None when there is none.

    In one reading he is looked up once. A page draws itself anew by its own clock, so that doesn't keep a session open: the browser
    tells when somebody is there (desk/static/desk.js). Without our gate nothing tells, and every run counts.
    """
    held = token()
    if not held:
        return None
    with nullcontext(reading) if reading is not None else store.read() as asked:
        if ACTOR in asked.info:
            known: Actor | None = asked.info[ACTOR]
            return known
        user = who(asked, held)
        late = user is not None and not DOOR.asgi and drowsy(asked, held)
    if late:
        with store.write() as session:
            keep_awake(session, held)
    if user is None:
        return None
    st.session_state["look"] = look_of(user)
    asked.info[ACTOR] = found = actor_of(user)
    return found


def look() -> Look:
    """How the person wants the desk, as it was when he was last looked up."""
    kept: Look = st.session_state.get("look", USUAL)
    return kept


def actor() -> Actor:
    """The person at the desk. Raises SignedOut, never acts for somebody who left."""
    found = find_actor()
    if found is None:
        raise SignedOut()
    return found


def enter(username: str, password: str) -> None:
    """Sign in from the page itself (plain `streamlit run`). Raises WrongSignIn."""
    st.session_state["token"] = sign_in(
        store.database(), username, password, device=device(st.context.headers.get("user-agent", ""))
    )


def leave() -> None:
    """Close the session of this tab."""
    if held := token():
        close(held)
    st.session_state.clear()


def close(held: str) -> None:
    """Close a session in the database: the cookie that names it is worth nothing afterwards, and its person is at no item."""
    with store.write() as session:
        if user := who(session, held):
            presence.left(session, actor_of(user))
        sign_out(session, held)
