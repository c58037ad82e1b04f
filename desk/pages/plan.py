"""The plan: a month of posts at their hours, and what comes next, day by day."""

from calendar import Calendar
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import streamlit as st
from babel.dates import format_date
from sqlmodel import Session

from core import calendar
from core.clock import in_dubai, now
from desk import chrome, monthly, session, shown, store
from desk.address import Place
from desk.monthly import Plan
from desk.posting import to
from desk.safe import Markup, el, show
from desk.session import say
from scheduler.warnings import planned_on

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
        coming = _coming(monthly.plan(reading, today, today + timedelta(days=AHEAD)))
        mourning = _mourning(reading, today)
    show(*mourning, monthly.grid(days, month, found, lang))
    chrome.heading(say("desk.plan.list"))
    if not coming.slots:
        show(chrome.empty("desk.plan.none", "desk.plan.none_lead"))
    else:
        show(monthly.listed(coming, lang))


def _coming(found: Plan) -> Plan:
    """What has not gone yet of these days, the next COMING of it."""
    slots = [one for slots in found.slots.values() for one in slots]
    ahead = [one for one in slots if one.at >= now() and one.post.state in ("submitted", "scheduled")][:COMING]
    return Plan({day: list(same) for day, same in groupby(ahead, key=lambda one: in_dubai(one.at).date())}, found.days)


def _mourning(reading: Session, today: date) -> list[Markup]:
    """Posts that are to go out in days of mourning: somebody must look at each."""
    lang, found = session.lang(), []
    for one in calendar.between(reading, today, today + timedelta(days=AHEAD)):
        posts = planned_on(reading, max(one.first, today), one.last) if one.kind == "mourning" else []
        posts = [post for post in posts if post.at is not None and post.at >= now()]
        if posts:
            words = say("desk.plan.mourning", n=len(posts), name=one.name_ar if lang == "ar" else one.name_en)
            links = [el("li", to(post.id or 0, post.title or say("desk.compose.untitled"))) for post in posts]
            found.append(chrome.panel("bad", el("b", words), el("ul", *links)))
    return found
