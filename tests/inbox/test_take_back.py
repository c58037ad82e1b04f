"""The undo window: an answer waits a few seconds before it leaves, and its author may take it back until then."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from core import settings as configuration
from core.actors import WORKER, Actor
from core.clock import Hands, now
from core.db import Database
from core.errors import Forbidden, NotFound, WrongState
from core.models import AuditEntry
from inbox import reply
from inbox.models import Item, Reply
from outbox.models import Delivery
from outbox.sought import stopped
from outbox.states import move


def version(db: Database) -> str:
    with db.read() as session:
        return reply.thread_version(session, session.get_one(Item, 1))


def send(db: Database, actor: Actor, text: str = "أهلا بك", nonce: str = "n1", seen: str | None = None, **more: Any) -> Reply:
    seen = version(db) if seen is None else seen
    with db.write() as session:
        return reply.send(session, actor, 1, text, seen_version=seen, nonce=nonce, **more)


def take_back(db: Database, actor: Actor, sent: Reply) -> Reply:
    with db.write() as session:
        return reply.take_back(session, actor, sent.id or 0)


def ledger(db: Database) -> list[tuple[str | None, str, str]]:
    with db.read() as session:
        return [(one.ref, one.state, one.reason) for one in session.exec(select(Delivery).order_by(col(Delivery.id)))]


def replies(session: Session) -> list[tuple[str, str]]:
    return [(one.state, one.text) for one in session.exec(select(Reply).order_by(col(Reply.id)))]


@pytest.mark.parametrize(("given", "seconds"), [("", 8), ("0", 0), ("30", 30)])
def test_an_answer_leaves_when_the_window_is_over(
    db: Database, desk: Any, say: Any, agent: Actor, monkeypatch: pytest.MonkeyPatch, given: str, seconds: int
) -> None:
    monkeypatch.setenv("MAJLIS_UNDO_S", given)
    configuration.settings.cache_clear()
    desk.take(say("c1"))
    send(db, agent)
    with db.read() as session:
        delivery = session.exec(select(Delivery)).one()
    configuration.settings.cache_clear()
    assert (delivery.scheduled_at - now()).total_seconds() == seconds


def test_what_is_taken_back_is_a_draft_again_and_never_leaves(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    sent = send(db, agent)
    take_back(db, agent, sent)
    with db.read() as session:
        draft = reply.draft_of(session, agent, 1)
        assert draft is not None
        assert (draft.id, draft.text, draft.delivery_id) == (sent.id, "أهلا بك", None)
        assert session.exec(select(Delivery)).one().body["text"] == ""
    assert ledger(db) == [(f"reply:{sent.id}", "cancelled", "taken_back")]


def test_what_was_taken_back_can_be_changed_and_sent_again(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    sent = send(db, agent)
    take_back(db, agent, sent)
    again = send(db, agent, "أهلا وسهلا", "n2")
    assert again.id == sent.id
    assert [(ref, state) for ref, state, _ in ledger(db)] == [
        (f"reply:{sent.id}", "cancelled"),
        (f"reply:{sent.id}.2", "scheduled"),
    ]


def test_the_old_press_that_comes_late_sends_nothing(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    take_back(db, agent, send(db, agent))
    assert send(db, agent).state == "draft"
    assert [state for _, state, _ in ledger(db)] == ["cancelled"]


def test_what_was_begun_meanwhile_stands_below_it(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    sent = send(db, agent)
    with db.write() as session:
        reply.save_draft(session, agent, 1, "وأضيف")
    take_back(db, agent, sent)
    with db.read() as session:
        assert replies(session) == [("draft", "أهلا بك\n\nوأضيف")]


@pytest.mark.parametrize("state", ["sending", "published", "uncertain"])
def test_what_is_under_way_can_not_be_taken_back(db: Database, desk: Any, say: Any, agent: Actor, state: str) -> None:
    desk.take(say("c1"))
    sent = send(db, agent)
    with db.write() as session:
        delivery = session.exec(select(Delivery)).one()
        delivery.state = state
        session.add(delivery)
    with pytest.raises(WrongState) as refused:
        take_back(db, agent, sent)
    assert refused.value.details["state"] == state
    with db.read() as session:
        assert replies(session) == [("queued", "أهلا بك")]


@pytest.mark.parametrize(("found", "then"), [("published", "sent"), ("cancelled", "withdrawn")])
def test_what_may_stand_by_a_try_before_is_stopped_and_looked_for(
    db: Database, desk: Any, say: Any, agent: Actor, found: str, then: str
) -> None:
    """It was said "again" to, and a pause held it."""
    desk.take(say("c1"))
    sent = send(db, agent)
    with db.write() as session:
        delivery = session.exec(select(Delivery)).one()
        delivery.state, delivery.reason = "held", "paused"
        delivery.first_sent_at, delivery.cleared_at = now() - timedelta(hours=1), now()
        session.add(delivery)
    assert take_back(db, agent, sent).state == "queued"
    with db.write() as session:
        delivery = session.exec(select(Delivery)).one()
        assert (delivery.state, delivery.reason, delivery.body["text"], stopped(delivery)) == (
            "uncertain",
            "taken_back",
            "أهلا بك",
            True,
        )
        assert replies(session) == [("queued", "أهلا بك")]
        told = session.exec(select(AuditEntry.actor, AuditEntry.subject).where(AuditEntry.action == "reply.call_off"))
        assert told.all() == [(agent.label, f"reply:{sent.id}")]
        move(session, WORKER, delivery.id or 0, ("uncertain",), found)
        assert replies(session) == [(then, "أهلا بك")]


def test_nobody_takes_back_what_a_colleague_wrote(db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor) -> None:
    desk.take(say("c1"))
    sent = send(db, agent)
    with pytest.raises(NotFound):
        take_back(db, colleague, sent)
    with pytest.raises(Forbidden):
        take_back(db, Actor("user:9", frozenset({"item.read"}), agent.user_id), sent)
    assert [state for _, state, _ in ledger(db)] == ["scheduled"]


def test_a_draft_or_an_unknown_reply_can_not_be_taken_back(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    with db.write() as session:
        draft = reply.save_draft(session, agent, 1, "أهلا")
    with pytest.raises(WrongState):
        take_back(db, agent, draft)
    with pytest.raises(NotFound):
        take_back(db, agent, Reply(id=99, item_id=1, account_id=1, author_id=1))


def test_what_was_taken_back_is_nobodys_answer_any_more(db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor) -> None:
    desk.take(say("c1"))
    before = version(db)
    take_back(db, agent, send(db, agent))
    assert version(db) == before
    assert send(db, colleague, "أنا أجيب", "n2", seen=before).state == "queued"


def test_who_saw_an_answer_that_was_taken_back_sees_the_next_one_too(
    db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor
) -> None:
    from core.errors import Conflict

    desk.take(say("c1"))
    sent = send(db, agent)
    seen = version(db)
    take_back(db, agent, sent)
    send(db, agent, "جواب آخر", "n2")
    with pytest.raises(Conflict) as refused:
        send(db, colleague, "أنا أجيب", "n3", seen=seen)
    assert refused.value.details["their_text"] == "جواب آخر"


def test_taking_back_is_in_the_audit_once(db: Database, desk: Any, say: Any, agent: Actor, hands: Hands) -> None:
    desk.take(say("c1"))
    sent = send(db, agent)
    hands.forward(seconds=3)
    take_back(db, agent, sent)
    with db.read() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "reply.take_back"))
    assert (entry.actor, entry.subject) == (agent.label, f"reply:{sent.id}")
    assert "أهلا" not in str(entry.detail)
