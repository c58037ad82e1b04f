"""The frame around every page: title, side bar, sign-in when there is none, messages after a deed."""

from collections.abc import Sequence
from time import monotonic
from urllib.parse import quote

import streamlit as st

from core.actors import Actor
from core.auth import WrongSignIn
from core.i18n import Lang, t
from desk import session
from desk.address import Place
from desk.page import STATIC
from desk.safe import Child, Markup, el, show
from desk.session import DOOR, say

#: seconds a message stays, and where it is told unless said otherwise
FLASH_S, PAGE = 8, "flash"


def dress() -> None:
    """Under plain `streamlit run` there is no gate to link our style: put it into the page instead."""
    st.set_page_config(page_icon=str(STATIC / "icon.png"), layout="wide", initial_sidebar_state="auto")
    if not DOOR.asgi:
        st.html(STATIC / "desk.css")
        if session.lang() == "ar":
            st.html(STATIC / "plain_rtl.css")
            st.html(STATIC / "rtl.css")


def switch(page: str, name: str, options: Sequence[str], place: Place) -> str:
    """A row of switches, kept in the address under `name`: which is chosen, the first where none of them is."""
    key = f"{page}_{name}"
    st.session_state[key] = chosen = place.get(name) if place.get(name) in options else options[0]
    st.segmented_control(
        say(f"desk.{page}.{name}"),
        options,
        format_func=lambda one: say(f"desk.{page}.{name}_{one}"),
        key=key,
        label_visibility="collapsed",
        on_change=lambda: place.set(**{name: st.session_state[key] or options[0]}),
    )
    return chosen


def signed_out() -> None:
    """Nobody is signed in: lead to the sign-in page, or show a form here where there is no gate."""
    if DOOR.asgi:
        with st.container(key="signed_out"):
            show(empty("desk.signed_out.title", "desk.signed_out.lead"))
            show(el("p", el("a", say("desk.signin.enter"), href="/auth/login", target="_self", class_="mj-link")))
        return
    _, middle, _ = st.columns([1, 1.2, 1])
    with middle, st.form("sign_in"):
        show(el("h1", say("desk.signin.title"), class_="mj-h2"), el("p", say("desk.signin.lead"), class_="mj-note"))
        username = st.text_input(say("desk.signin.username"), autocomplete="username")
        password = st.text_input(say("desk.signin.password"), type="password", autocomplete="current-password")
        if st.form_submit_button(say("desk.signin.enter"), type="primary"):
            try:
                session.enter(username.strip(), password)
            except WrongSignIn as refusal:
                show(panel("bad", refusal.words(session.lang())))
            else:
                st.rerun()


def side(person: Actor, path: str) -> None:
    """Who is signed in, the other language, the way out."""
    other: Lang = "en" if session.lang() == "ar" else "ar"
    with st.sidebar:
        look = session.look()
        who = (el("span", say("desk.side.signed_in")), el("b", el("bdi", person.name)))
        show(el("div", *who, class_="mj-who", data_size=look.size, data_contrast=look.contrast))
        if DOOR.asgi:
            address = f"/lang/{other}?back={quote('/' + path)}"
            show(el("div", el("a", t("desk.lang.name", other), href=address, target="_self", lang=other), class_="mj-lang"))
        else:
            st.button(t("desk.lang.name", other), key="lang_switch", type="tertiary", on_click=_speak, args=(other,))
        if DOOR.asgi:
            show(el("div", el("a", say("desk.side.leave"), href="/auth/logout", target="_self"), class_="mj-lang"))
            return
        st.button(say("desk.side.leave"), key="leave", icon=":material/logout:", type="tertiary", on_click=session.leave)
        show(el("style", f"html {{ font-size: {look.size}% }}"))


def _speak(lang: Lang) -> None:
    st.session_state["lang"] = lang


def title(key: str) -> None:
    """The page's name and one line that says what it is for (`desk.<key>.title`, `.lead`)."""
    show(el("div", el("h1", say(f"desk.{key}.title")), el("p", say(f"desk.{key}.lead")), class_="mj-page"))


def heading(text: Child) -> None:
    """A heading inside a page."""
    show(el("h2", text, class_="mj-h2"))


def panel(tone: str, *children: Child) -> Markup:
    """A framed note; `tone`: good, warn, bad or "" """
    role = "alert" if tone == "bad" else "status"
    return el("div", *children, class_=f"mj-panel {tone}".strip(), role=role)


def empty(title_key: str, lead_key: str) -> Markup:
    """What is shown where there is nothing."""
    return el("div", el("b", say(title_key)), say(lead_key), class_="mj-empty")


def flash(tone: str, text: str, at: str = PAGE) -> None:
    """Show a message whenever the page is drawn in the next few seconds, until another one takes its place.

    `at`: what tells it: the page, or another part of the screen that draws itself."""
    st.session_state[at] = (tone, text, monotonic() + FLASH_S)


def flashed(at: str = PAGE) -> bool:
    """Show the message kept by `flash`; False when there is none that is fresh."""
    kept: tuple[str, str, float] | None = st.session_state.get(at)
    if kept is None or monotonic() >= kept[2]:
        return False
    show(panel(kept[0], kept[1]))
    return True
