"""The calendar for the operator: what is kept as plain data, days as people write them."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from console.opening import House
from core import audit, calendar, estimates
from core.actors import Actor
from core.clock import in_dubai, now
from core.errors import WrongOption
from core.hijri import hijri
from core.models import Period
from core.why import Why
from scheduler import casework
from scheduler.warnings import planned_on

AHEAD = timedelta(days=366)


def listed(house: House, first: str, last: str, *, removed: bool) -> dict[str, Any]:
    """Periods from `first` (today) to `last` (a year on). What tables foresee is entered first: an empty list means none."""
    estimates.enter(house.db)
    start = _day("--from", first) if first else in_dubai(now()).date()
    until = _day("--to", last) if last else start + AHEAD
    with house.db.read() as session:
        value = {"periods": [plain(period) for period in calendar.between(session, start, until, removed=removed)]}
    return _sealed(house, value)


def keep(
    house: House, actor: Actor, kind: str, first: str, last: str, name_ar: str, name_en: str, status: str, source: str
) -> dict[str, Any]:
    """See core.calendar.keep; with the posts planned on these days, and how many cases' dates moved."""
    days = {"first": _day("FIRST", first), "last": _day("LAST", last)}
    with house.db.write() as session:
        period = calendar.keep(session, actor, kind=kind, name_ar=name_ar, name_en=name_en, status=status, source=source, **days)
        value = _told(session, period)
    return _followed(house, value)


def announce(house: House, actor: Actor, number: int, source: str, first: str, last: str, *, confirmed: bool) -> dict[str, Any]:
    """See core.calendar.announce; with the posts planned on these days, the Ramadan that ends on their eve, the cases moved."""
    days = {name: _day(f"--{name}", text) if text else None for name, text in (("first", first), ("last", last))}
    with house.db.write() as session:
        period = calendar.of(session, number)
        value = _told(session, calendar.announce(session, actor, period, source=source, confirmed=confirmed, **days))
    return _followed(house, value)


def move(house: House, actor: Actor, number: int, first: str, last: str, source: str) -> dict[str, Any]:
    """See core.calendar.move; with the same as `announce`."""
    days = (_day("FIRST", first), _day("LAST", last))
    with house.db.write() as session:
        value = _told(session, calendar.move(session, actor, calendar.of(session, number), *days, source=source))
    return _followed(house, value)


def remove(house: House, actor: Actor, number: int, reason: str) -> dict[str, Any]:
    """See core.calendar.remove."""
    with house.db.write() as session:
        value = plain(calendar.remove(session, actor, calendar.of(session, number), reason))
    return _followed(house, value)


def plain(period: Period) -> dict[str, Any]:
    """The period as a command prints it."""
    beside = hijri(period.first)
    return {
        "number": period.id,
        "kind": period.kind,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "hijri": beside.words("en") if beside else "",
        "name_ar": period.name_ar,
        "name_en": period.name_en,
        "status": period.status,
        "source": period.source,
        "by": period.by,
    }


def _told(session: Session, period: Period) -> dict[str, Any]:
    """The period, the posts planned on its days, which somebody should look at now, and Ramadan where it is the end of it."""
    planned = [
        {"post": p.id, "title": p.title, "state": p.state, "at": p.at} for p in planned_on(session, period.first, period.last)
    ]
    fasting = calendar.fasting_before(session, period)
    return {**plain(period), "planned": planned} | ({"ramadan": plain(fasting)} if fasting else {})


def _followed(house: House, value: dict[str, Any]) -> dict[str, Any]:
    """With the number of open cases whose promised dates moved for it, and whose authors are told."""
    return _sealed(house, {**value, "cases_moved": casework.follow_calendar(house.db)})


def _sealed(house: House, value: dict[str, Any]) -> dict[str, Any]:
    audit.seal(house.db)
    return value


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongOption(name=name, why=Why("no_date")) from None
