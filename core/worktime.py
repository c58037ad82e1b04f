"""Working time: by when something is due on a working calendar, and how that was counted, day by day. Pure.

A term is so many working minutes, or so many working days. Minutes run while the office is open and stand still while it is not;
the instant that starts them counts from its own minute. Days are whole: the day on which something comes in is not counted, each
later day on which anything is worked counts as one, and the term ends with the last minute worked on the last of them. In a pause
the clock stands still: a day counts if its work was over before, and the day on which the pause ends is again one not counted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.clock import DUBAI, in_dubai
from core.errors import Invalid
from core.i18n import Lang, t
from core.why import Why
from core.workdays import Calendar, Days, Standing

#: days looked at before a calendar is said to hold no more work
REACH = 1500
WRITTEN = re.compile(r"(?:(?P<days>\d{1,3})d|(?=\d)(?:(?P<hours>\d{1,3})h)?(?:(?P<minutes>\d{1,3})m)?)")

#: from when to when the clock stands still
Pause = tuple[datetime, datetime]
LOCALES: Mapping[Lang, str] = {"ar": "ar_AE", "en": "en_GB"}
DAY: Mapping[Lang, str] = {"ar": "EEEE d MMMM y", "en": "EEE d MMM y"}
MINUTE: Mapping[Lang, str] = {"ar": "EEEE d MMMM y، HH:mm", "en": "EEE d MMM y, HH:mm"}


@dataclass(frozen=True, slots=True)
class Term:
    """So many working minutes or, instead, so many working days: one of the two."""

    minutes: int = 0
    days: int = 0

    def words(self, lang: Lang) -> str:
        """`3 working days`, `4 working hours`, `90 working minutes`."""
        if self.days:
            return t("worktime.days", lang, n=self.days)
        whole = self.minutes % 60 == 0
        return t("worktime.hours" if whole else "worktime.minutes", lang, n=self.minutes // 60 if whole else self.minutes)


def term(text: str) -> Term:
    """A term as people write it: `3d` (working days), `4h`, `90m`, `1h30m` (working time). Invalid for all else, and for none."""
    found = WRITTEN.fullmatch(text.strip())
    if found is not None:
        days, hours, minutes = (int(found[name] or 0) for name in ("days", "hours", "minutes"))
        if days or hours or minutes:
            return Term(60 * hours + minutes, days)
    raise Invalid(field="term", why=Why("no_term", value=text))


@dataclass(frozen=True, slots=True)
class Step:
    """Days counted alike, both ends included: `minutes` or `days` is what they add to the sum.

    `what`: worked (from `opens` to `closes`), whole (counted as days), start (the day it came in, not counted), shut (that day's
    work was over), paused (from `opens` to `closes`), weekend, holiday. `because`: the holiday, or the Ramadan whose hours hold.
    """

    what: str
    first: date
    last: date
    minutes: int = 0
    days: int = 0
    opens: time | None = None
    closes: time | None = None
    because: Days | None = None

    def words(self, lang: Lang) -> str:
        """One line: which days, what they count, why."""
        told = {"opens": f"{self.opens:%H:%M}", "closes": f"{self.closes:%H:%M}"} if self.opens and self.closes else {}
        told |= {"first": _days(self.first, self.first, lang), "last": _days(self.last, self.last, lang)}
        said = t(f"worktime.step.{self.what}", lang, day=_days(self.first, self.last, lang), **told, sum=self._sum(lang))
        if self.because is None:
            return said
        name, standing = self.because.words(lang), Standing(self.because.status).words(lang)
        return t("worktime.because", lang, step=said, name=name, status=standing)

    def _sum(self, lang: Lang) -> str:
        if self.what == "whole":
            return Term(days=self.days).words(lang)
        return t("worktime.sum", lang, h=self.minutes // 60, m=f"{self.minutes % 60:02d}")


@dataclass(frozen=True, slots=True)
class Counted:
    """When the term ends, and the steps that add up to it: their minutes, or their days, are the term's exactly."""

    term: Term
    start: datetime
    due: datetime
    steps: tuple[Step, ...]


def due(calendar: Calendar, start: datetime, span: Term, pauses: Sequence[Pause] = ()) -> datetime:
    """The end of a term that starts at `start`; see `count`."""
    return count(calendar, start, span, pauses).due if pauses else _end(calendar, start, span, None)


def count(calendar: Calendar, start: datetime, span: Term, pauses: Sequence[Pause] = ()) -> Counted:
    """The end of a term, always a minute that is worked or the end of one, with its steps. `pauses`: (begins, ends), the first one
    first, none within another.

    Invalid when the calendar holds too little work: whoever keeps it has emptied it.
    """
    begun, left, told = start, span, list[Step]()
    for begins, ends in pauses:
        if ends <= begun or begins >= _end(calendar, begun, left, None):
            continue
        before, after = in_dubai(max(begins, begun)), in_dubai(ends)
        used = _used(calendar, begun, before, left)
        if used != Term():
            _end(calendar, begun, used, ran := list[Step]())
            told += _joined(ran)
        told.append(Step("paused", before.date(), after.date(), opens=before.time(), closes=after.time()))
        begun, left = ends, Term(left.minutes - used.minutes, left.days - used.days)
    end = _end(calendar, begun, left, steps := list[Step]())
    rest = steps[1:] if told and span.days else steps  # the day on which the pause ends has been told
    return Counted(span, start, end, (*told, *_joined(rest)))


def worked(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Minutes worked between two instants, each taken at its own minute; 0 when `end` is not later."""
    first, last = _minute(start), _minute(end)
    total = 0
    for day in _dates(first.date(), (last.date() - first.date()).days + 1):
        for hours in calendar.hours(day):
            opens, closes = max(first, _at(day, hours.opens)), min(last, _at(day, hours.closes))
            total += max(0, _between(opens, closes))
    return total


def _end(calendar: Calendar, start: datetime, span: Term, steps: list[Step] | None) -> datetime:
    """The end of a term; its steps, day by day, are added to `steps` where somebody asks for them."""
    return _by_days(calendar, start, span.days, steps) if span.days else _by_minutes(calendar, start, span.minutes, steps)


def _used(calendar: Calendar, start: datetime, until: datetime, span: Term) -> Term:
    """What of a term, which ends later than `until`, has run by then."""
    if not span.days:
        return Term(worked(calendar, start, until))
    first = in_dubai(start).date() + timedelta(days=1)
    days = (day for day in _dates(first, (until.date() - first).days + 1) if calendar.hours(day))
    return Term(days=sum(_at(day, calendar.hours(day)[-1].closes) <= until for day in days))


def _by_minutes(calendar: Calendar, start: datetime, left: int, steps: list[Step] | None) -> datetime:
    begun = _minute(start)
    if left <= 0:
        raise Invalid(field="term", why=Why("no_term", value=left))
    for day in _dates(begun.date(), REACH):
        idle = True
        for hours in calendar.hours(day):
            opens, closes = max(begun, _at(day, hours.opens)), _at(day, hours.closes)
            part = min(left, _between(opens, closes))
            if part <= 0:
                continue
            idle, end, left = False, opens + timedelta(minutes=part), left - part
            if steps is not None:
                steps.append(Step("worked", day, day, part, 0, opens.time(), end.time(), _season(calendar, day)))
            if not left:
                return end.astimezone(UTC)
        if idle and steps is not None:
            steps.append(_idle(calendar, day))
    raise Invalid(field="week", why=Why("no_work_ahead", n=REACH))


def _by_days(calendar: Calendar, start: datetime, left: int, steps: list[Step] | None) -> datetime:
    came = in_dubai(start).date()
    if steps is not None:
        steps.append(Step("start", came, came))
    for day in _dates(came + timedelta(days=1), REACH):
        parts = calendar.hours(day)
        left -= bool(parts)
        if steps is not None:
            season = _season(calendar, day)
            steps.append(Step("whole", day, day, days=1, because=season) if parts else _idle(calendar, day))
        if not left:
            return _at(day, parts[-1].closes).astimezone(UTC)
    raise Invalid(field="week", why=Why("no_work_ahead", n=REACH))


def _idle(calendar: Calendar, day: date) -> Step:
    """A day on which nothing is counted, and why."""
    if calendar.hours(day):
        return Step("shut", day, day)
    holiday = next((d for d in calendar.on(day) if d.kind == "holiday"), None)
    off = not calendar.week(day).hours.get(day.weekday())
    return Step("weekend", day, day) if off or holiday is None else Step("holiday", day, day, because=holiday)


def _season(calendar: Calendar, day: date) -> Days | None:
    return next((d for d in calendar.on(day) if d.kind == "ramadan"), None)


def _joined(steps: list[Step]) -> Iterator[Step]:
    """Days in a row that are counted alike, and weekends, as one step."""
    held: Step | None = None
    for step in steps:
        alike = held is not None and (held.what, held.because) == (step.what, step.because)
        if held is not None and alike and step.what in ("whole", "weekend", "holiday"):
            held = Step(held.what, held.first, step.last, 0, held.days + step.days, because=held.because)
            continue
        if held is not None:
            yield held
        held = step
    if held is not None:
        yield held


def _dates(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range(count))


def _minute(moment: datetime) -> datetime:
    return in_dubai(moment).replace(second=0, microsecond=0)


def _at(day: date, wall: time) -> datetime:
    return datetime.combine(day, wall, DUBAI)


def _between(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds()) // 60


def instant(moment: datetime, lang: Lang) -> str:
    """Day and minute on a wall in Dubai: `Fri 4 Dec 2026, 12:00`, `الجمعة 4 ديسمبر 2026، 12:00`."""
    from babel.dates import format_datetime  # light commands need none of it

    wall = in_dubai(moment).replace(tzinfo=None)
    return format_datetime(wall, MINUTE[lang], locale=LOCALES[lang])


def _days(first: date, last: date, lang: Lang) -> str:
    from babel.dates import format_date  # light commands need none of it

    one, other = (format_date(day, DAY[lang], LOCALES[lang]) for day in (first, last))
    return one if first == last else t("worktime.to", lang, first=one, last=other)
