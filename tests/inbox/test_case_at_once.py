"""The same thing by two at the same moment: it happens once, and nobody waits in a circle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlmodel import Session, select

from connectors.contract import Can, Surface
from core.actors import CITIZEN, Actor
from core.db import Database
from core.errors import WrongState
from core.models import Account
from inbox import cases, merging, speaking
from inbox.models import Case, CaseEvent, Item
from inbox.receive import receive
from policies import edition as editions

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"


def at_once(db: Database, *deeds: Callable[[Session], object]) -> list[str]:
    """Each deed in a transaction of its own, all together; the names of what they were refused by."""

    def one(deed: Callable[[Session], object]) -> str:
        try:
            with db.write() as session:
                deed(session)
        except WrongState as e:
            return e.code
        return ""

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(one, deeds))


def test_two_presses_are_one_answer(db: Database, desk: Any, say: Any) -> None:
    with db.write() as session:
        session.add(Account(platform="portal", native_id="forms", name="النماذج"))
    desk.take(say("c1", COMPLAINT))

    def press(session: Session) -> object:
        return speaking.answer(session, CITIZEN, session.get_one(Case, 1), "الشركة في دبي", nonce="n-1")

    assert at_once(db, press, press) == ["", ""]
    with db.read() as session:
        assert len(session.exec(select(Item)).all()) == 2
        assert [e.what for e in session.exec(select(CaseEvent))].count("said") == 1


def test_two_cases_merged_into_each_other_are_one(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT, author_id="salem"), say("c2", COMPLAINT, author_id="salem", parent_id="p2", root_id="p2"))

    def into(one: int, other: int) -> Callable[[Session], object]:
        return lambda session: merging.merge(session, agent, session.get_one(Case, one), session.get_one(Case, other), "واحد")

    assert at_once(db, into(1, 2), into(2, 1)) == ["", "wrong_state"]
    with db.read() as session:
        assert len({item.case_id for item in session.exec(select(Item))}) == 1
        assert [case.merged_into_id is None for case in session.exec(select(Case))].count(True) == 1


def test_an_answer_given_elsewhere_while_a_clerk_ends_the_case_promises_nothing_more(
    db: Database, desk: Any, say: Any, agent: Actor
) -> None:
    desk.take(say("c1", COMPLAINT, can=Can(reply=False)))  # no receipt is on its way
    ours = say("r1", "نتابع مع الشركة", author_id="100", own=True, parent_id="c1", surface=Surface.REPLY)

    def end(session: Session) -> object:
        return cases.resolve(session, agent, session.get_one(Case, 1), "solved", "صُرفت الأجور")

    def hear(session: Session) -> object:
        return receive(session, desk.account, [ours], editions.current(), settings=desk.settings)

    assert at_once(db, end, hear) == ["", ""]
    with db.read() as session:
        case = session.exec(select(Case)).one()
        assert (case.state, case.waiting_since, case.next_due_at) == ("resolved", None, None)
        assert case.first_reply_at is not None
