"""A month or a week of the plan as the calendar component takes it: days, what is special about them, and what goes out on each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from babel.dates import format_date
from sqlmodel import Session, col, select

from core.actors import Actor
from core.clock import in_dubai, now
from core.display import direction
from core.i18n import Lang, t
from core.workdays import Days, Standing
from desk import session, shown
from desk.components import mount
from desk.monthly import Plan, Slot, hijri_day, tip
from desk.session import say
from scheduler.models import PostText
from scheduler.moving import movable
from scheduler.warnings import NEAR

#: key of the component
KEY = "calendar"
LABELS = ("grid", "how", "taken", "at", "left")


def calendar(reading: Session, person: Actor, days: Sequence[date], view: str, month: date, found: Plan, on_move: Any) -> None:
    """Show these days; `on_move` is called when a post was moved to another of them, or to another hour."""
    slots = [one for day in days for one in found.slots.get(day, ())]
    clashing = clashes(reading, slots)
    lang, write = session.lang(), person.can("post.write")
    data = {
        "lang": lang,
        "view": view,
        "days": [_day(day, month if view == "month" else None, found, lang) for day in days],
        "slots": [_slot(one, clashing.get(one.post.id or 0, ""), lang, write=write) for one in slots],
        "labels": {label: say(f"desk.plan.{label}") for label in LABELS},
    }
    mount("calendar", data, key=KEY, move=on_move)


def _day(day: date, month: date | None, found: Plan, lang: Lang) -> dict[str, Any]:
    special, today = found.days.on(day), in_dubai(now()).date()
    named = [one for one in special if one.kind != "ramadan" or day == one.first or day.weekday() == 0]
    beside = hijri_day(day, lang)
    return {
        "date": day.isoformat(),
        "number": day.day,
        "name": format_date(day, "EEEE", locale=shown.LOCALES[lang]),
        "hijri": beside,
        "label": " · ".join(part for part in (shown.day(day, lang), beside, *(one.words(lang) for one in special)) if part),
        "out": month is not None and day.month != month.month,
        "today": day == today,
        "past": day < today,
        "kind": special[0].kind if special else "",
        "periods": [_period(one, lang) for one in named],
    }


def _period(one: Days, lang: Lang) -> dict[str, str]:
    sure = f" ({say('desk.plan.estimated')})" if one.status == "estimated" else ""
    title = f"{t(f'calendar.kind.{one.kind}', lang)}: {one.words(lang)} · {Standing(one.status).words(lang)}"
    return {"kind": one.kind, "label": f"{one.words(lang)}{sure}", "title": title}


def _slot(one: Slot, clash: str, lang: Lang, *, write: bool) -> dict[str, Any]:
    post = one.post
    title = post.title or say("desk.compose.untitled")
    role = say(f"desk.role.{post.role}") if post.role else ""
    return {
        "key": f"{post.id}@{one.at:%Y%m%d}" if one.ahead else str(post.id),
        "post": post.id,
        "version": post.version,
        "date": in_dubai(one.at).date().isoformat(),
        "time": shown.clock(one.at),
        "title": title,
        "dir": direction(title),
        "role": "↻" if post.role == "occurrence" else role,
        "state": f"{'stuck' if one.asking else post.state}{' ahead' if one.ahead else ''}",
        "tip": " · ".join(part for part in (tip(one, lang), clash) if part),
        "clash": clash,
        "href": f"/compose?post={post.id}",
        "movable": write and movable(post) and not one.ahead and one.at > now(),
    }


def clashes(reading: Session, slots: Sequence[Slot]) -> Mapping[int, str]:
    """Post id -> which other post of one of its accounts goes out within an hour of it."""
    ids = {one.post.id for one in slots}
    by_account: defaultdict[int, set[int]] = defaultdict(set)
    rows = select(PostText.post_id, PostText.account_id).where(col(PostText.post_id).in_(ids)).distinct()
    for post_id, account_id in reading.exec(rows):
        by_account[account_id].add(post_id)
    told = {}
    ahead = sorted((one for one in slots if one.at > now()), key=lambda one: one.at)
    for mine in by_account.values():
        for first, second in pairwise(one for one in ahead if one.post.id in mine):
            if first.post.id == second.post.id or second.at - first.at >= NEAR:
                continue
            for one, other in ((first, second), (second, first)):
                title = other.post.title or say("desk.compose.untitled")
                told[one.post.id or 0] = say("desk.plan.clash", title=title, clock=shown.clock(other.at))
    return told


def week_of(day: date) -> list[date]:
    """Its seven days from Monday: the working week of the Emirates begins then."""
    first = day - timedelta(days=day.weekday())
    return [first + timedelta(days=n) for n in range(7)]
