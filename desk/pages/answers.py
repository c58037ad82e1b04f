"""Saved replies and tags: the words of the house that everybody works with, and who answers for them."""

from typing import Final

import streamlit as st

from desk import chrome, labelling, narrowing, phrases, phrasing, session, store
from desk.address import Place
from desk.components import event
from desk.session import say

SWITCH: Final = "answers_tabs"
TABS: Final = {"replies": phrases.draw, "tags": labelling.draw}


def place() -> Place:
    """Which of the two is open."""
    return Place("answers", ("tab",))


def page() -> None:
    place().arrive()
    phrasing.place().arrive()
    work()


@st.fragment
def work() -> None:
    """The switch, and what is kept of either."""
    person = session.find_actor()
    if person is None:
        st.rerun()
    chrome.title("answers")
    tab = place().get("tab") if place().get("tab") in TABS else "replies"
    offered = [{"name": name, "label": say(f"desk.answers.tab.{name}"), "count": ""} for name in TABS]
    narrowing.views(SWITCH, {"views": offered, "view": tab, "label": say("desk.answers.title")}, view=_switched)
    chrome.flashed()
    with store.read() as reading:
        TABS[tab](reading, person)


def _switched() -> None:
    if (chosen := event(SWITCH, "view")) is not None:
        place().set(tab=str(chosen))
