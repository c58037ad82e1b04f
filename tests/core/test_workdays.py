"""Which days and hours are worked: four and a half days, Ramadan's shorter hours, holidays."""

from datetime import UTC, date, datetime, time

import pytest

from core.errors import Invalid
from core.weekfile import kept
from core.weeks import Hours, Week
from core.workdays import Calendar, Days

RAMADAN = Days("ramadan", date(2027, 2, 8), date(2027, 3, 8), "رمضان", "Ramadan", "estimated")
EID = Days("holiday", date(2027, 3, 9), date(2027, 3, 11), "عيد الفطر", "Eid Al Fitr", "estimated")
MOURNING = Days("mourning", date(2027, 3, 10), date(2027, 3, 12), "حداد", "Mourning")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+04:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 26), Hours(time(7, 30), time(15, 30))),  # a Thursday
        (date(2026, 11, 27), Hours(time(7, 30), time(12, 0))),  # a Friday
        (date(2026, 11, 28), None),
        (date(2026, 11, 29), None),
        (date(2027, 2, 9), Hours(time(9, 0), time(14, 30))),  # a Tuesday in Ramadan
        (date(2027, 2, 12), Hours(time(9, 0), time(12, 0))),  # a Friday in Ramadan
        (date(2027, 3, 9), None),
    ],
)
def test_a_day_has_the_hours_of_its_season(day: date, expected: Hours | None) -> None:
    assert Calendar((RAMADAN, EID, MOURNING)).hours(day) == (() if expected is None else (expected,))


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-26T07:29", False),
        ("2026-11-26T07:30", True),
        ("2026-11-26T15:29", True),
        ("2026-11-26T15:30", False),
        ("2026-11-27T11:59", True),
        ("2026-11-27T12:00", False),
        ("2027-02-09T08:00", False),
        ("2027-02-09T14:29", True),
        ("2027-02-09T15:00", False),
    ],
)
def test_an_office_is_open_from_the_first_minute_to_before_the_last(moment: str, open_: bool) -> None:
    assert Calendar((RAMADAN, EID)).open_at(at(moment)) is open_


def test_mourning_shuts_no_office_by_itself_and_weighs_most() -> None:
    calendar = Calendar((EID, MOURNING))
    assert [d.kind for d in calendar.on(date(2027, 3, 10))] == ["mourning", "holiday"]
    assert calendar.hours(date(2027, 3, 12))


def test_weeks_say_where_they_were_read() -> None:
    assert all(week.source for week in (*kept().usual, *kept().ramadan))


def test_a_week_nobody_works_or_a_reversed_day_is_refused() -> None:
    with pytest.raises(Invalid):
        Week({})
    with pytest.raises(Invalid):
        Week({0: (Hours(time(15, 30), time(7, 30)),)})
