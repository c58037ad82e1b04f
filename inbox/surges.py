"""Surges: days on which far more was said about something than on the same weekday of the weeks before, and what it came from.

A day surges when it has at least LEAST messages, at least TIMES as many as is usual (the median of the same weekday in the WEEKS
weeks before), more than the most of those days, and more than chance explains. A day that is not over is taken as it stands.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import median

from sqlmodel import Session

from inbox import tally

WEEK, WEEKS, WEEKS_LEAST = timedelta(weeks=1), 8, 3
LEAST, TIMES, SIGMAS = 10, 2.0, 3.0
#: what is watched; a surge is traced to so many parts, each at least this share of the rise
WATCHED = ("received", "topic", "clause")
PARTS, TELLING = 3, 0.1

#: day -> count
Days = Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Part:
    """Where a surge comes from: a topic or an account (`name`), and how much more than usual."""

    name: str
    value: str
    more: float


@dataclass(frozen=True, slots=True)
class Surge:
    """`count` on `day` of what is named (`received` with value "" is all that was said), against `usual` and `most` of the same
    weekday in `weeks` weeks before; `parts` says where most of it came from, the largest first."""

    name: str
    value: str
    day: date
    count: int
    usual: float
    most: int
    weeks: int
    parts: tuple[Part, ...]

    @property
    def times(self) -> float | None:
        """How many times the usual; None where nothing was usual."""
        return self.count / self.usual if self.usual else None


def surges(session: Session, first: date, last: date) -> list[Surge]:
    """Surges from `first` to `last`, both included: the newest day first, on a day the largest first."""
    begin = first - WEEK * WEEKS
    counts: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    for day, name, value, count in tally.summed(session, WATCHED, begin, last, "day", "name", "value"):
        counts[name, value][day] = count
    began = min((day for days in counts.values() for day in days), default=last)
    found = []
    for (name, value), days in counts.items():
        if (name, value) == ("topic", "none"):
            continue
        for day in (day for day in days if day >= first):
            before = same_days(days, day, began)
            if surging(days[day], before):
                named = _accounts(session, name, value, day) if name != "received" else _topics(counts)
                parts = _parts(named, days, day, began)
                found.append(Surge(name, value, day, days[day], median(before), max(before), len(before), parts))
    return sorted(found, key=lambda one: (-one.day.toordinal(), -one.count, one.name, one.value))


def same_days(days: Days, day: date, began: date) -> list[int]:
    """The counts of the same weekday in the weeks before, as far back as anything was heard."""
    found: list[int] = []
    one = day - WEEK
    while len(found) < WEEKS and one >= began:
        found.append(days.get(one, 0))
        one -= WEEK
    return found


def surging(count: int, before: Sequence[int]) -> bool:
    """Whether so many on a day are a surge, against the same weekday before."""
    if count < LEAST or len(before) < WEEKS_LEAST or count <= max(before):
        return False
    usual = median(before)
    return count >= TIMES * usual and count - usual >= SIGMAS * sqrt(max(usual, 1))


def _topics(counts: Mapping[tuple[str, str], Days]) -> dict[tuple[str, str], Days]:
    return {key: days for key, days in counts.items() if key[0] == "topic" and key[1] != "none"}


def _accounts(session: Session, name: str, value: str, day: date) -> dict[tuple[str, str], Days]:
    """The same counter account by account, on the days that are compared."""
    found: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    columns = ("day", "account_id", "value")
    for one, account_id, known, count in tally.summed(session, (name,), day - WEEK * WEEKS, day, *columns, every=WEEK.days):
        if known == value:
            found["account", str(account_id)][one] = count
    return dict(found)


def _parts(named: Mapping[tuple[str, str], Days], whole: Days, day: date, began: date) -> tuple[Part, ...]:
    """Of what is named, what has grown most."""
    least = max(1.0, TELLING * _more(whole, day, began))
    grown = [Part(name, value, _more(days, day, began)) for (name, value), days in named.items()]
    return tuple(sorted((part for part in grown if part.more >= least), key=lambda part: -part.more)[:PARTS])


def _more(days: Days, day: date, began: date) -> float:
    before = same_days(days, day, began)
    return days.get(day, 0) - (median(before) if before else 0)
