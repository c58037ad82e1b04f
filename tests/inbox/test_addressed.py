"""Whom a delivery went to is forgotten with him: once what he said is erased, no settled delivery names him any more."""

from typing import Any

import pytest
from sqlmodel import col, select

from core.actors import CITIZEN, Actor
from core.clock import Hands
from core.db import Database
from inbox import cases, removal, retention
from inbox.models import Case, Item
from outbox.guards import settled
from outbox.models import Delivery

COMPLAINT = "راتبي متأخر شهرين وأريد تقديم شكوى، رقمي 0501234567"


def told(db: Database) -> list[Delivery]:
    with db.read() as session:
        return list(session.exec(select(Delivery).order_by(col(Delivery.id))))


def end(db: Database, state: str) -> None:
    """Every delivery comes to this end."""
    with db.write() as session:
        for delivery in session.exec(select(Delivery)):
            delivery.state = state
            session.flush()
            settled(session, delivery)


def remove(desk: Any, **how: bool) -> None:
    with desk.db.write() as session:
        removal.remove(session, CITIZEN, session.exec(select(Case)).one(), 1, desk.settings, **how)


def named(db: Database) -> set[str | None]:
    return {delivery.body["to_author"] for delivery in told(db)}


@pytest.mark.parametrize("state", ["published", "refused", "expired", "cancelled"])
def test_a_receipt_names_nobody_once_what_it_answers_is_erased(db: Database, desk: Any, say: Any, state: str) -> None:
    desk.take(say("c1", COMPLAINT))
    words = [delivery.body["text"] for delivery in told(db)]
    end(db, state)
    assert (len(words), named(db)) == (2, {"u-c1"})
    remove(desk)
    assert named(db) == {None}
    assert [delivery.body["text"] for delivery in told(db)] == words


def test_nor_does_one_of_a_case_whose_time_is_over(db: Database, desk: Any, say: Any, hands: Hands, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT), say("c2", COMPLAINT))
    with db.write() as session:
        cases.resolve(session, agent, session.exec(select(Case).order_by(col(Case.id))).all()[0], "solved", "دُفع الراتب")
    end(db, "published")
    hands.forward(days=1826)
    retention.sweep(desk.db, desk.settings)
    assert {(delivery.target_id, delivery.body["to_author"]) for delivery in told(db)} == {("c1", None), ("c2", "u-c2")}


def test_what_is_still_on_its_way_reaches_him_and_is_forgotten_then(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT))
    remove(desk)
    assert named(db) == {"u-c1"}
    end(db, "needs_decision")
    assert named(db) == {"u-c1"}
    end(db, "published")
    assert named(db) == {None}


def test_where_only_numbers_were_erased_he_is_still_known_until_his_case_is(
    db: Database, desk: Any, say: Any, hands: Hands, agent: Actor
) -> None:
    desk.take(say("c1", COMPLAINT))
    remove(desk, personal=True)
    end(db, "published")
    assert named(db) == {"u-c1"}
    with db.write() as session:
        cases.resolve(session, agent, session.exec(select(Case)).one(), "solved", "دُفع الراتب")
    end(db, "published")
    hands.forward(days=1826)
    retention.sweep(desk.db, desk.settings)
    with db.read() as session:
        assert (session.get_one(Item, 1).text, session.get_one(Item, 1).author_id) == ("", "")
    assert named(db) == {None}
