"""The plan: a month or a week of posts at their hours, moved by mouse or keyboard; and what comes next, day by day."""

from calendar import Calendar
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import streamlit as st
from babel.dates import format_date

from core.clock import in_dubai, now
from desk import chrome, gridding, monthly, session, shifting, shown, store
from desk.address import Place
from desk.monthly import Plan, Slot
from desk.posting import to
from desk.safe import Markup, el, show
from desk.session import say

#: the working week of the Emirates begins on Monday
WEEK = Calendar(firstweekday=0)
#: days ahead that the list tells, and so many posts at most
AHEAD, COMING = 92, 30


VIEWS = ("month", "week", "list")


def _place() -> Place:
    return Place("plan", ("view", "month", "week"))


def page() -> None:
    _place().arrive()
    chrome.title("plan")
    body()


def _today() -> date:
    return in_dubai(now()).date()


def _view(place: Place) -> str:
    return place.get("view") if place.get("view") in VIEWS else VIEWS[0]


def _month(place: Place) -> date:
    """The first day of the month in the address, else of this one."""
    try:
        return datetime.strptime(place.get("month"), "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return _today().replace(day=1)


def _week(place: Place) -> list[date]:
    """The week in the address (any day of it), else this one."""
    try:
        return gridding.week_of(date.fromisoformat(place.get("week")))
    except ValueError:
        return gridding.week_of(_today())


def _step(by: int) -> None:
    place = _place()
    if _view(place) == "week":
        place.set(week=f"{_week(place)[0] + timedelta(days=7 * by)}")
    else:
        month = (_month(place) + timedelta(days=40 if by > 0 else -10)).replace(day=1)
        place.set(month=f"{month:%Y-%m}")


@st.fragment(run_every=60)
def body() -> None:
    place, person = _place(), session.actor()
    view = chrome.switch("plan", "view", VIEWS, place)
    with store.read() as reading:
        ahead = _ahead(monthly.plan(reading, _today(), _today() + timedelta(days=AHEAD)))
        if mourning := _mourning(ahead):
            show(*mourning)
        if view == "list":
            _listed(ahead)
            return
        days = _week(place) if view == "week" else list(WEEK.itermonthdates(_month(place).year, _month(place).month))
        _head(days if view == "week" else [day for day in days if day.month == _month(place).month], view)
        chrome.flashed()
        shifting.ask(reading, person)
        found = monthly.plan(reading, days[0], days[-1])
        gridding.calendar(reading, person, days, view, _month(place), found, lambda: shifting.moved(gridding.KEY))
        show(_legend())
        if person.can("post.write"):
            show(el("p", say(f"desk.plan.hint_{view}"), class_="mj-note"))


def _legend() -> Markup:
    """What the colours of the calendar say."""
    named = {state: say(f"desk.post.{state}") for state in ("draft", "submitted", "scheduled", "published")}
    named["stuck"] = say("desk.plan.stuck")
    return el("div", *(el("span", label, class_=f"mj-slot {state}") for state, label in named.items()), class_="mj-legend")


def _head(own: list[date], view: str) -> None:
    """What is shown in both calendars, and the way to the days before and after."""
    lang = session.lang()
    locale = shown.LOCALES[lang]
    named = format_date(own[0], "MMMM y", locale=locale)
    if view == "week":
        begins = format_date(own[0], "d" if own[0].month == own[-1].month else "d MMMM", locale=locale)
        named = f"{begins} – {format_date(own[-1], 'd MMMM y', locale=locale)}"
    with st.container(horizontal=True, vertical_alignment="center", key="month"):
        st.button(say("desk.plan.before"), key="plan_before", on_click=_step, args=(-1,))
        beside = el("small", " · ", monthly.hijri_months(own[0], own[-1], lang), class_="mj-note")
        show(el("h2", named, beside, class_="mj-h2 mj-center"))
        today = say("desk.plan.this_week" if view == "week" else "desk.plan.today")
        st.button(today, key="plan_today", on_click=lambda: _place().set(month=None, week=None))
        st.button(say("desk.plan.after"), key="plan_after", on_click=_step, args=(1,))


def _listed(ahead: Plan) -> None:
    """What comes next, day by day."""
    chrome.heading(say("desk.plan.list"))
    if not ahead.slots:
        show(chrome.empty("desk.plan.none", "desk.plan.none_lead"))
        return
    nearest = [one for slots in ahead.slots.values() for one in slots][:COMING]
    show(monthly.listed(Plan(_by_day(nearest), ahead.days), session.lang()))


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
