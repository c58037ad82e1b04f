"""What staff decided is learned from; what the machine did by itself is not."""

from typing import Any

from sqlmodel import col, select

from core.actors import WORKER, Actor
from core.db import Database
from inbox import cases, moderate
from inbox.correcting import correct
from inbox.learning import reviewed
from inbox.models import Decision, Deed, Item
from inbox.sorting import rekind
from inbox.undo import undo
from policies.heads.examples import Example


def test_what_people_hide_or_show_again_is_learned_from(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", "كلام جارح"), say("c2", "كلام عن أمر آخر"), say("c3", "كلام ثالث"))
    with db.write() as session:
        moderate.hide(session, agent, session.get_one(Item, 1), "abuse", "شتم")
        moderate.hide(session, agent, session.get_one(Item, 2), "spam", "إعلان")
        moderate.hide(session, agent, session.get_one(Item, 3), "privacy", "بيانات شخصية")
    with db.read() as session:
        assert reviewed(session) == [  # for the head that speaks for the clause
            Example("offence", "كلام جارح", "offence", "reviewed"),
            Example("spam", "كلام عن أمر آخر", "spam", "reviewed"),
            Example("privacy", "كلام ثالث", "privacy", "reviewed"),
        ]


def test_what_a_person_deleted_is_no_example_of_harmless_words(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", "كلام"))
    with db.write() as session:
        for action in ("hide", "delete"):
            given: dict[str, Any] = {"actor": "user:7", "automatic": False, "clause": "abuse", "evidence": {"text": "كلام"}}
            session.add(Decision(item_id=1, action=action, **given))
            session.flush()
    with db.read() as session:
        assert reviewed(session) == [Example("offence", "كلام", "offence", "reviewed")]


def test_what_the_machine_decided_is_not(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", "كلام"))
    with db.write() as session:
        session.add(Decision(item_id=1, actor="worker", action="hide", automatic=True, clause="abuse", evidence={"text": "كلام"}))
    with db.read() as session:
        assert reviewed(session) == []


def test_the_kind_under_which_a_person_opens_a_case_is_learned(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", "يا سلام"), say("c2", "يا هلا"))
    with db.write() as session:
        cases.open_case(session, agent, session.get_one(Item, 1), "complaint", "wages")
        cases.open_case(session, WORKER, session.get_one(Item, 2), "praise", "leave")
    with db.read() as session:
        found = reviewed(session)
    assert {(one.head, one.text, one.answer) for one in found} == {
        ("kind", "يا سلام", "complaint"),
        ("topic", "يا سلام", "wages"),
    }


def test_what_a_person_corrects_is_learned_and_what_he_takes_back_is_not(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", "يا سلام"), say("c2", "يا هلا"))
    with db.write() as session:
        correct(session, agent, session.get_one(Item, 1), kind="complaint", topic="wages")
        correct(session, agent, session.get_one(Item, 2), kind="praise")
    with db.write() as session:
        deed = session.exec(select(Deed).order_by(col(Deed.id).desc())).first()
        assert deed is not None
        undo(session, agent, deed.id or 0)
    with db.read() as session:
        found = reviewed(session)
    assert {(one.head, one.text, one.answer) for one in found} == {
        ("kind", "يا سلام", "complaint"),
        ("topic", "يا سلام", "wages"),
    }


def test_what_a_person_makes_of_a_case_is_learned(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", "يا سلام"))
    with db.write() as session:
        case = cases.open_case(session, WORKER, session.get_one(Item, 1), "complaint", "wages")
        rekind(session, agent, case, "suggestion", "leave")
    with db.read() as session:
        assert {(one.head, one.answer) for one in reviewed(session)} == {("kind", "suggestion"), ("topic", "leave")}
