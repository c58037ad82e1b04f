"""The crisis pause: nothing leaves after the press, and nothing bursts out after it is lifted (FIELD §G 5)."""

from datetime import timedelta
from typing import Any

import pytest

from core.actors import OPERATING, Actor
from core.clock import Hands
from core.errors import Forbidden, Invalid, WrongState
from outbox import decide, pause
from outbox.models import Delivery
from tests.outbox.outbox_wall import Desk


def press(desk: Desk, actor: Actor, reason: str = "mourning", **more: Any) -> pause.Pressed:
    with desk.db.write() as session:
        return pause.press(session, actor, reason, **more)


def test_nothing_goes_after_the_press_and_each_is_confirmed_after_the_lift(desk: Desk, manager: Actor) -> None:
    queued = [desk.queue(f"post {n}") for n in range(20)]
    press(desk, manager)
    desk.send()
    assert {desk.state(d) for d in queued} == {("held", "paused")}
    with desk.db.write() as session:
        pause.lift(session, manager)
    desk.send()
    assert desk.wall.posts() == []
    with desk.db.write() as session:
        decide.release(session, manager, session.get_one(Delivery, queued[3]))
    desk.send()
    assert desk.wall.texts() == ["post 3"]


def test_what_was_in_flight_is_named_and_reported_as_it_ends(desk: Desk, manager: Actor) -> None:
    pressed: list[pause.Pressed] = []
    desk.connector.before = lambda: pressed.append(press(desk, manager)) if not pressed else None
    delivery, other = desk.queue("on its way"), desk.queue("not yet")
    desk.send()
    assert pressed[0].in_flight == (delivery,)
    assert [desk.state(delivery)[0], desk.state(other)] == ["published", ("held", "paused")]


def test_those_on_the_list_may_still_speak(desk: Desk, manager: Actor) -> None:
    press(desk, manager, allow=["receipt", "user:5"])
    receipt = desk.queue("got it", kind="receipt", target_id="c1")
    post = desk.queue("festival")
    desk.send()
    assert [desk.state(receipt)[0], desk.state(post)[0]] == ["published", "held"]


def test_a_pause_with_an_end_ends(desk: Desk, hands: Hands, manager: Actor) -> None:
    press(desk, manager, ends_at=hands.at + timedelta(hours=3))
    first = desk.queue("during")
    desk.send()
    hands.forward(hours=3)
    second = desk.queue("after")
    desk.send()
    assert [desk.state(first), desk.state(second)[0]] == [("held", "paused"), "published"]


def test_only_those_who_may_press_it_and_only_with_a_reason(desk: Desk, manager: Actor) -> None:
    with pytest.raises(Forbidden):
        press(desk, OPERATING)
    with pytest.raises(Invalid):
        press(desk, manager, " ")
    press(desk, manager)
    with pytest.raises(WrongState):
        press(desk, manager)
    assert desk.audit("pause:1") == ["pause.press"]
