"""The figures at a glance: cards against the days before, messages a day, and what they were, by kind, topic, language and hour."""

from collections import Counter
from datetime import date, timedelta

import streamlit as st
from babel.dates import format_date
from sqlmodel import Session

from core.i18n import Lang
from desk import columns, drill, plate, shown, trade
from desk.columns import Part
from desk.periods import Period
from desk.plate import Cell
from desk.safe import Child, Markup, el, show
from desk.session import lang, say
from inbox import figures, punctual
from inbox.response import response


def page(reading: Session, period: Period) -> None:
    show(cards(reading, period))
    per_day(reading, period)
    split(reading, "topic", period)
    for place, counter in zip(st.columns(2, gap="large"), ("kind", "language"), strict=True):
        with place:
            split(reading, counter, period)
    hours(reading, period)


def card(key: str, value: Child, change: Markup | None = None) -> Markup:
    """One number, large, with what it is."""
    told = (el("div", say(f"desk.fig.card.{key}"), class_="t"), el("div", el("bdi", value), change, class_="v"))
    return el("div", *told, el("div", say(f"desk.fig.card.{key}_d"), class_="d"), class_="mj-card")


def change(now_: float | None, before: float | None) -> Markup | None:
    """How much more or less than before, in hundredths; nothing where one of the two is missing."""
    if not now_ or not before:
        return None
    more = _more(now_, before)
    told = say("desk.fig.change", before=shown.number(before) if before == int(before) else f"{before:,.1f}")
    return el("span", f"{more:+d}%" if more else "=", class_="mj-change", title=told, dir="ltr")


def _more(now_: float, before: float) -> int:
    return round(100 * (now_ - before) / before)


def cards(reading: Session, period: Period) -> Markup:
    """What was said, how it was answered, what waits: against as many days right before."""
    told, before = (response(reading, one.first, one.last) for one in (period, period.before))
    board = punctual.board(reading)
    late = drill.cases(f"{shown.number(board.late)}{'+' if board.more else ''}", "late")
    values: list[Markup] = [
        card("received", shown.number(told.all.received), change(told.all.received, before.all.received)),
        card("answered", shown.share(told.all.share)),
        card("median", _length(told.all.median), change(told.all.median, before.all.median)),
        card("p90", _length(told.all.p90), change(told.all.p90, before.all.p90)),
        card("waiting", drill.items(shown.number(told.all.waiting), period, state="waits")),
        card("late", late),
    ]
    return el("div", *values, class_="mj-cards")


def _length(minutes: float | None) -> str:
    return shown.length(None if minutes is None else minutes * 60, lang())


def days_of(period: Period) -> list[date]:
    return [period.first + timedelta(days=n) for n in range(period.days)]


def day_label(day: date, lang_: Lang) -> str:
    return format_date(day, "d MMM", locale=shown.LOCALES[lang_])


def per_day(reading: Session, period: Period) -> None:
    """Messages a day by platform."""
    found, days = figures.by_day(reading, period.first, period.last), days_of(period)
    platforms = sorted({line.platform for line in found})
    counts: Counter[tuple[date, str]] = Counter()
    for line in found:
        counts[line.day, line.platform] += line.received
    named = [shown.platform(one, lang()) for one in platforms]
    sums = {day: sum(counts[day, one] for one in platforms) for day in days}
    rows = [
        [
            plate.words(shown.day(day, lang()), drill.on(shown.day(day, lang()), day)),
            *(plate.count(counts[day, one]) for one in platforms),
            plate.count(sums[day]),
        ]
        for day in reversed(days)
    ]
    parts = [Part(name, [counts[day, one] for day in days]) for one, name in zip(platforms, named, strict=True)]
    top = max(days, key=lambda day: sums[day])
    alt = say("desk.fig.per_day_alt", day=shown.day(top, lang()), n=sums[top], days=len(days))
    drawing = columns.columns([day_label(day, lang()) for day in days], parts, alt)
    heads = [say("desk.figures.day"), *named, say("desk.fig.col.all")]
    plate.plate("per_day", period, heads, rows if found else [], drawing=drawing if found else None)


def split(reading: Session, counter: str, period: Period) -> None:
    """Shares of one counter as bars, the largest first, each leading to its messages; against the days before."""
    found = figures.split(reading, counter, period.first, period.last)
    before = figures.split(reading, counter, period.before.first, period.before.last)
    ordered = sorted(found.items(), key=lambda pair: (pair[0] == "none", -pair[1]))
    most, whole = max(found.values(), default=0), sum(found.values())
    rows = [
        [
            plate.words(name := trade.known(f"desk.{counter}", code, lang()), drill.items(name, period, **{counter: code})),
            plate.bar(n, most),
            plate.share(n / whole),
            changed(n, before.get(code, 0)),
        ]
        for code, n in ordered
    ]
    heads = [say(f"desk.inbox.{counter}"), say("desk.figures.count"), say("desk.figures.share"), say("desk.fig.col.change")]
    plate.plate(f"by_{counter}", period, heads, rows)


def changed(now_: int, before: int) -> Cell:
    """Against as many days before; the file has the hundredths."""
    return Cell(change(now_, before) or "—", _more(now_, before) if now_ and before else "", number=True)


def hours(reading: Session, period: Period) -> None:
    """At what hour the public writes."""
    found = figures.split(reading, "hour", period.first, period.last)
    counts = [found.get(f"{hour:02d}", 0) for hour in range(24)]
    rows = [[plate.words(f"{hour:02d}:00"), plate.count(n)] for hour, n in enumerate(counts)] if found else []
    top = max(range(24), key=lambda hour: counts[hour])
    alt = say("desk.fig.by_hour_alt", hour=f"{top:02d}:00", n=counts[top])
    drawing = columns.columns([f"{hour:02d}" for hour in range(24)], [Part("", counts)], alt, flat=True) if found else None
    plate.plate("by_hour", period, [say("desk.fig.col.hour"), say("desk.figures.count")], rows, drawing=drawing)
