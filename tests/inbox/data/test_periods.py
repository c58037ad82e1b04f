"""Days and months are whole when they are published, and each is published once, whenever releases are made."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.data.periods import bounds, days, month_of, months, next_month, release_day

FIRST = date(2026, 1, 17)
#: days between one release and the next: mostly one, sometimes the worker was away
gaps = st.lists(st.integers(min_value=1, max_value=70), min_size=1, max_size=12)


@given(gaps)
def test_each_day_is_in_one_release_and_in_no_other(between: list[int]) -> None:
    told: list[date] = []
    last: date | None = None
    today = FIRST + timedelta(days=3)
    for gap in between:
        new = list(days(last, FIRST, today))
        assert all(day < today for day in new)
        told += new
        last, today = max([*new, last or FIRST]), today + timedelta(days=gap)
    assert told == [FIRST + timedelta(days=n) for n in range(len(told))]


@given(gaps)
def test_each_month_is_in_one_release_and_in_no_other(between: list[int]) -> None:
    told: list[date] = []
    last: date | None = None
    today = FIRST + timedelta(days=3)
    for gap in between:
        new = list(months(last, FIRST, today))
        assert all(next_month(month) <= today for month in new)
        told += new
        last, today = new[-1] if new else last, today + timedelta(days=gap)
    assert len(set(told)) == len(told)
    assert told == sorted(told)
    assert not told or told[0] == month_of(FIRST)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 1, 59, 59, tzinfo=UTC), date(2026, 11, 23)),  # a second before six in Dubai
        (datetime(2026, 11, 24, 2, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 21, 0, tzinfo=UTC), date(2026, 11, 24)),  # one in the morning
    ],
)
def test_the_release_of_a_day_is_due_at_six(moment: datetime, day: date) -> None:
    assert release_day(moment) == day


def test_a_month_is_bounded_by_two_midnights_in_dubai() -> None:
    assert bounds(date(2026, 12, 1)) == (datetime(2026, 11, 30, 20, tzinfo=UTC), datetime(2026, 12, 31, 20, tzinfo=UTC))
