"""Figures for two minutes of a manager's time: each with its definition, its period and when it was counted."""

import csv
from datetime import date, timedelta
from io import StringIO

import altair as alt
import streamlit as st
from babel.dates import format_date
from sqlmodel import Session, col, select

from core.clock import in_dubai, now
from core.i18n import Lang
from core.models import Account
from core.settings import settings
from desk import chrome, session, shown, store, trade
from desk.address import Place
from desk.safe import Child, Markup, el, link, name, show, words
from desk.session import say
from inbox import figures as inbox_figures
from inbox.figures import Day
from scheduler import figures as post_figures

PERIODS = ("7", "14", "30", "90")
COLOURS = ("#0B5D4E", "#2B5DA8", "#B3541E", "#7A3E9D", "#8A6D00")
METRICS = ("views", "reach", "likes", "comments", "shares", "quotes", "saves", "clicks")
POSTS = 9


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
        _per_day(found, first, last, lang)
        _platforms(reading, found, days, lang)
        left, right = st.columns(2, gap="medium")
        with left:
            _split(reading, "kind", first, last, lang)
        with right:
            _split(reading, "topic", first, last, lang)
        _posts(reading, lang)
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


def _per_day(found: list[Day], first: date, last: date, lang: Lang) -> None:
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


def _split(reading: Session, counter: str, first: date, last: date, lang: Lang) -> None:
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


def _platforms(reading: Session, found: list[Day], days: int, lang: Lang) -> None:
    """A line a platform: what was said and answered, what we published and what came of it, what it has cost."""
    chrome.heading(say("desk.figures.by_platform"))
    accounts = reading.exec(select(Account).where(col(Account.active)).order_by(col(Account.id))).all()
    ours = {line.platform: line for line in post_figures.by_platform(reading, days=days)}
    columns = ("received_n", "answered_n", "share", "posts_n", "engagement", "cost")
    lines = []
    for platform in dict.fromkeys(account.platform for account in accounts):
        received = sum(line.received for line in found if line.platform == platform)
        answered = sum(line.answered for line in found if line.platform == platform)
        spent = sum(account.spent_usd_micros for account in accounts if account.platform == platform)
        made = ours.get(platform)
        numbers: list[Child] = [
            shown.number(received),
            shown.number(answered),
            shown.share(answered / received if received else None),
            shown.number(made.posts if made else 0),
            shown.number(made.engagement if made else 0),
            shown.money(spent) if spent else say("desk.compose.free"),
        ]
        called = el("th", shown.platform(platform, lang), scope="row")
        lines.append(el("tr", called, *(el("td", number, class_="n") for number in numbers)))
    heads = [say("desk.inbox.platform"), *(say(f"desk.figures.{column}") for column in columns)]
    top = [el("th", head, scope="col", class_="n" if place else None) for place, head in enumerate(heads)]
    show(
        el("div", el("table", el("thead", el("tr", *top)), el("tbody", *lines), class_="mj-table"), class_="mj-scroll"),
        el("p", say("desk.figures.engagement_d"), class_="mj-note"),
    )


def _posts(reading: Session, lang: Lang) -> None:
    chrome.heading(say("desk.figures.posts"))
    found = post_figures.newest(reading, limit=POSTS)
    if not found:
        show(chrome.empty("desk.figures.no_posts", "desk.figures.no_posts_lead"))
        return
    used = [metric for metric in METRICS if any(metric in post.values for post in found)]
    head = [el("th", say("desk.figures.post"), scope="col"), el("th", say("desk.figures.published"), scope="col")]
    head += [el("th", say(f"desk.metric.{metric}"), scope="col", class_="n") for metric in used]
    head.append(el("th", say("desk.figures.engagement"), scope="col", class_="n"))
    lines = []
    for post in found:
        there = link(post.permalink, say("desk.inbox.open_there", platform=shown.platform(post.platform, lang)))
        text = words(post.text[:90]) if post.text else el("bdi", post.native_id, class_="mj-note mj-ltr")
        about = el("div", shown.platform(post.platform, lang), " · " if there else None, there, class_="mj-note")
        cells = [el("td", text, about), el("td", shown.stamp(post.published_at, lang))]
        cells += [el("td", shown.number(post.values[m]) if m in post.values else "—", class_="n") for m in used]
        cells.append(el("td", shown.number(post.engagement) if post.values else "—", class_="n"))
        lines.append(el("tr", *cells))
    show(el("div", el("table", el("thead", el("tr", *head)), el("tbody", *lines), class_="mj-table"), class_="mj-scroll"))


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
