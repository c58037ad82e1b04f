"""The audit trail: read, filter, and have the chain of seals checked."""

import json
from typing import Any

import streamlit as st
from sqlmodel import Session, col, or_, select

from core import audit
from core.actors import Actor
from core.i18n import Lang
from core.models import AuditEntry, User
from desk import chrome, session, shown, store, trade
from desk.address import Place
from desk.safe import Child, Markup, el, name, show
from desk.session import say

PAGE = 50
#: characters of a detail that are shown
SHOWN = 24


def page() -> None:
    Place("audit", ("q",)).arrive()
    chrome.title("audit")
    trail()


@st.fragment
def trail() -> None:
    place = Place("audit", ("q",))
    wide, narrow = st.columns([1, 0.25], vertical_alignment="bottom")
    with wide:
        if "audit_q" not in st.session_state:
            st.session_state["audit_q"] = place.get("q")
        st.text_input(say("desk.audit.search"), key="audit_q", placeholder=say("desk.audit.search_hint"), on_change=_searched)
    with narrow:
        checked = st.button(say("desk.audit.verify"), icon=":material/verified:", width="stretch")
    with store.read() as reading:
        if checked:
            _verify(reading)
        before = int(st.session_state.get("audit_before", 0))
        entries = _entries(reading, place.get("q"), before)
        people = {f"user:{user.id}": user.display_name for user in reading.exec(select(User))}
    if not entries:
        show(chrome.empty("desk.audit.none", "desk.audit.none_lead"))
    else:
        show(el("div", _table(entries[:PAGE], people), class_="mj-scroll"))
    with st.container(horizontal=True):
        if before:
            st.button(say("desk.audit.newest"), on_click=_turn, args=(0,))
        if len(entries) > PAGE:
            st.button(say("desk.audit.older"), on_click=_turn, args=(entries[PAGE - 1].id,))


def _searched() -> None:
    st.session_state["audit_before"] = 0
    Place("audit", ("q",)).set(q=st.session_state["audit_q"].strip())


def _turn(before: int) -> None:
    st.session_state["audit_before"] = before


def _entries(reading: Session, typed: str, before: int) -> list[AuditEntry]:
    """One more than a page, newest first; `typed` is the beginning of a deed or of a subject."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(PAGE + 1)
    if before:
        query = query.where(col(AuditEntry.id) < before)
    if typed:
        query = query.where(
            or_(
                col(AuditEntry.action).startswith(typed, autoescape=True),
                col(AuditEntry.subject).startswith(typed, autoescape=True),
            )
        )
    return list(reading.exec(query))


def _actor(label: str, people: dict[str, str]) -> str:
    if label in people:
        return people[label]
    return say(f"desk.audit.{label}") if label in ("citizen", "worker", "operator") else label


def _deed(action: str, lang: Lang) -> Markup:
    """What was done in words, above the code one may filter by."""
    code = el("bdi", action, class_="mj-ltr mj-note")
    told = trade.known("desk.audited", action, lang)
    return code if told == action else el("div", el("div", told), code)


def _detail(detail: dict[str, Any]) -> Markup:
    """`name: value` pairs; a long value (a digest) is cut, and whole on pointing at it."""
    pairs = []
    for key, value in sorted(detail.items()):
        whole = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        short = whole if len(whole) <= SHOWN else f"{whole[:SHOWN]}…"
        pairs.append(el("span", el("span", f"{key}: ", class_="mj-note"), el("bdi", short), title=whole))
    return el("div", *pairs, class_="mj-ltr mj-detail")


def _table(entries: list[AuditEntry], people: dict[str, str]) -> Markup:
    lang = session.lang()
    columns = ("when", "who", "what", "to", "detail")
    head = el("tr", *(el("th", say(f"desk.audit.{column}"), scope="col") for column in columns))
    lines = []
    for entry in entries:
        cells: list[Child] = [
            shown.stamp(entry.at, lang),
            name(_actor(entry.actor, people)),
            _deed(entry.action, lang),
            el("bdi", entry.subject, class_="mj-ltr"),
            _detail(entry.detail),
        ]
        lines.append(el("tr", *(el("td", cell) for cell in cells)))
    return el("table", el("thead", head), el("tbody", *lines), class_="mj-table")


def _verify(reading: Session) -> None:
    person: Actor = session.actor()
    person.require("audit.read")
    found = audit.verify(reading)
    if found.whole:
        text = say("desk.audit.whole", sealed=shown.number(found.sealed), unsealed=shown.number(found.unsealed))
        show(chrome.panel("good", text))
    else:
        show(chrome.panel("bad", say("desk.audit.broken", id=found.broken or "—", why=found.why)))
