"""What stands on the days of a plan: posts at their hour, rows that wait for approval, Hijri dates, and days unlike others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from core import calendar
from core.clock import in_dubai
from core.display import direction
from core.errors import Invalid
from core.hijri import hijri
from core.i18n import Lang, t
from core.workdays import Calendar, Days, Standing
from desk import shown
from desk.posting import TONES, stuck
from desk.safe import Markup, el, join
from desk.session import say
from scheduler import row
from scheduler.models import Post
from scheduler.wall import instant


@dataclass(frozen=True, slots=True)
class Slot:
    """A post at one of its hours. `ahead`: a further day of a row that waits for its approval; `asking`: the state of a delivery
    of it that waits for a person."""

    post: Post
    at: datetime
    ahead: bool = False
    asking: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The days from first to last: slots by day in Dubai, and the calendar that holds on them."""

    slots: Mapping[date, Sequence[Slot]]
    days: Calendar


def plan(reading: Session, first: date, last: date) -> Plan:
    """All that is to go out on these days, or went; cancelled posts are left out."""
    start, end = (instant(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
    query = select(Post).where(col(Post.at) >= start, col(Post.at) < end, col(Post.state) != "cancelled")
    posts = list(reading.exec(query))
    asking = stuck(reading, posts)
    slots = [Slot(post, post.at, asking=asking.get(post.id or 0, "")) for post in posts if post.at is not None]
    slots += [slot for slot in _rows(reading) if start <= slot.at < end]
    by_day: defaultdict[date, list[Slot]] = defaultdict(list)
    for slot in sorted(slots, key=lambda slot: (slot.at, slot.post.id or 0)):
        by_day[in_dubai(slot.at).date()].append(slot)
    return Plan(by_day, calendar.read(reading, first, last))


def _rows(reading: Session) -> list[Slot]:
    """The further days of rows that are not approved yet: no posts stand for them."""
    waiting = select(Post).where(col(Post.state).in_(("draft", "submitted")), col(Post.repeat).is_not(None))
    found = []
    for post in reading.exec(waiting):
        try:
            found += [Slot(post, one.at, ahead=True) for one in row.dates(post)[1:]]
        except Invalid:
            continue  # a draft whose days do not come out: whoever submits it is told
    return found


def slot(one: Slot, lang: Lang) -> Markup:
    """One post with its hour, its role and its title, linked."""
    post = one.post
    hour = shown.clock(one.at)
    title = post.title or say("desk.compose.untitled")
    role = say(f"desk.role.{post.role}") if post.role else ""
    classes = f"mj-slot {'stuck' if one.asking else post.state}{' ahead' if one.ahead else ''}"
    return el(
        "a",
        el("bdi", hour),
        _role(post, role) if role else None,
        el("bdi", title, class_="title", dir=direction(title)),
        class_=classes,
        href=f"/compose?post={post.id}",
        target="_self",
        title=tip(one, lang),
    )


def tip(one: Slot, lang: Lang) -> str:
    """Its hour, its title, what it is to another post, how it stands: in one line."""
    post = one.post
    role = say(f"desk.role.{post.role}") if post.role else ""
    state = say(f"desk.delivery.{one.asking}") if one.asking else say(f"desk.post.{post.state}")
    state = say("desk.plan.recurs") if one.ahead else state
    named = f"{shown.clock(one.at)} {post.title or say('desk.compose.untitled')}"
    return " · ".join(part for part in (named, role, state) if part)


def _role(post: Post, role: str) -> Markup:
    """What it is to another post; one of a row, of which there are many, by a sign."""
    if post.role == "occurrence":
        return el("span", "↻", class_="role", role="img", aria_label=role)
    return el("span", role, class_="role")


def period(one: Days, lang: Lang) -> Markup:
    """What days unlike others are called, and how sure they are."""
    kind, status = t(f"calendar.kind.{one.kind}", lang), Standing(one.status).words(lang)
    sure = f" ({say('desk.plan.estimated')})" if one.status == "estimated" else ""
    label = f"{one.words(lang)}{sure}"
    return el("div", label, class_=f"mj-period {one.kind}", title=f"{kind}: {one.words(lang)} · {status}")


def hijri_day(day: date, lang: Lang) -> str:
    """14 جمادى الآخرة; "" where the tables do not reach."""
    found = hijri(day)
    return "" if found is None else f"{found.day} {t(f'hijri.month.{found.month}', lang)}"


def hijri_months(first: date, last: date, lang: Lang) -> str:
    """The Hijri months that a stretch of days touches: `جمادى الأولى – جمادى الآخرة 1448 هـ`."""
    begin, end = hijri(first), hijri(last)
    if begin is None or end is None:
        return ""
    if (begin.year, begin.month) == (end.year, end.month):
        return _month(begin.month, begin.year, lang)
    before = t(f"hijri.month.{begin.month}", lang) if begin.year == end.year else _month(begin.month, begin.year, lang)
    return f"{before} – {_month(end.month, end.year, lang)}"


def _month(month: int, year: int, lang: Lang) -> str:
    return t("desk.plan.hijri_month", lang, month=t(f"hijri.month.{month}", lang), year=year)


def _state(one: Slot) -> Markup:
    if one.asking:
        return shown.chip(say(f"desk.delivery.{one.asking}"), "bad")
    state = one.post.state
    return shown.chip(say("desk.plan.recurs"), "") if one.ahead else shown.chip(say(f"desk.post.{state}"), TONES.get(state, ""))


def listed(found: Plan, lang: Lang) -> Markup:
    """Day by day, with what is special about each."""
    blocks = []
    for day, slots in found.slots.items():
        beside = shown.hijri(day, lang)
        head = el("h3", shown.day(day, lang), el("small", " · ", beside, class_="mj-note") if beside else None)
        special = join(period(one, lang) for one in found.days.on(day))
        rows = [el("div", slot(one, lang), _state(one), class_="mj-coming") for one in slots]
        blocks.append(el("section", head, special, *rows, class_="mj-panel"))
    return el("div", *blocks)
