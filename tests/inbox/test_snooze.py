"""What is put off leaves the open ones, and comes back at its hour, when its author speaks again, or when somebody wakes it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from connectors.contract import Surface
from core.actors import Actor
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden, Invalid, WrongState
from core.models import AuditEntry
from inbox import cases, search, snooze, work
from inbox.models import Case, Item, Snooze

HOUR = timedelta(hours=1)


@pytest.fixture
def asked(desk: Any, say: Any) -> int:
    """An open question of `u-c1` beneath the post."""
    (item_id,) = desk.take(say("c1")).new_ids
    return int(item_id)


def put_off(db: Database, actor: Actor, item_id: int, until: Any) -> None:
    with db.write() as session:
        snooze.snooze(session, actor, session.get_one(Item, item_id), until)


def state(db: Database, item_id: int) -> str:
    with db.read() as session:
        return session.get_one(Item, item_id).state


def rows(db: Database) -> list[int]:
    with db.read() as session:
        return list(session.exec(select(Snooze.item_id)))


def test_it_stands_in_a_view_of_its_own_and_in_no_other_that_waits(db: Database, asked: int, agent: Actor, hands: Hands) -> None:
    put_off(db, agent, asked, hands() + HOUR)
    with db.read() as session:
        many = search.counts(session, agent.user_id)
        assert [item.id for item in search.page(session, search.Filter(view="snoozed")).items] == [asked]
        assert search.page(session, search.Filter(view="open")).items == ()
    assert (many["snoozed"], many["open"], many["unassigned"]) == (1, 0, 0)


def test_it_comes_back_at_its_hour_and_not_before(db: Database, asked: int, agent: Actor, hands: Hands) -> None:
    put_off(db, agent, asked, hands() + HOUR)
    hands.forward(minutes=59)
    assert snooze.wake_due(db) == 0
    hands.forward(minutes=1)
    assert snooze.wake_due(db) == 1
    assert (state(db, asked), rows(db)) == ("open", [])
    assert snooze.wake_due(db) == 0
    with db.read() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "item.wake")).all()
    assert (entry.actor, entry.detail) == ("worker", {"items": [asked]})


def test_its_author_wakes_it_by_writing_in_the_same_thread(
    db: Database, desk: Any, say: Any, asked: int, agent: Actor, hands: Hands
) -> None:
    put_off(db, agent, asked, hands() + HOUR)
    desk.take(say("other", parent_id="c1", author_id="somebody else"), say("elsewhere", author_id="u-c1"))
    assert state(db, asked) == "snoozed"
    desk.take(say("again", parent_id="c1", author_id="u-c1"))
    assert (state(db, asked), rows(db)) == ("open", [])


def test_a_private_talk_is_woken_by_its_next_message(db: Database, desk: Any, say: Any, agent: Actor, hands: Hands) -> None:
    talk = {"surface": Surface.DIRECT, "parent_id": None, "root_id": "t1"}
    (first,) = desk.take(say("d1", **talk)).new_ids
    put_off(db, agent, first, hands() + HOUR)
    desk.take(say("d2", "وأيضًا", **{**talk, "author_id": "the same, named otherwise"}))
    assert state(db, first) == "open"


def test_what_its_author_changes_is_looked_at_again(
    db: Database, desk: Any, say: Any, asked: int, agent: Actor, hands: Hands
) -> None:
    put_off(db, agent, asked, hands() + HOUR)
    desk.take(say("c1", "كلام آخر", edited=True, edited_at=hands()))
    assert (state(db, asked), rows(db)) == ("open", [])


def test_it_can_be_put_off_anew_and_woken_by_hand(db: Database, asked: int, agent: Actor, hands: Hands) -> None:
    put_off(db, agent, asked, hands() + HOUR)
    put_off(db, agent, asked, hands() + 2 * HOUR)
    with db.read() as session:
        assert session.get_one(Snooze, asked).until == hands() + 2 * HOUR
    with db.write() as session:
        snooze.wake(session, agent, session.get_one(Item, asked))
    assert (state(db, asked), rows(db)) == ("open", [])
    with pytest.raises(WrongState), db.write() as session:
        snooze.wake(session, agent, session.get_one(Item, asked))


@pytest.mark.parametrize("until", [-HOUR, timedelta(0), snooze.LONGEST + HOUR])
def test_an_hour_that_is_past_or_far_off_is_refused(db: Database, asked: int, agent: Actor, hands: Hands, until: timedelta) -> None:
    with pytest.raises(Invalid) as refused:
        put_off(db, agent, asked, hands() + until)
    assert "90" in refused.value.words("ar")
    assert state(db, asked) == "open"


def test_nobody_puts_off_beyond_what_is_promised(db: Database, asked: int, agent: Actor, hands: Hands) -> None:
    with db.write() as session:
        case = cases.open_case(session, agent, session.get_one(Item, asked), "complaint")
        session.flush()
        due = session.get_one(Case, case.id).next_due_at
    assert due is not None
    with pytest.raises(Invalid) as refused:
        put_off(db, agent, asked, due + HOUR)
    assert "Dubai" in refused.value.words("en")
    put_off(db, agent, asked, due - HOUR)
    assert state(db, asked) == "snoozed"


def test_a_date_that_comes_before_the_chosen_hour_wakes_it(db: Database, asked: int, agent: Actor, hands: Hands) -> None:
    with db.write() as session:
        case_id = cases.open_case(session, agent, session.get_one(Item, asked), "complaint").id
    put_off(db, agent, asked, hands() + 3 * HOUR)
    with db.write() as session:
        session.get_one(Case, case_id).next_due_at = hands() + HOUR  # it moved
    hands.forward(minutes=59)
    assert snooze.wake_due(db) == 0
    hands.forward(minutes=1)
    assert snooze.wake_due(db) == 1
    assert state(db, asked) == "open"


def test_what_does_not_wait_is_not_put_off_and_marking_is_no_way_to_do_it(
    db: Database, asked: int, agent: Actor, hands: Hands
) -> None:
    with pytest.raises(Invalid), db.write() as session:
        work.mark(session, agent, session.get_one(Item, asked), "snoozed")
    with db.write() as session:
        work.mark(session, agent, session.get_one(Item, asked), "closed")
    with pytest.raises(WrongState):
        put_off(db, agent, asked, hands() + HOUR)


def test_only_who_works_on_items_puts_one_off(db: Database, asked: int, hands: Hands) -> None:
    with pytest.raises(Forbidden):
        put_off(db, Actor("user:1", frozenset({"item.read"}), 1), asked, hands() + HOUR)


def test_deleted_by_its_author_it_sleeps_no_more(db: Database, desk: Any, say: Any, asked: int, agent: Actor, hands: Hands) -> None:
    put_off(db, agent, asked, hands() + HOUR)
    desk.take(say("c1", deleted=True))
    assert (state(db, asked), rows(db)) == ("closed", [])
