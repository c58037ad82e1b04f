"""The weekly reports that were drawn up: to read here, to keep as a page of their own, and how to have them by e-mail."""

from datetime import date

import streamlit as st
from sqlmodel import Session

from desk import chrome, shown
from desk.periods import Period
from desk.safe import el, show
from desk.session import lang, say
from scheduler import reporting, weekly
from scheduler.models import Report


def page(reading: Session, _period: Period) -> None:
    found = reporting.newest(reading)
    show(
        el(
            "p",
            say("desk.weekly.lead"),
            " ",
            el("a", say("desk.weekly.ask"), href="/me", target="_self", class_="mj-link"),
            class_="mj-note",
        )
    )
    if not found:
        show(chrome.empty("desk.weekly.none", "desk.weekly.none_lead"))
        return
    weeks: dict[date, list[Report]] = {}
    for one in found:
        weeks.setdefault(one.week, []).append(one)
    for place, (monday, reports) in enumerate(weeks.items()):
        _week(monday, reports, newest=place == 0)


def _week(monday: date, reports: list[Report], *, newest: bool) -> None:
    own = next((one for one in reports if one.lang == lang()), reports[0])
    with st.container(border=True, key=f"week_{monday}"):
        chrome.heading(weekly.week_words(monday, lang()))
        show(el("p", say("desk.weekly.drawn_up", when=shown.moment(own.at, lang())), class_="mj-note"))
        with st.container(horizontal=True):
            for one in reports:
                st.download_button(
                    say(f"desk.weekly.download_{one.lang}"),
                    one.page,
                    file_name=f"majlis-{monday:%G-W%V}-{one.lang}.html",
                    mime="text/html",
                    icon=":material/download:",
                    key=f"week_{monday}_{one.lang}",
                    on_click="ignore",
                )
        if newest:
            told = el("div", own.words, class_="mj-words", dir="auto")
            show(el("details", el("summary", say("desk.weekly.read")), told, class_="mj-fold"))
