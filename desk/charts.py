"""What was said, counted: a day's messages as chart, table and file; shares of a counter as bars."""

import csv
from datetime import date, timedelta
from io import StringIO

import altair as alt
import streamlit as st
from babel.dates import format_date
from sqlmodel import Session

from core.i18n import Lang
from desk import chrome, shown, trade
from desk.safe import el, show
from desk.session import say
from inbox import figures as inbox_figures
from inbox.figures import Day

COLOURS = ("#0B5D4E", "#2B5DA8", "#B3541E", "#7A3E9D", "#8A6D00")


def per_day(found: list[Day], first: date, last: date, lang: Lang) -> None:
    """The chart, and the same numbers as a table and as a file."""
    chrome.heading(say("desk.figures.per_day"))
    platforms = sorted({line.platform for line in found})
    counts = {(line.day, line.platform): 0 for line in found}
    for line in found:
        counts[line.day, line.platform] += line.received
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    labels = {day: format_date(day, "d MMM", locale=shown.LOCALES[lang]) for day in days}
    called = {platform: shown.platform(platform, lang) for platform in platforms}
    rows = [
        {"day": labels[day], "place": place, "platform": called[platform], "count": counts.get((day, platform), 0)}
        for place, day in enumerate(days)
        for platform in platforms
    ]
    if not rows:
        show(chrome.empty("desk.audit.none", "desk.figures.nothing"))
        return
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X("day:N", sort=list(labels.values()), title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, ticks=False)),
            y=alt.Y("count:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=5, domain=False)),
            color=alt.Color(
                "platform:N",
                title=None,
                scale=alt.Scale(domain=list(called.values()), range=list(COLOURS)),
                legend=alt.Legend(orient="top", direction="horizontal", symbolType="square"),
            ),
            tooltip=[
                alt.Tooltip("day:N", title=say("desk.figures.day")),
                alt.Tooltip("platform:N", title=say("desk.inbox.platform")),
                alt.Tooltip("count:Q", title=say("desk.figures.count")),
            ],
        )
        .properties(height=260)
    )
    st.altair_chart(chart, alt=say("desk.figures.alt"), width="stretch")
    table, file = st.columns([4, 1], vertical_alignment="top")
    with table, st.expander(say("desk.figures.table")):
        head = [el("th", say("desk.figures.day"), scope="col"), *(el("th", called[p], scope="col", class_="n") for p in platforms)]
        lines = [
            el(
                "tr",
                el("th", shown.day(day, lang), scope="row"),
                *(el("td", shown.number(counts.get((day, p), 0)), class_="n") for p in platforms),
            )
            for day in reversed(days)
        ]
        show(el("table", el("thead", el("tr", *head)), el("tbody", *lines), class_="mj-table"))
    with file:
        st.download_button(
            say("desk.figures.csv"),
            _csv(found),
            file_name="items-per-day.csv",
            mime="text/csv",
            icon=":material/download:",
            width="stretch",
        )


def _csv(found: list[Day]) -> str:
    into = StringIO()
    out = csv.writer(into)
    out.writerow(("day", "platform", "account", "received", "answered"))
    out.writerows((line.day.isoformat(), line.platform, line.account, line.received, line.answered) for line in found)
    return into.getvalue()


def split(reading: Session, counter: str, first: date, last: date, lang: Lang) -> None:
    """Shares of one counter as a table with bars, largest first."""
    found = sorted(inbox_figures.split(reading, counter, first, last).items(), key=lambda pair: -pair[1])
    chrome.heading(say(f"desk.inbox.{counter}"))
    most = max((count for _, count in found), default=0)
    if not most:
        show(el("p", say("desk.figures.nothing"), class_="mj-note"))
        return
    lines = [
        el(
            "tr",
            el("th", trade.known(f"desk.{counter}", code, lang), scope="row"),
            el("td", el("div", style=f"inline-size:{100 * count / most:.1f}%", class_="mj-bar"), class_="mj-wide"),
            el("td", shown.number(count), class_="n"),
        )
        for code, count in found
    ]
    show(el("table", el("tbody", *lines), class_="mj-table mj-tight"))
