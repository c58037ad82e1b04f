"""The plan: a month of posts at their hours, and what comes next, day by day."""

from calendar import Calendar
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

import streamlit as st
from babel.dates import format_date
from sqlmodel import Session, col, select

from core.clock import in_dubai, now
from core.display import direction
from core.i18n import Lang
from desk import chrome, session, shown, store
from desk.address import Place
from desk.posting import TONES, stuck
from desk.safe import Markup, el, show
from desk.session import say
from scheduler.models import Post
from scheduler.wall import instant

#: the working week of the Emirates begins on Monday
WEEK = Calendar(firstweekday=0)
COMING = 30


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
    with st.container(horizontal=True, vertical_alignment="center", key="month"):
        st.button(say("desk.plan.before"), on_click=_step, args=(-1,))
        show(el("h2", format_date(month, "MMMM y", locale=shown.LOCALES[lang]), class_="mj-h2 mj-center"))
        st.button(say("desk.plan.today"), on_click=lambda: _place().set(month=None))
        st.button(say("desk.plan.after"), on_click=_step, args=(1,))
    days = list(WEEK.itermonthdates(month.year, month.month))
    with store.read() as reading:
        found = _between(reading, days[0], days[-1])
        coming = _coming(reading)
        asking = stuck(reading, [post for posts in found.values() for post in posts])
    show(_grid(days, month, found, asking, lang))
    chrome.heading(say("desk.plan.list"))
    if not coming:
        show(chrome.empty("desk.plan.none", "desk.plan.none_lead"))
    else:
        show(_listed(coming, lang))


def _between(reading: Session, first: date, last: date) -> dict[date, list[Post]]:
    """Posts with an hour on these Dubai days, by day."""
    start, end = (instant(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
    query = select(Post).where(col(Post.at) >= start, col(Post.at) < end, col(Post.state) != "cancelled").order_by(col(Post.at))
    by_day: defaultdict[date, list[Post]] = defaultdict(list)
    for post in reading.exec(query):
        if post.at is not None:
            by_day[in_dubai(post.at).date()].append(post)
    return by_day


def _coming(reading: Session) -> list[Post]:
    query = select(Post).where(col(Post.at) >= now(), col(Post.state).in_(("submitted", "scheduled"))).order_by(col(Post.at))
    return list(reading.exec(query.limit(COMING)))


def _slot(post: Post, lang: Lang, asking: str = "") -> Markup:
    """One post; `asking` is the state of a delivery of it that waits for a person."""
    hour = shown.clock(post.at, lang) if post.at else ""
    title = post.title or say("desk.compose.untitled")
    state = say(f"desk.delivery.{asking}") if asking else say(f"desk.post.{post.state}")
    label = f"{hour} {title} · {state}"
    return el(
        "a",
        el("bdi", hour),
        el("bdi", title, class_="title", dir=direction(title)),
        class_=f"mj-slot {'stuck' if asking else post.state}",
        href=f"/compose?post={post.id}",
        target="_self",
        title=label,
    )


def _grid(days: list[date], month: date, found: dict[date, list[Post]], asking: dict[int, str], lang: Lang) -> Markup:
    heads = [el("div", format_date(day, "EEEE", locale=shown.LOCALES[lang]), class_="mj-day head") for day in days[:7]]
    today = in_dubai(now()).date()
    cells = []
    for day in days:
        classes = "mj-day" + (" out" if day.month != month.month else "") + (" today" if day == today else "")
        classes += "" if day in found else " bare"
        number = el("span", day.day, class_="num", aria_label=shown.day(day, lang))
        weekday = el("span", " ", format_date(day, "EEEE", locale=shown.LOCALES[lang]), class_="weekday", aria_hidden="true")
        cells.append(
            el(
                "div",
                number,
                weekday,
                *(_slot(post, lang, asking.get(post.id or 0, "")) for post in found.get(day, ())),
                class_=classes,
            )
        )
    return el("div", *heads, *cells, class_="mj-week")


def _listed(coming: list[Post], lang: Lang) -> Markup:
    by_day: defaultdict[date, list[Post]] = defaultdict(list)
    for post in coming:
        if post.at is not None:
            by_day[in_dubai(post.at).date()].append(post)
    blocks = []
    for day, posts in by_day.items():
        rows = [
            el("div", _slot(post, lang), shown.chip(say(f"desk.post.{post.state}"), TONES.get(post.state, "")), class_="mj-coming")
            for post in posts
        ]
        blocks.append(el("section", el("h3", shown.day(day, lang)), *rows, class_="mj-panel"))
    return el("div", *blocks)
