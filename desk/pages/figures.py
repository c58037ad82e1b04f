"""Figures for two minutes of a manager's time: each with its definition, its period and when it was counted."""

from datetime import date, timedelta

import streamlit as st
from sqlmodel import Session

from core.clock import in_dubai, now
from core.i18n import Lang
from core.settings import settings
from desk import charts, chrome, engagement, session, shown, store
from desk.address import Place
from desk.safe import Markup, el, name, show
from desk.session import say
from inbox import figures as inbox_figures

PERIODS = ("7", "14", "30", "90")


def _place() -> Place:
    return Place("figures", ("days",))


def page() -> None:
    _place().arrive()
    chrome.title("figures")
    body()


@st.fragment(run_every=60)
def body() -> None:
    place, lang = _place(), session.lang()
    narrow, wide = st.columns([0.22, 1], vertical_alignment="bottom")
    with narrow:
        chosen = place.pick(
            "days",
            say("desk.figures.period"),
            PERIODS,
            lambda n: say("desk.figures.days", n=int(n)),
            say("desk.figures.days", n=14),
        )
    days = int(chosen or 14)
    last = in_dubai(now()).date()
    first = last - timedelta(days=days - 1)
    with wide:
        as_of = say("desk.figures.as_of", when=shown.moment(now(), lang), days=say("desk.figures.days", n=days))
        show(el("p", as_of, class_="mj-note"))
    with store.read() as reading:
        show(_cards(reading, first, last, lang))
        found = inbox_figures.by_day(reading, first, last)
        charts.per_day(found, first, last, lang)
        engagement.platforms(reading, found, days, lang)
        left, right = st.columns(2, gap="medium")
        with left:
            charts.split(reading, "kind", first, last, lang)
        with right:
            charts.split(reading, "topic", first, last, lang)
        engagement.posts(reading, lang)
        _listening(reading, lang)


def _cards(reading: Session, first: date, last: date, lang: Lang) -> Markup:
    answers = inbox_figures.answers(reading, first, last)
    minutes = answers.median_minutes, answers.p90_minutes
    median, p90 = (shown.length(None if m is None else m * 60, lang) for m in minutes)
    values = (
        ("received", shown.number(answers.received)),
        ("answered", shown.share(answers.share)),
        ("median", median),
        ("p90", p90),
        ("open", shown.number(answers.waiting)),
    )
    cards = [
        el(
            "div",
            el("div", say(f"desk.figures.{key}"), class_="t"),
            el("div", el("bdi", value), class_="v"),
            el("div", say(f"desk.figures.{key}_d"), class_="d"),
            class_="mj-card",
        )
        for key, value in values
    ]
    return el("div", *cards, class_="mj-cards")


def _listening(reading: Session, lang: Lang) -> None:
    """Last heard and completeness of every account."""
    chrome.heading(say("desk.figures.listening"))
    columns = ("account", "heard", "complete", "stored")
    head = [el("th", say(f"desk.figures.{column}"), scope="col") for column in columns]
    lines = []
    for channel in inbox_figures.channels(reading, settings().poll_s):
        platform = channel.account.partition(":")[0]
        tone = "good" if channel.completeness == 1 and not channel.lost else "warn"
        heard = el("span", el("span", class_=f"mj-dot {tone}"), " ", shown.ago(channel.heard_at, lang))
        who = el("span", name(channel.name or channel.account), " · ", shown.platform(platform, lang))
        cells = (who, heard, shown.share(channel.completeness), shown.number(channel.stored))
        lines.append(el("tr", *(el("td", cell) for cell in cells)))
    show(el("div", el("table", el("thead", el("tr", *head)), el("tbody", *lines), class_="mj-table"), class_="mj-scroll"))
