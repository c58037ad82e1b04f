"""What came of our words: engagement by platform, kind of post, hour and language, and each post with its numbers."""

from collections.abc import Callable, Mapping
from datetime import datetime, time

from sqlmodel import Session

from core.clock import DUBAI
from desk import chrome, plate, shown, trade
from desk.figures_summary import card
from desk.periods import Period
from desk.plate import Cell
from desk.safe import Child, el, join, link, show, words
from desk.session import lang, say
from scheduler import engagement, figures
from scheduler.engagement import Group, Made

METRICS = ("views", "reach", "likes", "comments", "shares", "quotes", "saves", "clicks")
POSTS = 12
#: what the platform has not told: not the same as nought
UNTOLD = Cell("—", "", number=True)


def page(reading: Session, period: Period) -> None:
    posts = engagement.made(reading, period.first, period.last)
    groups: Mapping[str, tuple[Callable[[Made], str], Callable[[str], str]]] = {
        "platform": (lambda one: one.platform, lambda code: shown.platform(code, lang())),
        "post_kind": (lambda one: one.kind, lambda code: trade.known("desk.fig.kind", code or "elsewhere", lang())),
        "post_hour": (lambda one: f"{one.hour:02d}:00", lambda code: code),
        "post_language": (lambda one: one.lang, lambda code: say(f"desk.fig.language.{code or 'unknown'}")),
    }
    all_ = engagement.together(posts)
    cards = (
        card("posts", shown.number(all_.posts)),
        card("engagement", _told(all_.engagement)),
        card("each", _told(all_.each)),
        card("views", _told(all_.seen)),
    )
    show(el("div", *cards, class_="mj-cards"))
    heads = [say(f"desk.fig.col.{name}") for name in ("posts", "withdrawn", "engagement", "views", "each")]
    for name, (by, called) in groups.items():
        lines = engagement.grouped(posts, by)
        rows = sorted(lines, key=lambda line: line.value) if name == "post_hour" else lines
        plate.plate(f"by_{name}", period, [say(f"desk.fig.col.{name}"), *heads], [_group(line, called) for line in rows])
    each(reading, period)


def _group(line: Group, called: Callable[[str], str]) -> list[Cell]:
    done, seen = (UNTOLD if value is None else plate.count(value) for value in (line.engagement, line.seen))
    each = UNTOLD if line.each is None else plate.mean(line.each)
    return [plate.words(called(line.value)), plate.count(line.posts), plate.count(line.withdrawn), done, seen, each]


def _told(value: float | None) -> str:
    return "—" if value is None else shown.number(round(value, 1))


def each(reading: Session, period: Period) -> None:
    """The newest posts of the period, one by one."""
    found = figures.newest(reading, limit=POSTS, since=datetime.combine(period.first, time.min, DUBAI))
    if not found:
        show(chrome.empty("desk.figures.no_posts", "desk.figures.no_posts_lead"))
        return
    used = [metric for metric in METRICS if any(metric in post.values for post in found)]
    heads = [say("desk.figures.post"), say("desk.figures.published"), *(say(f"desk.metric.{metric}") for metric in used)]
    rows = []
    for post in found:
        platform = shown.platform(post.platform, lang())
        there = link(post.permalink, say("desk.inbox.open_there", platform=platform))
        text: Child = words(post.text[:90]) if post.text else el("bdi", post.native_id, class_="mj-note mj-ltr")
        gone = shown.chip(say("desk.fig.col.withdrawn"), "warn") if post.withdrawn_at else None
        seen = join((text, gone, el("div", platform, " · " if there else None, there, class_="mj-note")))
        numbers = [plate.count(post.values[m]) if m in post.values else UNTOLD for m in used]
        done = plate.count(post.engagement) if post.values else UNTOLD
        out = Cell(shown.stamp(post.published_at, lang()), post.published_at.isoformat())
        rows.append([plate.words(post.text or post.native_id, seen), out, *numbers, done])
    plate.plate("posts", period, [*heads, say("desk.fig.col.engagement")], rows, filled={"n": POSTS})
