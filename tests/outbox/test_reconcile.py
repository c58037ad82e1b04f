"""What nobody could know is settled by reading back, or put before a person in time; never by sending blindly again."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DataError, OperationalError
from sqlmodel import Session, col, select

from core import errors
from core.clock import Hands, rfc3339
from core.models import Account
from outbox import attempt, guards
from outbox.due import lanes
from outbox.look import PATIENCE, not_found, unreadable
from outbox.models import Attempt, Delivery
from outbox.send import take
from tests.outbox.outbox_wall import ACCOUNT, Desk


def steps(desk: Desk, hands: Hands, *seconds: int) -> list[tuple[str, str]]:
    """Look at these seconds after now; the states seen."""
    start, seen = hands.at, []
    delivery = desk.queue_id
    for s in seconds:
        hands.at = start + timedelta(seconds=s)
        desk.reconcile()
        seen.append(desk.state(delivery))
    return seen


def uncertain(desk: Desk, fault: str) -> int:
    desk.connector.faults.append(fault)
    desk.queue_id = desk.queue()
    desk.send()
    assert desk.state(desk.queue_id)[0] == "uncertain"
    return desk.queue_id


def test_what_is_there_is_adopted_at_the_first_look(desk: Desk, hands: Hands) -> None:
    delivery = uncertain(desk, "cut_after")
    assert steps(desk, hands, 4, 5) == [("uncertain", "uncertain:reset"), ("published", "found")]
    assert desk.get(delivery).external_id == desk.wall.posts()[0]["id"]
    assert len(desk.wall.posts()) == 1


def test_what_is_not_there_is_put_before_a_person_after_the_last_step(desk: Desk, hands: Hands) -> None:
    delivery = uncertain(desk, "cut_before")
    seen = steps(desk, hands, 5, 20, 60, 180, 599, 600)
    assert [state for state, _ in seen] == ["uncertain"] * 5 + ["needs_decision"]
    assert desk.connector.calls == ["send"] + ["find"] * 5
    desk.send()
    assert desk.wall.posts() == []
    assert desk.audit(f"delivery:{delivery}")[-1] == "delivery.needs_decision"


@pytest.mark.usefixtures("registries")
@pytest.mark.parametrize("lost", [False, True], ids=["read_back", "worker_lost"])
def test_a_room_above_that_gives_the_database_nonsense_stops_no_other_reading_back(desk: Desk, hands: Hands, lost: bool) -> None:
    desk.connector.faults.extend(["cut_after", "cut_after"])
    delivery, other = desk.queue("one"), desk.queue("other")
    desk.send()
    if lost:  # after the platform had confirmed it
        with desk.db.write() as session:
            one = session.get_one(Delivery, delivery)
            one.state, one.worker, one.lease_until = "sending", "dead", hands.at
            try_ = session.exec(select(Attempt).where(col(Attempt.delivery_id) == delivery)).one()
            try_.outcome, try_.answer = "", {"id": "77", "link": "", "cost": 0, "at": rfc3339(hands.at)}

    def hook(session: Session, told: Delivery) -> None:
        if told.id == delivery:
            raise DataError("INSERT", {}, ValueError("out of range"))

    guards.ON_SETTLED["post"] = [hook]
    hands.forward(seconds=5)
    desk.reconcile()
    assert [desk.state(id_)[0] for id_ in (delivery, other)] == ["published", "published"]


def test_a_value_the_database_refuses_in_reading_back_is_a_blind_look(desk: Desk, hands: Hands) -> None:
    delivery = uncertain(desk, "cut_after")
    desk.connector.blind.append(DataError("SELECT", {}, ValueError("out of range")))
    hands.forward(seconds=5)
    desk.reconcile()
    assert desk.state(delivery) == ("uncertain", "unreadable:platform")


def test_a_database_that_is_away_says_nothing_of_the_platform(desk: Desk, hands: Hands) -> None:
    delivery = uncertain(desk, "cut_after")
    desk.connector.blind.append(OperationalError("", {}, Exception()))
    hands.forward(seconds=5)
    with pytest.raises(OperationalError):
        desk.reconcile()
    assert desk.state(delivery) == ("uncertain", "uncertain:reset")
    hands.forward(seconds=desk.settings.lease_s)
    desk.reconcile()
    assert desk.state(delivery) == ("published", "found")


def test_a_place_that_cannot_be_read_back_says_nothing_of_the_account(desk: Desk, hands: Hands) -> None:
    uncertain(desk, "cut_before")
    with desk.db.read() as session:
        before = session.get_one(Account, desk.account.id).health
    desk.connector.blind.append(errors.Rejected(account=ACCOUNT, detail="100"))
    assert steps(desk, hands, 5) == [("uncertain", "unreadable:rejected")]
    with desk.db.read() as session:
        assert session.get_one(Account, desk.account.id).health == before


def test_a_listing_that_lags_is_waited_for(desk: Desk, hands: Hands) -> None:
    desk.connector.lag = timedelta(seconds=100)
    uncertain(desk, "cut_after")
    seen = steps(desk, hands, 5, 20, 60, 180)
    assert [state for state, _ in seen] == ["uncertain", "uncertain", "uncertain", "published"]


def test_a_post_that_appears_after_the_last_step_closes_itself(desk: Desk, hands: Hands) -> None:
    desk.connector.lag = timedelta(seconds=1000)
    delivery = uncertain(desk, "cut_after")
    steps(desk, hands, 5, 20, 60, 180, 600)
    assert desk.state(delivery)[0] == "needs_decision"
    hands.forward(hours=1)
    desk.reconcile()
    assert desk.state(delivery) == ("published", "found")


def test_what_is_never_found_is_looked_for_hourly_for_a_week_and_then_once_more_at_the_end(desk: Desk, hands: Hands) -> None:
    delivery = uncertain(desk, "cut_before")
    steps(desk, hands, 5, 20, 60, 180, 600)
    for _ in range(24 * 8):
        hands.forward(hours=1)
        desk.reconcile()
    sent_at = desk.get(delivery).sent_at
    assert sent_at
    assert (desk.state(delivery)[0], desk.get(delivery).look_at) == ("needs_decision", sent_at + PATIENCE)
    assert desk.connector.calls.count("find") == 5 + 24 * 7


def test_a_platform_that_cannot_be_read_is_no_evidence(desk: Desk, hands: Hands) -> None:
    desk.connector.blind.extend([errors.Unavailable(account=ACCOUNT)] * 4)
    uncertain(desk, "cut_after")
    seen = steps(desk, hands, 5, 20, 60, 180, 600)
    assert [state for state, _ in seen] == ["uncertain"] * 4 + ["published"]


def test_a_platform_that_stays_unreadable_is_put_before_a_person(desk: Desk, hands: Hands) -> None:
    desk.connector.blind.extend([errors.TokenExpired(account=ACCOUNT)] * 400)
    delivery = uncertain(desk, "cut_after")
    steps(desk, hands, 5, 20, 60, 180, 600, 1200)
    assert desk.state(delivery) == ("needs_decision", "unreadable:token_expired")


def test_a_rate_window_is_respected_by_the_looks_too(desk: Desk, hands: Hands) -> None:
    desk.connector.blind.append(errors.RateLimited(account=ACCOUNT, retry_at=hands.at + timedelta(seconds=300)))
    delivery = uncertain(desk, "cut_after")
    seen = steps(desk, hands, 5, 60, 299, 300)
    assert [state for state, _ in seen] == ["uncertain", "uncertain", "uncertain", "published"]
    assert desk.connector.calls.count("find") == 2
    assert desk.get(delivery).attempts == 1


def test_a_rate_window_that_ends_too_late_does_not_keep_a_person_waiting(desk: Desk, hands: Hands) -> None:
    ends = hands.at + timedelta(hours=20)
    desk.connector.blind.append(errors.RateLimited(account=ACCOUNT, retry_at=ends))
    delivery = uncertain(desk, "cut_before")
    assert steps(desk, hands, 5) == [("needs_decision", "unreadable:rate_limited")]
    assert desk.get(delivery).look_at == ends, "and nobody looks before the window ends"


def test_a_window_met_while_a_person_is_asked_is_respected_too(desk: Desk, hands: Hands) -> None:
    delivery = uncertain(desk, "cut_before")
    steps(desk, hands, 5, 20, 60, 180, 600)
    ends = hands.at + timedelta(hours=20)
    desk.connector.blind.append(errors.RateLimited(account=ACCOUNT, retry_at=ends))
    steps(desk, hands, 3600)
    assert (desk.state(delivery)[0], desk.get(delivery).look_at) == ("needs_decision", ends)


def test_looks_nobody_was_there_for_are_made_up_before_a_person_is_asked(desk: Desk, hands: Hands) -> None:
    delivery = uncertain(desk, "cut_before")
    seen = steps(desk, hands, 7200, 7204, 7205, 7210)
    assert [state for state, _ in seen] == ["uncertain", "uncertain", "uncertain", "needs_decision"]
    assert desk.get(delivery).looks == 3


def test_two_matches_are_a_persons_business(desk: Desk, hands: Hands) -> None:
    delivery = uncertain(desk, "cut_after")
    desk.wall.write(ACCOUNT, "Good news", None)
    assert steps(desk, hands, 5) == [("needs_decision", "several")]
    assert desk.get(delivery).external_id == ""


def test_the_same_words_wanted_twice_are_each_bound_to_their_own_post(desk: Desk, hands: Hands) -> None:
    first = desk.queue("Same words")
    desk.send()
    desk.connector.faults.append("cut_after")
    second = desk.queue("Same words")
    desk.send()
    hands.forward(seconds=5)
    desk.reconcile()
    assert desk.state(second)[0] == "published"
    assert {desk.get(first).external_id, desk.get(second).external_id} == {p["id"] for p in desk.wall.posts()}


def test_one_post_is_not_adopted_by_two_deliveries(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.extend(["cut_after", "cut_before"])
    first, second = desk.queue("Same words"), desk.queue("Same words")
    desk.send()
    for _ in range(30):
        hands.forward(seconds=60)
        desk.reconcile()
    assert sorted([desk.state(first)[0], desk.state(second)[0]]) == ["needs_decision", "published"]
    assert len(desk.wall.posts()) == 1


def test_a_step_that_can_be_finished_is_finished(desk: Desk, hands: Hands) -> None:
    delivery = uncertain(desk, "cut_before")
    desk.connector.resumable = True
    steps(desk, hands, 5)
    desk.send()
    assert desk.state(delivery)[0] == "published"
    assert desk.attempts(delivery) == [(1, "uncertain"), (2, "published")]


def test_finishing_a_step_is_not_tried_for_ever(desk: Desk, hands: Hands) -> None:
    desk.connector.resumable = True
    desk.connector.faults.extend(["cut_before"] * 50)
    delivery = desk.queue(grace_s=10**6)
    for _ in range(60):
        desk.send()
        hands.forward(seconds=300)
        desk.reconcile()
    assert desk.state(delivery) == ("needs_decision", "tried_too_often")
    assert desk.get(delivery).attempts == 10


def test_a_delivery_whose_worker_died_while_sending_is_unknown_not_failed(desk: Desk, hands: Hands) -> None:
    delivery = desk.queue()
    take(desk.db, "dead", None, desk.settings)
    attempt.begin(desk.db, delivery, "dead", desk.connector, desk.settings)
    desk.wall.write(ACCOUNT, "Good news", None)
    hands.forward(seconds=desk.settings.lease_s - 1)
    desk.reconcile()
    assert desk.state(delivery)[0] == "sending"
    hands.forward(seconds=1)
    desk.reconcile()
    desk.reconcile()
    assert desk.state(delivery) == ("published", "found")
    assert desk.attempts(delivery) == [(1, "uncertain")]


def test_a_delivery_whose_worker_died_before_sending_is_simply_sent(desk: Desk, hands: Hands) -> None:
    delivery = desk.queue()
    take(desk.db, "dead", None, desk.settings)
    with desk.db.read() as session:
        assert lanes(session) == []
    hands.forward(seconds=desk.settings.lease_s)
    with desk.db.read() as session:
        assert lanes(session) == [desk.account.id]
    desk.send()
    assert desk.attempts(delivery) == [(1, "published")]


FIVE = (5, 20, 60, 180, 600)


@pytest.mark.parametrize(
    ("at", "looks", "steps_s", "state", "next_s"),
    [
        (5, 1, FIVE, "uncertain", 20),
        (20, 2, FIVE, "uncertain", 60),
        (180, 4, FIVE, "uncertain", 600),
        (600, 5, FIVE, "needs_decision", 600 + 3600),
        (600, 2, FIVE, "uncertain", 605),
        (605, 3, FIVE, "needs_decision", 605 + 3600),
        (2, 1, (1, 2), "uncertain", 3),
        (2, 2, (1, 2), "needs_decision", 2 + 3600),
        (0, 1, (0,), "needs_decision", 3600),
    ],
)
def test_when_a_person_is_asked(hands: Hands, at: int, looks: int, steps_s: tuple[int, ...], state: str, next_s: int) -> None:
    sent = hands.at
    upcoming = not_found(sent, sent + timedelta(seconds=at), steps_s, looks)
    assert (upcoming.state, upcoming.look_at) == (state, sent + timedelta(seconds=next_s))


@pytest.mark.parametrize(
    ("at", "blind", "state"), [(5, 1, "uncertain"), (1199, 9, "uncertain"), (1200, 2, "uncertain"), (1200, 3, "needs_decision")]
)
def test_when_not_being_able_to_look_ends(hands: Hands, at: int, blind: int, state: str) -> None:
    assert unreadable(hands.at, hands.at + timedelta(seconds=at), FIVE, blind, None, "unavailable").state == state
