"""One clock, in UTC, that a test can hold in its hand."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.clock import Hands, aware, in_dubai, now, parse, rfc3339, running


def test_now_is_aware_and_in_utc() -> None:
    assert now().tzinfo is UTC


def test_a_clock_moved_by_hand_stands_still_until_it_is_moved(hands: Hands) -> None:
    before = now()
    assert now() == before
    hands.forward(minutes=5)
    assert now() - before == timedelta(minutes=5)


def _fall_over(clock: Hands) -> None:
    with running(clock):
        raise RuntimeError(now().year)


def test_the_former_clock_comes_back_even_after_an_error(hands: Hands) -> None:
    with pytest.raises(RuntimeError, match="2030"):
        _fall_over(Hands(datetime(2030, 1, 1, tzinfo=UTC)))
    assert now() == hands.at


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        aware(datetime(2026, 11, 24, 10, 0))  # noqa: DTZ001 (the naive time is what is tested)


def test_any_zone_becomes_utc() -> None:
    dubai = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=4)))
    assert aware(dubai) == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert aware(dubai).tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 24, 20, 37, 34, tzinfo=UTC), "2026-11-24T20:37:34Z"),
        (datetime(2026, 11, 24, 20, 37, 34, 250_000, tzinfo=UTC), "2026-11-24T20:37:34.250000Z"),
        (datetime(2026, 11, 25, 0, 37, 34, tzinfo=timezone(timedelta(hours=4))), "2026-11-24T20:37:34Z"),
    ],
)
def test_times_are_written_as_rfc_3339_in_utc(moment: datetime, text: str) -> None:
    assert rfc3339(moment) == text


def test_a_written_time_reads_back_as_itself() -> None:
    moment = datetime(2026, 11, 24, 20, 37, 34, 250_000, tzinfo=UTC)
    assert parse(rfc3339(moment)) == moment
    assert parse("2026-11-25T00:37:34.25+04:00") == moment


@pytest.mark.parametrize("text", ["2026-11-24T10:00:00", "tomorrow", ""])
def test_a_text_that_names_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


def test_dubai_is_four_hours_ahead_all_year() -> None:
    for month in (1, 7):
        assert in_dubai(datetime(2026, month, 1, 20, 0, tzinfo=UTC)).isoformat() == f"2026-{month:02}-02T00:00:00+04:00"
