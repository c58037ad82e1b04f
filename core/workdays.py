"""Which days and hours are worked: the week (core.weeks), holidays, days unlike others; core.calendar reads the dated ones.

Mourning shuts no office by itself: where work is suspended for it, that is announced, and kept, as a holiday.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from core import weekfile
from core.clock import in_dubai
from core.i18n import Lang, t
from core.weeks import Hours, Week, Weeks

#: kinds of days that are not like others, those that weigh most first
KINDS = ("mourning", "holiday", "ramadan")


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
    """The days of a stretch of time: ask it about a day or an instant within what it was read for. Without `weeks` those of this
    installation hold."""

    days: Sequence[Days] = ()
    weeks: Weeks | None = None
    _known: dict[date, tuple[Hours, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def on(self, day: date) -> list[Days]:
        """What is special about the day, what weighs most first."""
        found = [d for d in self.days if d.covers(day)]
        return sorted(found, key=lambda d: (KINDS.index(d.kind), d.first, d.id or 0))

    def week(self, day: date) -> Week:
        """The week that holds on the day: Ramadan's within Ramadan."""
        return (self.weeks or weekfile.kept()).on(day, fasting=any(d.kind == "ramadan" for d in self.days if d.covers(day)))

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
