"""Holidays and Ramadan as tables foresee them, entered as `estimated` until a person says what was decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

from sqlalchemy import Table, update
from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER
from core.bulk import insert_new
from core.clock import in_dubai, now
from core.db import Database
from core.hijri import gregorian, hijri
from core.models import Period

PERIODS: Table = Period.__table__  # type: ignore[attr-defined] # SQLModel sets it

#: The library's own name of what we call otherwise: (Arabic, English).
CALLED = {"National Day": ("عيد الاتحاد", "Eid Al Etihad (National Day)")}
RAMADAN = ("رمضان", "Ramadan")


@dataclass(frozen=True, slots=True)
class Estimate:
    """Days as tables foresee them. `key` names them whatever their dates become: country, name, Hijri year."""

    key: str
    kind: str
    first: date
    last: date
    name_ar: str
    name_en: str
    source: str


def estimates(first_year: int, last_year: int) -> list[Estimate]:
    """What these Gregorian years hold, the earliest first. Calls nobody."""
    found = (*_holidays(first_year, last_year), *_ramadans(first_year, last_year))
    return sorted(found, key=lambda e: (e.first, e.key))


def _holidays(first_year: int, last_year: int) -> Iterator[Estimate]:
    from holidays import country_holidays  # a tenth of a second that light commands save

    years = range(first_year, last_year + 1)
    english, arabic = (_bare(country_holidays("AE", years=years, language=lang)) for lang in ("en_US", "ar"))
    for group in _groups(english):
        named = next((day for day in group if not english[day].endswith(" Holiday")), group[0])
        name = english[named]
        ar, en = CALLED.get(name, (arabic[named], name))
        yield Estimate(
            _key(name, named), "holiday", group[0], group[-1], ar, en, f"holidays {version('holidays')}, United Arab Emirates"
        )


def _bare(named: Mapping[date, str]) -> dict[date, str]:
    """Names without the library's own note that a date is an estimate: `status` says so."""
    return {day: name.partition(" (")[0] for day, name in named.items()}


def _groups(named: Mapping[date, str]) -> Iterator[list[date]]:
    """Days of one holiday that follow each other."""
    group: list[date] = []
    for day in sorted(named):
        same = group and day - group[-1] == timedelta(days=1) and _base(named[day]) == _base(named[group[0]])
        if group and not same:
            yield group
            group = []
        group.append(day)
    if group:
        yield group


def _base(name: str) -> str:
    return name.removesuffix(" Holiday")


def _key(name: str, day: date) -> str:
    """One a Hijri year, also when the estimate itself is a day off its beginning."""
    year = hijri(day + timedelta(days=10))
    return f"AE:{_base(name).lower().replace(' ', '_')}:{year.year if year else day.year}"


def _ramadans(first_year: int, last_year: int) -> Iterator[Estimate]:
    before, after = hijri(date(first_year, 1, 1)), hijri(date(last_year, 12, 31))
    if before is None or after is None:
        return
    for year in range(before.year, after.year + 1):
        first, last = gregorian(year, 9, 1), gregorian(year, 10, 1) - timedelta(days=1)
        if first_year <= last.year and first.year <= last_year:
            ar, en = RAMADAN
            yield Estimate(f"AE:ramadan:{year}", "ramadan", first, last, ar, en, f"hijridate {version('hijridate')}, Umm al-Qura")


def enter(db: Database) -> int:
    """Enter what this year and the next hold. What people said of a period stands, also that it is not observed; what is still an
    estimate follows the tables. Any number of processes may do it at once. Returns how many periods were entered or corrected."""
    year = in_dubai(now()).year
    foreseen = estimates(year, year + 1)
    with db.read() as session:
        standing = {p.key: p for p in session.exec(select(Period).where(col(Period.key).is_not(None)))}
    fresh = [e for e in foreseen if e.key not in standing]
    other = [e for e in foreseen if e.key in standing and _differs(e, standing[e.key])]
    if not fresh and not other:
        return 0
    with db.write() as session:
        return _enter(session, fresh) + sum(_correct(session, e) for e in other)


def _differs(estimate: Estimate, period: Period) -> bool:
    """Also a Ramadan of which only the end is announced is left alone: `by` names whoever announced its eve."""
    ours = period.status == "estimated" and period.by == WORKER.label
    return ours and (period.first, period.last) != (estimate.first, estimate.last)


def _enter(session: Session, fresh: list[Estimate]) -> int:
    moment = now()
    rows = [
        {
            "key": e.key,
            "kind": e.kind,
            "first": e.first,
            "last": e.last,
            "name_ar": e.name_ar,
            "name_en": e.name_en,
            "status": "estimated",
            "source": e.source,
            "by": WORKER.label,
            "at": moment,
        }
        for e in fresh
    ]
    entered = insert_new(session, PERIODS, rows, unique=("key",))
    if entered:
        audit.record(session, WORKER, "calendar.estimate", "calendar:AE", entered=sorted(str(row[-1]) for row in entered))
    return len(entered)


def _correct(session: Session, e: Estimate) -> int:
    """The tables know better by now; a person's word is left alone."""
    same = (col(Period.key) == e.key, col(Period.status) == "estimated", col(Period.by) == WORKER.label)
    values = {"first": e.first, "last": e.last, "source": e.source, "by": WORKER.label, "at": now()}
    changed = session.connection().execute(update(Period).where(*same).values(values)).rowcount
    if changed:
        audit.record(session, WORKER, "calendar.estimate", "calendar:AE", corrected=e.key, first=str(e.first), last=str(e.last))
    return changed
