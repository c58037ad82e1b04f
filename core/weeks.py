"""The working week, the usual one and Ramadan's shorter one, and the days on which each holds. Pure; core.weekfile reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise

from core.errors import Invalid
from core.why import Why


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when is worked, by a wall in Dubai."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Week:
    """Hours by weekday (0 is Monday; a day may be worked in several parts), where they were read, and the days on which they hold,
    both included. Invalid when no hour is worked, one ends before it begins, or two overlap."""

    hours: Mapping[int, tuple[Hours, ...]]
    source: str = ""
    first: date = date.min
    last: date = date.max

    def __post_init__(self) -> None:
        if not any(self.hours.values()):
            raise Invalid(field="week", why=Why("week_empty"))
        if self.last < self.first or any(h.closes <= h.opens for parts in self.hours.values() for h in parts):
            raise Invalid(field="week", why=Why("week_reversed"))
        if any(after.opens < before.closes for parts in self.hours.values() for before, after in pairwise(parts)):
            raise Invalid(field="week", why=Why("week_overlaps"))

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Weeks:
    """The usual weeks and those of Ramadan, each kind in the order in which later ones go before. One of each holds without end."""

    usual: Sequence[Week]
    ramadan: Sequence[Week]

    def on(self, day: date, *, fasting: bool) -> Week:
        """The week that holds on the day; on days before them all, the first one."""
        ours = self.ramadan if fasting else self.usual
        return next((week for week in reversed(ours) if week.covers(day)), ours[0])
