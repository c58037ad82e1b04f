"""Boxes whose words outlive their form: kept in the database while somebody writes, put back when he opens it again.

The browser hands over what stands in such a box when its writer pauses (desk/static/desk.js) or leaves it. What was said, and so is
not begun any more, `desk.doing.attempt` drops in the same transaction.
"""

from collections.abc import Callable
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
from inbox.unsaid import Form, Thing


def form(thing: Thing, key: str) -> Form:
    """The form behind a key `deed:row:turn`; `thing` is the table of that row."""
    deed, row, _ = key.split(":")
    return Form(thing, int(row), deed)


def area(label: str, name: str, of: Form, **shape: Any) -> None:
    """`st.text_area` under the key `name`, whose beginning names its field in the form."""
    arrive(name, of, "")
    with st.container(key=f"unsaid_{name}"):
        st.text_area(label, key=name, on_change=hold, args=(name, of), **shape)


def arrive(name: str, of: Form, empty: Any) -> None:
    """Call before a field is drawn for the first time: it begins with what was left in it."""
    if name not in st.session_state:
        with store.read() as reading:
            person = session.find_actor(reading)
            begun = unsaid.of(reading, person.user_id or 0, of) if person is not None else {}
        st.session_state[name] = begun.get(_field(name), empty)


def hold(name: str, of: Form) -> None:
    """Called whenever a field changes, also when its form was shut in the same moment."""
    value = st.session_state.get(name)
    if st.session_state.get(SAID) == (int(name.rpartition(":")[2]), of):
        return
    _write(lambda writing, me: unsaid.keep(writing, me, of, {**unsaid.of(writing, me, of), _field(name): value}))


def throw(of: Form, *names: str) -> None:
    """Its writer wants none of it any more: the fields `names` are made anew, empty."""
    if _write(lambda writing, me: unsaid.drop(writing, me, of)):
        for name in names:
            st.session_state.pop(name, None)


def _write(change: Callable[[Session, int], None]) -> bool:
    """Whether it was written; why not is told. No deed: nothing is made anew by it."""
    try:
        person = session.actor()
        with store.write() as writing:
            change(writing, person.user_id or 0)
    except MajlisError as refusal:
        chrome.flash("bad", told(refusal, session.lang()))
        return False
    return True


def chip(reading: Session, person: Actor, thing: Thing, row: int, deeds: dict[str, str]) -> None:
    """Says which forms of a row (deed -> what it is called) hold something this person has begun; nothing where none does.

    Its place is there before there is anything to say: a form that moves when it appears would lose the focus.
    """
    begun = [deeds[deed] for deed in unsaid.deeds(reading, person.user_id or 0, thing, row) if deed in deeds]
    with st.container(key=f"begun_{thing}"):
        if begun:
            show(el("p", shown.chip(say("desk.unsaid.begun"), "warn"), " ", " · ".join(begun), class_="mj-note"))


def _field(name: str) -> str:
    return name.partition(":")[0]
