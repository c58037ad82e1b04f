"""What is one's own at the desk: how it looks, where mail goes, the password, where one is signed in."""

from collections.abc import Sequence
from urllib.parse import quote

import streamlit as st

from core import oneself
from core.errors import MajlisError
from core.i18n import LANGS, t
from core.models import SignIn, User
from desk import chrome, session, shown, store
from desk.doing import attempt, turn
from desk.refusals import told
from desk.safe import Child, el, join, name, show
from desk.session import DOOR, say


def page() -> None:
    chrome.title("me")
    chrome.flashed()
    person = session.actor()
    with store.read() as reading:
        row = reading.get_one(User, person.oneself())
        opened = oneself.sessions(reading, person)
    if row.one_time_until is not None:
        show(chrome.panel("warn", el("b", say("desk.me.choose")), " ", say("desk.me.choose_lead")))
        with st.columns([1, 1])[0]:
            _password(row, first=True)
        return
    wide, narrow = st.columns(2, gap="large")
    with wide:
        _who(row)
        _look(row)
        _mail(row)
    with narrow:
        if DOOR.asgi:
            _sessions(opened)
        _password(row)


def _who(row: User) -> None:
    roles: list[Child] = [shown.chip(say(f"desk.people.role.{role}")) for role in row.roles]
    facts: list[tuple[str, Child]] = [
        ("name", name(row.display_name)),
        ("username", el("bdi", row.username, class_="mj-ltr")),
        ("roles", el("div", *roles, class_="mj-chips") if roles else say("desk.me.no_role")),
    ]
    if row.oidc:
        facts.append(("provider", say("desk.me.linked")))
    show(el("dl", *(join((el("dt", say(f"desk.me.{key}")), el("dd", value))) for key, value in facts), class_="mj-facts"))


def _look(row: User) -> None:
    chrome.heading(say("desk.me.look"))
    here = session.lang()
    if DOOR.asgi:
        back = quote("/me")
        links = [
            el(
                "a",
                t("desk.lang.name", lang),
                href=f"/lang/{lang}?back={back}",
                target="_self",
                lang=lang,
                class_="mj-link",
                aria_current="true" if lang == here else None,
            )
            for lang in LANGS
        ]
        show(el("div", el("span", say("desk.me.language"), class_="mj-note"), *links, class_="mj-choice"))
    st.session_state["me_size"], st.session_state["me_contrast"] = row.text_size, row.contrast == "high"
    st.selectbox(say("desk.me.size"), oneself.SIZES, key="me_size", format_func=lambda size: f"{size}%", on_change=_resize)
    st.toggle(say("desk.me.contrast"), key="me_contrast", on_change=_recolour)
    show(el("p", say("desk.me.sample"), class_="mj-panel"))


def _resize() -> None:
    size = int(st.session_state["me_size"])
    attempt(lambda writing, person: oneself.prefer(writing, person, text_size=size), "desk.done.kept")


def _recolour() -> None:
    contrast = "high" if st.session_state["me_contrast"] else ""
    attempt(lambda writing, person: oneself.prefer(writing, person, contrast=contrast), "desk.done.kept")


def _mail(row: User) -> None:
    chrome.heading(say("desk.me.mail"))
    key = turn()
    with st.form(f"me_mail:{key}", border=False):
        st.text_input(say("desk.me.email"), value=row.email, key=f"me_email:{key}", autocomplete="email", max_chars=200)
        st.checkbox(say("desk.me.report"), value=row.report, key=f"me_report:{key}", help=say("desk.me.report_d"))
        st.form_submit_button(say("desk.me.keep"), on_click=_keep_mail, args=(key,))


def _keep_mail(key: int) -> None:
    email, report = str(st.session_state[f"me_email:{key}"]), bool(st.session_state[f"me_report:{key}"])
    attempt(lambda writing, person: oneself.prefer(writing, person, email=email, report=report), "desk.done.kept")


def _password(row: User, *, first: bool = False) -> None:
    if not first:
        chrome.heading(say("desk.me.password"))
    key = turn()
    with st.form(f"me_password:{key}", border=False):
        old = say("desk.me.given" if first else "desk.me.old")
        st.text_input(old, type="password", key=f"me_old:{key}", autocomplete="current-password")
        st.text_input(
            say("desk.me.new"), type="password", key=f"me_new:{key}", autocomplete="new-password", help=say("desk.me.rule")
        )
        st.text_input(say("desk.me.again"), type="password", key=f"me_again:{key}", autocomplete="new-password")
        st.form_submit_button(say("desk.me.change"), type="primary" if first else "secondary", on_click=_change, args=(key,))


def _change(key: int) -> None:
    old, new, again = (str(st.session_state[f"me_{which}:{key}"]) for which in ("old", "new", "again"))
    if new != again:
        chrome.flash("bad", say("desk.me.differ"))
        return
    try:
        oneself.choose_password(store.database(), session.actor(), session.token() or "", old, new)
    except MajlisError as refusal:
        chrome.flash("bad", told(refusal, session.lang()))
        return
    st.session_state["turn"] = turn() + 1
    chrome.flash("good", say("desk.done.password"))


def _sessions(opened: Sequence[SignIn]) -> None:
    chrome.heading(say("desk.me.sessions"))
    lang, held = session.lang(), session.token() or ""
    columns = ("device", "since", "used", "ends")
    head = el("tr", *(el("th", say(f"desk.me.{column}"), scope="col") for column in columns))
    lines = []
    for one in opened:
        device: list[Child] = [el("bdi", one.device or say("desk.me.unknown"))]
        device += [" ", shown.chip(say("desk.me.this_one"), "good")] if oneself.this_one(one, held) else []
        cells = (
            join(device),
            shown.stamp(one.created_at, lang),
            shown.ago(one.seen_at, lang),
            shown.stamp(oneself.ends_at(one), lang),
        )
        lines.append(el("tr", *(el("td", cell) for cell in cells)))
    show(el("div", el("table", el("thead", head), el("tbody", *lines), class_="mj-table mj-tight"), class_="mj-scroll"))
    show(el("p", say("desk.me.sessions_lead"), class_="mj-note"))
    if len(opened) > 1:
        st.button(say("desk.me.leave_elsewhere"), key="leave_elsewhere", icon=":material/devices:", on_click=_leave_elsewhere)


def _leave_elsewhere() -> None:
    held = session.token() or ""

    attempt(lambda writing, person: oneself.leave_elsewhere(writing, person, held), "desk.done.left_elsewhere")
