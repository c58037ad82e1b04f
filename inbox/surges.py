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

WEEKS, WEEKS_LEAST = 8, 3
LEAST, TIMES, SIGMAS = 10, 2.0, 3.0
#: what is watched; a surge is traced to so many parts, each at least this share of the rise
WATCHED = ("received", "topic", "clause")
PARTS, TELLING = 3, 0.1

#: (counter, value) -> day -> count
Counts = Mapping[tuple[str, str], Mapping[date, int]]


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
    rows = tally.daily(session, WATCHED, first - timedelta(weeks=WEEKS), last)
    if not rows:
        return []
    began = min(row[0] for row in rows)
    counts: dict[tuple[str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    accounts: dict[tuple[str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    by_account: dict[tuple[str, str], set[int]] = defaultdict(set)
    for day, account_id, name, value, count in rows:
        counts[name, value][day] += count
        accounts[f"{name} {account_id}", value][day] += count
        by_account[name, value].add(account_id)
    found = []
    for (name, value), days in counts.items():
        if (name, value) == ("topic", "none"):
            continue
        for day in (day for day in days if day >= first):
            before = same_days(days, day, began)
            if surging(days[day], before):
                parts = _parts(name, value, day, began, counts, accounts, by_account[name, value])
                found.append(Surge(name, value, day, days[day], median(before), max(before), len(before), parts))
    return sorted(found, key=lambda one: (-one.day.toordinal(), -one.count, one.name, one.value))


def same_days(days: Mapping[date, int], day: date, began: date) -> list[int]:
    """The counts of the same weekday in the weeks before, as far back as anything was heard."""
    before = (day - timedelta(weeks=week) for week in range(1, WEEKS + 1))
    return [days.get(one, 0) for one in before if one >= began]


def surging(count: int, before: Sequence[int]) -> bool:
    """Whether so many on a day are a surge, against the same weekday before."""
    if count < LEAST or len(before) < WEEKS_LEAST:
        return False
    usual = median(before)
    return count > max(before) and count >= TIMES * usual and count - usual >= SIGMAS * sqrt(max(usual, 1))


def _parts(name: str, value: str, day: date, began: date, counts: Counts, accounts: Counts, heard: set[int]) -> tuple[Part, ...]:
    """What has grown: the topics of all that was said, or else the accounts it was said on."""
    if name == "received":
        grown = [Part("topic", key[1], _more(days, day, began)) for key, days in counts.items() if key[0] == "topic"]
        grown = [part for part in grown if part.value != "none"]
    else:
        grown = [Part("account", str(one), _more(accounts[f"{name} {one}", value], day, began)) for one in heard]
    least = max(1.0, TELLING * _more(counts[name, value], day, began))
    return tuple(sorted((part for part in grown if part.more >= least), key=lambda part: -part.more)[:PARTS])


def _more(days: Mapping[date, int], day: date, began: date) -> float:
    before = same_days(days, day, began)
    return days.get(day, 0) - (median(before) if before else 0)
