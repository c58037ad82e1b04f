"""An edition is proposed by one person and put in force by another: the file looked at, the two buttons, the way back."""

from dataclasses import dataclass
from hashlib import sha256

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.errors import MajlisError
from desk import chrome, comparing, session, shown, store, weighing
from desk.address import Place
from desk.doing import attempt, turn
from desk.refusals import told
from desk.safe import el, show
from desk.session import say
from desk.shelf import Shelved
from inbox import editions, enact
from inbox.models import PolicyVersion
from policies import edition as shipped
from policies.clauses import Edition
from policies.problems import EditionRefused

#: an edition's file is text; a larger one is something else
MOST_MB, MOST_LETTERS = 2, 1_000_000


@dataclass(frozen=True, slots=True)
class Looked:
    """A text that was brought, and what it is: an edition that keeps its examples, or why it is none."""

    source: str
    edition: Edition | None = None
    refusal: MajlisError | None = None


def deeds(reading: Session, person: Actor, one: Shelved) -> None:
    """On an edition that waits: put it in force, or take it back."""
    version = one.version
    if version is None or version.state != "proposed":
        return
    own = version.proposed_by == person.label
    with st.container(horizontal=True, vertical_alignment="center", key="edition_deeds"):
        if person.can("policy.activate"):
            _activation(one, closed=own)
        if person.can("policy.propose"):
            key = f"withdraw:{one.ref}:{turn()}"
            with st.popover(say("desk.policy.withdraw"), icon=":material/undo:", key=f"pop_{key}"):
                st.text(say("desk.policy.withdraw_lead"))
                st.button(say("desk.policy.withdraw"), key=key, type="primary", on_click=_withdraw, args=(one.ref,))
    if own and person.can("policy.activate"):
        show(el("p", say("desk.policy.own"), class_="mj-note"))


def _activation(one: Shelved, *, closed: bool) -> None:
    key = f"activate:{one.ref}:{turn()}"
    icon = ":material/verified:"
    with st.popover(say("desk.policy.activate"), icon=icon, type="primary", key=f"pop_{key}", disabled=closed):
        st.text(say("desk.policy.activate_lead", day=shown.day(one.effective_from, session.lang())))
        sure = st.checkbox(say("desk.policy.sure"), key=f"sure_{key}")
        st.button(say("desk.policy.do_activate"), key=key, type="primary", disabled=not sure, on_click=_activate, args=(one.ref,))


def _activate(ref: str) -> None:
    try:
        with store.read() as reading:
            shipped.check(editions.find(reading, ref))  # its words are made ready first, so that no writer waits for them
    except MajlisError as refusal:
        chrome.flash("bad", told(refusal, session.lang()))
        return
    attempt(lambda w, p: enact.activate(w, p, editions.stored(w, ref)), "desk.done.edition_activated", edition=ref)


def _withdraw(ref: str) -> None:
    attempt(lambda w, p: enact.withdraw(w, p, editions.stored(w, ref)), "desk.done.edition_withdrawn", edition=ref)


def propose(reading: Session, person: Actor, place: Place) -> None:
    """A file, or its text; what is wrong with it by line, or what it would change and the button that proposes it."""
    chrome.heading(say("desk.policy.propose"))
    show(el("p", say("desk.policy.propose_lead"), class_="mj-note"))
    key = str(turn())
    given = st.file_uploader(say("desk.policy.file"), type=["toml"], key=f"edition_file:{key}", max_upload_size=MOST_MB)
    text = st.text_area(say("desk.policy.or_text"), key=f"edition_text:{key}", height=140, max_chars=MOST_LETTERS)
    raw = given.getvalue() if given is not None else text.encode()
    if not raw.strip():
        return
    looked = _look(raw)
    if looked.edition is None:
        _refused(looked.refusal)
        return
    edition = looked.edition
    said = say("desk.policy.keeps", edition=edition.ref, day=shown.day(edition.effective_from, session.lang()))
    show(chrome.panel("good", said))
    st.button(
        say("desk.policy.do_propose", edition=edition.ref),
        key=f"do_propose:{key}",
        type="primary",
        on_click=_propose,
        args=(looked.source, place),
    )
    chrome.heading(say("desk.policy.would_change"))
    comparing.changes(person, editions.in_force(reading), edition)
    chrome.heading(say("desk.policy.part_backtest"))
    weighing.replay(reading, person, edition)


def _look(raw: bytes) -> Looked:
    """Looked at once: its examples take a while."""
    digest = sha256(raw).hexdigest()
    kept: tuple[str, Looked] | None = st.session_state.get("edition_looked")
    if kept is not None and kept[0] == digest:
        return kept[1]
    source = raw.decode("utf-8-sig", "replace")
    try:
        found = Looked(source, edition=shipped.accept(source))
    except MajlisError as refusal:
        found = Looked(source, refusal=refusal)
    st.session_state["edition_looked"] = (digest, found)
    return found


def _refused(refusal: MajlisError | None) -> None:
    lang = session.lang()
    if not isinstance(refusal, EditionRefused):
        show(chrome.panel("bad", told(refusal, lang) if refusal else ""))
        return
    head, *_ = refusal.words(lang).split("\n", 1)
    lines = (el("li", problem.words(lang), dir="auto") for problem in refusal.problems)
    show(chrome.panel("bad", el("b", head), el("ol", *lines)))


def _propose(source: str, place: Place) -> None:
    def change(writing: Session, person: Actor) -> PolicyVersion:
        return enact.propose(writing, person, source)

    version = attempt(change, "desk.done.edition_proposed")
    if version is not None:
        place.set(edition=version.ref, part="difference", against=None)
