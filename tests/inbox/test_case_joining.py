"""What somebody says in answer to us joins the case he has, and opens no second one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from connectors.contract import Surface
from core.actors import Actor
from core.clock import Hands, now
from core.db import Database
from inbox import cases
from inbox.models import Case, CaseEvent, Item
from tests.inbox.conftest import SAID

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"


def case_ids(session: Session) -> list[int | None]:
    return list(session.exec(select(Item.case_id).order_by(col(Item.id))))


def steps(session: Session) -> list[str]:
    return list(session.exec(select(CaseEvent.what).order_by(col(CaseEvent.id))))


def test_an_answer_beneath_our_receipt_joins_the_case(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT, author_id="salem"))
    desk.take(say("r1", "سجلنا شكواكم", author_id="100", own=True, parent_id="c1"))
    desk.take(say("c2", "شكرًا، وهذا رابط الشركة", author_id="salem", parent_id="r1"))
    with db.read() as session:
        assert case_ids(session) == [1, None, 1]
        assert steps(session)[-1] == "said"


def test_it_does_so_too_when_all_came_at_once(db: Database, desk: Any, say: Any) -> None:
    desk.take(
        say("c1", COMPLAINT, author_id="salem"),
        say("c2", "وما زالت الشركة ترفض الدفع وأشتكي منها", author_id="salem", parent_id="c1"),
    )
    with db.read() as session:
        assert case_ids(session) == [1, 1]
        assert session.exec(select(Case.id)).all() == [1]


def test_what_others_say_in_the_thread_is_theirs(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT, author_id="salem"))
    desk.take(say("c2", "وأنا أيضًا أشتكي، لم يدفعوا راتبي", author_id="majid", parent_id="c1"))
    with db.read() as session:
        assert case_ids(session) == [1, 2]


def test_another_complaint_elsewhere_is_another_case(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT, author_id="salem"))
    desk.take(say("c2", "أريد أيضًا تقديم شكوى بسبب تأخر تصريح العمل", author_id="salem", parent_id="p2", root_id="p2"))
    with db.read() as session:
        assert case_ids(session) == [1, 2]


def test_private_messages_join_the_open_case_of_their_author(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT, author_id="salem"))
    desk.take(
        say("m1", "هذا اسم الشركة", author_id="salem", surface=Surface.DIRECT, parent_id=None, root_id="t1"),
        say("m2", "متى الرد؟", author_id="majid", surface=Surface.DIRECT, parent_id=None, root_id="t2"),
    )
    with db.read() as session:
        assert case_ids(session) == [1, 1, None]


def test_a_conversation_of_several_complaints_is_one_case(db: Database, desk: Any, say: Any) -> None:
    private = {"surface": Surface.DIRECT, "parent_id": None, "root_id": "t1", "author_id": "salem"}
    desk.take(say("m1", COMPLAINT, **private), say("m2", "وأشتكي من السكن أيضًا", **private))
    with db.read() as session:
        assert case_ids(session) == [1, 1]


def test_our_own_words_and_hidden_ones_join_nothing(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("m1", COMPLAINT, surface=Surface.DIRECT, parent_id=None, root_id="t1", author_id="salem"))
    desk.take(say("m2", "وصلتنا", surface=Surface.DIRECT, parent_id=None, root_id="t1", author_id="100", own=True))
    with db.read() as session:
        assert case_ids(session) == [1, None]


def test_its_author_waits_again_after_an_answer(db: Database, desk: Any, say: Any, agent: Actor, hands: Hands) -> None:
    desk.take(say("c1", COMPLAINT, author_id="salem"))
    with db.write() as session:
        cases.note(session, agent, session.exec(select(Case)).one(), "نتابع", public=True)
    hands.forward(hours=1)
    desk.take(say("c2", "وما الجديد؟", author_id="salem", parent_id="c1"))
    with db.read() as session:
        case = session.exec(select(Case)).one()
        assert case.waiting_since == now()
        assert case.next_due_at is not None


@pytest.mark.parametrize(("ours", "state"), [(True, "in_progress"), (False, "waiting")])
def test_an_answer_to_our_question_where_he_wrote_ends_the_waiting_for_it(
    db: Database, desk: Any, say: Any, agent: Actor, hands: Hands, ours: bool, state: str
) -> None:
    """Where we wait for another body, not for him, we wait on."""
    desk.take(say("c1", COMPLAINT, author_id="salem"))
    with db.write() as session:
        case = session.get_one(Case, 1)
        cases.question(session, agent, case, "أي فرع تقصد؟") if ours else cases.move(session, agent, case, "waiting")
    hands.forward(hours=1)
    desk.take(say("c2", "فرع الشارقة", author_id="salem", parent_id="c1"))
    with db.read() as session:
        case = session.get_one(Case, 1)
        assert (case.state, cases.asked(session, case), case.next_due_at is not None) == (state, False, True)


@pytest.mark.parametrize(
    ("days", "words", "joined", "state"),
    [
        (3, "شكرًا لكم، جزاكم الله خيرًا", True, "resolved"),
        (3, "لم يُحل شيء، أشتكي من جديد، لم أستلم راتبي", True, "in_progress"),
        (9, "أشتكي مرة أخرى، لم أستلم راتبي", False, "resolved"),
    ],
)
def test_what_is_said_after_the_end(
    db: Database, desk: Any, say: Any, agent: Actor, hands: Hands, days: int, words: str, joined: bool, state: str
) -> None:
    """A week long it belongs to the case, and a complaint takes it up again; later it is a case of its own."""
    desk.take(say("c1", COMPLAINT, author_id="salem"))
    with db.write() as session:
        cases.resolve(session, agent, session.get_one(Case, 1), "solved", "صُرفت الرواتب")
    hands.forward(days=days)
    desk.take(say("c2", words, author_id="salem", parent_id="c1", created_at=SAID + timedelta(days=days, hours=1)))
    with db.read() as session:
        assert case_ids(session) == [1, 1 if joined else 2]
        first = session.get_one(Case, 1)
        assert (first.state, first.reopened) == (state, int(state == "in_progress"))


def test_words_that_become_an_answer_when_they_are_edited_join_too(db: Database, desk: Any, say: Any) -> None:
    private = {"surface": Surface.DIRECT, "parent_id": None, "root_id": "t1", "author_id": "salem"}
    desk.take(say("m1", "السلام عليكم", **private))
    desk.take(say("c1", COMPLAINT, author_id="salem"))
    desk.take(say("m1", "السلام عليكم، هذا عن راتبي المتأخر", edited=True, **private))
    with db.read() as session:
        assert case_ids(session) == [1, 1]
