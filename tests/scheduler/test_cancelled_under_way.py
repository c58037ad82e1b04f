"""Cancelled while a part of it is under way: that try ends as it may, and no other one follows."""

from typing import Any

import pytest
from sqlmodel import col, select

from outbox import attempt
from outbox.models import Delivery
from outbox.reconcile import reconcile_due
from scheduler import posts
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
