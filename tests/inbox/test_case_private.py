"""What needs somebody's data goes on in private: asked on the thread in words without any, by the link that opens his case."""

from typing import Any

import pytest
from sqlmodel import col, select

from connectors.contract import Can, Surface
from core.actors import Actor
from core.db import Database
from core.errors import Conflict, Invalid, NotPossible
from core.settings import Settings
from inbox import privately, reply
from inbox.models import Case, CaseEvent, Item, Reply
from inbox.thread import thread_of
from outbox.guards import objection
from outbox.models import Delivery

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي، رقمي 0501234567"


def take(db: Database, agent: Actor, settings: Settings, nonce: str = "n1", **options: Any) -> Case:
    with db.write() as session:
        item = session.exec(select(Item).order_by(col(Item.id))).first()
        assert item is not None
        version = options.pop("seen_version", reply.thread_version(session, item))
        return privately.take_private(
            session, agent, item.id or 0, seen_version=version, nonce=nonce, settings=settings, key_id="", **options
        )


def test_the_thread_is_told_without_data_and_the_link_goes_in_private(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings
) -> None:
    desk.take(say("c1", COMPLAINT))
    case = take(db, agent, settings)
    with db.read() as session:
        words = session.exec(select(Reply.text)).one()
        assert case.number in words
        links = session.exec(select(Delivery).where(Delivery.ref == f"receipt-link:{case.id}")).all()
        assert [(one.kind, one.body["private"], one.body["fill"]) for one in links] == [("private_reply", True, "receipt")]
        public = session.exec(select(Delivery).where(Delivery.kind == "reply")).one()
        assert objection(session, public) is None


def test_the_item_is_marked_and_its_author_sees_the_step(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings
) -> None:
    desk.take(say("c1", COMPLAINT))
    for _ in range(2):
        take(db, agent, settings)
    with db.read() as session:
        assert thread_of(session, session.get_one(Item, 1)).taken == {1}
        assert [e.public for e in session.exec(select(CaseEvent).where(CaseEvent.what == privately.TAKEN))] == [True]
        assert len(session.exec(select(Reply)).all()) == 1


def test_where_no_private_answer_is_possible_he_is_asked_to_write(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings
) -> None:
    desk.take(say("c1", "متى موعد التسجيل؟", can=Can(reply=True)))
    case = take(db, agent, settings)
    with db.read() as session:
        assert case.kind == "inquiry"
        assert case.number in session.exec(select(Reply.text)).one()
        assert session.exec(select(Delivery).where(Delivery.kind == "private_reply")).all() == []


def test_it_is_not_sent_over_somebody_elses_answer(
    db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor, settings: Settings
) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        before = reply.thread_version(session, session.get_one(Item, 1))
        reply.send(session, colleague, 1, "أجبته", seen_version=before, nonce="n0")
    for seen in (before, "other"):
        with pytest.raises(Conflict):
            take(db, agent, settings, seen_version=seen)


def test_what_is_private_or_can_not_be_answered_stays_where_it_is(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings
) -> None:
    desk.take(say("m1", COMPLAINT, surface=Surface.DIRECT, parent_id=None, root_id="t1"))
    with pytest.raises(Invalid):
        take(db, agent, settings)
    desk.take(say("c1", "متى موعد التسجيل؟", can=Can(reply=False, why_no_reply="comments_closed")))
    with db.write() as session, pytest.raises(NotPossible):
        privately.take_private(session, agent, 2, seen_version="r0.o0", nonce="n2", settings=settings)
