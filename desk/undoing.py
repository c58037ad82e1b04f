"""The bar that tells what was done and takes it back: one for the page, drawn above the thread."""

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from desk import chrome, leaving, replying, session, sifting, trade
from desk.doing import attempt
from desk.safe import el, show
from desk.session import say
from inbox import undo
from inbox.models import Item


def bar(reading: Session, person: Actor, item: Item | None) -> None:
    """What was done last, with the button that takes it back while it may be. `key="undo"`: the key map presses it.

    An answer that has not left yet goes first: of all that is done here it alone can't be taken back later. Where the `item` it
    answers is open, its reply box offers that beside the words, and the bar does not say it a second time.
    """
    if (sent := leaving.latest(reading)) is not None:
        if item is not None and sent[1] == item.id and replying.open_to(person, item):
            chrome.flashed()
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="undo_bar"):
            show(el("p", say("desk.undo.reply"), class_="mj-note"))
            st.button(say("desk.undo.do"), key="undo", icon=":material/undo:", on_click=_take_back, args=sent)
        return
    deed = undo.latest(reading, person.user_id) if person.can("item.work") else None
    if deed is None:
        chrome.flashed()
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="undo_bar"):
        what, label = trade.known("desk.deed", deed.what, session.lang()), say("desk.undo.do")
        if chrome.flashed():
            label = say("desk.undo.of", what=what)  # what is told may be of a deed that is not taken back so
        else:
            show(el("p", say("desk.undo.last", what=what), class_="mj-note"))
        st.button(label, key="undo", icon=":material/undo:", on_click=_undo, args=(deed.id or 0,))


def _undo(deed_id: int) -> None:
    done = attempt(lambda writing, person: undo.undo(writing, person, deed_id))
    if done is not None and done.left:
        chrome.flash("warn", say("desk.undo.partly", n=done.back, all=done.back + done.left))
    elif done is not None:
        chrome.flash("good", say("desk.undo.done"))


def _take_back(reply_id: int, item_id: int) -> None:
    if leaving.take_back(reply_id, item_id=item_id):
        sifting.place().set(item=item_id)
