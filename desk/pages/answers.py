"""Saved replies and tags: the words of the house that everybody works with, and who answers for them."""

import streamlit as st

from desk import chrome, phrases, phrasing, session, store


def page() -> None:
    phrasing.place().arrive()
    work()


@st.fragment
def work() -> None:
    """What is kept, and what is open of it."""
    person = session.find_actor()
    if person is None:
        st.rerun()
    chrome.title("answers")
    chrome.flashed()
    with store.read() as reading:
        phrases.draw(reading, person)
