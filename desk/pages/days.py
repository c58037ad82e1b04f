"""Days that are not like others: holidays, mourning, Ramadan, as estimated, announced, moved, taken out (core.calendar)."""

from collections.abc import Callable
from datetime import date, timedelta

import streamlit as st
from sqlmodel import Session

from core import calendar
from core.actors import Actor
from core.clock import in_dubai, now
from core.i18n import Lang, t
from core.models import Period
from core.workdays import KINDS, Standing
from desk import chrome, session, shown, store
from desk.doing import attempt, turn
from desk.safe import Child, Markup, el, join, show
from desk.session import say

#: what is over stays in sight so long, and so far ahead is looked
BACK, AHEAD = timedelta(days=31), timedelta(days=400)
#: tables that days are worked out by, where nobody has announced them (core/estimates.py)
TABLES = ("holidays", "hijridate")
TONES = {"estimated": "warn", "announced": "good", "confirmed": "good", "moved": "info", "removed": ""}


def page() -> None:
    chrome.title("days")
    chrome.flashed()
    show(el("p", say("desk.days.rule"), class_="mj-note"))
    today, lang = in_dubai(now()).date(), session.lang()
    with store.read() as reading:
        known = calendar.between(reading, today - BACK, today + AHEAD, removed=True)
    _enter(today, lang)
    if not known:
        show(chrome.empty("desk.days.none", "desk.days.none_lead"))
    for period in known:
        with st.container(border=True, key=f"period_{period.id}"):
            show(_told(period, lang))
            if period.status != "removed" and period.last >= today:
                _levers(period)


def _told(period: Period, lang: Lang) -> Markup:
    """What it is called, its days in both calendars, how sure they are, where that was read."""
    name = period.name_ar if lang == "ar" else period.name_en
    chips = (
        shown.chip(t(f"calendar.kind.{period.kind}", lang)),
        shown.chip(Standing(period.status).words(lang), TONES[period.status]),
    )
    facts: list[tuple[str, Child]] = [("when", _days(period.first, period.last, lang))]
    facts += [("source", el("span", _reckoned(period.source), dir="auto"))] if period.source else []
    listed = el("dl", *(join((el("dt", say(f"desk.days.{key}")), el("dd", value))) for key, value in facts), class_="mj-facts")
    return el("div", el("h3", name, class_="mj-h2"), el("div", *chips, class_="mj-chips"), listed)


def _days(first: date, last: date, lang: Lang) -> Markup:
    spans = [shown.day(first, lang)] + ([shown.day(last, lang)] if last != first else [])
    beside = shown.hijri(first, lang)
    return join((" – ".join(spans), el("small", " · ", beside, class_="mj-note") if beside else None))


def _enter(today: date, lang: Lang) -> None:
    key = str(turn())
    with st.popover(say("desk.days.enter"), icon=":material/event:", key=f"enter:{key}"):
        st.selectbox(
            say("desk.days.kind"), KINDS[1:] + KINDS[:1], key=f"kind:{key}",
            format_func=lambda kind: t(f"calendar.kind.{kind}", lang),
        )  # fmt: skip
        for field, most in (("name_ar", calendar.NAME_MOST), ("name_en", calendar.NAME_MOST)):
            st.text_input(say(f"desk.days.{field}"), key=f"{field}:{key}", max_chars=most)
        _dates(key, today, today)
        _source(key)
        st.button(say("desk.days.do_enter"), key=f"do_enter:{key}", type="primary", on_click=_keep, args=(key,))


def _levers(period: Period) -> None:
    """Announce or confirm it, on these days or on others; take it out."""
    key = f"{period.id}:{turn()}"
    with st.container(horizontal=True, key=f"levers_{period.id}"):
        with st.popover(say("desk.days.announce"), icon=":material/campaign:", key=f"announce:{key}"):
            _dates(key, period.first, period.last)
            _source(key)
            for sure in (False, True):
                label = say("desk.days.do_confirm" if sure else "desk.days.do_announce")
                st.button(label, key=f"sure_{sure}:{key}", type="secondary" if sure else "primary",
                          on_click=_announce, args=(period.id, key, sure))  # fmt: skip
        with st.popover(say("desk.days.remove"), icon=":material/event_busy:", key=f"remove:{key}"):
            st.text(say("desk.days.remove_lead"))
            st.text_input(say("desk.days.why"), key=f"why:{key}", max_chars=calendar.SOURCE_MOST)
            st.button(say("desk.days.do_remove"), key=f"do_remove:{key}", type="primary", on_click=_remove, args=(period.id, key))


def _dates(key: str, first: date, last: date) -> None:
    for field, value in (("first", first), ("last", last)):
        st.date_input(say(f"desk.days.{field}"), value, key=f"{field}:{key}", format="YYYY/MM/DD")


def _reckoned(source: str) -> str:
    """Where a day is known from; what was worked out and not announced says by what tables, in the reader's language."""
    tables, _, rest = source.partition(" ")
    version = rest.partition(",")[0]
    return say(f"desk.days.tables.{tables}", version=version) if tables in TABLES and version else source


def _source(key: str) -> None:
    st.text_input(
        say("desk.days.source"), key=f"source:{key}", max_chars=calendar.SOURCE_MOST, placeholder=say("desk.days.source_hint")
    )


def _given(key: str, *fields: str) -> dict[str, str]:
    return {field: str(st.session_state[f"{field}:{key}"]) for field in fields}


def _chosen(key: str) -> tuple[date, date]:
    return st.session_state[f"first:{key}"], st.session_state[f"last:{key}"]


def _keep(key: str) -> None:
    first, last = _chosen(key)
    given = _given(key, "kind", "name_ar", "name_en", "source")
    attempt(lambda writing, person: calendar.keep(writing, person, first=first, last=last, **given), "desk.done.day_kept")


def _announce(number: int, key: str, sure: bool) -> None:
    (first, last), source = _chosen(key), _given(key, "source")["source"]
    _do(
        number,
        lambda writing, person, period: calendar.announce(
            writing, person, period, source=source, first=first, last=last, confirmed=sure
        ),
        "day_announced",
    )


def _remove(number: int, key: str) -> None:
    reason = _given(key, "why")["why"]
    _do(number, lambda writing, person, period: calendar.remove(writing, person, period, reason), "day_removed")


def _do(number: int, deed: Callable[[Session, Actor, Period], Period], done: str) -> None:
    attempt(lambda writing, person: deed(writing, person, calendar.of(writing, number)), f"desk.done.{done}")
