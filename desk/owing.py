"""What a clerk owes the author of a case, his receipt or what happened since: why it did not go by itself, what to say and
the ways to say it; and a receipt sent again on request."""

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.settings import settings
from desk import casedeeds, chrome, session, trade
from desk.doing import attempt, turn
from desk.safe import el, show, words
from desk.session import say
from inbox import acknowledge, due, receipts, telling
from inbox.models import Case
from inbox.steps import live
from inbox.tongues import say as tongue
from inbox.tongues import tongue_of

#: the words that were just taken to be given to an author: (number of the case, words)
TAKEN = "owed_taken"


def panel(reading: Session, person: Actor, case: Case) -> None:
    """What its author is owed and why, the very words to say, with his link for his eyes alone, and the button for whoever said
    them. Nothing where nothing is owed."""
    if not (case.receipt_owed or case.told_owed) or case.state == "closed" or case.merged_into_id is not None:
        return
    for title, why, public in _owed(reading, case):
        head = el("h3", say(title))
        reason = el("p", trade.known("case.owed", why, session.lang()))
        show(chrome.panel("warn", head, reason, el("p", say("desk.case.owed.say"), class_="mj-note"), words(public)))
    if not person.can("case.work"):
        return
    number, given = st.session_state.get(TAKEN, ("", ""))
    if number == case.number:
        show(chrome.panel("good", say("desk.case.owed.give")))
        st.code(given, language=None, wrap_lines=True)
    key = f"owed:{case.id}:{turn()}"
    st.text_input(
        say("desk.case.owed.how"), key=f"text:{key}", placeholder=say("desk.case.owed.how_hint"), max_chars=casedeeds.MOST
    )
    with st.container(horizontal=True, gap="small"):
        told = say("desk.case.owed.told")
        st.button(told, key=f"hand:{key}", type="primary", icon=":material/call:", on_click=_handed, args=(case.id, key))
        if number != case.number:
            st.button(say("desk.case.owed.take"), key=f"take:{case.id}", icon=":material/key:", on_click=_take, args=(case.id,))
        if case.receipt_owed:
            _again(case)


def _owed(reading: Session, case: Case) -> list[tuple[str, str, str]]:
    """(title, why it did not go by itself, what may be said in public) of each thing owed."""
    lang, found = tongue_of(case.lang), []
    if case.receipt_owed:
        kind = case.kind if case.kind in ("complaint", "suggestion") else "other"
        public = [tongue(f"receipt.{kind}.plain", lang, number=case.number)]
        public += receipts.also(lang, case.edition, due.answer_by(live(reading, case)))
        found.append(("desk.case.owed.title", case.receipt_owed, " ".join(public)))
    if case.told_owed:
        about, why = telling.owed(case)
        found.append(("desk.case.owed.told_title", why, telling.words(case, about, tongue("told.own", lang))))
    return found


def _take(case_id: int) -> None:
    """The words for his eyes alone, shown once to be copied."""

    def change(writing: Session, person: Actor) -> tuple[str, str]:
        case = writing.get_one(Case, case_id)
        return case.number, acknowledge.words_to_give(writing, person, case, settings())

    taken = attempt(change)
    if taken is not None:
        st.session_state[TAKEN] = taken


def _handed(case_id: int, key: str) -> None:
    casedeeds.do(case_id, lambda w, p, case: acknowledge.hand_over(w, p, case, casedeeds.said(key)), "desk.case.owed.done")


def again(person: Actor, case: Case) -> None:
    """The button that sends the receipt once more, where one was sent before."""
    if person.can("case.work") and not case.receipt_owed and case.receipt_delivery_id is not None and case.state != "closed":
        _again(case)


def _again(case: Case) -> None:
    st.button(
        say("desk.case.owed.again"), key=f"again:{case.id}", icon=":material/forward_to_inbox:", on_click=_resend, args=(case.id,)
    )


def _resend(case_id: int) -> None:
    attempt(lambda w, p: acknowledge.resend(w, p, w.get_one(Case, case_id), settings()), "desk.case.owed.sent_again")
