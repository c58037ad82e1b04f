"""A clock that stood ahead and was put back keeps no delivery waiting for a future that nobody meant."""

from datetime import timedelta

import pytest

from core.clock import Hands
from outbox import attempt
from outbox.ahead import put_right
from outbox.look import APART, UNKNOWN_MOST
from outbox.problems import board
from outbox.recover import recover
from outbox.send import take
from tests.outbox.outbox_wall import ACCOUNT, Desk

YEAR = timedelta(days=365)
FOREVER = 10**8


def dies_sending(desk: Desk) -> int:
    delivery = desk.queue()
    take(desk.db, "dead", None, desk.settings)
    attempt.begin(desk.db, delivery, "dead", desk.connector, desk.settings)
    return delivery


def test_what_a_worker_left_that_died_a_year_ahead_is_settled_now(desk: Desk, hands: Hands) -> None:
    right, hands.at = hands.at, hands.at + YEAR
    delivery = dies_sending(desk)
    hands.at = right
    desk.wall.write(ACCOUNT, "Good news", None)
    hands.forward(seconds=1)
    desk.reconcile()
    assert desk.state(delivery) == ("uncertain", "worker_lost")
    hands.forward(seconds=5)
    desk.reconcile()
    assert desk.state(delivery) == ("published", "found")
    assert len(desk.wall.posts()) == 1


def test_what_of_it_never_left_is_put_before_a_person_in_time(desk: Desk, hands: Hands) -> None:
    right, hands.at = hands.at, hands.at + YEAR
    delivery = dies_sending(desk)
    hands.at = right
    for _ in range(12):
        desk.reconcile()
        hands.forward(minutes=1)
    assert desk.state(delivery) == ("needs_decision", "not_found")
    with desk.db.read() as session:
        (row,) = board(session, settings=desk.settings).rows
    assert row.deadline
    assert row.deadline < hands.at + timedelta(days=31)
    assert desk.wall.posts() == []


def test_what_was_queued_before_the_clock_stood_ahead_is_looked_for_since_then(desk: Desk, hands: Hands) -> None:
    delivery = desk.queue(grace_s=FOREVER)
    right, hands.at = hands.at, hands.at + YEAR
    take(desk.db, "dead", None, desk.settings)
    attempt.begin(desk.db, delivery, "dead", desk.connector, desk.settings)
    hands.at = right
    desk.wall.write(ACCOUNT, "Good news", None)
    hands.forward(hours=9)
    desk.reconcile()
    hands.forward(seconds=5)
    desk.reconcile()
    assert desk.state(delivery) == ("published", "found")


def test_what_was_only_claimed_a_year_ahead_is_simply_sent(desk: Desk, hands: Hands) -> None:
    delivery = desk.queue()
    right, hands.at = hands.at, hands.at + YEAR
    take(desk.db, "dead", None, desk.settings)
    hands.at = right
    desk.send()
    assert desk.attempts(delivery) == [(1, "published")]


def test_a_look_that_was_put_off_by_that_clock_is_taken_now(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("cut_after")
    desk.connector.lag = 2 * YEAR
    delivery = desk.queue()
    desk.send()
    right, hands.at = hands.at, hands.at + YEAR
    desk.reconcile()
    assert desk.state(delivery) == ("uncertain", "not_found_yet")
    hands.at, desk.connector.lag = right + timedelta(seconds=5), timedelta(0)
    desk.reconcile()
    assert desk.state(delivery) == ("published", "found")


def test_hosts_whose_clocks_differ_a_little_leave_each_others_leases_alone(desk: Desk, hands: Hands) -> None:
    hands.forward(seconds=APART.total_seconds())
    delivery = dies_sending(desk)
    hands.forward(seconds=-APART.total_seconds())
    desk.reconcile()
    assert desk.state(delivery)[0] == "sending"
    hands.forward(seconds=-1)
    desk.reconcile()
    assert desk.state(delivery)[0] == "uncertain"


def test_the_answer_to_a_call_still_counts_when_the_clock_was_put_back_during_it(desk: Desk, hands: Hands) -> None:
    right, hands.at = hands.at, hands.at + YEAR

    def put_back() -> None:
        hands.at = right
        put_right(desk.db, desk.settings)
        desk.reconcile()

    desk.connector.before = put_back
    delivery = desk.queue()
    desk.send()
    assert desk.state(delivery)[0] == "published"
    assert len(desk.wall.posts()) == 1


def test_a_blocked_account_that_was_last_asked_by_that_clock_is_asked_again(desk: Desk, hands: Hands) -> None:
    right, hands.at = hands.at, hands.at + YEAR
    desk.connector.faults.append("token")
    delivery = desk.queue()
    desk.send()
    assert desk.state(delivery) == ("held", "token_expired")
    hands.at = right
    assert recover(desk.db, lambda _: desk.connector, settings=desk.settings) == 1
    assert desk.state(delivery)[0] == "scheduled"


@pytest.mark.parametrize("fault", ["cut_before", "limited"])
def test_what_waits_as_it_should_is_left_alone(desk: Desk, hands: Hands, fault: str) -> None:
    desk.connector.faults.append(fault)
    desk.queue(), desk.queue("later", at=hands.at + YEAR)
    desk.send()
    for _ in range(40):
        assert put_right(desk.db, desk.settings) == []
        hands.forward(seconds=UNKNOWN_MOST.total_seconds() / 40)
        desk.reconcile()
