"""When a post goes and when an event is, on walls of their own zones: the fields, and what stands in them."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st
from babel.dates import get_timezone_location
from sqlmodel import Session

from core.clock import in_dubai, now
from core.errors import Invalid
from core.i18n import Lang
from desk import session, shown
from desk.safe import Child, el, join, show
from desk.session import say
from scheduler import children, events, row, wall
from scheduler.events import EventFacts
from scheduler.models import Post

#: zones that are offered; any other may be typed by its name
ZONES = (
    wall.ZONE,
    "Asia/Riyadh",
    "Africa/Cairo",
    "Europe/London",
    "Europe/Zurich",
    "Asia/Kolkata",
    "Asia/Manila",
    "Asia/Shanghai",
    "America/New_York",
)
HOUR_S, DAY_S = 3_600, 86_400
UNITS = (("days", DAY_S), ("hours", HOUR_S), ("minutes", 60))
#: how long before an event a reminder is offered
BEFORE = (7 * DAY_S, 3 * DAY_S, DAY_S, 3 * HOUR_S, HOUR_S, 30 * 60)


def zone_words(zone: str, lang: Lang) -> str:
    """The city whose clocks it has; the name as it is of one nobody knows."""
    try:
        return str(get_timezone_location(zone, locale=shown.LOCALES[lang], return_city=True))
    except (LookupError, ValueError):
        return zone


def lasting(seconds: int) -> str:
    """A length of time in days, hours or minutes, whichever is whole."""
    unit, size = next(one for one in UNITS if seconds % one[1] == 0 or one[0] == "minutes")
    return say(f"desk.compose.{unit}", n=seconds // size)


def _before(seconds: int) -> str:
    return say("desk.approve.before", length=lasting(seconds))


def _zone(value: str, key: str) -> None:
    lang, known = session.lang(), (ZONES if value in ZONES else (*ZONES, value))
    st.selectbox(
        say("desk.compose.zone"),
        known,
        index=known.index(value),
        format_func=lambda zone: zone_words(zone, lang),
        key=f"zone:{key}",
        accept_new_options=True,
    )


def _day(label: str, value: date, key: str) -> None:
    """A day, with its Hijri date beneath."""
    chosen = st.date_input(label, value=value, key=key, format="YYYY/MM/DD")
    show(el("div", shown.hijri(chosen, session.lang()), class_="mj-note mj-hijri"))


def _wall(label: str, at: datetime, key: str) -> None:
    """A day and an hour, as a clock shows them."""
    day_at, hour_at = st.columns(2)
    with day_at:
        _day(label, at.date(), f"day:{key}")
    with hour_at:
        st.time_input(say("desk.compose.clock"), value=at.time().replace(second=0, microsecond=0), key=f"hour:{key}", step=300)


def _full_hour(ahead: timedelta) -> datetime:
    return in_dubai(now() + ahead).replace(minute=0, second=0, microsecond=0, tzinfo=None)


def when(post: Post | None, kind: str, rev: str) -> None:
    """The hour of the post in its zone, and the row it recurs in. A reminder has none: it follows its event."""
    if post is not None and post.role == "reminder":
        return
    soon = st.checkbox(say("desk.compose.soon"), value=bool(post and post.at is None), key=f"soon:{rev}")
    if soon:
        return
    hour_at, zone_at = st.columns([2, 1])
    with hour_at:
        _wall(say("desk.compose.day"), wall.read(post.wall) if post and post.wall else _full_hour(timedelta(hours=24)), f"at:{rev}")
    with zone_at:
        _zone(post.zone if post else wall.ZONE, f"at:{rev}")
    if kind == "news" and (post is None or not post.role):
        _row(post.repeat if post else None, rev)


def _row(repeat: Mapping[str, Any] | None, rev: str) -> None:
    if not st.checkbox(say("desk.compose.recurs"), value=repeat is not None, key=f"recurs:{rev}"):
        return
    given = repeat or {"every": "week", "step": 1, "until": str((now() + timedelta(days=56)).date())}
    step_at, every_at, until_at = st.columns(3)
    with step_at:
        st.number_input(say("desk.compose.step"), 1, row.STEP_MOST, given["step"], key=f"step:{rev}")
    with every_at:
        st.selectbox(
            say("desk.compose.every"),
            row.EVERY,
            index=row.EVERY.index(given["every"]),
            format_func=lambda unit: say(f"desk.compose.every_{unit}"),
            key=f"every:{rev}",
        )
    with until_at:
        _day(say("desk.compose.until"), date.fromisoformat(given["until"]), f"until:{rev}")


def event_in_brief(reading: Session, post: Post | None, rev: str) -> None:
    """Above the words of an announcement: the event that the fields beneath them tell of, and that they are there."""
    lang, facts = session.lang(), None
    if f"event:{rev}" in st.session_state:
        with suppress(Invalid):  # a time that its clocks skip: the fields stay, and saving says so
            facts = facts_of(rev)
    elif post is not None and (standing := events.of(reading, post)) is not None:
        facts = events.facts_of(standing)
    told: list[Child] = []
    if facts is not None:
        told = [el("bdi", one) for one in (facts.called(lang), facts.where(lang)) if one.strip()]
        told.append(join((shown.stamp(facts.starts_at, lang), " – ", shown.stamp(facts.ends_at, lang))))
    parts = [part for one in told for part in (" · ", one)][1:]
    show(el("p", *parts, el("br") if parts else None, say("desk.compose.event_beneath"), class_="mj-note"))


def event(reading: Session, post: Post | None, rev: str) -> None:
    """What, where, from when to when in both languages, and how long before it people are reminded."""
    standing = events.of(reading, post) if post else None
    ahead = _full_hour(timedelta(days=7))
    for name in ("event", "place"):
        pair_at = dict(zip(("ar", "en"), st.columns(2), strict=True))
        field = "title" if name == "event" else name
        for lang, suffix in (("ar", ""), ("en", "_en")):
            with pair_at[lang]:
                label = say(f"desk.compose.{name}_{lang}")
                value = getattr(standing, field + suffix) if standing else ""
                st.text_input(label, value=value, key=f"{name}{suffix}:{rev}", max_chars=events.NAME_MOST)
    zone = standing.zone if standing else wall.ZONE
    starts, ends = (
        (wall.read(wall.kept(moment, zone)) for moment in (standing.starts_at, standing.ends_at))
        if standing
        else (ahead, ahead + timedelta(hours=2))
    )
    starts_at, ends_at = st.columns(2)
    with starts_at:
        _wall(say("desk.compose.starts"), starts, f"starts:{rev}")
    with ends_at:
        _wall(say("desk.compose.ends"), ends, f"ends:{rev}")
    _zone(zone, f"event:{rev}")
    chosen = [one.before_s or 0 for one in children.of(reading, post, "reminder")] if post else []
    st.pills(
        say("desk.compose.remind"),
        sorted({*BEFORE, *chosen}, reverse=True),
        selection_mode="multi",
        default=chosen,
        format_func=_before,
        key=f"remind:{rev}",
    )


def _chosen(key: str) -> datetime:
    return datetime.combine(st.session_state[f"day:{key}"], st.session_state[f"hour:{key}"])


def hour_of(post: Post | None, rev: str) -> dict[str, Any]:
    """What the fields say of the hour, as draft and edit take it."""
    field = st.session_state
    if f"soon:{rev}" not in field:
        return {}
    if field[f"soon:{rev}"]:
        return {"at": None} if post and post.role else {"at": None, "repeat": None}
    zone = str(field[f"zone:at:{rev}"])
    given: dict[str, Any] = {"wall": _chosen(f"at:{rev}").isoformat(timespec="minutes"), "zone": zone}
    if f"recurs:{rev}" in field:
        given["repeat"] = _repeat(post, given["wall"], rev) if field[f"recurs:{rev}"] else None
    return given


def _repeat(post: Post | None, chosen: str, rev: str) -> dict[str, Any]:
    """The row, with the days left out of it before, and its day of the month while its first day stays."""
    field, before = st.session_state, dict((post.repeat if post else None) or {})
    made = {"every": field[f"every:{rev}"], "step": int(field[f"step:{rev}"]), "until": field[f"until:{rev}"].isoformat()}
    if before.get("skip"):
        made["skip"] = before["skip"]
    if before.get("day") and post and post.wall[:10] == chosen[:10]:
        made["day"] = before["day"]
    return made


def facts_of(rev: str) -> EventFacts:
    """The event of the fields."""
    field = st.session_state
    zone = str(field[f"zone:event:{rev}"])
    return EventFacts(
        title=field[f"event:{rev}"],
        title_en=field[f"event_en:{rev}"],
        place=field[f"place:{rev}"],
        place_en=field[f"place_en:{rev}"],
        starts_at=wall.instant(_chosen(f"starts:{rev}"), zone),
        ends_at=wall.instant(_chosen(f"ends:{rev}"), zone),
        zone=zone,
    )
