"""One person's cases made one, one case made two, and what he said elsewhere brought to his case."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import Session, col, select

from connectors.contract import Message, Surface
from core.actors import CITIZEN, Actor
from core.db import Database
from core.errors import Forbidden, Invalid, WrongState
from core.models import Account
from core.vault import Vault
from inbox import cases, merging, numbers, speaking
from inbox.caseview import public_view
from inbox.models import Case, CaseEvent, Item
from inbox.receive import receive
from policies import edition as editions
from tests.inbox.conftest import SAID

WAGES = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"
PERMIT = "أشتكي من تأخر تصريح العمل ولم يصدر حتى الآن"


@pytest.fixture
def two(db: Database, desk: Any, say: Any) -> tuple[int, int]:
    """Two complaints of one person, under two posts."""
    desk.take(say("c1", WAGES, author_id="salem"), say("c2", PERMIT, author_id="salem", parent_id="p2", root_id="p2"))
    return 1, 2


def elsewhere(db: Database, desk: Any, text: str, native_id: str = "x1", **fields: Any) -> int:
    """The same person's words on X; returns the item's id."""
    with db.write() as session:
        account = session.exec(select(Account).where(Account.platform == "x")).first()
        account = account or Account(platform="x", native_id="7", name="الوزارة")
        session.add(account)
        session.flush()
        said = Message("x:7", native_id, Surface.MENTION, "salem-on-x", text, created_at=SAID, **fields)
        received = receive(session, account, [said], editions.current(), settings=desk.settings)
        return received.new_ids[0]


def merge(db: Database, agent: Actor, one: int, into: int) -> None:
    with db.write() as session:
        merging.merge(session, agent, session.get_one(Case, one), session.get_one(Case, into), "الموضوع نفسه")


def case_ids(session: Session) -> list[int | None]:
    return list(session.exec(select(Item.case_id).order_by(col(Item.id))))


def test_merged_all_goes_on_in_one_and_both_numbers_open_it(db: Database, two: tuple[int, int], agent: Actor) -> None:
    merge(db, agent, 2, 1)
    vault = Vault((Fernet.generate_key().decode(),))
    with db.write() as session:
        gone, lives = session.get_one(Case, 2), session.get_one(Case, 1)
        assert case_ids(session) == [1, 1]
        assert (gone.state, gone.merged_into_id, gone.closed_at is not None, gone.waiting_since) == ("closed", 1, True, None)
        cases.move(session, agent, lives, "in_progress")
        found = cases.find(session, gone.number, numbers.secret(gone.number, vault), vault)
        assert found is not None
        view = public_view(session, found, "ar")
        assert (view.number, view.state) == (gone.number, "in_progress")
        assert [said.text for said in view.talk] == [WAGES, PERMIT]
        assert {"merged", "took_in"} <= {step.what for step in view.steps}
        assert view.talk == public_view(session, lives, "ar").talk


def test_nothing_of_one_person_is_put_where_another_reads_it(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WAGES, author_id="salem"), say("c2", WAGES, author_id="majid", parent_id="p2", root_id="p2"))
    with db.write() as session:
        one, other = session.get_one(Case, 1), session.get_one(Case, 2)
        with pytest.raises(Invalid, match="two different people"):
            merging.merge(session, agent, other, one, "الموضوع نفسه")


def test_cases_of_two_platforms_are_one_persons_when_a_clerk_says_so(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WAGES, author_id="salem"))
    elsewhere(db, desk, WAGES)
    merge(db, agent, 2, 1)
    with db.read() as session:
        assert case_ids(session) == [1, 1]
        assert {said.platform for said in public_view(session, session.get_one(Case, 1), "ar").talk} == {"facebook", "x"}


def test_a_merge_says_why_and_is_refused_where_it_makes_no_sense(db: Database, two: tuple[int, int], agent: Actor) -> None:
    with db.write() as session:
        one, other = session.get_one(Case, 1), session.get_one(Case, 2)
        for wrong in ((one, one, "لأنه"), (one, other, " ")):
            with pytest.raises(Invalid):
                merging.merge(session, agent, *wrong)
        with pytest.raises(Forbidden):
            merging.merge(session, CITIZEN, one, other, "لأنه")
    merge(db, agent, 2, 1)
    with db.write() as session:
        wrongs: tuple[Callable[[], object], ...] = (
            lambda: merging.merge(session, agent, session.get_one(Case, 2), session.get_one(Case, 1), "مرة أخرى"),
            lambda: merging.merge(session, agent, session.get_one(Case, 1), session.get_one(Case, 2), "بالعكس"),
            lambda: cases.resolve(session, agent, session.get_one(Case, 2), "solved", "تم"),
            lambda: cases.move(session, agent, session.get_one(Case, 2), "in_progress"),
        )
        for verb in wrongs:
            with pytest.raises(WrongState):
                verb()


def test_what_its_author_does_with_the_old_number_reaches_the_case_that_goes_on(
    db: Database, two: tuple[int, int], agent: Actor
) -> None:
    merge(db, agent, 2, 1)
    with db.write() as session:
        assert speaking.withdraw(session, CITIZEN, session.get_one(Case, 2)).id == 1


def test_a_chain_of_merges_has_one_end(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(*(say(f"c{n}", WAGES, author_id="salem", parent_id=f"p{n}", root_id=f"p{n}") for n in (1, 2, 3)))
    merge(db, agent, 3, 2)
    merge(db, agent, 2, 1)
    with db.read() as session:
        assert [case.merged_into_id for case in session.exec(select(Case).order_by(col(Case.id)))] == [None, 1, 1]
        assert case_ids(session) == [1, 1, 1]


def test_secrecy_and_danger_survive_a_merge(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(
        say("c1", PERMIT, author_id="salem"),
        say("c2", "أريد تقديم شكوى على تأخر التصريح ولا تذكروا اسمي للشركة", author_id="salem", parent_id="p2", root_id="p2"),
    )
    merge(db, agent, 2, 1)
    with db.read() as session:
        case = session.get_one(Case, 1)
        assert case.grade == "confidential"
        assert case.priority_why[0]["code"] == "confidential"


def test_a_part_of_a_case_becomes_a_case_of_its_own(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WAGES, author_id="salem"))
    desk.take(say("c2", PERMIT, author_id="salem", parent_id="c1"))
    with db.write() as session:
        case = session.get_one(Case, 1)
        other = merging.split(session, agent, case, [2], "complaint", "موضوع آخر", topic="work_permit")
        assert case_ids(session) == [1, other.id]
        assert (other.topic, other.item_id, other.waiting_since is not None) == ("work_permit", 2, True)
        assert other.receipt_delivery_id is not None or other.receipt_owed == "person_today"
        assert public_view(session, case, "ar").steps[-1].note == other.number


def test_the_first_message_may_leave_too(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WAGES, author_id="salem"))
    desk.take(say("c2", PERMIT, author_id="salem", parent_id="c1"))
    with db.write() as session:
        case = session.get_one(Case, 1)
        merging.split(session, agent, case, [1], "complaint", "موضوع آخر")
        assert case.item_id == 2


def test_split_again_what_was_merged_opens_with_its_old_number(db: Database, two: tuple[int, int], agent: Actor) -> None:
    merge(db, agent, 2, 1)
    with db.write() as session:
        other = merging.split(session, agent, session.get_one(Case, 1), [2], "complaint", "كان خطأ")
        assert (other.id, other.state, other.merged_into_id, other.waiting_since is not None) == (2, "in_progress", None, True)
        assert [said.text for said in public_view(session, other, "ar").talk] == [PERMIT]


@pytest.mark.parametrize("ids", [[], [99], [1, 2], [2, 99]])
def test_only_some_messages_of_the_case_are_split_off(db: Database, desk: Any, say: Any, agent: Actor, ids: list[int]) -> None:
    desk.take(say("c1", WAGES, author_id="salem"))
    desk.take(say("c2", PERMIT, author_id="salem", parent_id="c1"))
    with db.write() as session, pytest.raises(Invalid):
        merging.split(session, agent, session.get_one(Case, 1), ids, "complaint", "لأنه")


def test_what_he_said_on_another_channel_is_brought_to_his_case(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WAGES, author_id="salem"))
    item_id = elsewhere(db, desk, "هذا ما كتبته لكم في فيسبوك عن راتبي")
    with db.write() as session:
        item, case = session.get_one(Item, item_id), session.get_one(Case, 1)
        merging.join(session, agent, case, item, "ذكر رقم الملف")
        assert case_ids(session) == [1, 1]
        assert [said.platform for said in public_view(session, case, "ar").talk] == ["x", "facebook"]
        with pytest.raises(Invalid):
            merging.join(session, agent, case, item, "مرة أخرى")


def test_neither_our_own_words_nor_anothers_are_brought_to_it(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WAGES, author_id="salem"), say("c2", "متى موعد التسجيل؟", author_id="majid"))
    desk.take(say("r1", "أهلًا", author_id="100", own=True))
    with db.write() as session:
        for item_id in (2, 3):
            with pytest.raises(Invalid):
                merging.join(session, agent, session.get_one(Case, 1), session.get_one(Item, item_id), "لأنه")


def test_every_step_is_in_the_history(db: Database, two: tuple[int, int], agent: Actor) -> None:
    merge(db, agent, 2, 1)
    with db.read() as session:
        told = {(e.case_id, e.what, e.public) for e in session.exec(select(CaseEvent)) if e.actor == agent.label}
        assert told == {(2, "merged", True), (1, "took_in", True), (1, "note", False)}
