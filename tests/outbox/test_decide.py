"""A person decides: held, missed and undecided deliveries have an exit, for those who may."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from connectors.contract import Connector
from core.actors import OPERATING, Actor
from core.clock import Hands
from core.errors import Forbidden, Invalid, WrongState
from core.models import Account
from core.vault import SealBroken
from outbox import decide, guards
from outbox.models import Delivery
from tests.outbox.outbox_wall import Desk


def asked(desk: Desk, hands: Hands, fault: str = "cut_before") -> int:
    """A delivery that was put before a person."""
    desk.connector.faults.append(fault)
    delivery = desk.queue()
    desk.send()
    for _ in range(20):
        hands.forward(seconds=60)
        desk.reconcile()
    assert desk.state(delivery)[0] == "needs_decision"
    return delivery


def do(desk: Desk, verb: Callable[..., Delivery], actor: Actor, delivery_id: int, *args: object) -> None:
    with desk.db.write() as session:
        verb(session, actor, session.get_one(Delivery, delivery_id), *args)


def test_published_again_it_goes_once_more(desk: Desk, hands: Hands, manager: Actor) -> None:
    delivery = asked(desk, hands)
    do(desk, decide.publish_again, manager, delivery)
    desk.send()
    assert desk.state(delivery)[0] == "published"
    assert desk.wall.texts() == ["Good news"]
    assert "delivery.scheduled" in desk.audit(f"delivery:{delivery}")


def test_after_publishing_again_the_first_copy_is_still_found(desk: Desk, hands: Hands, manager: Actor) -> None:
    desk.connector.lag = timedelta(hours=2)
    delivery = asked(desk, hands, "cut_after")
    do(desk, decide.publish_again, manager, delivery)
    desk.connector.faults.append("cut_before")  # as X answers a duplicate: it did not take the second one
    desk.send()
    desk.connector.lag = timedelta(0)
    hands.forward(seconds=5)
    desk.reconcile()
    assert desk.state(delivery) == ("published", "found")
    assert len(desk.wall.posts()) == 1


def test_a_refusal_of_the_second_try_does_not_end_the_search_for_the_first(desk: Desk, hands: Hands, manager: Actor) -> None:
    desk.connector.lag = timedelta(hours=2)
    delivery = asked(desk, hands, "cut_after")
    do(desk, decide.publish_again, manager, delivery)
    desk.connector.faults.append("rejected")
    desk.send()
    assert desk.state(delivery)[0] == "uncertain"
    desk.connector.lag = timedelta(0)
    hands.forward(seconds=5)
    desk.reconcile()
    assert desk.state(delivery) == ("published", "found")
    assert len(desk.wall.posts()) == 1


def test_a_refusal_of_the_second_try_seen_in_reading_back_does_not_either(desk: Desk, hands: Hands, manager: Actor) -> None:
    wall = desk.connector
    wall.two_steps, wall.lag = True, timedelta(hours=2)
    delivery = asked(desk, hands, "cut_after")
    first = desk.get(delivery).steps["container"]
    do(desk, decide.publish_again, manager, delivery)
    wall.faults.append("cut_before")
    desk.send()
    wall.failed, wall.lag = {desk.get(delivery).steps["container"]}, timedelta(0)
    hands.forward(seconds=5)
    desk.reconcile()
    hands.forward(seconds=1)
    desk.reconcile()
    assert (desk.state(delivery), desk.get(delivery).steps) == (("published", "found"), {"container": first})
    assert len(desk.wall.posts()) == 1


def test_what_was_refused_at_each_try_is_refused(desk: Desk, hands: Hands, manager: Actor) -> None:
    wall = desk.connector
    wall.two_steps = True
    delivery = asked(desk, hands)
    do(desk, decide.publish_again, manager, delivery)
    wall.faults.append("cut_before")
    desk.send()
    wall.failed = set(desk.get(delivery).steps.values())
    for _ in range(2):
        hands.forward(seconds=5)
        desk.reconcile()
    assert desk.state(delivery) == ("refused", "rejected:container")


def test_a_refusal_of_the_second_try_is_put_before_a_person_where_nothing_is_found(
    desk: Desk, hands: Hands, manager: Actor
) -> None:
    delivery = asked(desk, hands)
    do(desk, decide.publish_again, manager, delivery)
    desk.connector.faults.append("rejected")
    desk.send()
    for _ in range(20):
        hands.forward(seconds=60)
        desk.reconcile()
    assert desk.state(delivery)[0] == "needs_decision"
    do(desk, decide.give_up, manager, delivery, "the platform does not want it")
    assert desk.state(delivery)[0] == "cancelled"


def test_adopting_names_the_post_a_person_found(desk: Desk, hands: Hands, manager: Actor) -> None:
    delivery = asked(desk, hands)
    for wrong in (" ", "https://x.com/mohre/status/12345", "12 345", "١٢٣", "9" * 121):
        with pytest.raises(Invalid):
            do(desk, decide.adopt, manager, delivery, wrong, desk.connect)
    do(desk, decide.adopt, manager, delivery, "12345", desk.connect)
    assert (desk.get(delivery).external_id, desk.state(delivery)) == ("12345", ("published", "adopted"))


def test_what_a_person_found_was_paid_for_and_is_on_the_meter_once(desk: Desk, hands: Hands, manager: Actor) -> None:
    desk.connector.costs = 15_000
    delivery = asked(desk, hands)
    do(desk, decide.adopt, manager, delivery, "12345", desk.connect)
    with pytest.raises(WrongState):
        do(desk, decide.adopt, manager, delivery, "12345", desk.connect)
    with desk.db.read() as session:
        assert session.get_one(Account, desk.account.id).spent_usd_micros == 15_000
    assert desk.get(delivery).cost_micros == 15_000


def test_a_post_is_adopted_although_its_account_cannot_be_opened(desk: Desk, hands: Hands, manager: Actor) -> None:
    def sealed(account: Account) -> Connector:
        raise SealBroken(account=account.key)

    delivery = asked(desk, hands)
    do(desk, decide.adopt, manager, delivery, "12345", sealed)
    assert (desk.state(delivery)[0], desk.get(delivery).cost_micros) == ("published", 0)


def test_an_id_of_another_delivery_cannot_be_adopted(desk: Desk, hands: Hands, manager: Actor) -> None:
    first = desk.queue("First")
    desk.send()
    delivery = asked(desk, hands)
    with pytest.raises(Invalid):
        do(desk, decide.adopt, manager, delivery, desk.get(first).external_id, desk.connect)
    assert desk.state(delivery)[0] == "needs_decision"


def test_giving_up_ends_it(desk: Desk, hands: Hands, manager: Actor) -> None:
    delivery = asked(desk, hands)
    with pytest.raises(Invalid):
        do(desk, decide.give_up, manager, delivery, "")
    do(desk, decide.give_up, manager, delivery, "no longer news")
    assert desk.state(delivery) == ("cancelled", "no longer news")
    with pytest.raises(WrongState):
        do(desk, decide.publish_again, manager, delivery)


def test_the_operator_may_not_decide(desk: Desk, hands: Hands) -> None:
    delivery = asked(desk, hands)
    args: tuple[object, ...]
    for verb, args in (
        (decide.publish_again, ()),
        (decide.adopt, ("1", desk.connect)),
        (decide.give_up, ("x",)),
        (decide.release, ()),
    ):
        with pytest.raises(Forbidden):
            do(desk, verb, OPERATING, delivery, *args)


def test_late_within_its_grace_it_goes_and_beyond_it_asks(desk: Desk, hands: Hands) -> None:
    soon = desk.queue("ten minutes", at=hands.at - timedelta(minutes=10), grace_s=3600)
    old = desk.queue("three hours", at=hands.at - timedelta(hours=3), grace_s=3600)
    summary = desk.send()
    assert [desk.state(soon)[0], desk.state(old)] == ["published", ("missed", "missed")]
    assert summary.failed
    assert desk.wall.texts() == ["ten minutes"]


def test_a_missed_one_goes_when_a_person_still_wants_it(desk: Desk, hands: Hands, manager: Actor) -> None:
    delivery = desk.queue(at=hands.at - timedelta(hours=3), grace_s=3600)
    desk.send()
    do(desk, decide.publish_again, manager, delivery)
    desk.send()
    assert desk.state(delivery)[0] == "published"


def test_what_nobody_wants_any_more_expires_wherever_it_waits(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("token")
    held = desk.queue("one", expires_at=hands.at + timedelta(minutes=30))
    later = desk.queue("two", at=hands.at + timedelta(minutes=5), expires_at=hands.at + timedelta(minutes=30))

    desk.connector.well = None
    desk.send()
    hands.forward(minutes=31)
    desk.send()
    assert [desk.state(d)[0] for d in (held, later)] == ["expired", "expired"]
    assert desk.wall.posts() == []


@pytest.mark.usefixtures("registries")
def test_what_would_be_held_again_for_the_same_reason_is_not_let_go(desk: Desk, hands: Hands, manager: Actor) -> None:
    says = {"it": "policy_finds"}
    guards.GUARDS["asked"] = lambda session, delivery: says["it"]
    delivery = desk.queue(guard="asked")
    desk.send()
    with pytest.raises(decide.StillHeld) as refused:
        do(desk, decide.release, manager, delivery)
    assert "يلزم اعتماده من جديد" in refused.value.words("ar")
    assert "must be approved anew" in refused.value.words("en")
    assert desk.state(delivery) == ("held", "policy_finds")
    assert "delivery.scheduled" not in desk.audit(f"delivery:{delivery}")
    says["it"] = "approver_gone"
    do(desk, decide.release, manager, delivery)  # what is in its way now is another thing, and will be said
    assert desk.state(delivery) == ("scheduled", "released")


@pytest.mark.usefixtures("registries")
def test_one_whose_check_fails_is_let_go_once_that_is_mended(desk: Desk, manager: Actor) -> None:
    def broken(session: object, delivery: object) -> str:
        raise KeyError("id")

    guards.GUARDS["asked"] = broken
    delivery = desk.queue(guard="asked")
    desk.send()
    assert desk.state(delivery) == ("held", "unexpected:KeyError")
    with pytest.raises(decide.StillHeld):
        do(desk, decide.release, manager, delivery)
    guards.GUARDS["asked"] = lambda session, delivery: ""
    do(desk, decide.release, manager, delivery)
    desk.send()
    assert desk.state(delivery)[0] == "published"


def test_letting_go_does_not_help_while_the_account_is_blocked(desk: Desk, manager: Actor) -> None:
    desk.connector.faults.append("token")
    delivery = desk.queue()
    desk.send()
    with pytest.raises(decide.StillHeld) as refused:
        do(desk, decide.release, manager, delivery)
    assert "Token expired" in str(refused.value)
    assert desk.state(delivery) == ("held", "token_expired")
