"""A colleague's answer that waits for a yes, beneath the thread it belongs to: approve it, or send it back with a word why."""

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from desk import eyes, session, shown, trade, unsaid
from desk.doing import attempt, turn
from desk.safe import el, show, words
from desk.session import say
from inbox import approving, reply, secondlook
from inbox.models import Item


def why(reading: Session, item: Item) -> str:
    """Why a colleague must say yes first, in words; "" where nobody need."""
    lang = session.lang()
    named = {
        "clause": lambda code: trade.clause(code, lang),
        "grade": lambda code: say(f"desk.case.grade.{code}"),
        "kind": lambda code: say(f"desk.kind.{code}"),
    }
    found = [named[what](code) for what, code in secondlook.reasons(reading, item)]
    return say("desk.reply.look", why=" · ".join(found)) if found else ""


def panel(reading: Session, person: Actor, item: Item) -> None:
    """What waits in this thread. Whoever may approve decides on what others wrote."""
    waiting = approving.waiting_at(reading, item)
    if not waiting:
        return
    lang, sees, seen, reasons = session.lang(), eyes.of(person), reply.thread_version(reading, item), why(reading, item)
    for one in waiting:
        own, reply_id = one.reply.author_id == person.user_id, one.reply.id or 0
        by = say("desk.seconding.by", name=one.author, when=shown.moment(one.asked_at, lang))
        private = shown.chip(say("desk.reply.private"), "info") if one.reply.private else None
        with st.container(border=True, key=f"asked_{reply_id}"):
            show(
                el("h3", say("desk.seconding.title"), class_="mj-h2"),
                el("div", el("bdi", by), private, class_="mj-note"),
                words(sees.words(one.reply.text, item.id)),
                el("p", reasons, class_="mj-note") if reasons else None,
            )
            if own:
                show(el("p", say("desk.seconding.own"), class_="mj-note"))
            elif person.can("reply.approve"):
                _levers(reply_id, seen)


def _levers(reply_id: int, seen: str) -> None:
    with st.container(horizontal=True, gap="small"):
        label, icon = say("desk.seconding.approve"), ":material/check:"
        st.button(label, key=f"approve:{reply_id}", type="primary", icon=icon, on_click=_approve, args=(reply_id, seen))
        key = f"note:{reply_id}:{turn()}"
        with st.popover(say("desk.seconding.send_back"), icon=":material/reply:", key=f"pop_{key}"):
            unsaid.area(say("desk.seconding.note"), key, unsaid.form("replies", key), max_chars=approving.NOTE_MOST, height=90)
            label = say("desk.seconding.send_back")
            st.button(label, key=f"send_back:{reply_id}", type="primary", on_click=_send_back, args=(reply_id, key))


def _approve(reply_id: int, seen: str) -> None:
    attempt(lambda w, p: approving.approve(w, p, reply_id, seen_version=seen), "desk.done.reply_approved")


def _send_back(reply_id: int, key: str) -> None:
    note = str(st.session_state[key])
    attempt(lambda w, p: approving.send_back(w, p, reply_id, note), "desk.done.reply_sent_back", said=unsaid.form("replies", key))
