"""What the author of a case does with its number and secret: answer, rate once, reopen, withdraw."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from connectors.contract import Surface
from core.actors import CITIZEN, WORKER, Actor
from core.clock import Hands, now
from core.db import Database
from core.errors import Forbidden, Invalid, WrongState
from core.models import Account
from inbox import cases, figures, reply, speaking
from inbox.caseview import public_view
from inbox.models import Case, CaseEvent, Item
from inbox.steps import tidy
from inbox.tally import today
from outbox.guards import settled
from outbox.models import Delivery

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"


@pytest.fixture
def case_id(db: Database, desk: Any, say: Any) -> int:
    """A complaint that became a case, where forms are taken."""
    with db.write() as session:
        session.add(Account(platform="portal", native_id="forms", name="النماذج"))
    desk.take(say("c1", COMPLAINT))
    with db.read() as session:
        return session.exec(select(Case.id)).one() or 0


def of(session: Session, case_id: int) -> Case:
    return session.get_one(Case, case_id)


def resolve(db: Database, case_id: int, agent: Actor) -> None:
    with db.write() as session:
        cases.resolve(session, agent, of(session, case_id), "solved", "صُرفت الرواتب")


def test_an_answer_comes_in_as_any_message_and_belongs_to_the_case(db: Database, case_id: int, agent: Actor, hands: Hands) -> None:
    with db.write() as session:
        cases.note(session, agent, of(session, case_id), "وصلتنا شكواكم", public=True)
    hands.forward(minutes=9)
    with db.write() as session:
        item = speaking.answer(session, CITIZEN, of(session, case_id), "الشركة في دبي", nonce="n-1")
        case = of(session, case_id)
        assert (item.surface, item.private, item.case_id, item.state) == (Surface.FORM, True, case_id, "open")
        assert case.waiting_since == now()
        view = public_view(session, case, "ar")
    assert [(said.text, said.ours) for said in view.talk] == [(COMPLAINT, False), ("وصلتنا شكواكم", True), ("الشركة في دبي", False)]
    assert view.text == COMPLAINT
    with db.read() as session:
        assert sum(figures.split(session, "public", today(), today()).values()) == 1  # the form is not counted among public words
        assert session.exec(select(Case.id)).all() == [case_id]


def test_the_same_press_twice_is_one_answer(db: Database, case_id: int) -> None:
    for _ in range(2):
        with db.write() as session:
            speaking.answer(session, CITIZEN, of(session, case_id), "الشركة في دبي", nonce="n-1")
    with db.read() as session:
        assert len(session.exec(select(Item)).all()) == 2
        assert [e.what for e in session.exec(select(CaseEvent))].count("said") == 1


def test_a_press_for_one_case_is_none_for_another(db: Database, desk: Any, say: Any, case_id: int) -> None:
    desk.take(say("c2", COMPLAINT, parent_id="p2", root_id="p2"))
    with db.write() as session:
        speaking.answer(session, CITIZEN, of(session, case_id), "الشركة في دبي", nonce="n-1")
        with pytest.raises(Invalid):
            speaking.answer(session, CITIZEN, of(session, 2), "الشركة في دبي", nonce="n-1")


def test_answers_stand_in_one_thread(db: Database, case_id: int) -> None:
    with db.write() as session:
        first = speaking.answer(session, CITIZEN, of(session, case_id), "الشركة في دبي", nonce="n-1")
        second = speaking.answer(session, CITIZEN, of(session, case_id), "وفرعها في الشارقة", nonce="n-2")
        assert first.thread_key == second.thread_key


def test_what_we_answer_on_the_portal_is_on_the_page(db: Database, case_id: int, agent: Actor) -> None:
    with db.write() as session:
        item = speaking.answer(session, CITIZEN, of(session, case_id), "الشركة في دبي", nonce="n-1")
        version = reply.thread_version(session, item)
        sent = reply.send(session, agent, item.id or 0, "نتابع مع الفرع", seen_version=version, nonce="r-1")
        delivery = session.get_one(Delivery, sent.delivery_id)
        delivery.state, delivery.published_at = "published", now()
        session.flush()
        settled(session, delivery)
        case = of(session, case_id)
        assert (case.first_reply_at is not None, case.waiting_since) == (True, None)
        assert [one.text for one in public_view(session, case, "ar").answers] == ["نتابع مع الفرع"]


def test_a_case_that_waits_for_its_author_goes_on_when_he_answers(db: Database, case_id: int, agent: Actor) -> None:
    with db.write() as session:
        cases.question(session, agent, of(session, case_id), "ما اسم الشركة؟")
    with db.write() as session:
        speaking.answer(session, CITIZEN, of(session, case_id), "شركة البحر", nonce="n-1")
        assert of(session, case_id).state == "in_progress"


def test_a_case_that_waits_for_another_body_waits_on(db: Database, case_id: int, agent: Actor) -> None:
    with db.write() as session:
        cases.move(session, agent, of(session, case_id), "waiting")
        speaking.answer(session, CITIZEN, of(session, case_id), "هل من جديد؟", nonce="n-1")
        assert of(session, case_id).state == "waiting"


def test_he_says_once_how_he_was_served(db: Database, case_id: int, agent: Actor) -> None:
    with db.write() as session, pytest.raises(WrongState):
        speaking.rate(session, CITIZEN, of(session, case_id), 5)
    resolve(db, case_id, agent)
    with db.write() as session:
        case = of(session, case_id)
        for wrong in (0, 6):
            with pytest.raises(Invalid):
                speaking.rate(session, CITIZEN, case, wrong)
        speaking.rate(session, CITIZEN, case, 2, "تأخرتم")
        assert (case.rating, case.rating_note, case.rated_at) == (2, "تأخرتم", now())
        with pytest.raises(WrongState):
            speaking.rate(session, CITIZEN, case, 5)


def test_he_is_asked_once(db: Database, case_id: int, agent: Actor) -> None:
    with db.write() as session:
        assert not speaking.ask(session, WORKER, of(session, case_id))
    resolve(db, case_id, agent)
    with db.write() as session:
        assert [speaking.ask(session, WORKER, of(session, case_id)) for _ in range(2)] == [True, False]
        assert [e.what for e in session.exec(select(CaseEvent))].count("asked") == 1


def test_he_reopens_what_was_not_solved_within_thirty_days(db: Database, case_id: int, agent: Actor, hands: Hands) -> None:
    resolve(db, case_id, agent)
    hands.forward(days=29)
    with db.write() as session:
        case = speaking.reopen(session, CITIZEN, of(session, case_id), "لم يصل شيء")
        assert (case.state, case.reopened, case.outcome, case.waiting_since) == ("in_progress", 1, "", now())
    resolve(db, case_id, agent)
    hands.forward(days=31)
    with db.write() as session:
        assert speaking.may(session, of(session, case_id)) == speaking.May(False, False, False, False)
        with pytest.raises(WrongState):
            speaking.reopen(session, CITIZEN, of(session, case_id), "لم يصل شيء")


def test_an_ended_case_is_reopened_not_answered(db: Database, case_id: int, agent: Actor) -> None:
    resolve(db, case_id, agent)
    with db.write() as session, pytest.raises(WrongState):
        speaking.answer(session, CITIZEN, of(session, case_id), "لم يصل شيء", nonce="n-1")


def test_he_takes_back_what_he_asked_for(db: Database, case_id: int) -> None:
    with db.write() as session:
        case = speaking.withdraw(session, CITIZEN, of(session, case_id), "حُلّت")
        assert (case.state, case.outcome, case.waiting_since) == ("resolved", "withdrawn", None)
        with pytest.raises(WrongState):
            speaking.withdraw(session, CITIZEN, case)
        assert not speaking.may(session, case).rate


def test_staff_and_machine_do_not_speak_for_him(db: Database, case_id: int, agent: Actor) -> None:
    with db.write() as session:
        for actor in (agent, WORKER):
            with pytest.raises(Forbidden):
                speaking.answer(session, actor, of(session, case_id), "نعم", nonce="n-1")
            with pytest.raises(Forbidden):
                speaking.rate(session, actor, of(session, case_id), 5)


def test_what_he_says_first_waits_longest(db: Database, case_id: int, agent: Actor, hands: Hands) -> None:
    with db.write() as session:
        cases.note(session, agent, of(session, case_id), "وصلتنا شكواكم", public=True)
    hands.forward(hours=1)
    first = now()
    for n in range(2):
        with db.write() as session:
            speaking.answer(session, CITIZEN, of(session, case_id), "هل من جديد؟", nonce=f"n-{n}")
        hands.forward(hours=1)
    with db.read() as session:
        assert of(session, case_id).waiting_since == first
        assert now() - first == timedelta(hours=2)
        assert [e.what for e in session.exec(select(CaseEvent).where(col(CaseEvent.public)).order_by(col(CaseEvent.id)))][-2:] == [
            "said",
            "said",
        ]


def test_what_he_wrote_on_the_portal_waits_until_we_wrote_back_or_ended_it(db: Database, case_id: int, agent: Actor) -> None:
    def say(nonce: str) -> Item:
        return speaking.answer(session, CITIZEN, of(session, case_id), "الشركة في دبي", nonce=nonce)

    with db.write() as session:
        first = say("n-1")
        cases.note(session, agent, of(session, case_id), "وصلت", public=True)
        second = say("n-2")
        cases.resolve(session, agent, of(session, case_id), "solved", "صُرفت الرواتب")
        assert [(item.state, item.answered_at) for item in (first, second)] == [("answered", now()), ("closed", None)]


@pytest.mark.parametrize("words", ["", "\u200c\u200d", "\u200f \n"])
def test_nobody_says_nothing(db: Database, case_id: int, words: str) -> None:
    with db.write() as session:
        with pytest.raises(Invalid):
            speaking.answer(session, CITIZEN, of(session, case_id), words, nonce="n-1")
        with pytest.raises(Invalid):
            speaking.answer(session, CITIZEN, of(session, case_id), "م" * 5001, nonce="n-1")


def test_words_keep_the_joiners_they_are_spelled_with() -> None:
    assert tidy("നന്\u200dമ\t\u200f\x00 شکریہ\u200cات\r\n") == "നന്\u200dമ  شکریہ\u200cات"
