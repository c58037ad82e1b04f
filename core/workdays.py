"""Which days and hours are worked: the week, Ramadan's shorter one, holidays. Pure; core.calendar reads the dated days.

Mourning shuts no office by itself: where work is suspended for it, that is announced, and kept, as a holiday.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise

from core.clock import in_dubai
from core.errors import Invalid
from core.i18n import Lang, t
from core.why import Why

#: kinds of days that are not like others, those that weigh most first
KINDS = ("mourning", "holiday", "ramadan")


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


@dataclass(frozen=True, slots=True)
class Days:
    """Days that are not like others: `kind` of KINDS, `status` estimated, announced, confirmed or moved."""

    kind: str
    first: date
    last: date
    name_ar: str
    name_en: str
    status: str = "announced"
    id: int | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    def words(self, lang: Lang) -> str:
        """What they are called."""
        return self.name_ar if lang == "ar" else self.name_en


@dataclass(frozen=True, slots=True)
class Standing:
    """How sure a date is, to be said in the reader's language: `estimated` …"""

    status: str

    def words(self, lang: Lang) -> str:
        """`موعد تقديري قبل الإعلان`, `estimated, not announced yet`."""
        return t(f"calendar.status.{self.status}", lang)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a stretch of time: ask it about a day or an instant within what it was read for."""

    days: Sequence[Days] = ()
    weeks: Weeks | None = None
    _known: dict[date, tuple[Hours, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def on(self, day: date) -> list[Days]:
        """What is special about the day, what weighs most first."""
        found = [d for d in self.days if d.covers(day)]
        return sorted(found, key=lambda d: (KINDS.index(d.kind), d.first, d.id or 0))

    def week(self, day: date) -> Week:
        """The week that holds on the day: Ramadan's within Ramadan."""
        return (self.weeks or weeks()).on(day, fasting=any(d.kind == "ramadan" for d in self.days if d.covers(day)))

    def hours(self, day: date) -> tuple[Hours, ...]:
        """The hours worked on the day, the earliest first; none on a weekend or holiday."""
        if (known := self._known.get(day)) is None:
            off = any(d.kind == "holiday" for d in self.days if d.covers(day))
            known = self._known[day] = () if off else tuple(self.week(day).hours.get(day.weekday(), ()))
        return known

    def open_at(self, moment: datetime) -> bool:
        """Whether the instant lies within the hours worked; the closing minute no longer does."""
        wall = in_dubai(moment)
        return any(h.opens <= wall.time() < h.closes for h in self.hours(wall.date()))


def weeks() -> Weeks:
    """The weeks of this installation (core.weekfile)."""
    from core.weekfile import kept  # which reads what is defined here

    return kept()
