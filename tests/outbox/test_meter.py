"""The forecast to the month's end, its method and what it rests on."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.contract import Bill
from core.clock import Hands
from core.models import Account
from outbox.meter import Day, Meter, forecast, meter, rests_on
from outbox.spending import spend
from tests.outbox.outbox_wall import Desk

USD = 1_000_000
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOON.date()


def days(read: Mapping[int, int], write: Mapping[int, int] | None = None) -> dict[date, Day]:
    """By day of November, in USD."""
    write = write or {}
    numbers = {*read, *write}
    return {date(2026, 11, n): Day(date(2026, 11, n), read.get(n, 0) * USD, write.get(n, 0) * USD) for n in numbers}


@pytest.mark.parametrize(
    ("first", "since", "whole"),
    [
        (date(2026, 10, 1), date(2026, 11, 17), 7),
        (date(2026, 11, 17), date(2026, 11, 18), 6),  # its first day reads far back
        (date(2026, 11, 22), date(2026, 11, 23), 1),
        (date(2026, 11, 23), date(2026, 11, 23), 1),  # there is no other
        (TODAY, TODAY, 0),
    ],
)
def test_it_rests_on_the_last_whole_days_a_week_at_most(first: date, since: date, whole: int) -> None:
    assert rests_on(first, TODAY) == (since, whole)


def test_the_rest_of_the_month_costs_what_the_last_week_did() -> None:
    spent = days(dict.fromkeys(range(1, 24), 2) | {24: 1})
    found = forecast(spent, NOON, date(2026, 11, 17), 7, 0, [])
    assert found.reading_micros == 2 * USD
    assert found.micros == (23 * 2 + 1 + 1 + 6 * 2) * USD, "23 days, today so far, the rest of today, six more days"


def test_a_day_that_cost_more_than_usual_is_not_taken_back() -> None:
    found = forecast(days({23: 2, 24: 5}), NOON, date(2026, 11, 23), 1, 0, [])
    assert found.micros == (2 + 5 + 6 * 2) * USD


def test_a_quiet_day_counts_as_one() -> None:
    found = forecast(days({17: 7}), NOON, date(2026, 11, 17), 7, 0, [])
    assert found.reading_micros == 1 * USD


def test_answers_go_on_at_their_pace_and_posts_at_their_price() -> None:
    spent = days({}, dict.fromkeys(range(17, 24), 3))
    found = forecast(spent, NOON, date(2026, 11, 17), 7, 14 * USD, [200_000, 15_000])
    assert (found.answers_micros, found.planned, found.planned_micros) == (1 * USD, 2, 215_000)
    assert found.micros == 21 * USD + int(6.5 * USD) + 215_000


def test_on_its_first_day_it_rests_on_the_hours_so_far_and_says_so() -> None:
    found = forecast(days({24: 1}), NOON, TODAY, 0, 0, [])
    assert (found.days, found.reading_micros, found.micros) == (0, 2 * USD, (1 + 1 + 6 * 2) * USD)
    early = forecast(days({24: 1}), datetime(2026, 11, 24, 0, 1, tzinfo=UTC), TODAY, 0, 0, [])
    assert early.reading_micros == 24 * USD, "a minute is never taken for a day"


def test_last_month_tells_what_a_day_costs_and_is_not_counted_again() -> None:
    first = datetime(2026, 12, 1, 6, tzinfo=UTC)
    found = forecast(days(dict.fromkeys(range(24, 31), 1)), first, date(2026, 11, 24), 7, 0, [])
    assert found.micros == 31 * USD


def read(desk: Desk, **given: object) -> Meter:
    with desk.db.read() as session:
        account = session.get_one(Account, desk.account.id)
        return meter(session, account, desk.settings, lambda text: 200_000 if "://" in text else 15_000, **given)  # type: ignore[arg-type]  # tests give texts


def test_the_months_meter_of_an_account(desk: Desk, hands: Hands) -> None:
    for n in range(3):
        with desk.db.write() as session:
            spend(session, desk.account, Bill(2, 1, {f"post:{n}": 5000}), price=15_000)
        hands.forward(days=1)
    found = read(desk)
    assert [day.day for day in found.days] == [date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)]
    assert found.total == Day(date(2026, 11, 1), 15_000, 45_000, 6, 3, 3)
    assert (found.forecast.days, found.forecast.since) == (2, date(2026, 11, 25))
    assert (found.allowed.micros, found.exceeds) == (None, False)


def test_an_account_without_a_past_has_a_meter_too(desk: Desk, hands: Hands) -> None:
    found = read(desk)
    assert (found.days, found.total.micros, found.forecast.micros, found.forecast.days) == ((), 0, 0, 0)


def test_posts_that_wait_for_their_hour_are_in_the_forecast_and_next_months_are_not(desk: Desk, hands: Hands) -> None:
    desk.queue("news", at=hands.at + timedelta(days=2))
    desk.queue("see https://gov.example/1", at=hands.at + timedelta(days=3))
    desk.queue("later", at=hands.at + timedelta(days=20))
    found = read(desk, unapproved=("to be approved",))
    assert (found.forecast.planned, found.forecast.planned_micros) == (3, 230_000)


def test_posts_that_left_are_no_answers(desk: Desk, hands: Hands) -> None:
    hands.forward(days=1)
    desk.connector.costs = 15_000
    desk.queue()
    desk.queue("an answer", kind="reply", target_id="9")
    hands.forward(seconds=1)
    desk.send()
    hands.forward(days=1)
    assert read(desk).forecast.answers_micros == 15_000


def test_windows_that_are_used_up_are_on_the_meter(desk: Desk, hands: Hands) -> None:
    until = hands.at + timedelta(minutes=5)
    with desk.db.write() as session:
        spend(session, desk.account, Bill(1, 0, {}, {"mentions": until}))
    assert read(desk).shut == {"mentions": until}
