"""Correcting what a message is: lists, counters, search and its case follow, and it may be taken back."""

from typing import Any

import pytest
from sqlmodel import Session, select

from core.actors import Actor
from core.db import Database
from core.errors import Forbidden, Invalid, WrongState
from core.models import AuditEntry
from inbox import cases, tally, undo
from inbox.correcting import correct
from inbox.models import Case, Item
from inbox.search import Filter, page


@pytest.fixture
def heard(db: Database, desk: Any, say: Any) -> Database:
    desk.take(say("c1", "التطبيق بطيء جدا", author_id="a"), say("c2", "شكرا لكم", author_id="b"))
    return db


def named(session: Session, native_id: str) -> Item:
    return session.exec(select(Item).where(Item.native_id == native_id)).one()


def listed(db: Database, **wanted: Any) -> list[str]:
    with db.read() as session:
        return [item.native_id for item in page(session, Filter(**wanted)).items]


def test_a_corrected_message_is_found_as_what_it_is(heard: Database, agent: Actor) -> None:
    with heard.write() as session:
        correct(session, agent, named(session, "c2"), kind="suggestion", topic="fines", language="ur")
    for given in ({"kind": "suggestion"}, {"topic": "fines"}, {"language": "ur"}):
        assert listed(heard, **given) == ["c2"]
        assert listed(heard, text="شكرا", **given) == ["c2"]
    assert listed(heard, text="شكرا", kind="praise") == []
    with heard.read() as session:
        assert tally.count(session, "kind", "suggestion") == 1


def test_one_entry_is_kept_of_what_it_was_taken_for(heard: Database, agent: Actor) -> None:
    with heard.write() as session:
        was = named(session, "c2").topic
        correct(session, agent, named(session, "c2"), topic="fines")
        correct(session, agent, named(session, "c2"), topic="fines")
        kept = session.exec(select(AuditEntry).where(AuditEntry.action == "item.correct")).all()
    assert [(entry.actor, entry.detail) for entry in kept] == [(agent.label, {"was": {"topic": was}, "now": {"topic": "fines"}})]


def test_a_correction_is_taken_back(heard: Database, agent: Actor) -> None:
    with heard.write() as session:
        was = named(session, "c2").kind
        correct(session, agent, named(session, "c2"), kind="inquiry")
        deed = undo.latest(session, agent.user_id)
        assert deed is not None
        undo.undo(session, agent, deed.id or 0)
        assert named(session, "c2").kind == was
    assert listed(heard, text="شكرا", kind=was) == ["c2"]


def test_in_a_case_the_case_becomes_what_its_message_is(heard: Database, agent: Actor) -> None:
    with heard.write() as session:
        case = cases.open_case(session, agent, named(session, "c1"), "complaint")
        correct(session, agent, named(session, "c1"), kind="suggestion", language="en")
        session.refresh(case)
        assert (case.kind, named(session, "c1").kind, named(session, "c1").language) == ("suggestion", "suggestion", "en")
        assert session.exec(select(Case)).one().kind == "suggestion"


@pytest.mark.parametrize("wrong", [{"kind": "spam"}, {"topic": "weather"}, {"language": "xx"}])
def test_what_is_none_is_refused(heard: Database, agent: Actor, wrong: dict[str, str]) -> None:
    with heard.write() as session, pytest.raises(Invalid):
        correct(session, agent, named(session, "c1"), **wrong)


def test_only_who_works_on_messages_corrects_them_and_nobody_our_own(heard: Database, agent: Actor, desk: Any, say: Any) -> None:
    desk.take(say("ours", "نشكركم", own=True))
    with heard.write() as session:
        with pytest.raises(Forbidden):
            correct(session, Actor("user:9", frozenset({"item.read"}), 9), named(session, "c1"), kind="praise")
        with pytest.raises(WrongState):
            correct(session, agent, named(session, "ours"), kind="praise")
