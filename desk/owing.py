"""A receipt that a clerk owes: why it did not go by itself, what to say, and the ways to say it; and one sent again on request."""

import streamlit as st

from core.actors import Actor
from core.settings import settings
from desk import casedeeds, chrome, session, trade
from desk.doing import attempt, turn
from desk.safe import el, show, words
from desk.session import say
from inbox import acknowledge, receipts
from inbox.models import Case
from inbox.tongues import say as tongue
from inbox.tongues import tongue_of


def panel(person: Actor, case: Case) -> None:
    """Why the receipt is owed, the very words to say, and the button for whoever said them. Nothing where none is owed."""
    if not case.receipt_owed or case.state == "closed" or case.merged_into_id is not None:
        return
    why = trade.known("case.owed", case.receipt_owed, session.lang())
    kind = case.kind if case.kind in ("complaint", "suggestion") else "other"
    public = tongue(f"receipt.{kind}.plain", case.lang, number=case.number)
    public = " ".join([public, *receipts.also(tongue_of(case.lang), case.edition, case.first_due_at)])
    head = el("h3", say("desk.case.owed.title"))
    show(chrome.panel("warn", head, el("p", why), el("p", say("desk.case.owed.say"), class_="mj-note"), words(public)))
    if not person.can("case.work"):
        return
    key = f"owed:{case.id}:{turn()}"
    st.text_input(
        say("desk.case.owed.how"), key=f"text:{key}", placeholder=say("desk.case.owed.how_hint"), max_chars=casedeeds.MOST
    )
    with st.container(horizontal=True, gap="small"):
        told = say("desk.case.owed.told")
        st.button(told, key=f"hand:{key}", type="primary", icon=":material/call:", on_click=_handed, args=(case.id, key))
        _again(case)


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
