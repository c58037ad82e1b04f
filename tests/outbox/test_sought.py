"""An end in the ledger is an end on the platform: what may stand by an earlier try is looked for before it ends, and never sent."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from core.actors import WORKER, Actor
from core.clock import Hands, now
from core.errors import TokenExpired, WrongState
from outbox import decide, guards, pause
from outbox.enqueue import call_off, withdraw
from outbox.guards import Refusal
from outbox.look import PATIENCE
from outbox.models import Delivery
from outbox.problems import Trouble, board
from outbox.sought import MAY_STAND, may_stand
from outbox.standing import standing
from tests.outbox.outbox_wall import Desk
from tests.outbox.test_decide import asked, do

#: somebody, or the hour, ends what waits here by a person's "again"
End = Callable[[Desk, Hands, Actor, int], None]


def given_up(desk: Desk, hands: Hands, manager: Actor, delivery: int) -> None:
    do(desk, decide.give_up, manager, delivery, "no longer news")


def called_off(desk: Desk, hands: Hands, manager: Actor, delivery: int) -> None:
    do(desk, call_off, WORKER, delivery, "cancelled")


def expired(desk: Desk, hands: Hands, manager: Actor, delivery: int) -> None:
    hands.forward(hours=30)
    desk.send()


ENDS = pytest.mark.parametrize("end", [given_up, called_off, expired])


def again_and_held(desk: Desk, hands: Hands, manager: Actor, fault: str = "cut_after") -> int:
    """A person had it tried again, and then a pause was pressed: the second try does not leave."""
    desk.connector.lag = timedelta(hours=20)
    delivery = asked(desk, hands, fault)
    with desk.db.write() as session:
        session.get_one(Delivery, delivery).expires_at = hands.at + timedelta(hours=24)
    do(desk, decide.publish_again, manager, delivery)
    with desk.db.write() as session:
        pause.press(session, manager, "mourning")
    desk.send()
    assert desk.state(delivery) == ("held", "paused")
    desk.connector.lag = timedelta(0)
    return delivery


def look(desk: Desk, hands: Hands) -> None:
    """As the worker does, for a quarter of an hour."""
    for _ in range(5):
        desk.send()
        desk.reconcile()
        hands.forward(minutes=3)


def row(desk: Desk) -> Trouble:
    with desk.db.read() as session:
        (found,) = board(session, settings=desk.settings).rows
    return found


@ENDS
def test_the_first_copy_is_found_and_recorded(desk: Desk, hands: Hands, manager: Actor, end: End) -> None:
    delivery = again_and_held(desk, hands, manager)
    end(desk, hands, manager, delivery)
    assert desk.state(delivery)[0] == "uncertain"
    look(desk, hands)
    (there,) = desk.wall.posts()
    assert (desk.get(delivery).state, desk.get(delivery).external_id) == ("published", there["id"])
    assert desk.attempts(delivery) == [(1, "uncertain")]


@ENDS
def test_what_is_not_found_is_put_before_a_person_who_can_only_end_it(desk: Desk, hands: Hands, manager: Actor, end: End) -> None:
    delivery = again_and_held(desk, hands, manager, "cut_before")
    end(desk, hands, manager, delivery)
    look(desk, hands)
    assert (row(desk).state, row(desk).owner, row(desk).may) == ("needs_decision", "delivery.decide", ("adopt", "give_up"))
    with desk.db.write() as session:
        pause.lift(session, manager)
    with pytest.raises(WrongState):
        do(desk, decide.publish_again, manager, delivery)
    do(desk, decide.give_up, manager, delivery, "it is not there")
    look(desk, hands)
    assert (desk.state(delivery), desk.wall.posts()) == (("cancelled", "it is not there"), [])


@ENDS
def test_what_cannot_be_seen_yet_ends_as_it_was_to_end(desk: Desk, hands: Hands, manager: Actor, end: End) -> None:
    delivery = again_and_held(desk, hands, manager, "cut_before")
    end(desk, hands, manager, delivery)
    why = desk.state(delivery)[1]
    desk.connector.resumable = True
    look(desk, hands)
    assert desk.state(delivery) == ("expired" if end is expired else "cancelled", why)
    assert desk.wall.posts() == []


def test_a_person_has_his_month_also_where_the_search_begins_a_month_after_the_send(
    desk: Desk, hands: Hands, manager: Actor
) -> None:
    delivery = asked(desk, hands)
    do(desk, decide.publish_again, manager, delivery)
    desk.connector.faults.append("token")
    desk.connector.well = TokenExpired()
    desk.send()
    hands.forward(days=30, minutes=1)
    desk.send()
    begun = hands.at
    assert desk.state(delivery) == ("uncertain", "too_late")
    look(desk, hands)
    for _ in range(5):
        hands.forward(hours=1)
        desk.reconcile()
        assert (row(desk).state, row(desk).deadline) == ("needs_decision", begun + PATIENCE)
    hands.at = begun + PATIENCE
    desk.reconcile()
    assert desk.state(delivery) == ("cancelled", "undecided")


@pytest.mark.usefixtures("registries")
def test_a_check_that_cancels_it_ends_no_search_either(desk: Desk, hands: Hands, manager: Actor) -> None:
    wanted = {"it": True}
    guards.GUARDS["wanted"] = lambda session, delivery: "" if wanted["it"] else Refusal("cancelled", "no_longer")
    desk.connector.lag = timedelta(hours=2)
    desk.connector.faults.append("cut_after")
    delivery = desk.queue(guard="wanted")
    desk.send()
    for _ in range(20):
        hands.forward(seconds=60)
        desk.reconcile()
    do(desk, decide.publish_again, manager, delivery)
    wanted["it"] = False
    desk.send()
    assert desk.state(delivery) == ("uncertain", "no_longer")
    desk.connector.lag = timedelta(0)
    desk.reconcile()
    assert desk.state(delivery) == ("published", "found")
    assert len(desk.wall.posts()) == 1


def test_what_may_stand_is_not_taken_back_as_if_nothing_had_left(desk: Desk, hands: Hands, manager: Actor) -> None:
    delivery = again_and_held(desk, hands, manager)
    with pytest.raises(WrongState):
        do(desk, withdraw, WORKER, delivery, "taken_back")
    assert desk.state(delivery) == ("held", "paused")


def test_what_never_left_ends_at_once(desk: Desk, hands: Hands, manager: Actor) -> None:
    delivery = desk.queue(at=hands.at - timedelta(hours=3), grace_s=3600)
    desk.send()
    do(desk, decide.publish_again, manager, delivery)
    called_off(desk, hands, manager, delivery)
    assert (desk.state(delivery), desk.connector.calls) == (("cancelled", "cancelled"), [])


def test_what_had_left_without_an_answer_is_in_the_report_of_a_pause(desk: Desk, hands: Hands, manager: Actor) -> None:
    desk.connector.lag = timedelta(hours=20)
    desk.connector.faults.append("cut_after")
    delivery = desk.queue()
    desk.send()
    with desk.db.write() as session:
        assert pause.press(session, manager, "mourning").in_flight == (delivery,)
    assert fates(desk) == ["unknown"]
    with desk.db.write() as session:
        pause.lift(session, manager)
    for _ in range(20):
        hands.forward(seconds=60)
        desk.reconcile()
    do(desk, decide.publish_again, manager, delivery)
    assert fates(desk) == ["unknown"], "nobody has seen that nothing of it shows"
    desk.connector.lag = timedelta(0)
    called_off(desk, hands, manager, delivery)
    desk.reconcile()
    assert fates(desk) == ["left"]


def fates(desk: Desk) -> list[str]:
    with desk.db.read() as session:
        return [one.fate for one in standing(session).in_flight]


def test_an_answer_that_comes_after_the_end_stands_in_the_ledger(desk: Desk, hands: Hands, manager: Actor) -> None:
    """The worker that had sent it was frozen all the while."""
    ended: list[tuple[str, str]] = []

    def meanwhile() -> None:
        desk.connector.before = lambda: None
        desk.connector.lag = timedelta(hours=20)
        for _ in range(20):
            hands.forward(seconds=60)
            desk.reconcile()
        given_up(desk, hands, manager, delivery)
        ended.append(desk.state(delivery))

    delivery = desk.queue()
    desk.connector.before = meanwhile
    desk.send()
    (there,) = desk.wall.posts()
    assert ended == [("cancelled", "no longer news")]
    assert (desk.get(delivery).state, desk.get(delivery).external_id) == ("published", there["id"])
    assert desk.audit(f"delivery:{delivery}")[-2:] == ["delivery.cancelled", "delivery.published"]


def test_an_answer_that_comes_while_it_is_looked_for_ends_the_search(desk: Desk, hands: Hands, manager: Actor) -> None:
    """The second try certainly came to nothing, and what is looked for is the first."""

    def meanwhile() -> None:
        desk.connector.before = lambda: None
        for _ in range(20):
            hands.forward(seconds=60)
            desk.reconcile()
        do(desk, decide.publish_again, manager, delivery)
        desk.connector.faults.append("refused_connection")
        desk.send()
        called_off(desk, hands, manager, delivery)
        assert desk.state(delivery)[0] == "uncertain"

    delivery = desk.queue()
    desk.connector.before = meanwhile
    desk.send()
    (there,) = desk.wall.posts()
    assert (desk.get(delivery).state, desk.get(delivery).external_id) == ("published", there["id"])
    assert desk.attempts(delivery) == [(1, "published"), (2, "not_sent")]


def test_the_database_says_of_every_row_what_we_say_of_it(desk: Desk) -> None:
    """Asked either way about: a condition that knows no answer would be no to both, and what is cancelled would never end."""
    moments = (None, now(), now() + timedelta(minutes=1))
    rows = [
        Delivery(account_id=desk.account.id or 0, kind=kind, state=state, first_sent_at=first, cleared_at=cleared)
        for state in ("scheduled", "held", "missed", "uncertain", "published")
        for kind in ("post", "private_reply", "mail", "hide")
        for first in moments
        for cleared in moments
    ]
    with desk.db.write() as session:
        session.add_all(rows)
    with desk.db.read() as session:
        kept = session.exec(select(Delivery)).all()
        said = {one.id for one in kept if may_stand(one)}
        assert 0 < len(said) < len(kept) == len(rows)
        assert set(session.exec(select(Delivery.id).where(MAY_STAND))) == said
        assert set(session.exec(select(Delivery.id).where(~MAY_STAND))) == {one.id for one in kept} - said
