"""What somebody is told before a post goes: mourning first, holidays and their status, Ramadan hours, neighbours, a link's cost."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core import calendar
from core.actors import Actor, abilities_of
from core.models import Account
from scheduler import posts
from scheduler.models import Post
from scheduler.warnings import Caution, planned_on, warnings
from tests.scheduler.conftest import Office

MANAGER = Actor("user:99", abilities_of(["manager"]), 99, "Maryam")
NAMES: dict[str, tuple[str, str]] = {
    "holiday": ("عيد الاتحاد", "Eid Al Etihad"),
    "mourning": ("حداد رسمي", "Official mourning"),
    "ramadan": ("رمضان", "Ramadan"),
}


def period(office: Office, kind: str, first: date, last: date, status: str = "announced") -> int:
    ar, en = NAMES[kind]
    given: dict[str, Any] = {"kind": kind, "first": first, "last": last, "name_ar": ar, "name_en": en, "status": status}
    with office.db.write() as session:
        return calendar.keep(session, MANAGER, **given, source="WAM").id or 0


def told(office: Office, post: int, *, real: bool = False) -> tuple[Caution, ...]:
    with office.db.read() as session:
        return warnings(session, session.get_one(Post, post), office.real() if real else None)


def codes(found: tuple[Caution, ...]) -> list[str]:
    return [w.code for w in found]


def test_an_ordinary_hour_warns_of_nothing(office: Office) -> None:
    assert told(office, office.draft("facebook", wall="2026-11-25T10:00"), real=True) == ()


@pytest.mark.parametrize(
    ("status", "ar", "en"),
    [("estimated", "تقديري", "estimated"), ("announced", "معلن", "announced"), ("confirmed", "مؤكد", "confirmed")],
)
def test_a_holiday_is_told_with_its_name_its_status_and_its_hijri_date(office: Office, status: str, ar: str, en: str) -> None:
    number = period(office, "holiday", date(2026, 12, 2), date(2026, 12, 3), status)
    (found,) = told(office, office.draft(wall="2026-12-03T10:00"))
    assert (found.code, found.values["period"], found.strong) == ("holiday", number, False)
    assert all(part in found.words("ar") for part in ("عيد الاتحاد", ar, "2026-12-03", "جمادى الآخرة 1448 هـ"))
    assert all(part in found.words("en") for part in ("Eid Al Etihad", en, "2026-12-03", "1448 AH"))


def test_a_holiday_that_was_moved_warns_on_its_new_day_alone(office: Office) -> None:
    number = period(office, "holiday", date(2026, 12, 2), date(2026, 12, 2))
    with office.db.write() as session:
        calendar.move(session, MANAGER, calendar.of(session, number), date(2026, 12, 4), date(2026, 12, 4), source="Cabinet")
    assert told(office, office.draft(wall="2026-12-02T10:00")) == ()
    (found,) = told(office, office.draft(wall="2026-12-04T10:00"))
    assert "moved" in found.words("en")


def test_a_day_begins_at_midnight_in_dubai_wherever_the_wall_hangs(office: Office) -> None:
    period(office, "holiday", date(2026, 12, 2), date(2026, 12, 2))
    assert codes(told(office, office.draft(wall="2026-12-01T21:00", zone="Europe/London"))) == ["holiday"]
    assert codes(told(office, office.draft(wall="2026-12-01T19:59", zone="Europe/London"))) == []


def test_mourning_is_strong_and_comes_first(office: Office) -> None:
    period(office, "holiday", date(2026, 12, 2), date(2026, 12, 3))
    period(office, "mourning", date(2026, 12, 1), date(2026, 12, 3))
    found = told(office, office.draft(wall="2026-12-02T10:00"))
    assert codes(found) == ["mourning", "holiday"]
    assert [w.strong for w in found] == [True, False]


def test_mourning_declared_after_the_approval_warns_of_what_is_scheduled(office: Office) -> None:
    post = office.scheduled("x", at=None, wall="2026-11-25T10:00")
    assert told(office, post) == ()
    period(office, "mourning", date(2026, 11, 24), date(2026, 11, 26))
    assert codes(told(office, post)) == ["mourning"]


@pytest.mark.parametrize(
    ("wall", "warned"),
    [
        ("2027-02-09T08:59", True),  # a Tuesday
        ("2027-02-09T09:00", False),
        ("2027-02-09T14:29", False),
        ("2027-02-09T14:30", True),
        ("2027-02-12T11:59", False),  # a Friday
        ("2027-02-12T12:00", True),
        ("2027-02-13T10:00", False),  # a Saturday, on which nobody works anyway
        ("2027-03-09T08:00", False),  # after Ramadan
    ],
)
def test_an_hour_outside_ramadans_work_is_told(office: Office, wall: str, warned: bool) -> None:
    period(office, "ramadan", date(2027, 2, 8), date(2027, 3, 8), "estimated")
    assert codes(told(office, office.draft(wall=wall))) == (["ramadan_hours"] if warned else [])


def test_ramadans_hours_are_told(office: Office) -> None:
    period(office, "ramadan", date(2027, 2, 8), date(2027, 3, 8), "estimated")
    (found,) = told(office, office.draft(wall="2027-02-09T20:00"))
    assert all(part in found.words(lang) for lang in ("ar", "en") for part in ("09:00", "14:30", "20:00"))


@pytest.mark.parametrize(("minutes", "warned"), [(-60, False), (-59, True), (0, True), (59, True), (60, False)])
def test_another_post_of_the_account_within_the_hour_is_told(office: Office, minutes: int, warned: bool) -> None:
    at = office.hands.at + timedelta(hours=5)
    other = office.scheduled("x", "facebook", at=at + timedelta(minutes=minutes), title="افتتاح")
    found = told(office, office.draft("x", at=at))
    assert [w.values["post"] for w in found] == ([other] if warned else [])
    if warned:
        assert "افتتاح" in found[0].words("ar")


def test_of_pages_that_are_called_alike_each_is_told_by_its_platform(office: Office) -> None:
    with office.db.write() as session:
        session.execute(update(Account).values(name="الوزارة"))
    at = office.hands.at + timedelta(hours=5)
    office.scheduled("x", "facebook", at=at)
    found = told(office, office.draft("x", "facebook", at=at))
    assert [one.words("ar").split(" منشور")[0] for one in found] == ["على الوزارة · فيسبوك", "على الوزارة · إكس"]


def test_neither_another_account_nor_a_draft_nor_what_was_cancelled_is_a_neighbour(office: Office) -> None:
    at = office.hands.at + timedelta(hours=5)
    office.scheduled("facebook", at=at)
    office.draft("x", at=at)
    office.do(posts.cancel, office.scheduled("x", at=at))
    assert told(office, office.draft("x", at=at)) == ()


def test_what_went_out_without_an_hour_is_a_neighbour_too(office: Office) -> None:
    now = office.draft("x")
    office.do(posts.submit, now)
    office.approve(now)
    office.send()
    assert codes(told(office, office.draft("x", at=office.hands.at + timedelta(minutes=30)))) == ["same_hour"]


def test_a_post_without_an_hour_is_looked_at_as_if_it_went_now(office: Office) -> None:
    period(office, "mourning", date(2026, 11, 24), date(2026, 11, 24))
    assert codes(told(office, office.draft("x"))) == ["mourning"]


def test_the_cost_of_a_link_is_told_for_x_alone(office: Office) -> None:
    post = office.draft("facebook", "x", wall="2026-11-25T10:00", text="التفاصيل: https://mohre.gov.ae")
    (found,) = told(office, post, real=True)
    assert (found.code, found.values["cost"], found.values["without"]) == ("link_cost", "0.20", "0.015")
    assert all(part in found.words(lang) for lang in ("ar", "en") for part in ("0.20", "0.015"))


def test_of_a_row_each_occurrence_is_warned_of_before_it_is_approved(office: Office) -> None:
    period(office, "holiday", date(2026, 12, 2), date(2026, 12, 3), "estimated")
    period(office, "mourning", date(2026, 12, 9), date(2026, 12, 9))
    weekly = {"every": "week", "until": "2026-12-16"}
    post = office.draft("x", wall="2026-11-25T10:00", repeat=weekly, text="https://mohre.gov.ae")
    found = told(office, post, real=True)
    assert codes(found) == ["mourning", "holiday", "link_cost_row"]
    assert [f"{w.at:%m-%d}" for w in found] == ["12-09", "12-02", "11-25"]
    assert all("0.80" in found[2].words(lang) for lang in ("ar", "en"))
    office.do(posts.submit, post)
    office.approve(post)
    assert codes(told(office, post, real=True)) == ["link_cost"], "each further occurrence is a post of its own now"


def test_whoever_declares_days_sees_what_is_planned_on_them(office: Office) -> None:
    first, last = date(2026, 11, 25), date(2026, 11, 26)
    on = [office.scheduled("x", at=None, wall=f"2026-11-{hour}") for hour in ("25T00:00", "26T23:59")]
    for hour in ("24T23:59", "27T00:00"):
        office.scheduled("x", at=None, wall=f"2026-11-{hour}")
    waits = office.draft("x", wall="2026-11-26T12:00")
    office.do(posts.submit, waits)
    office.draft("x", wall="2026-11-26T12:00")
    with office.db.read() as session:
        assert [p.id for p in planned_on(session, first, last)] == [on[0], waits, on[1]]


def test_an_hour_that_clocks_show_twice_is_explained(office: Office) -> None:
    (found,) = told(office, office.draft(wall="2026-10-25T02:30", zone="Europe/Berlin"))
    assert found.code == "clock_twice"
    assert all("00:30" in found.words(lang) for lang in ("ar", "en"))
