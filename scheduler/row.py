"""A post that recurs: the days of its row, counted on its own wall, and what of the row has not gone yet."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.errors import Invalid
from core.i18n import Lang, t
from core.why import Why, none_of
from scheduler import queueing, wall
from scheduler.models import Post, PostVersion
from scheduler.states import OPEN, POST

EVERY = ("day", "week", "month")
STEP_MOST = 52
#: so many occurrences may be approved by one yes
MOST = 60


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One day of a row: the hour that is meant on the wall of the post's zone, and the instant (UTC)."""

    wall: datetime
    at: datetime


def rule(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """`{"every": day | week | month, "step": 1, "until": "2027-03-01", "skip": [days left out]}`, checked; None for no row.

    `day`, of a month's row: its day of the month, also where a month is too short for it and its last day is taken.
    """
    if given is None:
        return None
    if strange := sorted(set(given) - {"every", "step", "until", "skip", "day"}):
        raise Invalid(field="repeat", why=none_of(strange[0], ("every", "step", "until", "skip")))
    if given.get("every") not in EVERY:
        raise Invalid(field="repeat", why=none_of(given.get("every"), EVERY))
    step = given.get("step", 1)
    if not isinstance(step, int) or isinstance(step, bool) or not 1 <= step <= STEP_MOST:
        raise Invalid(field="repeat", why=Why("row_step", most=STEP_MOST))
    if given.get("until") is None:
        raise Invalid(field="repeat", why=Why("row_endless"))
    until = wall.in_years(_day(given["until"]), "repeat")
    made: dict[str, Any] = {"every": given["every"], "step": step, "until": until.isoformat()}
    if skip := given.get("skip"):
        made["skip"] = sorted({_day(day).isoformat() for day in skip})
    if made["every"] == "month" and given.get("day"):
        made["day"] = int(given["day"])
    return made


def dates(post: Post) -> list[Occurrence]:
    """Every occurrence of the row, the first one too, at the same hour of its wall whatever summer time does; on a day on which
    clocks skip that hour, as much later as they go forward.

    Invalid for what can't recur: an event, a post without an hour, more than MOST occurrences, none but the first.
    """
    if post.repeat is None:
        return []
    if post.kind == "event":
        raise Invalid(field="repeat", why=Why("row_of_event"))
    if not post.wall:
        raise Invalid(field="repeat", why=Why("row_without_hour"))
    first, left_out = wall.read(post.wall), set(post.repeat.get("skip", ()))
    if first.date() > date.fromisoformat(post.repeat["until"]):
        raise Invalid(field="repeat", why=Why("row_ends_before"))
    kept = (w for w in _walls(first, post.repeat) if w == first or str(w.date()) not in left_out)
    walls = list(islice(kept, MOST + 1))
    if len(walls) > MOST:
        raise Invalid(field="repeat", why=Why("row_too_long", most=MOST, last=f"{walls[MOST - 1]:%Y-%m-%d}"))
    if len(walls) < 2:
        raise Invalid(field="repeat", why=Why("row_of_one"))
    return [Occurrence(w, wall.instant_after(w, post.zone)) for w in walls]


def _walls(first: datetime, repeat: Mapping[str, Any]) -> Iterator[datetime]:
    until, step, number = date.fromisoformat(repeat["until"]), repeat["step"], 0
    while True:
        ahead = number * step
        if repeat["every"] == "month":
            upcoming = _month(first, ahead, repeat.get("day") or first.day)
        else:
            upcoming = first + timedelta(days=ahead * (7 if repeat["every"] == "week" else 1))
        if upcoming.date() > until:
            return
        yield upcoming
        number += 1


def _month(first: datetime, months: int, day: int) -> datetime:
    """So many months on, on that day of the month or its last one."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return first.replace(year=year, month=month + 1, day=min(day, monthrange(year, month + 1)[1]))


def tidy(post: Post, *, moved: bool) -> None:
    """Keep the row as it is meant: only its own days are left out, and a month's row knows its day (anew when its hour `moved`)."""
    repeat = dict(post.repeat or {})
    if repeat["every"] == "month" and post.wall and (moved or "day" not in repeat):
        repeat["day"] = wall.read(post.wall).day
    left_out = set(repeat.pop("skip", ()))
    if left_out and post.wall:
        days = {str(w.date()) for w in islice(_walls(wall.read(post.wall), repeat), MOST + len(left_out))}
        if own := sorted(left_out & days - {post.wall[:10]}):
            repeat["skip"] = own
    post.repeat = repeat
    dates(post)


def _day(given: object) -> date:
    try:
        return given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        raise Invalid(field="repeat", why=Why("no_date")) from None


def head_of(session: Session, post: Post) -> Post | None:
    """The first post of the row to which this occurrence belongs; None for any other post."""
    return session.get(Post, post.about_id) if post.role == "occurrence" else None


def leave_out(session: Session, first: Post, *days: str) -> None:
    """A step of verbs that hold the first post and audit: its row goes without these days, made anew too."""
    if first.repeat is not None and days:
        first.repeat = {**first.repeat, "skip": sorted({*first.repeat.get("skip", ()), *days})}
        session.add(first)


def shorten(session: Session, first: Post) -> None:
    """A step of verbs that hold the first post and audit: its row is not made anew for a day for which one stands, and is none when
    no other day is left."""
    leave_out(session, first, *standing(session, first))
    if first.repeat is None or not first.wall:
        return
    wall_, left_out = wall.read(first.wall), set(first.repeat.get("skip", ()))
    days = islice(_walls(wall_, first.repeat), MOST + len(left_out) + 1)
    if all(w == wall_ or str(w.date()) in left_out for w in days):
        first.repeat = None


def standing(session: Session, first: Post, *only: int | None) -> set[str]:
    """The days for which its occurrences (`only` these) were made that go or have gone: one may have been moved to another."""
    goes = col(Post.state).in_((*OPEN, "published", "partly"))
    of_row = (col(Post.about_id) == first.id, col(Post.role) == "occurrence", col(Post.id).in_(only) if only else goes)
    made = select(PostVersion).join(Post, col(Post.id) == col(PostVersion.post_id)).where(*of_row, col(PostVersion.version) == 1)
    return {one.content["wall"][:10] for one in session.exec(made)}


def said(post: Post, lang: Lang) -> str:
    """`كل أسبوعين حتى 2026-12-28`, `every 2 weeks until 2026-12-28`; "" for what does not recur."""
    if post.repeat is None:
        return ""
    often = t(f"post.row.{post.repeat['every']}", lang, n=post.repeat["step"])
    return t("post.row.until", lang, often=often, until=post.repeat["until"])


def still_to_go(session: Session, post: Post) -> list[Post]:
    """Occurrences of this row that are not through: on their way, or drafts again after an edit of their own."""
    query = select(Post).where(col(Post.about_id) == post.id, col(Post.role) == "occurrence", col(Post.state).in_(OPEN))
    return list(session.exec(query.order_by(col(Post.at), col(Post.id))))


def not_taken_up(session: Session, post: Post) -> list[Post]:
    """Those of them that still belong to this row: one that was taken up heads a row of its own."""
    return [one for one in still_to_go(session, post) if one.repeat is None]


def left(session: Session, post: Post) -> list[Post]:
    """What `void` would end."""
    return [*still_to_go(session, post), *(one for head in _heads_below(session, post) for one in left(session, head))]


def _heads_below(session: Session, post: Post) -> list[Post]:
    """Its occurrences that were taken up, each with a row of its own."""
    heads = select(Post).where(col(Post.about_id) == post.id, col(Post.role) == "occurrence", col(Post.repeat).is_not(None))
    return [one for one in session.exec(heads.order_by(col(Post.at), col(Post.id))) if one.repeat]


def end(session: Session, actor: Actor, first: Post, one: Post, reason: str) -> None:
    """A step of verbs that hold the first post: this occurrence goes no more, but for what has left; it may be made anew."""
    queueing.hold(session, one)
    queueing.stop(session, actor, one, reason)
    session.refresh(one)
    if one.state in ("draft", "submitted"):
        POST.move(one, "cancelled")
        session.add(one)
    audit.record(session, actor, "post.cancel", f"post:{one.id}", version=one.version, row=first.id)


def void(session: Session, actor: Actor, post: Post, reason: str) -> int:
    """A step of verbs that hold the post: none of its occurrences goes any more, but for what has left. Returns how many.

    One that was taken up heads a row of its own, which ends with it, whether it has left itself or not.
    """
    ending = still_to_go(session, post)
    for one in ending:
        end(session, actor, post, one, reason)
    return len(ending) + sum(void(session, actor, one, reason) for one in _heads_below(session, post))
