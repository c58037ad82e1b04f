"""Cancelled while a part of it is under way: that try ends as it may, and no other one follows."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core.errors import WrongState
from outbox import attempt, decide, pause
from outbox.models import Delivery
from outbox.reconcile import reconcile_due
from scheduler import posts, queueing
from scheduler.models import Post
from tests.outbox.conftest import MANAGER
from tests.scheduler.conftest import Office


def unknown_on_facebook_and_held_on_x(office: Office) -> int:
    post = office.scheduled("facebook", "x")
    office.connectors["facebook"].faults.append("cut_before")
    office.connectors["x"].faults.append("token")
    office.hands.forward(hours=1)
    office.send()
    assert sorted(state for state, _ in office.deliveries(post)) == ["held", "uncertain"]
    return post


def settle(office: Office) -> None:
    office.hands.forward(hours=1)
    reconcile_due(office.db, office.connect, office.worker, settings=office.settings)
    office.send()


def test_what_could_be_finished_after_a_lost_answer_is_not_finished(office: Office) -> None:
    post = unknown_on_facebook_and_held_on_x(office)
    office.connectors["facebook"].resumable = True
    office.do(posts.cancel, post)
    settle(office)
    assert office.wall.posts() == []
    assert office.deliveries(post)[0] == ("cancelled", "post_withdrawn")
    assert office.post(post).state == "cancelled"


def test_what_is_out_all_the_same_is_found_and_told(office: Office) -> None:
    post = unknown_on_facebook_and_held_on_x(office)
    with office.db.read() as session:
        text = session.exec(select(Delivery).order_by(col(Delivery.id))).first().body["text"]  # type: ignore[union-attr] # it is there
    office.wall.write("facebook:1", text, None)
    office.do(posts.cancel, post)
    settle(office)
    assert [p["account"] for p in office.wall.posts()] == ["facebook:1"]
    assert office.post(post).state == "partly"


def again_on_facebook(office: Office, *, there: bool) -> int:
    """Its account did not answer, a person had it tried again, and a pause holds that. `there`: the first try had come through."""
    post = office.scheduled("facebook")
    office.connectors["facebook"].lag = timedelta(days=1)
    office.connectors["facebook"].faults.append("cut_after" if there else "cut_before")
    office.hands.forward(hours=1)
    office.send()
    for _ in range(5):
        office.hands.forward(minutes=5)
        reconcile_due(office.db, office.connect, office.worker, settings=office.settings)
    with office.db.write() as session:
        (carries,) = queueing.deliveries(session, session.get_one(Post, post))
        decide.publish_again(session, MANAGER, carries)
        pause.press(session, MANAGER, "mourning")
    office.send()
    assert office.deliveries(post) == [("held", "paused")]
    office.connectors["facebook"].lag = timedelta(0)
    return post


def test_what_was_tried_again_and_is_cancelled_is_looked_for_and_can_be_taken_down(office: Office) -> None:
    post = again_on_facebook(office, there=True)
    office.do(posts.cancel, post)
    assert (office.post(post).state, office.deliveries(post)) == ("scheduled", [("uncertain", "cancelled")])
    settle(office)
    assert (office.post(post).state, len(office.wall.posts())) == ("published", 1)
    office.do(posts.withdraw, post, ar="خطأ في الموعد", en="The date was wrong")


def test_what_was_tried_again_and_cancelled_and_is_not_there_is_a_persons_to_end(office: Office) -> None:
    post = again_on_facebook(office, there=False)
    office.do(posts.cancel, post)
    for _ in range(3):
        settle(office)
    ((state, _),) = office.deliveries(post)
    assert (state, office.post(post).state) == ("needs_decision", "scheduled")
    with office.db.write() as session:
        (carries,) = queueing.deliveries(session, session.get_one(Post, post))
        decide.give_up(session, MANAGER, carries, "it is not there")
    assert (office.post(post).state, office.wall.posts()) == ("cancelled", [])


def test_what_may_stand_is_not_changed_as_if_nothing_had_left(office: Office) -> None:
    post = again_on_facebook(office, there=True)
    with pytest.raises(WrongState):
        office.do(posts.edit, post, title="خبر آخر")
    assert office.deliveries(post) == [("held", "paused")]


def test_an_answer_after_the_end_brings_the_post_back_into_sight(office: Office) -> None:
    """The worker that had sent it was frozen while a person gave it up."""
    post = office.scheduled("facebook")
    connector = office.connectors["facebook"]

    def meanwhile() -> None:
        connector.before = lambda: None
        for _ in range(10):
            office.hands.forward(minutes=5)
            reconcile_due(office.db, office.connect, "w2", settings=office.settings)
        with office.db.write() as session:
            (carries,) = queueing.deliveries(session, session.get_one(Post, post))
            decide.give_up(session, MANAGER, carries, "enough")
        assert office.post(post).state == "cancelled"

    connector.before = meanwhile
    office.hands.forward(hours=1)
    office.send()
    assert (office.post(post).state, [state for state, _ in office.deliveries(post)]) == ("published", ["published"])
    office.do(posts.withdraw, post, ar="خطأ في الموعد", en="The date was wrong")


def test_of_a_post_that_is_to_be_withdrawn_no_further_part_goes_out(office: Office) -> None:
    post = office.scheduled("facebook", "x")
    office.connectors["facebook"].faults.append("cut_before")
    office.connectors["facebook"].resumable = True
    office.hands.forward(hours=1)
    office.send()
    office.do(posts.withdraw, post, ar="خطأ في الموعد", en="The date was wrong")
    settle(office)
    assert [p["account"] for p in office.wall.posts()] == ["x:1"]
    assert (office.deliveries(post)[0][0], office.post(post).state) == ("cancelled", "partly")


def test_what_is_cancelled_between_two_steps_is_not_made_public(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    post = office.scheduled("facebook", "x")
    office.connectors["facebook"].two_steps = True
    asked: list[str] = []
    may_go_on = attempt.may_go_on

    def cancelling(*given: Any) -> None:
        asked.append("write")
        if len(asked) == 2:
            office.do(posts.cancel, post)
        may_go_on(*given)

    monkeypatch.setattr(attempt, "may_go_on", cancelling)
    office.hands.forward(hours=1)
    office.send()
    office.send()
    assert (len(asked), office.wall.posts()) == (2, [])
    assert [state for state, _ in office.deliveries(post)] == ["cancelled", "cancelled"]
    assert office.post(post).state == "cancelled"
