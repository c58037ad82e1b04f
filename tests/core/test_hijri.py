"""The Hijri date beside the Gregorian one."""

from datetime import UTC, date, datetime

import pytest

from core.hijri import FIRST, LAST, HijriDate, gregorian, hijri


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 24), HijriDate(1448, 6, 14)),
        (date(2026, 2, 18), HijriDate(1447, 9, 1)),
        (date(2025, 6, 26), HijriDate(1447, 1, 1)),
    ],
)
def test_a_day_has_its_date_of_the_umm_al_qura_tables(day: date, expected: HijriDate) -> None:
    assert hijri(day) == expected
    assert gregorian(expected.year, expected.month, expected.day) == day


def test_an_instant_has_the_date_of_its_day_in_dubai() -> None:
    evening = datetime(2026, 2, 17, 20, 30, tzinfo=UTC)  # half past midnight in Dubai
    assert hijri(evening) == HijriDate(1447, 9, 1)


def test_it_is_said_in_both_languages() -> None:
    found = hijri(date(2026, 11, 24))
    assert found is not None
    assert found.words("ar") == "14 جمادى الآخرة 1448 هـ"
    assert found.words("en") == "14 Jumada al-Akhirah 1448 AH"


def test_outside_the_tables_there_is_none() -> None:
    assert hijri(FIRST) is not None
    assert hijri(LAST) is not None
    assert hijri(date(1900, 1, 1)) is None
    assert hijri(date(2099, 1, 1)) is None
