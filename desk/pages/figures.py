"""Figures for two minutes of a manager's time: each with its definition, its period and when it was counted; one part at a time."""

from collections.abc import Callable, Mapping

import streamlit as st
from sqlmodel import Session

from desk import (
    chrome,
    drill,
    figures_answers,
    figures_channels,
    figures_moderation,
    figures_posts,
    figures_promises,
    figures_service,
    figures_summary,
    figures_topics,
    narrowing,
    periods,
    session,
    store,
    weekly,
)
from desk.address import Place
from desk.components import event
from desk.periods import Period
from desk.safe import el, show
from desk.session import say

#: the parts of the page in their order
PARTS: Mapping[str, Callable[[Session, Period], None]] = {
    "summary": figures_summary.page,
    "answers": figures_answers.page,
    "service": figures_service.page,
    "topics": figures_topics.page,
    "moderation": figures_moderation.page,
    "posts": figures_posts.page,
    "channels": figures_channels.page,
    "promises": figures_promises.page,
    "weekly": weekly.page,
}
#: these tell of this moment, or of weeks, whatever period is chosen
TIMELESS = frozenset({"channels", "promises", "weekly"})
SWITCH = "figures_parts"


def _place() -> Place:
    return Place("figures", ("part", "days", "since", "until"))


def page() -> None:
    _place().arrive()
    chrome.title("figures")
    body()


@st.fragment(run_every=60)
def body() -> None:
    person = session.find_actor()
    if person is None:
        st.rerun()
    place = _place()
    drill.allow(person)
    part = place.get("part") if place.get("part") in PARTS else "summary"
    parts = [{"name": name, "label": say(f"desk.figures.part.{name}"), "count": ""} for name in PARTS]
    narrowing.views(SWITCH, {"views": parts, "view": part, "label": say("desk.figures.parts")}, view=_chosen)
    period = periods.of("", periods.today()) if part in TIMELESS else periods.choose(place)
    with store.read() as reading, st.container(key="figures"):
        show(el("p", say(f"desk.figures.part.{part}"), class_="mj-print-title"))
        PARTS[part](reading, period)


def _chosen() -> None:
    if (chosen := event(SWITCH, "view")) is not None:
        _place().set(part=None if chosen == "summary" else str(chosen))
