"""Every kind of fault × what becomes of the delivery: the table one can read."""

from datetime import timedelta

import pytest

from core.actors import OPERATING
from core.clock import Hands
from outbox.tending import examine
from tests.outbox.outbox_wall import Desk

#: fault at the send -> (state after it, reason, on the wall)
TABLE = {
    "refused_connection": ("scheduled", "unavailable:connect", 0),
    "limited": ("scheduled", "rate_limited", 0),
    "token": ("held", "token_expired", 0),
    "scope": ("held", "disconnected", 0),
    "credit": ("held", "spend_cap", 0),
    "rejected": ("refused", "rejected:187", 0),
    "not_possible": ("refused", "not_possible:no", 0),
    "gone": ("refused", "gone:404", 0),
    "cut_before": ("uncertain", "uncertain:reset", 0),
    "cut_after": ("uncertain", "uncertain:reset", 1),
    "garbage_after": ("uncertain", "uncertain:unreadable", 1),
    "bug_before": ("uncertain", "unexpected:KeyError", 0),
    "bug_after": ("uncertain", "unexpected:KeyError", 1),
}


@pytest.mark.parametrize("fault", TABLE)
def test_a_fault_leads_to_its_state(desk: Desk, fault: str) -> None:
    desk.connector.faults.append(fault)
    delivery = desk.queue()
    desk.send()
    state, reason, on_wall = TABLE[fault]
    assert desk.state(delivery) == (state, reason)
    assert len(desk.wall.posts()) == on_wall
    assert [no for no, _ in desk.attempts(delivery)] == [1]


@pytest.mark.parametrize("fault", TABLE)
def test_whatever_the_fault_nothing_is_there_twice_and_nothing_is_stuck(desk: Desk, hands: Hands, fault: str) -> None:
    desk.connector.faults.append(fault)
    delivery = desk.queue()
    for _ in range(40):
        desk.send()
        desk.reconcile()
        hands.forward(seconds=60)
        if fault == "credit":  # a person has bought some: nothing else lets it go on
            examine(desk.db, OPERATING, desk.account, desk.connector)
    state, _ = desk.state(delivery)
    assert len(desk.wall.posts()) <= 1
    assert (state == "published") == (len(desk.wall.posts()) == 1)
    assert state in ("published", "refused", "needs_decision")


@pytest.mark.parametrize("kind", ["hide", "unhide", "delete"])
def test_acting_on_something_gone_is_success(desk: Desk, kind: str) -> None:
    desk.connector.faults.append("gone")
    delivery = desk.queue("", kind=kind, target_id="c1")
    desk.send()
    assert desk.state(delivery) == ("published", "already_gone")


@pytest.mark.parametrize("kind", ["hide", "unhide", "delete"])
def test_acting_is_simply_done_again_when_its_outcome_is_unknown(desk: Desk, hands: Hands, kind: str) -> None:
    desk.connector.faults.append("cut_after")
    delivery = desk.queue("", kind=kind, target_id="c1")
    desk.send()
    assert desk.state(delivery)[0] == "uncertain"
    hands.forward(seconds=5)
    desk.reconcile()
    desk.send()
    assert desk.state(delivery)[0] == "published"
    assert desk.connector.calls == [f"{kind} c1"] * 2


def test_a_limited_account_is_not_called_before_its_hour(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("limited")
    first, second = desk.queue("one"), desk.queue("two")
    desk.send()
    hands.forward(minutes=14)
    desk.send()
    assert desk.connector.calls == ["send"]
    hands.forward(minutes=1)
    desk.send()
    assert [desk.state(d)[0] for d in (first, second)] == ["published", "published"]


def test_a_limit_that_is_over_as_it_is_told_does_not_make_us_call_without_end(desk: Desk, hands: Hands) -> None:
    hands.forward(days=1)  # the wall's windows end on the day before
    desk.connector.faults.extend(["limited"] * 5)
    delivery = desk.queue()
    desk.send()
    assert desk.connector.calls == ["send"]
    hands.forward(seconds=5)
    desk.send()
    assert desk.connector.calls == ["send"] * 2
    assert desk.state(delivery) == ("scheduled", "rate_limited")


def test_an_unreachable_platform_is_tried_again_ever_more_slowly(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.extend(["refused_connection"] * 4)
    delivery = desk.queue()
    waits = []
    for _ in range(4):
        desk.send()
        again = desk.get(delivery).not_before
        assert again is not None
        waits.append(again - hands.at)
        hands.at = again
    assert waits == [timedelta(seconds=s) for s in (5, 10, 20, 40)]
    desk.send()
    assert desk.state(delivery)[0] == "published"
    assert desk.attempts(delivery) == [(1, "not_sent"), (2, "not_sent"), (3, "not_sent"), (4, "not_sent"), (5, "published")]
