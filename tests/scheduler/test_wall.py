"""Wall clock and instant: a time is chosen on a Dubai wall and kept in UTC."""

from datetime import UTC, datetime

import pytest

from core.errors import Invalid
from scheduler.wall import instant, shown


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (datetime.fromisoformat("2026-11-24T10:00"), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),
        (datetime.fromisoformat("2026-01-01T02:30"), datetime(2025, 12, 31, 22, 30, tzinfo=UTC)),
        (
            datetime.fromisoformat("2026-03-29T02:30"),
            datetime(2026, 3, 28, 22, 30, tzinfo=UTC),
        ),  # Europe skips this hour, Dubai does not
        (datetime.fromisoformat("2026-07-01T00:00"), datetime(2026, 6, 30, 20, 0, tzinfo=UTC)),
    ],
)
def test_ten_in_dubai_is_six_in_utc_summer_and_winter(wall: datetime, utc: datetime) -> None:
    assert instant(wall) == utc
    assert shown(utc) == f"{wall:%Y-%m-%d %H:%M}"


def test_a_time_those_clocks_skip_is_refused() -> None:
    with pytest.raises(Invalid, match="never show 02:30"):
        instant(datetime.fromisoformat("2026-03-29T02:30"), "Europe/Berlin")


def test_of_a_time_they_show_twice_the_first_is_meant() -> None:
    assert instant(datetime.fromisoformat("2026-10-25T02:30"), "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_wall_time_carries_no_offset() -> None:
    with pytest.raises(Invalid):
        instant(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
