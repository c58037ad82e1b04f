"""What was done at the desk is taken back whole, if nothing moved since; else it is said plainly and nothing is lost."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from core.actors import OPERATING, Actor
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden, MajlisError, NotFound, WrongState
from core.models import AuditEntry
from inbox import reply, snooze, tagging, undo, work
from inbox.models import Deed, Item, Snooze
from inbox.undo import Moved, latest
from inbox.undo import undo as take_back


@pytest.fixture
def asked(db: Database, desk: Any, say: Any) -> int:
    """An open question."""
    (item_id,) = desk.take(say("c1")).new_ids
    return int(item_id)


def do(db: Database, verb: Any, item_id: int, actor: Actor, *rest: Any) -> int:
    """Do it to the item; the id of the deed."""
    with db.write() as session:
        verb(session, actor, session.get_one(Item, item_id), *rest)
    with db.read() as session:
        deed = latest(session, actor.user_id)
    return deed.id or 0 if deed else 0


def back(db: Database, actor: Actor, deed_id: int) -> undo.Undone:
    with db.write() as session:
        return take_back(session, actor, deed_id)


def now_of(db: Database, item_id: int) -> Item:
    with db.read() as session:
        return session.get_one(Item, item_id)


def test_who_has_it_is_put_back(db: Database, asked: int, agent: Actor, colleague: Actor) -> None:
    do(db, work.assign, asked, agent, colleague.user_id)
    deed = do(db, work.assign, asked, agent, agent.user_id)
    assert back(db, agent, deed).back == 1
    assert now_of(db, asked).assignee_id == colleague.user_id


@pytest.mark.parametrize("state", ["answered", "closed"])
def test_a_mark_is_taken_off_again(db: Database, asked: int, agent: Actor, state: str) -> None:
    deed = do(db, work.mark, asked, agent, state)
    back(db, agent, deed)
    item = now_of(db, asked)
    assert (item.state, item.answered_at) == ("open", None)


def test_one_after_the_other_is_taken_back(db: Database, asked: int, agent: Actor) -> None:
    do(db, work.assign, asked, agent, agent.user_id)
    back(db, agent, do(db, work.mark, asked, agent, "closed"))
    with db.read() as session:
        deed = latest(session, agent.user_id)
    assert deed is not None
    assert deed.what == "assign"
    back(db, agent, deed.id or 0)
    assert now_of(db, asked).assignee_id is None
    with db.read() as session:
        assert latest(session, agent.user_id) is None


def test_what_was_put_off_is_open_again_and_what_was_closed_is_put_off_again(
    db: Database, asked: int, agent: Actor, hands: Hands
) -> None:
    until = hands() + snooze.LONGEST / 2
    first = do(db, snooze.snooze, asked, agent, until)
    second = do(db, work.mark, asked, agent, "closed")
    back(db, agent, second)
    with db.read() as session:
        assert (session.get_one(Item, asked).state, session.get_one(Snooze, asked).until) == ("snoozed", until)
    back(db, agent, first)
    assert now_of(db, asked).state == "open"
    with db.read() as session:
        assert session.get(Snooze, asked) is None


def test_nothing_is_undone_that_somebody_moved_since(db: Database, asked: int, agent: Actor, colleague: Actor) -> None:
    deed = do(db, work.assign, asked, agent, agent.user_id)
    do(db, work.assign, asked, colleague, colleague.user_id)
    with pytest.raises(Moved) as refused:
        back(db, agent, deed)
    assert "Somebody" not in refused.value.words("en")
    assert "{" not in refused.value.words("ar")
    assert now_of(db, asked).assignee_id == colleague.user_id


def test_what_was_closed_stays_so_when_somebody_has_answered_meanwhile(
    db: Database, asked: int, agent: Actor, colleague: Actor
) -> None:
    deed = do(db, work.mark, asked, agent, "closed")
    with db.write() as session:
        seen = reply.thread_version(session, session.get_one(Item, asked))
        reply.send(session, colleague, asked, "غدًا", seen_version=seen, nonce="n1")
    with pytest.raises(Moved):
        back(db, agent, deed)


def test_several_at_once_are_one_deed_and_those_that_moved_are_left(
    db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor
) -> None:
    ids = desk.take(say("a"), say("b"), say("c")).new_ids
    with db.write() as session, undo.together(session, agent, "bulk"):
        for item_id in ids:
            work.mark(session, agent, session.get_one(Item, item_id), "closed")
    do(db, work.mark, ids[1], colleague, "answered")
    with db.read() as session:
        (deed,) = session.exec(select(Deed).where(Deed.user_id == agent.user_id)).all()
    assert (deed.what, len(deed.before)) == ("bulk", 3)
    done = back(db, agent, deed.id or 0)
    assert (done.back, done.left) == (2, 1)
    assert [now_of(db, item_id).state for item_id in ids] == ["open", "answered", "open"]


def test_what_was_done_twice_to_one_item_goes_back_to_its_beginning(
    db: Database, asked: int, agent: Actor, colleague: Actor
) -> None:
    with db.write() as session, undo.together(session, agent, "bulk"):
        item = session.get_one(Item, asked)
        work.assign(session, agent, item, agent.user_id)
        with undo.together(session, agent, "inner"):
            work.assign(session, agent, item, colleague.user_id)
        work.mark(session, agent, item, "closed")
    with db.read() as session:
        (deed,) = session.exec(select(Deed)).all()
    done = back(db, agent, deed.id or 0)
    assert (done.back, done.left) == (1, 0)
    item = now_of(db, asked)
    assert (item.assignee_id, item.state) == (None, "open")


def test_it_is_taken_back_once_and_by_whoever_did_it(db: Database, asked: int, agent: Actor, colleague: Actor) -> None:
    deed = do(db, work.assign, asked, agent, agent.user_id)
    with pytest.raises(NotFound):
        back(db, colleague, deed)
    with pytest.raises(Forbidden):
        back(db, Actor("user:9", frozenset({"item.read"}), 9), deed)
    back(db, agent, deed)
    with pytest.raises(WrongState):
        back(db, agent, deed)


def test_it_is_audited_with_what_it_took_back(db: Database, asked: int, agent: Actor) -> None:
    back(db, agent, deed := do(db, work.assign, asked, agent, agent.user_id))
    with db.read() as session:
        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.id).desc())).all()
    assert (entries[0].action, entries[0].subject, entries[0].detail) == (
        "deed.undo",
        f"deed:{deed}",
        {"what": "assign", "items": [asked]},
    )


def test_it_is_offered_for_a_short_while_only(db: Database, asked: int, agent: Actor, hands: Hands) -> None:
    do(db, work.assign, asked, agent, agent.user_id)
    hands.forward(seconds=undo.OFFERED.total_seconds() + 1)
    with db.read() as session:
        assert latest(session, agent.user_id) is None


def test_a_refused_deed_leaves_nothing_to_take_back(db: Database, asked: int, agent: Actor) -> None:
    def attempt(session: Session) -> None:
        tagging.put(session, agent, session.get_one(Item, asked), "none_such")

    with pytest.raises(MajlisError), db.write() as session:
        attempt(session)
    with db.read() as session:
        assert session.exec(select(Deed)).all() == []


def test_the_operator_has_nothing_to_take_back(db: Database, asked: int) -> None:
    with db.write() as session:
        undo.did(session, OPERATING, "assign", [{"item": asked, "was": {}, "now": {}}])
        assert session.exec(select(Deed)).all() == []
