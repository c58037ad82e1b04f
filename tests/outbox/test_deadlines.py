"""Every state that is not final has a deadline and an exit: left alone by people it ends by itself (DESIGN §2.3)."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from core import errors
from core.actors import WORKER, Actor
from core.clock import Hands
from outbox import attempt, pause
from outbox.look import PATIENCE
from outbox.send import take
from outbox.settle import MOST_TRIES
from outbox.states import DELIVERY, FINAL, STATES, move
from tests.outbox.outbox_wall import Desk

Put = Callable[[Desk, Hands], int]


def scheduled(desk: Desk, hands: Hands) -> int:
    """Behind a rate window that never ends."""
    desk.connector.faults.extend(["limited"] * 99)
    delivery = desk.queue()
    desk.send()
    return delivery


def sending(desk: Desk, hands: Hands) -> int:
    """Its worker died in the call; nothing of it reached the platform."""
    delivery = desk.queue()
    take(desk.db, "dead", None, desk.settings)
    attempt.begin(desk.db, delivery, "dead", desk.connector, desk.settings)
    return delivery


def uncertain(desk: Desk, hands: Hands) -> int:
    desk.connector.faults.append("cut_before")
    delivery = desk.queue()
    desk.send()
    return delivery


def unreadable(desk: Desk, hands: Hands) -> int:
    """Uncertain, on an account nobody can read any more."""
    desk.connector.blind.extend([errors.TokenExpired()] * 99)
    return uncertain(desk, hands)


def needs_decision(desk: Desk, hands: Hands) -> int:
    delivery = uncertain(desk, hands)
    for _ in range(5):
        hands.forward(minutes=4)
        desk.reconcile()
    return delivery


def several(desk: Desk, hands: Hands) -> int:
    """Two on the platform may be it: a person must choose, and none does."""
    desk.connector.faults.append("cut_after")
    delivery = desk.queue()
    desk.send()
    desk.wall.write(desk.account.key, "Good news", None)
    hands.forward(seconds=5)
    desk.reconcile()
    return delivery


def tried_too_often(desk: Desk, hands: Hands) -> int:
    desk.connector.faults.extend(["cut_before"] * 99)
    delivery = desk.queue("", kind="hide", target_id="c1", grace_s=10**8)
    for _ in range(MOST_TRIES):
        desk.send()
        hands.forward(minutes=6)
        desk.reconcile()
        hands.forward(minutes=6)
    return delivery


def held(desk: Desk, hands: Hands) -> int:
    desk.connector.faults.append("token")
    desk.connector.well = errors.TokenExpired()
    delivery = desk.queue()
    desk.send()
    return delivery


def missed(desk: Desk, hands: Hands) -> int:
    delivery = desk.queue(at=hands.at - timedelta(hours=3), grace_s=3600)
    desk.send()
    return delivery


#: how it got there -> (the state, where it ends by itself and why)
LEFT_ALONE: Mapping[Put, tuple[str, tuple[str, str]]] = {
    scheduled: ("scheduled", ("expired", "too_late")),
    sending: ("sending", ("cancelled", "undecided")),
    uncertain: ("uncertain", ("cancelled", "undecided")),
    unreadable: ("uncertain", ("cancelled", "undecided")),
    needs_decision: ("needs_decision", ("cancelled", "undecided")),
    several: ("needs_decision", ("cancelled", "undecided")),
    tried_too_often: ("needs_decision", ("cancelled", "undecided")),
    held: ("held", ("expired", "too_late")),
    missed: ("missed", ("expired", "too_late")),
}


def test_every_state_that_is_not_final_is_walked_here() -> None:
    assert {state for state, _ in LEFT_ALONE.values()} == set(STATES) - set(FINAL)


@pytest.mark.parametrize("put", LEFT_ALONE, ids=lambda put: put.__name__)
def test_left_alone_it_ends_in_time_and_says_why(desk: Desk, hands: Hands, put: Put) -> None:
    state, end = LEFT_ALONE[put]
    delivery = put(desk, hands)
    assert desk.state(delivery)[0] == state
    on_wall = len(desk.wall.posts())
    for step in [timedelta(minutes=4)] * 8 + [timedelta(days=4)] * (PATIENCE.days // 4 + 2):
        hands.at += step
        desk.send()
        desk.reconcile()
    assert desk.state(delivery) == end
    assert len(desk.wall.posts()) == on_wall, "nothing leaves that nobody decided"


@pytest.mark.parametrize("state", [s for s in STATES if s not in FINAL])
def test_from_every_state_a_final_one_can_be_reached(state: str) -> None:
    reached = {state}
    while further := {to for s in reached for to in DELIVERY.moves[s]} - reached:
        reached |= further
    assert reached & set(FINAL)


@pytest.mark.parametrize("frm", STATES)
def test_no_move_that_the_table_does_not_name_is_made(desk: Desk, frm: str) -> None:
    delivery = desk.queue()
    for to in set(STATES) - DELIVERY.moves[frm]:
        with desk.db.write() as session, pytest.raises(ValueError, match="does not go"):
            move(session, WORKER, delivery, (frm,), to)


def test_what_is_found_at_the_last_look_is_published_after_all(desk: Desk, hands: Hands) -> None:
    delivery = needs_decision(desk, hands)
    hands.forward(days=8)
    desk.reconcile()
    desk.wall.write(desk.account.key, "Good news", None)
    hands.forward(days=15)
    desk.reconcile()
    assert desk.state(delivery)[0] == "needs_decision", "between the week and the end nobody looks"
    hands.forward(days=15)
    desk.reconcile()
    assert desk.state(delivery) == ("published", "found")


def test_an_event_reminder_that_is_held_ends_when_the_event_begins_not_a_month_later(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("token")
    desk.connector.well = errors.TokenExpired()
    delivery = desk.queue(expires_at=hands.at + timedelta(hours=2))
    desk.send()
    hands.forward(hours=2)
    desk.send()
    assert desk.state(delivery) == ("expired", "too_late")


def test_a_paused_post_waits_a_month_for_its_confirmation(desk: Desk, hands: Hands, manager: Actor) -> None:
    with desk.db.write() as session:
        pause.press(session, manager, "mourning")
    delivery = desk.queue()
    desk.send()
    hands.forward(days=PATIENCE.days - 1)
    desk.send()
    assert desk.state(delivery) == ("held", "paused")
    hands.forward(days=1)
    desk.send()
    assert desk.state(delivery) == ("expired", "too_late")
