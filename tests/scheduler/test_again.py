"""Partial success is seen, and only what failed is sent again."""

import pytest

from core.actors import WORKER
from core.errors import Forbidden, WrongState
from outbox.problems import board
from scheduler import posts
from scheduler.approving import FORGOTTEN
from tests.outbox.conftest import MANAGER
from tests.scheduler.conftest import Office


def half_out(office: Office) -> int:
    """Out on Facebook, refused by X."""
    post = office.scheduled("facebook", "x")
    office.connectors["x"].faults.append("rejected")
    office.hands.forward(hours=1)
    office.send()
    assert office.post(post).state == "partly"
    return post


def test_only_what_failed_is_sent_again(office: Office) -> None:
    post = half_out(office)
    office.do(posts.retry, post, by=MANAGER)
    assert office.post(post).state == "scheduled"
    office.send()
    assert office.post(post).state == "published"
    assert [p["account"] for p in office.wall.posts()] == ["facebook:1", "x:1"]
    assert office.connectors["facebook"].calls.count("send") == 1


def test_the_board_tells_of_a_refusal_until_it_is_sent_again(office: Office) -> None:
    def told() -> list[tuple[str, tuple[str, ...]]]:
        with office.db.read() as session:
            return [(row.account, row.may) for row in board(session, settings=office.settings).rows]

    post = half_out(office)
    row = (office.accounts["x"].key, ("retry", "write_anew"))
    assert told() == [row]
    office.connectors["x"].faults.append("rejected")
    office.do(posts.retry, post, by=MANAGER)
    office.send()
    assert told() == [row]  # of the second refusal alone
    office.do(posts.retry, post, by=MANAGER)
    office.send()
    assert office.post(post).state == "published"
    assert told() == []


def test_what_fails_again_leaves_the_post_partly_and_can_be_tried_once_more(office: Office) -> None:
    post = half_out(office)
    for _ in range(2):
        office.connectors["x"].faults.append("rejected")
        office.do(posts.retry, post, by=MANAGER)
        office.send()
        assert office.post(post).state == "partly"
    assert [p["account"] for p in office.wall.posts()] == ["facebook:1"]


def test_what_was_refused_everywhere_can_be_sent_again(office: Office) -> None:
    post = office.scheduled("x")
    office.connectors["x"].faults.append("rejected")
    office.hands.forward(hours=1)
    office.send()
    assert office.post(post).state == "refused"
    office.do(posts.retry, post, by=MANAGER)
    office.send()
    assert office.post(post).state == "published"


def test_pressed_twice_it_is_sent_once(office: Office) -> None:
    post = half_out(office)
    office.do(posts.retry, post, by=MANAGER)
    with pytest.raises(WrongState):
        office.do(posts.retry, post, by=MANAGER)
    office.send()
    assert len(office.wall.posts()) == 2


def test_where_nothing_failed_there_is_nothing_to_send_again(office: Office) -> None:
    post = office.scheduled("facebook", "x")
    with pytest.raises(WrongState):
        office.do(posts.retry, post, by=MANAGER)
    office.hands.forward(hours=1)
    office.send()
    with pytest.raises(WrongState):
        office.do(posts.retry, post, by=MANAGER)


def test_whoever_may_not_decide_may_not_send_again(office: Office) -> None:
    post = half_out(office)
    with pytest.raises(Forbidden):
        office.do(posts.retry, post)


def test_a_draft_nobody_touched_for_half_a_year_is_given_up(office: Office) -> None:
    post = office.draft()
    office.hands.forward(days=FORGOTTEN.days - 1)
    posts.expire_unapproved(office.db, WORKER)
    assert office.post(post).state == "draft"
    office.hands.forward(days=1)
    posts.expire_unapproved(office.db, WORKER)
    assert office.post(post).state == "cancelled"
