"""The audit trail: read, filter, take it along, and have the chain of seals checked."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from sqlmodel import Session, col, select

from core import audit, trail
from core.actors import Actor
from core.i18n import Lang, catalogue
from core.models import AuditEntry, AuditHead, User
from core.trail import Sought
from desk import chrome, recounting, session, shown, store, taking, trade
from desk.address import Place
from desk.safe import Child, Markup, el, label, name, show
from desk.session import DOOR, say

PAGE = 50
NAMES = ("actor", "action", "subject", "first", "last", "before")
#: who acts beside people
MACHINES = ("operator", "worker", "portal", "citizen", "nobody")
WORDS = "desk.audited."


def page() -> None:
    Place("audit", NAMES).arrive()
    chrome.title("audit")
    body()


@st.fragment
def body() -> None:
    place, person, lang = Place("audit", NAMES), session.actor(), session.lang()
    person.require("audit.read")
    with store.read() as reading:
        people = {f"user:{user.id}": user.display_name for user in reading.exec(select(User).order_by(col(User.display_name)))}
    _filters(place, people, lang)
    wanted = taking.sought(place.chosen)
    before = place.number("before") or 0
    with store.read() as reading:
        entries = trail.page(reading, wanted, before=before, size=PAGE)
    _tools(wanted, person)
    if not entries:
        show(chrome.empty("desk.audit.none", "desk.audit.none_lead"))
    else:
        show(el("div", _table(entries[:PAGE], people), class_="mj-scroll"))
    with st.container(horizontal=True):
        if before:
            st.button(say("desk.audit.newest"), key="audit_newest", on_click=place.set, kwargs={"before": None})
        if len(entries) > PAGE:
            last = entries[PAGE - 1].id
            st.button(say("desk.audit.older"), key="audit_older", on_click=place.set, kwargs={"before": last})


def _filters(place: Place, people: dict[str, str], lang: Lang) -> None:
    actors = [*people, *MACHINES]
    actions = sorted(key.removeprefix(WORDS) for key in catalogue() if key.startswith(WORDS))
    columns = st.columns([1, 1.3, 0.9, 0.75, 0.75], vertical_alignment="bottom")
    with columns[0]:
        _pick(place, "actor", actors, lambda who: label(_actor(who, people)))
    with columns[1]:
        _pick(place, "action", actions, lambda action: trade.known("desk.audited", action, lang))
    with columns[2]:
        _seed("audit_subject", place.get("subject"))
        hint = say("desk.audit.subject_hint")
        st.text_input(
            say("desk.audit.subject"), key="audit_subject", placeholder=hint, on_change=_narrow, args=("subject",), max_chars=120
        )
    for column, which in zip(columns[3:], ("first", "last"), strict=True):
        with column:
            wanted = taking.sought(place.chosen)
            _seed(f"audit_{which}", wanted.first if which == "first" else wanted.last)
            st.date_input(
                say(f"desk.audit.{which}"), value=None, key=f"audit_{which}", on_change=_narrow, args=(which,), format="YYYY/MM/DD"
            )


def _seed(key: str, value: str | date | None) -> None:
    """What the address says; it changes also by going back."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _pick(place: Place, which: str, options: list[str], words: Any) -> None:
    known = ["", *options]
    key = f"audit_{which}"
    _seed(key, place.get(which) if place.get(which) in known else "")
    every = say(f"desk.audit.any_{which}")
    st.selectbox(
        say("desk.audit.who" if which == "actor" else "desk.audit.what"),
        known,
        format_func=lambda value: words(value) if value else every,
        key=key,
        on_change=_narrow,
        args=(which,),
    )


def _narrow(which: str) -> None:
    value = st.session_state[f"audit_{which}"]
    given = value.isoformat() if isinstance(value, date) else (value or "").strip()
    Place("audit", NAMES).set(**{which: given, "before": None})


def _tools(wanted: Sought, person: Actor) -> None:
    """The files of what is sought, and the check of the chain."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover(say("desk.audit.verify"), icon=":material/verified:", key="audit_verify"):
            show(el("p", say("desk.audit.verify_lead"), class_="mj-note"))
            st.text_input(say("desk.audit.known"), key="audit_known", max_chars=64, help=say("desk.audit.known_d"))
            checked = st.button(say("desk.audit.do_verify"), key="audit_check", type="primary")
        if person.can("export.take") and DOOR.asgi:
            query = urlencode(wanted.named())
            show(el("div", *(_file(kind, query) for kind in taking.KINDS), class_="mj-choice"))
    if checked:
        _verify(person, str(st.session_state.get("audit_known", "")).strip())


def _file(kind: str, query: str) -> Markup:
    return el("a", say("desk.audit.take", kind=kind.upper()), href=f"/audit/trail.{kind}?{query}", class_="mj-link", download=True)


def _actor(who: str, people: dict[str, str]) -> str:
    if who in people:
        return people[who]
    return say(f"desk.audit.{who}") if who in MACHINES else who


def _deed(action: str, lang: Lang) -> Markup:
    """What was done in words, above the code one may filter by."""
    code = el("bdi", action, class_="mj-ltr mj-note")
    told = trade.known("desk.audited", action, lang)
    return code if told == action else el("div", el("div", told), code)


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
            recounting.thing(entry.subject, people, lang),
            recounting.details(entry.detail, people, lang),
        ]
        lines.append(el("tr", *(el("td", cell) for cell in cells)))
    table = el("table", el("thead", head), el("tbody", *lines), class_="mj-table")
    return el("div", table, class_="mj-scroll", tabindex="0", role="group", aria_label=say("desk.audit.title"))


def _verify(person: Actor, known: str) -> None:
    """Walk the chain, telling how far it is: a million entries take a while."""
    person.require("audit.read")
    bar = st.progress(0.0, text=say("desk.audit.verifying"))
    with store.read() as reading:
        whole = _length(reading)

        def tell(done: int) -> None:
            text = say("desk.audit.verified", done=shown.number(done), whole=shown.number(whole))
            bar.progress(min(done / whole, 1.0) if whole else 1.0, text=text)

        found = audit.verify(reading, known_head=known, tell=tell)
    bar.empty()
    if found.whole:
        text = say("desk.audit.whole", sealed=shown.number(found.sealed), unsealed=shown.number(found.unsealed))
        show(
            chrome.panel("good", text, el("p", say("desk.audit.head"), " ", el("bdi", found.head or "—", class_="mj-ltr mj-code")))
        )
    else:
        why = trade.known("desk.audit.why", found.why, session.lang())
        show(chrome.panel("bad", say("desk.audit.broken", id=found.broken or "—", why=why)))


def _length(reading: Session) -> int:
    head = reading.get(AuditHead, 1)
    return head.seal_no if head else 0
