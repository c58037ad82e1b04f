"""From a figure to what it counts: addresses of the inbox and of cases, narrowed as the figure is."""

from datetime import date
from urllib.parse import urlencode

import streamlit as st

from core.actors import Actor
from desk.periods import Period
from desk.rooms import open_to
from desk.safe import Child, el


def allow(person: Actor) -> None:
    """Lead this person only where he may go, for the rest of this run: elsewhere he sees the words alone."""
    st.session_state["drill"] = {room.path for room in open_to(person)}


def items(label: Child, period: Period, **narrowed: str) -> Child:
    """A link to the inbox: all that was said in the period, narrowed by its filters (topic, kind, clause …)."""
    return _link(label, "inbox", {"view": "all", **narrowed, "since": str(period.first), "until": str(period.last)})


def on(label: Child, day: date, **narrowed: str) -> Child:
    """The same of one day."""
    return items(label, Period(day, day), **narrowed)


def cases(label: Child, view: str, **narrowed: str) -> Child:
    """A link to the cases of a view."""
    return _link(label, "cases", {"view": view, **narrowed})


def _link(label: Child, page: str, chosen: dict[str, str]) -> Child:
    if page not in st.session_state.get("drill", ()):
        return label
    return el("a", label, href=f"/{page}?{urlencode(chosen)}", target="_self", class_="mj-link")
