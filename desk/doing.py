"""A deed at the desk: one transaction, the person as he is now, and a sentence about how it went."""

from collections.abc import Callable
from typing import Final, TypeVar

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.errors import MajlisError
from desk import chrome, session, store
from desk.refusals import told
from inbox import unsaid
from inbox.unsaid import Form

Outcome = TypeVar("Outcome")
#: the turn of the last deed and the form it was said in: what its fields tell afterwards was said already
SAID: Final = "said_last"


def turn() -> int:
    """Grows with every deed done: a key made with it gives a fresh, closed and empty form after each."""
    count: int = st.session_state.get("turn", 0)
    return count


def attempt(
    change: Callable[[Session, Actor], Outcome],
    done: str = "",
    *,
    at: str = chrome.PAGE,
    said: Form | None = None,
    **values: object,
) -> Outcome | None:
    """Do `change(session, actor)` and commit. A refusal is kept for the person to read and gives None.

    `done` is the word key of the success message ("" for none), `at` where it is told; what was begun in the form `said` is kept no
    longer. The actor is looked up again for each deed.
    """
    try:
        person = session.actor()
        with store.write() as writing:
            outcome = change(writing, person)
            if said is not None:
                unsaid.drop(writing, person.user_id or 0, said)
    except MajlisError as refusal:
        chrome.flash("bad", told(refusal, session.lang()), at)
        return None
    st.session_state[SAID] = (turn(), said)
    st.session_state["turn"] = turn() + 1
    if done:
        chrome.flash("good", session.say(done, **values), at)
    return outcome
