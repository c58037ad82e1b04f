"""A pause holds whatever our clock did between the hour at which something was queued and the press."""

from datetime import timedelta
from typing import Any

import pytest

from core.actors import Actor
from core.clock import Hands
from tests.outbox.outbox_wall import Desk
from tests.outbox.test_pause import held, press


def test_a_clock_that_stood_ahead_when_it_was_queued_lets_nothing_past_a_pause_that_ends_by_itself(
    desk: Desk, hands: Hands, manager: Actor
) -> None:
    delivery = desk.queue("queued while the clock stood two hours ahead", at=hands.at - timedelta(hours=2))
    hands.at -= timedelta(hours=2)
    press(desk, manager, ends_at=hands.at + timedelta(hours=1))
    desk.send()
    assert (desk.wall.posts(), held(desk, delivery)) == ([], True)


def test_a_clock_put_back_between_two_steps_does_not_hide_a_press(
    desk: Desk, hands: Hands, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.connector.two_steps = True
    delivery = desk.queue(at=hands.at - timedelta(hours=2))
    keep = desk.connector._make

    def made_then_pressed(steps: Any) -> None:
        keep(steps)
        hands.at -= timedelta(hours=2)
        press(desk, manager, ends_at=hands.at + timedelta(hours=1))

    monkeypatch.setattr(desk.connector, "_make", made_then_pressed)
    desk.send()
    assert (desk.wall.posts(), desk.state(delivery)) == ([], ("held", "paused"))
