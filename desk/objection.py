"""An objection of the public: what he asks to be looked at again, and the decision of somebody who did not take the first one."""

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from desk import casedeeds, chrome, eyes, session, shown
from desk.doing import turn
from desk.safe import el, show, words
from desk.session import say
from inbox import appeal
from inbox.models import Case, CaseEvent


def panel(reading: Session, person: Actor, case: Case, sees: eyes.Eyes) -> None:
    """The open objection of the case with its two answers; nothing where there is none."""
    if not appeal.standing(reading, case).waiting:
        return
    steps = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what) == appeal.LODGED)
    last = reading.exec(select(CaseEvent).where(*steps).order_by(col(CaseEvent.id).desc())).first()
    if last is None:
        return
    when = shown.stamp(last.at, session.lang())
    title = el("h3", say("desk.case.objection.title"), " · ", when)
    show(chrome.panel("warn", title, words(sees.words(last.note, case.item_id))))
    if not person.can("appeal.decide"):
        show(el("p", say("desk.case.objection.others"), class_="mj-note"))
        return
    if appeal.barred(reading, case).nobody_else:
        show(el("p", say("desk.case.objection.nobody_else"), class_="mj-note"))
    key = f"objection:{case.id}:{turn()}"
    casedeeds.words(key, "desk.case.objection.reason", 90)
    with st.container(horizontal=True, gap="small"):
        for uphold, icon in ((True, "check"), (False, "close")):
            label = say("desk.case.objection.uphold" if uphold else "desk.case.objection.decline")
            name = f"{'uphold' if uphold else 'decline'}:{key}"
            st.button(label, key=name, icon=f":material/{icon}:", on_click=_decide, args=(case.id, key, uphold))


def _decide(case_id: int, key: str, uphold: bool) -> None:
    reason = casedeeds.said(key)
    casedeeds.do(case_id, lambda w, p, case: appeal.decide(w, p, case, reason, uphold=uphold), "desk.case.objection.done", key)
