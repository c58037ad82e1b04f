"""What somebody should know before he approves a post or keeps it at its hour: days, neighbours, cost. Nothing is refused.

Asked anew whenever it is shown: days that were announced after an approval warn of what is scheduled already.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from connectors import platform_of
from core import calendar
from core.clock import in_dubai, now
from core.errors import ConfigurationError, Invalid
from core.hijri import hijri
from core.i18n import Lang, t
from core.models import Account
from core.vault import SealBroken
from core.workdays import Calendar, Days, Standing
from outbox.accounts import Connect
from outbox.models import Delivery
from scheduler import queueing, row, wall
from scheduler.models import Post, PostText

#: every code there is, what weighs most first
CODES = ("mourning", "holiday", "ramadan_hours", "clock_twice", "clock_skips", "same_hour", "link_cost", "link_cost_row")
NEAR = timedelta(hours=1)
#: posts that are to go out, or went
PLANNED = ("submitted", "scheduled", "published", "partly")


@dataclass(frozen=True, slots=True)
class Page:
    """The account that is spoken of, with its platform: one house calls its pages alike on all of them."""

    name: str
    platform: str
    backend: str

    def words(self, lang: Lang) -> str:
        there = platform_of(self.platform, self.backend).named(lang)
        return f"{self.name} · {there}" if self.name else there


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to know. `code` is one of CODES; `at` the occurrence it is about; `values` are those of its words, and `period` or
    `post`, the id of what it speaks of. `strong` is not to be passed over: mourning."""

    code: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def strong(self) -> bool:
        return self.code == "mourning"

    def words(self, lang: Lang) -> str:
        """One or two sentences; times on a Dubai wall."""
        told = {name: v.words(lang) if hasattr(v, "words") else v for name, v in self.values.items()}
        return t(f"post.warning.{self.code}", lang, **told)


def warnings(
    session: Session, post: Post, connect: Connect | None = None, *, rows: Sequence[PostText] | None = None
) -> tuple[Caution, ...]:
    """All there is to know of the post at its hour (now, when it has none), what weighs most first; before its approval of every
    occurrence of its row. Calls no platform; without `connect` what a link costs is not told. `rows` are the versions of a post
    that is still being written."""
    rows = queueing.texts(session, post) if rows is None else rows
    occurrences = _occurrences(post)
    moments = [one.at for one in occurrences] or [post.at or now()]
    first, last = moments[0] - NEAR, moments[-1] + NEAR
    days = calendar.read(session, in_dubai(first).date(), in_dubai(last).date())
    near = _planned(session, post, {row.account_id for row in rows}, first, last)
    found = [w for at in moments for w in (*_of_day(days, at), *_of_clock(post, at), *_of_neighbours(near, at))]
    found += _moved(post, occurrences)
    if connect is not None:
        found += _of_links(session, rows, connect, moments)
    return tuple(sorted(found, key=lambda w: (CODES.index(w.code), w.at)))


def planned_on(session: Session, first: date, last: date) -> list[Post]:
    """Posts that wait for their approval or their hour on these days in Dubai, the first one first: what somebody must look at who
    declares mourning, or moves a holiday there."""
    begins, ends = (wall.instant(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
    waiting = select(Post).where(col(Post.state).in_(("submitted", "scheduled")), col(Post.at) >= begins, col(Post.at) < ends)
    return list(session.exec(waiting.order_by(col(Post.at), col(Post.id))))


def _occurrences(post: Post) -> list[row.Occurrence]:
    """Each occurrence while the row waits for its approval; later every one is a post of its own."""
    if post.repeat is None or post.state not in ("draft", "submitted"):
        return []
    try:
        return row.dates(post)
    except Invalid:
        return []  # whoever edits it is told; its first hour is known all the same


def _of_day(days: Calendar, at: datetime) -> Iterator[Caution]:
    place = in_dubai(at)
    for special in days.on(place.date()):
        told = {"name": special, "status": Standing(special.status), "day": str(place.date()), "period": special.id}
        told["hijri"] = hijri(place.date()) or ""
        if special.kind != "ramadan":
            yield Caution(special.kind, at, told)
        elif hours := _outside(days, special, at):
            yield Caution("ramadan_hours", at, told | hours | {"time": f"{place:%H:%M}"})


def _outside(days: Calendar, fasting: Days, at: datetime) -> dict[str, str] | None:
    """Ramadan's hours of that day, when it is worked and the instant lies outside them."""
    hours = days.week(in_dubai(at).date()).hours.get(in_dubai(at).weekday())
    if not hours or days.open_at(at):
        return None
    return {"opens": f"{hours[0].opens:%H:%M}", "closes": f"{hours[-1].closes:%H:%M}"}


def _of_clock(post: Post, at: datetime) -> Iterator[Caution]:
    shown = at.astimezone(wall.zone_of(post.zone)).replace(tzinfo=None)
    both = wall.instants(shown, post.zone)
    if len(both) > 1:
        told = {"zone": post.zone, "day": f"{shown:%Y-%m-%d}", "time": f"{shown:%H:%M}", "utc": f"{at:%H:%M}"}
        yield Caution("clock_twice", at, told)


def _moved(post: Post, occurrences: Sequence[row.Occurrence]) -> Iterator[Caution]:
    """Where clocks skip the hour of a row, and one occurrence goes later."""
    for one in occurrences:
        shown = wall.read(wall.kept(one.at, post.zone))
        if shown != one.wall:
            told = {"zone": post.zone, "day": f"{one.wall:%Y-%m-%d}", "time": f"{one.wall:%H:%M}", "next": f"{shown:%H:%M}"}
            yield Caution("clock_skips", one.at, told)


def _planned(
    session: Session, post: Post, mine: Collection[int], first: datetime, last: datetime
) -> list[tuple[Account, Post, datetime]]:
    """Other posts of these accounts between these instants: planned ones, and those without an hour that went out then."""
    others = (col(PostText.account_id).in_(mine), col(Post.id) != (post.id or 0), col(Post.state).in_(PLANNED))
    of_account = select(Account, Post).join(PostText, col(PostText.account_id) == col(Account.id))
    planned = of_account.join(Post, col(Post.id) == col(PostText.post_id)).where(*others, col(Post.at).between(first, last))
    out = (
        select(Account, Post, Delivery)
        .join(PostText, col(PostText.account_id) == col(Account.id))
        .join(Post, col(Post.id) == col(PostText.post_id))
        .join(Delivery, col(Delivery.id) == col(PostText.delivery_id))
        .where(*others, col(Post.at).is_(None), col(Delivery.kind) == "post", col(Delivery.published_at).between(first, last))
    )
    found = [(account, other, other.at) for account, other in session.exec(planned)]
    found += [(account, other, delivery.published_at) for account, other, delivery in session.exec(out)]
    once = {(account.id, other.id): (account, other, at) for account, other, at in found if at is not None}
    return sorted(once.values(), key=lambda one: (one[2], one[1].id or 0))


def _of_neighbours(near: list[tuple[Account, Post, datetime]], at: datetime) -> Iterator[Caution]:
    for account, other, theirs in near:
        if abs(theirs - at) < NEAR:
            told = {
                "account": _page(account),
                "time": f"{in_dubai(theirs):%H:%M}",
                "title": other.title,
                "post": other.id,
            }
            yield Caution("same_hour", at, told)


def _page(account: Account) -> Page:
    return Page(account.name, account.platform, account.backend)


def _of_links(session: Session, rows: Sequence[PostText], connect: Connect, moments: list[datetime]) -> Iterator[Caution]:
    """Where a version costs more than the same without its link would."""
    for text in rows:
        account = session.get_one(Account, text.account_id)
        try:
            connector = connect(account)
        except (SealBroken, ConfigurationError):
            continue  # what it can do is not known now
        cost, without = connector.price(text.text), connector.price("")
        if cost > without:
            told = {"account": _page(account), "cost": _usd(cost), "without": _usd(without), "n": len(moments)}
            told["total"] = _usd(cost * len(moments))
            yield Caution("link_cost" if len(moments) == 1 else "link_cost_row", moments[0], told)


def _usd(micros: int) -> str:
    return f"{micros / 1_000_000:.3f}".removesuffix("0")
