"""The words of an event: the same facts in both languages, on the clocks of its place, true whenever they are read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler import telling
from scheduler.events import EventFacts

#: 10:00 to 12:30 in Dubai
FACTS = EventFacts(
    "ورشة حماية الأجور",
    datetime(2026, 12, 3, 6, tzinfo=UTC),
    datetime(2026, 12, 3, 8, 30, tzinfo=UTC),
    "مركز دبي",
    "Wage workshop",
    "Dubai Centre",
)
LATER = replace(FACTS, starts_at=FACTS.starts_at + timedelta(hours=1))
MOVED = replace(FACTS, place="أبوظبي", place_en="Abu Dhabi")


def test_an_announcement_says_what_when_and_where() -> None:
    assert telling.announcement(FACTS) == (
        "ورشة حماية الأجور\nالخميس 3 ديسمبر 2026، من 10:00 صباحًا إلى 12:30 ظهرًا\nالمكان: مركز دبي",
        "Wage workshop\nThursday 3 December 2026, 10:00 am to 12:30 pm\nPlace: Dubai Centre",
    )


def test_a_reminder_says_the_hour_itself_so_that_it_is_true_when_it_goes_late() -> None:
    assert telling.reminder(FACTS) == (
        "تذكير: ورشة حماية الأجور\nالخميس 3 ديسمبر 2026، الساعة 10:00 صباحًا\nالمكان: مركز دبي",
        "Reminder: Wage workshop\nThursday 3 December 2026, 10:00 am\nPlace: Dubai Centre",
    )


def test_an_end_moved_alone_changes_no_reminder() -> None:
    assert telling.reminder(replace(FACTS, ends_at=FACTS.ends_at + timedelta(hours=1))) == telling.reminder(FACTS)


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        (LATER, "hour"),
        (replace(FACTS, zone="Asia/Riyadh"), "hour"),
        (MOVED, "place"),
        (replace(MOVED, starts_at=LATER.starts_at), "update"),
        (replace(FACTS, title="ملتقى"), "update"),
        (replace(FACTS, place="", place_en=""), "update"),
    ],
)
def test_a_notice_says_first_what_changed(new: EventFacts, kind: str) -> None:
    assert telling.difference(FACTS, new) == kind
    ar, en = telling.change(FACTS, new)
    assert ar.startswith({"hour": "تغيّر الموعد: ", "place": "تغيّر المكان: ", "update": "تحديث: "}[kind])
    assert en.startswith({"hour": "New time: ", "place": "New place: ", "update": "Update: "}[kind])


def test_a_notice_of_a_new_place_says_that_the_hour_stays() -> None:
    assert telling.change(FACTS, MOVED)[1] == (
        "New place: Wage workshop\nNow at: Abu Dhabi\nStill on: Thursday 3 December 2026, 10:00 am to 12:30 pm"
    )


def test_a_cancellation_names_the_hour_that_was_planned() -> None:
    ar, en = telling.cancellation(FACTS)
    assert ar.splitlines()[:2] == ["إلغاء: ورشة حماية الأجور", "الموعد الذي كان مقررًا: " + telling.when(FACTS, "ar")]
    assert en.splitlines()[0] == "Cancelled: Wage workshop"


def test_several_days_are_told_from_the_first_to_the_last() -> None:
    long = replace(FACTS, ends_at=FACTS.ends_at + timedelta(days=2))
    assert telling.when(long, "en") == "Thursday 3 December 2026, 10:00 am to Saturday 5 December 2026, 12:30 pm"
    assert telling.when(long, "ar") == "من الخميس 3 ديسمبر 2026، 10:00 صباحًا إلى السبت 5 ديسمبر 2026، 12:30 ظهرًا"


def test_elsewhere_the_city_whose_clocks_are_meant_is_named() -> None:
    abroad = replace(FACTS, zone="Europe/London")
    assert telling.begins(abroad, "en") == "Thursday 3 December 2026, 6:00 am (London time)"
    assert telling.begins(abroad, "ar") == "الخميس 3 ديسمبر 2026، الساعة 6:00 صباحًا (بتوقيت لندن)"


@pytest.mark.parametrize(
    ("at", "ar", "en"),
    [
        ("00:05", "12:05 بعد منتصف الليل", "12:05 am"),
        ("09:30", "9:30 صباحًا", "9:30 am"),
        ("12:00", "12:00 ظهرًا", "12:00 pm"),
        ("15:30", "3:30 عصرًا", "3:30 pm"),
        ("23:59", "11:59 مساءً", "11:59 pm"),
    ],
)
def test_an_hour_is_told_as_people_say_it(at: str, ar: str, en: str) -> None:
    local = datetime.fromisoformat(f"2026-12-03T{at}")
    assert (telling.hour(local, "ar"), telling.hour(local, "en")) == (ar, en)


def test_without_a_place_no_line_asks_for_one() -> None:
    assert telling.announcement(replace(FACTS, place="", place_en=""))[1].count("\n") == 1


def test_a_name_in_one_language_serves_in_both() -> None:
    only = replace(FACTS, title_en="", place_en="")
    assert telling.reminder(only)[1] == "Reminder: ورشة حماية الأجور\nThursday 3 December 2026, 10:00 am\nPlace: مركز دبي"
