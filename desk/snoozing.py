"""Putting a message off: hours one chooses most often, or any other, and bringing it back before its hour."""

from datetime import datetime, time, timedelta

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.clock import DUBAI, in_dubai, now
from core.models import User
from desk import chrome, session, shown
from desk.doing import attempt, turn
from desk.safe import el, name, show
from desk.session import say
from inbox import snooze
from inbox.change import WAITS
from inbox.models import Item


def button(reading: Session, person: Actor, item: Item) -> None:
    """For what waits: the hours to put it off to. Its contents are drawn once it is open."""
    if not person.can("item.work") or item.state not in WAITS:
        return
    if item.state == "snoozed":
        st.button(say("desk.snooze.wake"), key=f"wake:{item.id}", icon=":material/alarm_on:", on_click=_wake, args=(item.id or 0,))
    key = f"snooze:{item.id}:{turn()}"
    with st.popover(say("desk.snooze.title"), icon=":material/snooze:", key=key, on_change="rerun") as body:
        if body.open:
            _hours(reading, item.id or 0, key)


def _hours(reading: Session, item_id: int, key: str) -> None:
    lang = session.lang()
    for which, at in snooze.offers(reading).items():
        label = say(f"desk.snooze.{which}", when=shown.moment(at, lang))
        st.button(label, key=f"{which}:{key}", width="stretch", on_click=_put_off, args=(item_id, at))
    today = in_dubai(now()).date()
    last = today + snooze.LONGEST
    st.date_input(say("desk.snooze.day"), value=None, min_value=today, max_value=last, key=f"day:{key}", format="YYYY/MM/DD")
    st.time_input(say("desk.snooze.clock"), value=time(9), key=f"clock:{key}", step=timedelta(minutes=30))
    st.button(say("desk.snooze.do"), key=f"then:{key}", type="primary", on_click=_chosen, args=(item_id, key))


def _chosen(item_id: int, key: str) -> None:
    day = st.session_state[f"day:{key}"]
    if day is None:
        chrome.flash("bad", say("desk.snooze.which"))
        return
    _put_off(item_id, datetime.combine(day, st.session_state[f"clock:{key}"], DUBAI))


def _put_off(item_id: int, until: datetime) -> None:
    when = shown.moment(until, session.lang())
    attempt(lambda w, p: snooze.snooze(w, p, w.get_one(Item, item_id), until), "desk.snooze.done", when=when)


def _wake(item_id: int) -> None:
    attempt(lambda w, p: snooze.wake(w, p, w.get_one(Item, item_id)), "desk.snooze.woken")


def told(reading: Session, item: Item) -> None:
    """Until when it is put off, and by whom."""
    row = snooze.until_of(reading, item)
    if row is None:
        return
    by = reading.get(User, row.by_id)
    until = say("desk.snooze.until", when=shown.moment(row.until, session.lang()))
    who = el("span", say("desk.snooze.by"), " ", name(by.display_name)) if by else None
    show(el("div", el("b", until), who, class_="mj-panel mj-inline", role="status"))
