"""What was decided against somebody's words: the reasons he was given, those a clerk owes him, and deleting what another hid."""

from collections.abc import Sequence

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.settings import settings
from desk import casedeeds, chrome, session, shown, store, trade, unsaid
from desk.casedeeds import form, said
from desk.doing import attempt
from desk.safe import el, show
from desk.session import say
from inbox import moderate, notices
from inbox.models import Decision, Item, Notice

#: the link that was just taken to be handed over: (notice, address)
TAKEN = "notice_taken"


def panel(reading: Session, person: Actor, item: Item, decisions: Sequence[Decision]) -> None:
    """The notices of an item that `decisions` were made about, the newest first: given, read, overturned, or owed and by whom to be
    handed over."""
    if any(one.action in notices.GIVEN for one in decisions):
        for notice in reading.exec(select(Notice).where(col(Notice.item_id) == item.id).order_by(col(Notice.id).desc())):
            _one(person, notice)
    if person.can("item.moderate") and item.hidden and not item.deleted and item.can.get("delete"):
        form("delete", item, "delete_forever", lambda key: _draw(key, item), lambda key: _delete(item.id or 0, key))


def _one(person: Actor, notice: Notice) -> None:
    lang = session.lang()
    chips = [shown.chip(say("desk.case.notice.overturned"), "good")] if notice.overturned_at else []
    if notice.owed and not notice.overturned_at:
        chips.append(shown.chip(say("desk.case.notice.owed", why=trade.known("notice.owed", notice.owed, lang)), "warn"))
    elif notice.read_at:
        chips.append(shown.chip(say("desk.case.notice.read", when=shown.moment(notice.read_at, lang)), "good"))
    head = el("h3", say("desk.case.notice.title"), " ", el("bdi", notice.number, dir="ltr"))
    show(el("div", head, shown.stamp(notice.at, lang), el("div", *chips, class_="mj-chips"), class_="mj-panel"))
    number, address = st.session_state.get(TAKEN, ("", ""))
    if number == notice.number:
        show(chrome.panel("good", say("desk.case.notice.give")))
        st.code(address, language=None, wrap_lines=True)
    elif notice.owed and not notice.overturned_at and person.can("item.moderate"):
        label = say("desk.case.notice.take")
        st.button(label, key=f"notice:{notice.id}", icon=":material/key:", on_click=_take, args=(notice.id or 0,))


def _take(notice_id: int) -> None:
    """Hand over a notice; its link is shown once, to be given to its reader."""

    def change(writing: Session, person: Actor) -> tuple[str, str]:
        notice = notices.hand_over(writing, person, writing.get_one(Notice, notice_id))
        return notice.number, notices.link(notice, store.vault(), settings())

    taken = attempt(change)
    if taken is not None:
        st.session_state[TAKEN] = taken


def _draw(key: str, item: Item) -> None:
    lang, ids = session.lang(), [one.id for one in store.edition().clauses]
    st.text(say("desk.case.delete.lead"))
    at = ids.index(item.clause) if item.clause in ids else None
    st.selectbox(say("desk.work.clause"), ids, at, lambda code: trade.clause(code, lang), key=f"clause:{key}")
    casedeeds.words(key, "desk.work.reason", 90, thing="items")


def _delete(item_id: int, key: str) -> None:
    clause, reason = st.session_state[f"clause:{key}"] or "", said(key)
    done, form_ = "desk.case.delete.done", unsaid.form("items", key)
    attempt(lambda w, p: moderate.delete(w, p, w.get_one(Item, item_id), clause, reason), done, said=form_)
