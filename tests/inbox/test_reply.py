"""Replies: a draft is never lost, a press counts once, nobody is answered twice."""

from typing import Any

import pytest
from sqlmodel import Session, select

from connectors.contract import Can, Surface
from core.actors import Actor
from core.clock import now
from core.db import Database
from core.errors import Conflict, Forbidden, Invalid, NotPossible
from core.models import AuditEntry
from inbox import reply
from inbox.models import Item, Reply
from inbox.tally import count, day_of
from inbox.thread import thread_of
from outbox.guards import Refusal, objection, settled
from outbox.models import Delivery


def seen(session: Session, item_id: int = 1) -> str:
    item = session.get_one(Item, item_id)
    found = reply.thread_version(session, item)
    assert thread_of(session, item).version == found
    return found


def send(db: Database, actor: Actor, text: str, version: str, nonce: str, **options: Any) -> Reply:
    with db.write() as session:
        return reply.send(session, actor, 1, text, seen_version=version, nonce=nonce, **options)


def version(db: Database) -> str:
    with db.read() as session:
        return seen(session)


def deliveries(db: Database) -> list[Delivery]:
    with db.read() as session:
        return list(session.exec(select(Delivery)))


def test_a_draft_is_kept_and_is_one_a_person(db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor) -> None:
    desk.take(say("c1"))
    with db.write() as session:
        reply.save_draft(session, agent, 1, "أهلا")
        reply.save_draft(session, agent, 1, "أهلا بك")
        reply.save_draft(session, colleague, 1, "مرحبا")
    with db.read() as session:
        mine = reply.draft_of(session, agent, 1)
        assert mine is not None
        assert mine.text == "أهلا بك"
        assert len(session.exec(select(Reply)).all()) == 2


def test_a_reply_is_queued_under_the_comment_with_a_last_check(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    sent = send(db, agent, "أهلا بك", version(db), "n1")
    (delivery,) = deliveries(db)
    deed = (delivery.kind, delivery.target_id, delivery.guard, delivery.ref)
    assert deed == ("reply", "c1", "thread_unchanged", f"reply:{sent.id}")
    assert delivery.body["root_id"] == "p1"


def test_two_presses_are_one_reply(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    before = version(db)
    first, second = (send(db, agent, "أهلا بك", before, "n1") for _ in range(2))
    assert first.id == second.id
    assert len(deliveries(db)) == 1


def test_a_colleague_who_was_slower_is_refused_and_his_draft_kept(
    db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor
) -> None:
    desk.take(say("c1"))
    before = version(db)
    send(db, agent, "أجبتك", before, "n1")
    with pytest.raises(Conflict) as refused:
        send(db, colleague, "وأنا أيضا", before, "n2")
    assert refused.value.details == {"their_text": "أجبتك", "their_name": "Noura"}
    with db.read() as session:
        kept = reply.draft_of(session, colleague, 1)
        assert kept is not None
        assert kept.text == "وأنا أيضا"
    assert len(deliveries(db)) == 1


def test_having_seen_the_other_answer_one_may_still_send(db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor) -> None:
    desk.take(say("c1"))
    send(db, agent, "أجبتك", version(db), "n1")
    send(db, colleague, "وأضيف", version(db), "n2")
    assert len(deliveries(db)) == 2


def test_an_answer_given_on_the_platform_itself_is_a_conflict_too(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    before = version(db)
    desk.take(say("r1", "رد من التطبيق", own=True, parent_id="c1", author_id="100", author_name="الوزارة"))
    with pytest.raises(Conflict) as refused:
        send(db, agent, "أهلا", before, "n1")
    assert refused.value.details["their_text"] == "رد من التطبيق"


def test_a_thread_that_was_read_knows_what_was_answered_on_the_platform_itself(
    db: Database, desk: Any, say: Any, agent: Actor
) -> None:
    desk.take(say("c1"))
    send(db, agent, "أهلا", version(db), "n1")
    published(db, "r0")
    desk.take(say("r0", "أهلا", own=True, parent_id="c1", author_id="100"))
    assert version(db) == "r1.a0.o0"
    desk.take(say("r1", "رد من التطبيق", own=True, parent_id="c1", author_id="100"))
    assert version(db) == "r1.a0.o1"


def test_new_words_of_citizens_are_no_conflict(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    before = version(db)
    desk.take(say("c2", parent_id="c1"))
    assert send(db, agent, "أهلا", before, "n1").state == "queued"


def test_the_last_check_stops_a_reply_when_somebody_answered_elsewhere(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    send(db, agent, "أهلا", version(db), "n1")
    with db.read() as session:
        assert objection(session, session.exec(select(Delivery)).one()) is None
    desk.take(say("r1", "رد من التطبيق", own=True, parent_id="c1", author_id="100"))
    with db.read() as session:
        assert objection(session, session.exec(select(Delivery)).one()) == Refusal("cancelled", "thread_changed")


def test_the_last_check_stops_a_reply_to_what_was_deleted(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    one = say("c1")
    desk.take(one)
    send(db, agent, "أهلا", version(db), "n1")
    desk.take(say("c1", "", deleted=True))
    with db.read() as session:
        assert objection(session, session.exec(select(Delivery)).one()) == Refusal("cancelled", "item_gone")


def published(db: Database, external_id: str) -> None:
    with db.write() as session:
        delivery = session.exec(select(Delivery)).one()
        delivery.state, delivery.external_id, delivery.published_at = "published", external_id, now()
        session.add(delivery)
        session.flush()
        settled(session, delivery)


def test_a_published_reply_answers_its_item_and_is_counted(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    send(db, agent, "أهلا", version(db), "n1")
    published(db, "r1")
    with db.read() as session:
        item = session.get_one(Item, 1)
        assert (item.state, item.answered_at) == ("answered", now())
        assert session.exec(select(Reply)).one().state == "sent"
        assert count(session, "answered", day=day_of(item.created_at)) == 1


@pytest.mark.parametrize("echo_first", [True, False])
def test_the_echo_of_our_reply_is_no_new_answer(db: Database, desk: Any, say: Any, agent: Actor, echo_first: bool) -> None:
    desk.take(say("c1"))
    send(db, agent, "أهلا", version(db), "n1")
    before = version(db)
    echo = say("r1", "أهلا", own=True, parent_id="c1", author_id="100")
    if echo_first:
        desk.take(echo)
    published(db, "r1")
    if not echo_first:
        desk.take(echo)
    assert version(db) == before
    with db.read() as session:
        assert session.exec(select(Item).where(Item.native_id == "r1")).one().delivery_id == 1


@pytest.mark.parametrize(
    ("can", "private", "why"),
    [(Can(reply=False, why_no_reply="summons"), False, "summons"), (Can(reply=True), True, "no_reply")],
)
def test_what_the_platform_cannot_do_is_said_before_it_is_tried(
    db: Database, desk: Any, say: Any, agent: Actor, can: Can, private: bool, why: str
) -> None:
    desk.take(say("c1", can=can))
    with pytest.raises(NotPossible) as refused:
        send(db, agent, "أهلا", version(db), "n1", private=private)
    assert (refused.value.details["detail"], refused.value.details["permalink"]) == (why, "https://facebook.test/c1")
    assert deliveries(db) == []


def test_an_answer_to_a_private_message_is_private(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("m1", surface=Surface.DIRECT, parent_id=None, root_id="t1"))
    send(db, agent, "أهلا", version(db), "n1")
    (delivery,) = deliveries(db)
    assert (delivery.kind, delivery.body["private"], delivery.body["to_author"]) == ("private_reply", True, "u-m1")


@pytest.mark.parametrize("nothing", ["  ", "\u200f\u200b"])
def test_an_empty_answer_is_refused(db: Database, desk: Any, say: Any, agent: Actor, nothing: str) -> None:
    desk.take(say("c1"))
    with pytest.raises(Invalid):
        send(db, agent, nothing, version(db), "n1")


def test_who_may_not_reply_may_not(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1"))
    with pytest.raises(Forbidden):
        send(db, Actor("user:9", frozenset({"item.read"}), 9), "أهلا", version(db), "n1")


def test_sending_is_in_the_audit(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    send(db, agent, "أهلا", version(db), "n1")
    with db.read() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "reply.send")).one()
    assert entry.actor == agent.label
    assert "أهلا" not in str(entry.detail)


def test_a_draft_keeps_the_thread_as_it_was_when_it_was_begun_until_the_other_answer_was_shown(
    db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor
) -> None:
    desk.take(say("c1"))
    before = version(db)
    send(db, colleague, "أجبتك", before, "n1")
    with db.write() as session:
        reply.save_draft(session, agent, 1, "وأنا", seen_version=before)
        assert reply.save_draft(session, agent, 1, "وأنا أيضا", seen_version=version(db)).seen_version == before
    with pytest.raises(Conflict):
        send(db, agent, "وأنا أيضا", before, "n2")
    with db.read() as session:
        draft = reply.draft_of(session, agent, 1)
        assert draft is not None
        assert draft.seen_version == version(db)
