"""Which days and hours are worked: the week, Ramadan's shorter one, holidays. Pure; core.calendar reads the dated days.

Mourning shuts no office by itself: where work is suspended for it, that is announced, and kept, as a holiday.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any

from core.clock import in_dubai
from core.errors import Invalid
from core.i18n import ROOT, Lang, t
from core.why import Why

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: kinds of days that are not like others, those that weigh most first
KINDS = ("mourning", "holiday", "ramadan")


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when is worked on a day, by a wall in Dubai."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Week:
    """Hours by weekday (0 is Monday), and where they were read. Invalid when none is worked or one ends before it begins."""

    hours: Mapping[int, Hours]
    source: str = ""

    def __post_init__(self) -> None:
        if not self.hours:
            raise Invalid(field="week", why=Why("week_empty"))
        if any(h.closes <= h.opens for h in self.hours.values()):
            raise Invalid(field="week", why=Why("week_reversed"))


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
    usual: Week | None = None
    ramadan: Week | None = None

    def on(self, day: date) -> list[Days]:
        """What is special about the day, what weighs most first."""
        found = [d for d in self.days if d.covers(day)]
        return sorted(found, key=lambda d: (KINDS.index(d.kind), d.first, d.id or 0))

    def week(self, day: date) -> Week:
        """The week that holds on the day: Ramadan's within Ramadan."""
        fasting = any(d.kind == "ramadan" for d in self.on(day))
        return (self.ramadan or weeks()["ramadan"]) if fasting else (self.usual or weeks()["usual"])

    def hours(self, day: date) -> Hours | None:
        """The hours worked on the day; None on a weekend or holiday."""
        if any(d.kind == "holiday" for d in self.on(day)):
            return None
        return self.week(day).hours.get(day.weekday())

    def open_at(self, moment: datetime) -> bool:
        """Whether the instant lies within the hours worked; the closing minute no longer does."""
        wall = in_dubai(moment)
        hours = self.hours(wall.date())
        return hours is not None and hours.opens <= wall.time() < hours.closes


@cache
def weeks() -> Mapping[str, Week]:
    """The weeks of core/week.toml: `usual` and `ramadan`."""
    told = tomllib.loads((ROOT / "core" / "week.toml").read_text("utf-8"))
    return {name: _week(table) for name, table in told.items()}


def _week(table: Mapping[str, Any]) -> Week:
    hours = {place: Hours(*table[name]) for place, name in enumerate(WEEKDAYS) if name in table}
    return Week(hours, str(table["source"]))
