"""Objecting: by the author, once a decision, settled by somebody else."""

from typing import Any

import pytest
from sqlmodel import select

from core.actors import CITIZEN, OPERATING, WORKER, Actor
from core.auth import actor_of, add_user
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden, Invalid, OwnAct, WrongState
from core.models import AuditEntry
from inbox import appeal, cases, merging, moderate, rounds, speaking
from inbox.appeal import Standing
from inbox.models import Case, CaseEvent, Item
from inbox.steps import LONGEST
from outbox.guards import settled
from outbox.models import Delivery

COMPLAINT = "راتبي متأخر شهرين وأريد تقديم شكوى"


@pytest.fixture
def case_id(db: Database, desk: Any, say: Any) -> int:
    """A complaint that became a case."""
    desk.take(say("c1", COMPLAINT))
    with db.read() as session:
        return session.exec(select(Case.id)).one() or 0


@pytest.fixture
def reviewer(db: Database) -> Actor:
    """Hessa, who decides on objections."""
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "hessa", "long-enough-1", ["appeal_reviewer"], "Hessa"))


def hide(db: Database, actor: Actor, hands: Hands) -> None:
    """Hidden by `actor`, and the platform has done it."""
    hands.forward(minutes=5)
    with db.write() as session:
        moderate.hide(session, actor, session.get_one(Item, 1), "abuse", "شتم")
    carry_out(db, "hide")


def carry_out(db: Database, kind: str) -> None:
    with db.write() as session:
        delivery = session.exec(select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id.desc())).first()  # type: ignore[union-attr]  # SQLModel types the column as its value
        assert delivery is not None
        delivery.state = "published"
        session.flush()
        settled(session, delivery)


def resolve(db: Database, case_id: int, actor: Actor, hands: Hands) -> None:
    hands.forward(minutes=5)
    with db.write() as session:
        cases.resolve(session, actor, session.get_one(Case, case_id), "declined", "ليس من حقك")


def stands(db: Database, case_id: int) -> Standing:
    with db.read() as session:
        return appeal.standing(session, session.get_one(Case, case_id))


def lodge(db: Database, case_id: int, hands: Hands, words: str = "لم أشتم أحدًا") -> None:
    hands.forward(minutes=5)
    with db.write() as session:
        appeal.lodge(session, CITIZEN, session.get_one(Case, case_id), words)


def decide(db: Database, case_id: int, actor: Actor, hands: Hands, *, uphold: bool) -> None:
    hands.forward(minutes=5)
    with db.write() as session:
        appeal.decide(session, actor, session.get_one(Case, case_id), "نظرنا فيه", uphold=uphold)


def steps(db: Database) -> list[str]:
    with db.read() as session:
        events = session.exec(select(CaseEvent).where(CaseEvent.public).order_by(CaseEvent.id))  # type: ignore[arg-type]  # SQLModel types the columns as values
        return [event.what for event in events if event.what in appeal.STEPS]


def test_while_nothing_was_decided_there_is_nothing_to_object_to(db: Database, case_id: int, hands: Hands) -> None:
    assert not stands(db, case_id).may
    with pytest.raises(WrongState):
        lodge(db, case_id, hands)


def test_hidden_words_are_shown_again_when_the_objection_is_upheld(
    db: Database, case_id: int, hands: Hands, agent: Actor, reviewer: Actor
) -> None:
    hide(db, agent, hands)
    before = stands(db, case_id)
    assert (before.hidden, before.may, before.hiding and before.hiding.clause) == (True, True, "abuse")
    lodge(db, case_id, hands)
    assert (stands(db, case_id).may, stands(db, case_id).waiting) == (False, True)
    decide(db, case_id, reviewer, hands, uphold=True)
    carry_out(db, "unhide")
    assert stands(db, case_id) == Standing(hidden=False, hiding=None, may=False, waiting=False)
    assert steps(db) == ["appealed", "appeal_upheld"]


def test_a_resolved_case_is_worked_on_anew_when_the_objection_is_upheld(
    db: Database, case_id: int, hands: Hands, agent: Actor, reviewer: Actor
) -> None:
    resolve(db, case_id, agent, hands)
    lodge(db, case_id, hands)
    decide(db, case_id, reviewer, hands, uphold=True)
    with db.read() as session:
        case = session.get_one(Case, case_id)
        assert (case.state, case.outcome, case.owner_id) == ("in_progress", "", None)


def test_no_case_is_closed_while_an_objection_waits(
    db: Database, case_id: int, hands: Hands, agent: Actor, reviewer: Actor
) -> None:
    resolve(db, case_id, agent, hands)
    lodge(db, case_id, hands)
    hands.forward(days=35)
    rounds.work(db)
    with db.write() as session:
        assert not rounds.close(session, WORKER, session.get_one(Case, case_id))
    decide(db, case_id, reviewer, hands, uphold=False)
    hands.forward(days=1)
    rounds.work(db)
    with db.read() as session:
        assert session.get_one(Case, case_id).state == "closed"


@pytest.mark.parametrize("closed", ["meanwhile", "at once"])
def test_whoever_closes_a_case_takes_no_objection_from_its_author(
    db: Database, case_id: int, hands: Hands, agent: Actor, reviewer: Actor, closed: str
) -> None:
    resolve(db, case_id, agent, hands)
    for step in ("lodge", "close") if closed == "meanwhile" else ("close", "lodge"):
        if step == "lodge":
            assert stands(db, case_id).may
            lodge(db, case_id, hands)
        else:
            with db.write() as session:
                cases.move(session, agent, session.get_one(Case, case_id), "closed")
    decide(db, case_id, reviewer, hands, uphold=True)
    with db.read() as session:
        case = session.get_one(Case, case_id)
    assert (case.state, case.outcome, case.owner_id) == ("in_progress", "", None)
    assert (case.closed_at, case.waiting_since is not None) == (None, True)


def test_a_case_that_was_closed_can_be_objected_to_as_long_as_it_could_be_reopened(
    db: Database, case_id: int, hands: Hands, agent: Actor
) -> None:
    resolve(db, case_id, agent, hands)
    with db.write() as session:
        cases.move(session, agent, session.get_one(Case, case_id), "closed")
    hands.at += speaking.REOPEN_WITHIN
    assert stands(db, case_id).may
    hands.forward(seconds=1)
    assert not stands(db, case_id).may


@pytest.mark.parametrize("outcome", ["solved", "withdrawn"])
def test_an_upheld_objection_to_a_hiding_leaves_alone_an_outcome_that_came_after_it(
    db: Database, case_id: int, hands: Hands, agent: Actor, reviewer: Actor, outcome: str
) -> None:
    hide(db, agent, hands)
    lodge(db, case_id, hands)
    hands.forward(minutes=5)
    with db.write() as session:
        if outcome == "withdrawn":
            speaking.withdraw(session, CITIZEN, session.get_one(Case, case_id))
        else:
            cases.resolve(session, agent, session.get_one(Case, case_id), outcome, "أُصلح التطبيق")
    decide(db, case_id, reviewer, hands, uphold=True)
    with db.read() as session:
        case = session.get_one(Case, case_id)
        assert (case.state, case.outcome, case.reopened) == ("resolved", outcome, 0)


def test_an_outcome_that_came_while_an_objection_to_a_hiding_waited_can_be_objected_to_once_that_is_decided(
    db: Database, case_id: int, hands: Hands, agent: Actor, reviewer: Actor
) -> None:
    hide(db, agent, hands)
    lodge(db, case_id, hands)
    resolve(db, case_id, agent, hands)
    hands.forward(days=40)  # nobody closes it meanwhile, and he is not made to pay for our being slow
    assert not stands(db, case_id).may
    decide(db, case_id, reviewer, hands, uphold=False)
    with db.write() as session:
        cases.move(session, agent, session.get_one(Case, case_id), "closed")
    hands.at += speaking.REOPEN_WITHIN
    assert stands(db, case_id).may
    with db.write() as session:
        appeal.lodge(session, CITIZEN, session.get_one(Case, case_id), "القرار خطأ")
    decide(db, case_id, reviewer, hands, uphold=True)
    with db.read() as session:
        case = session.get_one(Case, case_id)
    assert (case.state, case.reopened) == ("in_progress", 1)


def test_to_what_he_withdrew_himself_nobody_objects(db: Database, case_id: int, hands: Hands) -> None:
    hands.forward(minutes=5)
    with db.write() as session:
        speaking.withdraw(session, CITIZEN, session.get_one(Case, case_id))
    assert not stands(db, case_id).may


def test_a_case_is_not_merged_away_from_an_objection_that_waits(
    db: Database, desk: Any, say: Any, case_id: int, hands: Hands, agent: Actor, reviewer: Actor
) -> None:
    desk.take(say("c2", COMPLAINT, author_id="u-c1", parent_id="p2", root_id="p2"))
    resolve(db, case_id, agent, hands)
    lodge(db, case_id, hands)
    with db.write() as session, pytest.raises(Invalid) as refused:
        merging.merge(session, agent, session.get_one(Case, case_id), session.get_one(Case, case_id + 1), "الموضوع نفسه")
    assert "اعتراض" in refused.value.words("ar")
    decide(db, case_id, reviewer, hands, uphold=False)
    with db.write() as session:
        merging.merge(session, agent, session.get_one(Case, case_id), session.get_one(Case, case_id + 1), "الموضوع نفسه")


def test_a_declined_objection_is_final_until_something_new_is_decided(
    db: Database, case_id: int, hands: Hands, agent: Actor, reviewer: Actor
) -> None:
    resolve(db, case_id, agent, hands)
    lodge(db, case_id, hands)
    decide(db, case_id, reviewer, hands, uphold=False)
    assert not stands(db, case_id).may
    with pytest.raises(WrongState):
        lodge(db, case_id, hands)
    hide(db, agent, hands)
    assert stands(db, case_id).may


@pytest.mark.parametrize("what", [hide, resolve])
def test_nobody_decides_on_what_he_decided_himself(db: Database, case_id: int, hands: Hands, what: Any) -> None:
    with db.write() as session:
        both = actor_of(add_user(session, OPERATING, "both", "long-enough-1", ["moderator", "appeal_reviewer"]))
    what(db, both, hands) if what is hide else what(db, case_id, both, hands)
    lodge(db, case_id, hands)
    with pytest.raises(OwnAct):
        decide(db, case_id, both, hands, uphold=False)


def staffed(db: Database, name: str) -> Actor:
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, name, "long-enough-1", ["moderator", "appeal_reviewer"]))


def test_whoever_ever_hid_or_resolved_it_decides_on_no_later_objection(
    db: Database, case_id: int, hands: Hands, agent: Actor, reviewer: Actor
) -> None:
    hider, resolver = staffed(db, "hider"), staffed(db, "resolver")
    hide(db, hider, hands)
    with db.write() as session:
        moderate.restore(session, reviewer, session.get_one(Item, 1), "يُعرض من جديد")
    carry_out(db, "unhide")
    resolve(db, case_id, resolver, hands)
    with db.write() as session:
        speaking.reopen(session, CITIZEN, session.get_one(Case, case_id), "لم يُحل")
    resolve(db, case_id, agent, hands)
    lodge(db, case_id, hands)
    with db.read() as session:
        stands = appeal.barred(session, session.get_one(Case, case_id))
    assert stands == appeal.Barred(frozenset((hider.label, resolver.label, agent.label)), nobody_else=False)
    for own in (hider, resolver):
        with pytest.raises(OwnAct):
            decide(db, case_id, own, hands, uphold=True)
    decide(db, case_id, reviewer, hands, uphold=True)


def test_while_nobody_else_is_left_whoever_took_an_earlier_decision_decides_and_that_is_said(
    db: Database, case_id: int, hands: Hands
) -> None:
    first, second = staffed(db, "first"), staffed(db, "second")
    resolve(db, case_id, first, hands)
    with db.write() as session:
        speaking.reopen(session, CITIZEN, session.get_one(Case, case_id), "لم يُحل")
    resolve(db, case_id, second, hands)
    lodge(db, case_id, hands)
    with pytest.raises(OwnAct):
        decide(db, case_id, second, hands, uphold=False)
    decide(db, case_id, first, hands, uphold=False)
    with db.read() as session:
        decided = session.exec(select(CaseEvent).where(CaseEvent.what == "appeal_declined")).one()
        kept = session.exec(select(AuditEntry).where(AuditEntry.action == "case.appeal_declined")).one()
    assert (decided.data["nobody_else"], kept.detail["nobody_else"]) == (True, True)


def test_neither_a_moderator_nor_the_machine_decides_on_objections(
    db: Database, case_id: int, hands: Hands, agent: Actor, colleague: Actor
) -> None:
    resolve(db, case_id, agent, hands)
    lodge(db, case_id, hands)
    for actor in (agent, colleague, WORKER, OPERATING, CITIZEN):
        with pytest.raises(Forbidden):
            decide(db, case_id, actor, hands, uphold=True)


@pytest.mark.parametrize("words", ["", "  \n ", "\x00\x07", "\u200f\u200f"])
def test_an_objection_says_something(db: Database, case_id: int, hands: Hands, agent: Actor, words: str) -> None:
    resolve(db, case_id, agent, hands)
    with pytest.raises(Invalid):
        lodge(db, case_id, hands, words)


@pytest.mark.parametrize("reason", [" ", "\u200f\u200f"])
def test_nor_is_it_decided_without_a_reason_that_its_author_can_read(
    db: Database, case_id: int, hands: Hands, agent: Actor, reviewer: Actor, reason: str
) -> None:
    resolve(db, case_id, agent, hands)
    lodge(db, case_id, hands)
    with db.write() as session, pytest.raises(Invalid):
        appeal.decide(session, reviewer, session.get_one(Case, case_id), reason, uphold=False)


def test_what_a_database_can_not_hold_is_left_out_of_the_words(db: Database, case_id: int, hands: Hands, agent: Actor) -> None:
    resolve(db, case_id, agent, hands)
    lodge(db, case_id, hands, "لم\x00 أشتم\ud800\nأحدًا" + "م" * (LONGEST - 14))
    with db.read() as session:
        ((case, step),) = appeal.waiting(session)
    assert case.id == case_id
    assert step.note.startswith("لم أشتم\nأحدًا")
    assert step.note.endswith("م")


def test_words_too_long_to_be_kept_are_refused_and_none_is_cut_off(db: Database, case_id: int, hands: Hands, agent: Actor) -> None:
    longer = "م" * (LONGEST + 1)
    with db.write() as session, pytest.raises(Invalid):
        cases.resolve(session, agent, session.get_one(Case, case_id), "solved", longer)
    resolve(db, case_id, agent, hands)
    with db.write() as session:
        case = session.get_one(Case, case_id)
        for verb in (
            lambda: appeal.lodge(session, CITIZEN, case, longer),
            lambda: speaking.reopen(session, CITIZEN, case, longer),
            lambda: speaking.rate(session, CITIZEN, case, 1, longer),
            lambda: cases.note(session, agent, case, longer, public=True),
            lambda: cases.move(session, agent, case, "in_progress", longer),
        ):
            with pytest.raises(Invalid) as refused, session.begin_nested():
                verb()
            assert "2000" in refused.value.words("ar")


def test_open_objections_are_listed_and_settled_ones_are_not(
    db: Database, case_id: int, hands: Hands, agent: Actor, reviewer: Actor
) -> None:
    resolve(db, case_id, agent, hands)
    lodge(db, case_id, hands)
    decide(db, case_id, reviewer, hands, uphold=False)
    with db.read() as session:
        assert appeal.waiting(session) == []
