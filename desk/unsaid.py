"""Boxes whose words outlive their form: kept in the database while somebody writes, put back when he opens it again.

The browser hands over what stands in such a box when its writer pauses (desk/static/desk.js) or leaves it. What was said, and so is
not begun any more, `desk.doing.attempt` drops in the same transaction.
"""

from typing import Any

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.errors import MajlisError
from desk import chrome, session, shown, store
from desk.doing import SAID
from desk.refusals import told
from desk.safe import el, show
from desk.session import say
from inbox import unsaid
from inbox.unsaid import Form


def of(thing: str, key: str) -> Form:
    """The form behind a key `deed:row:turn`; `thing` is the table of that row."""
    deed, row, _ = key.split(":")
    return Form(thing, int(row), deed)


def area(label: str, name: str, form: Form, **shape: Any) -> None:
    """`st.text_area` under the key `name`, whose beginning names its field in the form."""
    arrive(name, form, "")
    with st.container(key=f"unsaid_{name}"):
        st.text_area(label, key=name, on_change=hold, args=(name, form), **shape)


def arrive(name: str, form: Form, empty: Any) -> None:
    """Call before a field is drawn for the first time: it begins with what was left in it."""
    if name not in st.session_state:
        with store.read() as reading:
            person = session.find_actor(reading)
            begun = unsaid.of(reading, person.user_id or 0, form) if person is not None else {}
        st.session_state[name] = begun.get(_field(name), empty)


def hold(name: str, form: Form) -> None:
    """Called whenever a field changes, also when its form was shut in the same moment."""
    value = st.session_state.get(name)
    if st.session_state.get(SAID) == (int(name.rpartition(":")[2]), form):
        return
    try:
        person = session.actor()
        with store.write() as writing:
            me = person.user_id or 0
            unsaid.keep(writing, me, form, {**unsaid.of(writing, me, form), _field(name): value})
    except MajlisError as refusal:
        chrome.flash("bad", told(refusal, session.lang()))


def throw(form: Form, *names: str) -> None:
    """Its writer wants none of it any more: the fields `names` are made anew, empty."""
    person = session.actor()
    with store.write() as writing:
        unsaid.drop(writing, person.user_id or 0, form)
    for name in names:
        st.session_state.pop(name, None)


def chip(reading: Session, person: Actor, thing: str, row: int, deeds: dict[str, str]) -> None:
    """Says which forms of a row (deed -> what it is called) hold something this person has begun; nothing where none does.

    Its place is there before there is anything to say: a form that moves when it appears would lose the focus.
    """
    begun = [deeds[deed] for deed in unsaid.deeds(reading, person.user_id or 0, thing, row) if deed in deeds]
    with st.container(key=f"begun_{thing}"):
        if begun:
            show(el("p", shown.chip(say("desk.unsaid.begun"), "warn"), " ", " · ".join(begun), class_="mj-note"))


def _field(name: str) -> str:
    return name.partition(":")[0]
