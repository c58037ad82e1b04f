"""The plan: a month of posts at their hours, and what comes next, day by day."""

from calendar import Calendar
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import streamlit as st
from babel.dates import format_date

from core.clock import in_dubai, now
from desk import chrome, monthly, session, shown, store
from desk.address import Place
from desk.monthly import Plan, Slot
from desk.posting import to
from desk.safe import Markup, el, show
from desk.session import say

#: the working week of the Emirates begins on Monday
WEEK = Calendar(firstweekday=0)
#: days ahead that the list tells, and so many posts at most
AHEAD, COMING = 92, 30


def _place() -> Place:
    return Place("plan", ("month",))


def page() -> None:
    _place().arrive()
    chrome.title("plan")
    body()


def _month(place: Place) -> date:
    """The first day of the month in the address, else of this one."""
    try:
        return datetime.strptime(place.get("month"), "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return in_dubai(now()).date().replace(day=1)


def _step(by: int) -> None:
    place = _place()
    month = (_month(place) + timedelta(days=40 if by > 0 else -10)).replace(day=1)
    place.set(month=f"{month:%Y-%m}")


@st.fragment(run_every=60)
def body() -> None:
    place, lang = _place(), session.lang()
    month = _month(place)
    days = list(WEEK.itermonthdates(month.year, month.month))
    own = [day for day in days if day.month == month.month]
    with st.container(horizontal=True, vertical_alignment="center", key="month"):
        st.button(say("desk.plan.before"), on_click=_step, args=(-1,))
        beside = el("small", " · ", monthly.hijri_months(own[0], own[-1], lang), class_="mj-note")
        show(el("h2", format_date(month, "MMMM y", locale=shown.LOCALES[lang]), beside, class_="mj-h2 mj-center"))
        st.button(say("desk.plan.today"), on_click=lambda: _place().set(month=None))
        st.button(say("desk.plan.after"), on_click=_step, args=(1,))
    today = in_dubai(now()).date()
    with store.read() as reading:
        found = monthly.plan(reading, days[0], days[-1])
        ahead = _ahead(monthly.plan(reading, today, today + timedelta(days=AHEAD)))
    if mourning := _mourning(ahead):
        show(*mourning)
    show(monthly.grid(days, month, found, lang))
    chrome.heading(say("desk.plan.list"))
    if not ahead.slots:
        show(chrome.empty("desk.plan.none", "desk.plan.none_lead"))
    else:
        nearest = [one for slots in ahead.slots.values() for one in slots][:COMING]
        show(monthly.listed(Plan(_by_day(nearest), ahead.days), lang))


def _ahead(found: Plan) -> Plan:
    """Of these days what has not gone yet."""
    slots = [one for slots in found.slots.values() for one in slots]
    ahead = [one for one in slots if one.at >= now() and one.post.state in ("submitted", "scheduled")]
    return Plan(_by_day(ahead), found.days)


def _by_day(slots: Iterable[Slot]) -> dict[date, list[Slot]]:
    return {day: list(same) for day, same in groupby(slots, key=lambda one: in_dubai(one.at).date())}


def _mourning(found: Plan) -> list[Markup]:
    """Posts that are to go out in days of mourning: somebody must look at each."""
    lang, panels = session.lang(), []
    for one in found.days.days:
        days = (day for day in found.slots if one.kind == "mourning" and one.covers(day))
        posts = {slot.post.id or 0: slot.post for day in days for slot in found.slots[day]}
        if posts:
            told = say("desk.plan.mourning", n=len(posts), name=one.words(lang))
            links = [el("li", to(number, post.title or say("desk.compose.untitled"))) for number, post in posts.items()]
            panels.append(chrome.panel("bad", el("b", told), el("ul", *links)))
    return panels
