"""The posts that belong to a post: what it is about, its reminders, notices, corrections, and the days of its row."""

from collections.abc import Sequence

import streamlit as st
from sqlmodel import Session, col, select

from core.i18n import Lang
from desk import chrome, session, shown, timing
from desk.noticing import found_in, notices
from desk.posting import TONES, to
from desk.previewing import previews
from desk.safe import Child, Markup, el, join, show, words
from desk.session import say
from scheduler import posts, recurring, reminders
from scheduler.models import Post

#: children that are listed; reminders and occurrences are shown in their own way
TOLD = ("notice", "correction", "withdrawal")


def of_event(reading: Session, post: Post) -> None:
    """The reminders of an announcement whole: its approval covers them too."""
    found = reminders.of(reading, post)
    if not found:
        return
    lang = session.lang()
    chrome.heading(say("desk.approve.reminders"))
    for one in found:
        before = say("desk.approve.before", length=timing.lasting(one.before_s or 0))
        title = f"{before} · {shown.moment(one.at, lang)} · {say(f'desk.post.{one.state}')}"
        with st.expander(title, expanded=bool(one.comment) and one.state == "draft"):
            show(to(one.id or 0, say("desk.approve.open")))
            if one.comment and one.state == "draft":
                show(chrome.panel("warn", words(one.comment)))
            noticed = found_in(reading, one)
            previews(reading, one, noticed)
            notices(reading, one, noticed)


def children(reading: Session, post: Post) -> None:
    """Notices, corrections and withdrawals about it, and the days of the row it begins or belongs to."""
    about = select(Post).where(col(Post.about_id) == post.id, col(Post.role).in_(TOLD)).order_by(col(Post.id))
    found = reading.exec(about).all()
    if found:
        chrome.heading(say("desk.approve.kin"))
        show(el("ul", *(_child(one, session.lang()) for one in found), class_="mj-steps"))
    first = recurring.head(reading, post)
    if first is not None and (days := posts.days(reading, first)):
        show(
            el("details", el("summary", say("desk.approve.row", n=len(days))), _row(days, post, session.lang()), class_="mj-panel")
        )


def _child(one: Post, lang: Lang) -> Markup:
    chips = [shown.chip(say(f"desk.role.{one.role}")), shown.chip(say(f"desk.post.{one.state}"), TONES.get(one.state, ""))]
    title = to(one.id or 0, one.title or say("desk.compose.untitled"))
    return el("li", el("div", title, *chips, class_="mj-chips"), shown.stamp(one.at or one.created_at, lang))


def _row(days: Sequence[posts.Day], post: Post, lang: Lang) -> Markup:
    lines = []
    for day in days:
        state = say(f"desk.post.{day.state}") if day.state else say("desk.approve.not_yet")
        here = day.post_id is not None and day.post_id == post.id
        when: list[Child] = [shown.day(day.at, lang), " ", shown.clock(day.at)]
        what: Child = join(when) if day.post_id is None or here else to(day.post_id, join(when))
        hijri_of = el("span", shown.hijri(day.at, lang), class_="mj-note")
        chip = shown.chip(state, TONES.get(day.state, ""))
        lines.append(el("tr", el("td", what), el("td", hijri_of), el("td", chip), aria_current="true" if here else None))
    return el("table", el("tbody", *lines), class_="mj-table mj-tight")
