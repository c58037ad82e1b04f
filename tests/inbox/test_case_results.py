"""What came of it is published: by whoever may, in both languages, without anybody's data."""

from typing import Any

import pytest
from sqlmodel import Session, select

from core.actors import CITIZEN, OPERATING, Actor
from core.auth import actor_of, add_user
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden, Invalid, WrongState
from inbox import cases, merging, priority, results, speaking
from inbox.caseview import public_view
from inbox.models import Case, Result
from inbox.results import Words

SUGGESTION = "أقترح أن تتيحوا تجديد التصاريح من التطبيق"
SAID = Words("اقترح أحدكم تجديد التصاريح من التطبيق.", "Somebody suggested renewing permits in the app.")
DECIDED = Words("يتيح التطبيق التجديد من أول العام.", "The app takes renewals from the new year on.")
BECAUSE = Words("لأنه يوفر زيارة المركز.", "Because it saves a visit to the centre.")
TOLD: dict[str, Any] = {"said": SAID, "decided": DECIDED, "because": BECAUSE}


@pytest.fixture
def manager(db: Database) -> Actor:
    """Mariam, who publishes."""
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "mariam", "long-enough-1", ["manager"], "Mariam"))


@pytest.fixture
def case_id(db: Database, desk: Any, say: Any, agent: Actor) -> int:
    """A suggestion that was accepted."""
    desk.take(say("c1", SUGGESTION))
    with db.write() as session:
        return cases.resolve(session, agent, session.exec(select(Case)).one(), "accepted", "يوفر زيارة المركز").id or 0


def of(session: Session, case_id: int) -> Case:
    return session.get_one(Case, case_id)


def test_the_decision_on_a_suggestion_is_published_once(db: Database, case_id: int, manager: Actor) -> None:
    with db.write() as session:
        assert [case.id for case in results.owed(session)] == [case_id]
        result = results.publish(session, manager, of(session, case_id), **TOLD)
        assert (result.outcome, result.topic, result.case_id) == ("accepted", of(session, case_id).topic, case_id)
        assert results.owed(session) == []
        assert results.listed(session) == [result]
        assert results.of_case(session, of(session, case_id)) == result
        assert public_view(session, of(session, case_id), "ar").steps[-1].what == "published"
        with pytest.raises(WrongState):
            results.publish(session, manager, of(session, case_id), **TOLD)


def test_what_was_withdrawn_is_shown_no_more_and_may_be_published_better(db: Database, case_id: int, manager: Actor) -> None:
    with db.write() as session:
        result = results.publish(session, manager, of(session, case_id), **TOLD)
        with pytest.raises(Invalid):
            results.withdraw(session, manager, result, " ")
        results.withdraw(session, manager, result, "خطأ في التاريخ")
        assert results.listed(session) == []
        with pytest.raises(WrongState):
            results.withdraw(session, manager, result, "خطأ في التاريخ")
        assert results.publish(session, manager, of(session, case_id), **TOLD).id != result.id


def test_nothing_is_published_before_it_is_decided(db: Database, desk: Any, say: Any, manager: Actor) -> None:
    desk.take(say("c1", SUGGESTION))
    with db.write() as session, pytest.raises(WrongState):
        results.publish(session, manager, session.exec(select(Case)).one(), **TOLD)


def test_what_was_decided_anew_is_owed_anew_and_published_in_the_place_of_the_first(
    db: Database, case_id: int, agent: Actor, manager: Actor, hands: Hands
) -> None:
    with db.write() as session:
        first = results.publish(session, manager, of(session, case_id), **TOLD)
        hands.forward(minutes=5)
        speaking.reopen(session, CITIZEN, of(session, case_id), "لم يتغيّر شيء")
        assert results.owed(session) == []
        cases.resolve(session, agent, of(session, case_id), "declined", "تعذّر")
        assert [case.id for case in results.owed(session)] == [case_id]
        with pytest.raises(WrongState):
            results.publish(session, manager, of(session, case_id), **TOLD)
        results.withdraw(session, manager, first, "تغيّر القرار")
        assert results.publish(session, manager, of(session, case_id), **TOLD).outcome == "declined"
        assert results.owed(session) == []


def test_the_decision_of_a_suggestion_that_goes_on_in_another_is_owed_there_alone(
    db: Database, case_id: int, desk: Any, say: Any, agent: Actor
) -> None:
    desk.take(say("c2", SUGGESTION, author_id="u-c1"))
    with db.write() as session:
        other = session.exec(select(Case).where(Case.id != case_id)).one()
        merging.merge(session, agent, of(session, case_id), other, "الطلب نفسه")
        assert results.owed(session) == []
        cases.resolve(session, agent, other, "accepted", "يوفر زيارة المركز")
        assert results.owed(session) == [other]


def test_only_whoever_may_publishes(db: Database, case_id: int, agent: Actor) -> None:
    with db.write() as session, pytest.raises(Forbidden):
        results.publish(session, agent, of(session, case_id), **TOLD)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("said", Words("", "Somebody")),
        ("decided", Words("قررنا", " ")),
        ("decided", Words("\u200f", "We decided")),
        ("because", Words("لأن صاحبه اتصل من 0501234567", "Because")),
        ("said", Words("كتب salem@example.ae", "Somebody wrote")),
        ("said", Words("ق" * 1001, "long")),
    ],
)
def test_both_languages_say_it_and_neither_tells_of_anybody(
    db: Database, case_id: int, manager: Actor, part: str, words: Words
) -> None:
    with db.write() as session, pytest.raises(Invalid):
        results.publish(session, manager, of(session, case_id), **(TOLD | {part: words}))


def test_what_was_told_in_confidence_is_never_published(db: Database, case_id: int, agent: Actor, manager: Actor) -> None:
    with db.write() as session:
        cases.classify(session, agent, of(session, case_id), "confidential", "طلب السرية")
        with pytest.raises(Invalid):
            results.publish(session, manager, of(session, case_id), **TOLD)
        assert results.owed(session) == []


def test_what_is_urgent_and_told_in_confidence_is_not_owed_either(db: Database, case_id: int, manager: Actor) -> None:
    with db.write() as session:
        case = of(session, case_id)
        case.grade = "urgent"
        _, case.priority_why = priority.weigh(priority.Facts(case.kind, case.grade, confides=True))
        session.add(case)
        with pytest.raises(Invalid):
            results.publish(session, manager, case, **TOLD)
        assert results.owed(session) == []


def test_what_many_said_has_a_result_without_a_case(db: Database, manager: Actor) -> None:
    with db.write() as session:
        result = results.publish(session, manager, None, outcome="done", topic="wages", **TOLD)
        assert (result.case_id, result.outcome, result.topic) == (None, "done", "wages")
        with pytest.raises(Invalid):
            results.publish(session, manager, None, outcome="maybe", **TOLD)
    with db.read() as session:
        assert len(session.exec(select(Result)).all()) == 1
