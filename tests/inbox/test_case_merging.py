"""One person's cases made one, one case made two, and what he said elsewhere brought to his case."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import Session, col, select

from connectors.contract import Message, Surface
from core import calendar
from core.actors import CITIZEN, Actor
from core.clock import Hands, in_dubai
from core.db import Database
from core.errors import Forbidden, Invalid, WrongState
from core.models import Account, AuditEntry
from core.settings import settings as current
from core.vault import Vault, open_vault
from core.worktime import Term
from inbox import acknowledge, cases, due, merging, mine, moved, numbers, post, rounds, sorting, speaking, together
from inbox.caseview import public_view
from inbox.models import Case, CaseEvent, Item
from inbox.receive import receive
from outbox.guards import FILLERS
from outbox.models import Delivery
from policies import edition as editions
from tests.inbox.conftest import SAID
from tests.inbox.tuesday import MANAGER

WAGES = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"
PERMIT = "أشتكي من تأخر تصريح العمل ولم يصدر حتى الآن"


@pytest.fixture
def two(db: Database, desk: Any, say: Any) -> tuple[int, int]:
    """Two complaints of one person, under two posts."""
    desk.take(say("c1", WAGES, author_id="salem"), say("c2", PERMIT, author_id="salem", parent_id="p2", root_id="p2"))
    return 1, 2


def elsewhere(db: Database, desk: Any, text: str, native_id: str = "x1", at: datetime = SAID, **fields: Any) -> int:
    """The same person's words on X; returns the item's id."""
    with db.write() as session:
        account = session.exec(select(Account).where(Account.platform == "x")).first()
        account = account or Account(platform="x", native_id="7", name="الوزارة")
        session.add(account)
        session.flush()
        said = Message("x:7", native_id, Surface.MENTION, "salem-on-x", text, created_at=at, **fields)
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


def test_whose_case_goes_on_in_one_that_has_ended_is_told_of_the_outcome_and_waits_no_more(
    db: Database, two: tuple[int, int], agent: Actor
) -> None:
    vault = open_vault(current())
    with db.write() as session:
        session.add(Account(platform="email", native_id="majlis@example.test"))
        for id_, address in zip(two, ("salem@example.test", "salem.work@example.test"), strict=True):
            session.get_one(Case, id_).contact = post.contact(vault, email=address)
        session.exec(select(Item).where(Item.case_id == 2)).one().surface = "form"
        cases.resolve(session, agent, session.get_one(Case, 1), "solved", "تم")
    merge(db, agent, 2, 1)
    with db.read() as session:
        letters = session.exec(select(Delivery).where(Delivery.kind == "mail").order_by(col(Delivery.id))).all()
        assert [one.guard_arg for one in letters] == [{"case": id_, "about": "resolved"} for id_ in two]
        assert [one.state for one in session.exec(select(Item).order_by(col(Item.id)))] == ["open", "closed"]


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


@pytest.mark.parametrize(("minutes", "state"), [(5, "in_progress"), (-5, "waiting")])
def test_an_answer_that_is_brought_from_another_channel_ends_the_waiting_for_it(
    db: Database, desk: Any, say: Any, agent: Actor, hands: Hands, minutes: int, state: str
) -> None:
    """What he had said before we asked is no answer."""
    desk.take(say("c1", WAGES, author_id="salem"))
    with db.write() as session:
        cases.question(session, agent, session.get_one(Case, 1), "أي فرع تقصد؟")
    asked = hands()
    hands.forward(hours=1)
    item_id = elsewhere(db, desk, "فرع الشارقة", at=asked + timedelta(minutes=minutes))
    with db.write() as session:
        merging.join(session, agent, session.get_one(Case, 1), session.get_one(Item, item_id), "ذكر رقم الملف")
    with db.read() as session:
        case = session.get_one(Case, 1)
        assert (case.state, cases.asked(session, case), case.next_due_at is not None) == (state, state == "waiting", minutes > 0)


def test_what_we_wait_for_in_one_case_puts_nothing_off_that_was_promised_in_another(
    db: Database, old_and_young: tuple[int, int], agent: Actor, hands: Hands
) -> None:
    with db.write() as session:
        cases.question(session, agent, session.get_one(Case, 2), "أي فرع تقصد؟")
        promised = session.get_one(Case, 1).next_due_at
        assert session.get_one(Case, 2).next_due_at is None
    hands.forward(minutes=5)
    merge(db, agent, 1, 2)
    with db.write() as session:
        case = session.get_one(Case, 2)
        assert (case.state, case.next_due_at) == ("waiting", promised)
        cases.question(session, agent, case, "ومنذ متى؟")  # asked of all that goes on here now
        assert case.next_due_at is None


def test_where_both_wait_for_their_author_both_wait_on(
    db: Database, old_and_young: tuple[int, int], agent: Actor, hands: Hands
) -> None:
    with db.write() as session:
        for id_ in old_and_young:
            cases.question(session, agent, session.get_one(Case, id_), "أي فرع تقصد؟")
    hands.forward(minutes=5)
    merge(db, agent, 1, 2)
    with db.read() as session:
        assert session.get_one(Case, 2).next_due_at is None


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


def shown(case: Case) -> tuple[object, ...]:
    return (case.opened_at, case.first_reply_at, case.first_due_at, case.due_at, case.next_due_at, case.grade, case.priority)


@pytest.fixture
def old_and_young(db: Database, desk: Any, say: Any, hands: Hands) -> tuple[int, int]:
    """A complaint of Tuesday, and one of the same person of Thursday."""
    desk.take(say("c1", WAGES, author_id="salem"))
    hands.forward(days=2)
    desk.take(say("c2", PERMIT, author_id="salem", parent_id="p2", root_id="p2", created_at=hands()))
    return 1, 2


def test_whoever_waited_longer_keeps_what_he_was_promised_and_it_is_explained(
    db: Database, old_and_young: tuple[int, int], agent: Actor
) -> None:
    with db.read() as session:
        old, young = (session.get_one(Case, id_) for id_ in old_and_young)
        before = shown(old)
        number = old.number
        assert (old.first_due_at, old.due_at) != (young.first_due_at, young.due_at)
    merge(db, agent, 1, 2)
    with db.read() as session:
        case = session.get_one(Case, 2)
        assert shown(case) == before
        told = [(one.promise.what, one.promise.of) for one in due.explain(session, case)]
        assert told == [("first", ""), ("resolve", ""), ("first", number), ("resolve", number)]
        earlier = due.explain(session, case)[2].words("en")
        assert earlier[1] == f"Promised in {number}, which goes on in this one; the earlier date stays"
        assert public_view(session, session.get_one(Case, 1), "en").first_due_at == case.first_due_at


def test_parted_again_each_has_what_was_promised_in_it(db: Database, old_and_young: tuple[int, int], agent: Actor) -> None:
    with db.read() as session:
        before = [shown(session.get_one(Case, id_)) for id_ in old_and_young]
    merge(db, agent, 1, 2)
    with db.write() as session:
        merging.split(session, agent, session.get_one(Case, 2), [1], "complaint", "كان خطأ")
    with db.read() as session:
        assert [shown(session.get_one(Case, id_)) for id_ in old_and_young] == before


def test_an_answer_given_in_either_goes_along_and_the_words_of_the_other_wait_until_their_own_date(
    db: Database, desk: Any, say: Any, agent: Actor, hands: Hands
) -> None:
    for name in ("1", "2"):
        desk.take(say(f"c{name}", PERMIT, author_id="salem", parent_id=f"p{name}", root_id=f"p{name}", created_at=hands()))
        hands.forward(hours=3)
    with db.write() as session:
        cases.note(session, agent, session.get_one(Case, 1), "خاطبنا الشركة", public=True)
        replied, promised = session.get_one(Case, 1).first_reply_at, session.get_one(Case, 2).first_due_at
    merge(db, agent, 1, 2)
    with db.read() as session:
        case = session.get_one(Case, 2)
        assert (case.first_reply_at, case.next_due_at) == (replied, promised)
        assert [(one.promise.met, one.promise.of) for one in due.explain(session, case) if one.promise.what == "first"] == [
            (None, ""),
            (replied, session.get_one(Case, 1).number),
        ]
    hands.forward(minutes=5)
    with db.write() as session:
        cases.note(session, agent, session.get_one(Case, 2), "وصدر التصريح", public=True)
        assert session.get_one(Case, 2).first_reply_at == replied
        merging.split(session, agent, session.get_one(Case, 2), [1], "complaint", "كان خطأ")
        assert [session.get_one(Case, id_).first_reply_at for id_ in (1, 2)] == [replied, hands()]


def test_of_three_in_a_chain_the_earliest_counts_and_each_keeps_its_own(
    db: Database, old_and_young: tuple[int, int], desk: Any, say: Any, agent: Actor, hands: Hands
) -> None:
    hands.forward(days=1)
    desk.take(say("c3", WAGES, author_id="salem", parent_id="p3", root_id="p3", created_at=hands()))
    with db.read() as session:
        before = [shown(session.get_one(Case, id_)) for id_ in (1, 2, 3)]
    merge(db, agent, 1, 2)
    merge(db, agent, 2, 3)
    with db.write() as session:
        case = session.get_one(Case, 3)
        assert shown(case) == before[0]
        merging.split(session, agent, case, [2], "complaint", "كان خطأ")
        assert shown(case) == before[0]
        merging.split(session, agent, case, [1], "complaint", "كان خطأ")
    with db.read() as session:
        assert [shown(session.get_one(Case, id_)) for id_ in (1, 2, 3)] == before


def test_both_addresses_are_told_of_what_follows_each_with_its_own_number_and_link(
    db: Database, two: tuple[int, int], agent: Actor
) -> None:
    settings = current()
    vault = open_vault(settings)
    with db.write() as session:
        session.add(Account(platform="email", native_id="majlis@example.test"))
        for id_, address in zip(two, ("salem@example.test", "salem.work@example.test"), strict=True):
            session.get_one(Case, id_).contact = post.contact(vault, email=address)
    merge(db, agent, 2, 1)
    with db.write() as session:
        cases.resolve(session, agent, session.get_one(Case, 1), "solved", "تم")
        letters = session.exec(select(Delivery).where(Delivery.kind == "mail").order_by(col(Delivery.id))).all()
        told = [(one.body["subject"], FILLERS["mail"](session, one, settings)) for one in letters]
        numbers_of = [session.get_one(Case, id_).number for id_ in two]
        assert [subject for subject, _ in told] == [f"انتهت معالجة الطلب {number}" for number in numbers_of]
        for (_, filled), number, address in zip(told, numbers_of, ("salem@", "salem.work@"), strict=True):
            assert number in filled["case_link"]
            assert filled["address"].startswith(address)
        session.get_one(Case, 2).contact = post.contact(vault, email="salem@example.test")
        speaking.reopen(session, CITIZEN, session.get_one(Case, 1), "لم يُحل")
        cases.note(session, agent, session.get_one(Case, 1), "راجعنا", public=True)
        assert len(session.exec(select(Delivery).where(Delivery.kind == "mail")).all()) == 3  # one address, one letter


def test_whoever_takes_his_data_reads_both_addresses_first_that_of_the_case_he_holds(
    db: Database, two: tuple[int, int], agent: Actor
) -> None:
    vault, home, work = open_vault(current()), {"name": "سالم", "email": "salem@example.test"}, {"email": "salem.work@example.test"}
    with db.write() as session:
        for id_, given in zip(two, (home, work), strict=True):
            session.get_one(Case, id_).contact = post.contact(vault, **given)
    merge(db, agent, 2, 1)
    with db.read() as session:
        held = [mine.mine(session, session.get_one(Case, id_), vault) for id_ in two]
        assert [(one["case"]["number"], one["contacts"]) for one in held] == [
            (session.get_one(Case, 1).number, [home, work]),
            (session.get_one(Case, 2).number, [work, home]),
        ]
    with db.write() as session:
        session.get_one(Case, 2).contact = post.contact(vault, **home)
    with db.read() as session:
        assert mine.mine(session, session.get_one(Case, 1), vault)["contacts"] == [home]


def test_parted_nobody_waits_for_what_was_answered_on_the_page(
    db: Database, old_and_young: tuple[int, int], agent: Actor, hands: Hands
) -> None:
    with db.write() as session:
        cases.note(session, agent, session.get_one(Case, 2), "خاطبنا الشركة", public=True)
    merge(db, agent, 2, 1)
    hands.forward(minutes=5)
    with db.write() as session:
        cases.note(session, agent, session.get_one(Case, 1), "راجعنا الشركة", public=True)
        merging.split(session, agent, session.get_one(Case, 1), [2], "complaint", "كان خطأ")
    with db.read() as session:
        both = [session.get_one(Case, id_) for id_ in (1, 2)]
        assert [(case.waiting_since, case.next_due_at == case.due_at) for case in both] == [(None, True)] * 2


def test_parted_one_still_waits_for_what_was_not_answered_in_either(
    db: Database, old_and_young: tuple[int, int], agent: Actor, hands: Hands
) -> None:
    with db.write() as session:
        cases.note(session, agent, session.get_one(Case, 1), "خاطبنا الشركة", public=True)
    merge(db, agent, 2, 1)
    with db.write() as session:
        merging.split(session, agent, session.get_one(Case, 1), [2], "complaint", "كان خطأ")
        assert [session.get_one(Case, id_).waiting_since is None for id_ in (1, 2)] == [True, False]


def test_what_is_owed_goes_along_and_is_owed_once_when_they_part(db: Database, two: tuple[int, int], agent: Actor) -> None:
    with db.write() as session:
        session.get_one(Case, 2).told_owed = "question:brake"
    merge(db, agent, 2, 1)
    with db.write() as session:
        assert session.get_one(Case, 1).told_owed == "question:brake"
        acknowledge.hand_over(session, agent, session.get_one(Case, 1), "بالهاتف")
        merging.split(session, agent, session.get_one(Case, 1), [2], "complaint", "كان خطأ")
        assert [session.get_one(Case, id_).told_owed for id_ in two] == ["", ""]


@pytest.fixture
def urgent_in_ordinary(db: Database, two: tuple[int, int], agent: Actor) -> tuple[int, int]:
    """Of Tuesday 24 November, 10:00: an ordinary complaint (2) that took in an urgent one (1). By hand: the ordinary one's answer
    is due on Friday 27, 12:00, its outcome on Tuesday 15 December, 15:30; the urgent one's at 14:00, and on Friday 27, 12:00."""
    merge(db, agent, 1, 2)
    return two


def off(db: Database, first: date, last: date | None = None) -> int:
    """A holiday is announced and the dates follow; of how many cases one moved."""
    with db.write() as session:
        days: dict[str, Any] = {"first": first, "last": last or first}
        calendar.keep(session, MANAGER, kind="holiday", **days, name_ar="عطلة", name_en="Off")
    return rounds.redate_all(db, "calendar")


def wall(at: datetime | None) -> str:
    return f"{in_dubai(at):%d %b %H:%M}" if at is not None else ""


def dated(db: Database, id_: int = 2) -> list[tuple[str, str]]:
    """By when each of the two in the case is answered and ended, after making sure that what is explained is what is stored,
    and the sum of its steps."""
    with db.read() as session:
        case = session.get_one(Case, id_)
        stored = {one.number: {"first": one.first_due_at, "resolve": one.due_at} for one in together.parts(session, case)}
        explained = [one for one in due.explain(session, case) if one.promise.what in ("first", "resolve")]
        assert len(explained) == 2 * len(stored)
        for one in explained:
            told = one.promise
            assert stored[told.of][told.what] == one.kept == told.due, (told.of, told.what)
            assert Term(sum(step.minutes for step in told.steps), sum(step.days for step in told.steps)) == told.span
            assert told.steps[-1].last == in_dubai(one.kept).date()
        return [(wall(dates["first"]), wall(dates["resolve"])) for dates in stored.values()]


def test_a_holiday_announced_while_merged_moves_what_each_was_promised_by_its_own_class(
    db: Database, urgent_in_ordinary: tuple[int, int], agent: Actor, hands: Hands
) -> None:
    assert dated(db) == [("27 Nov 12:00", "15 Dec 15:30"), ("24 Nov 14:00", "27 Nov 12:00")]
    assert off(db, date(2026, 11, 26), date(2026, 11, 27)) == 1
    # by hand, Thursday 26 and Friday 27 left out: Wed 25 (1), Mon 30 (2), Tue 1 December (3); two days later, Thursday 17 (15)
    moved_on = [("01 Dec 15:30", "17 Dec 15:30"), ("24 Nov 14:00", "01 Dec 15:30")]
    assert dated(db) == moved_on
    assert rounds.redate_all(db, "calendar") == 0
    hands.forward(days=5)
    with db.write() as session:
        cases.note(session, agent, session.get_one(Case, 2), "خاطبنا الشركة", public=True)
        firsts = [one for one in due.explain(session, session.get_one(Case, 2)) if one.promise.what == "first"]
        assert [one.words("en")[-1].split(": ")[-1] for one in firsts] == ["in time", "late"]
    assert dated(db) == moved_on
    with db.write() as session:
        merging.split(session, agent, session.get_one(Case, 2), [1], "complaint", "كان خطأ")
        parted = [session.get_one(Case, id_) for id_ in (2, 1)]
        assert [(case.grade, wall(case.first_due_at), wall(case.due_at)) for case in parted] == [
            ("ordinary", *moved_on[0]),
            ("urgent", *moved_on[1]),
        ]
    with db.read() as session:
        for case in (session.get_one(Case, id_) for id_ in (1, 2)):
            assert all(one.kept == one.promise.due for one in due.explain(session, case))


def test_a_holiday_that_moves_only_a_date_behind_an_earlier_one_moves_it_too(
    db: Database, urgent_in_ordinary: tuple[int, int]
) -> None:
    with db.read() as session:
        before = shown(session.get_one(Case, 2))
    assert off(db, date(2026, 12, 7)) == 1
    assert dated(db) == [("27 Nov 12:00", "16 Dec 15:30"), ("24 Nov 14:00", "27 Nov 12:00")]
    with db.read() as session:
        assert shown(session.get_one(Case, 2)) == before
        assert session.exec(select(AuditEntry).where(col(AuditEntry.action) == "case.redate")).one().subject == "case:2"
        assert session.exec(select(CaseEvent).where(col(CaseEvent.what) == moved.MOVED)).first() is None


def test_a_class_that_a_clerk_gives_to_what_goes_on_holds_for_its_own_part(
    db: Database, two: tuple[int, int], agent: Actor
) -> None:
    merge(db, agent, 2, 1)
    with db.write() as session:
        sorting.classify(session, agent, session.get_one(Case, 1), "confidential", "طلب ذلك")
    assert dated(db, 1) == [("26 Nov 15:30", "08 Dec 15:30"), ("27 Nov 12:00", "15 Dec 15:30")]


def test_taken_up_again_it_is_worked_on_by_the_heaviest_class_of_all_that_ended_with_it(
    db: Database, urgent_in_ordinary: tuple[int, int], agent: Actor, hands: Hands
) -> None:
    with db.write() as session:
        cases.resolve(session, agent, session.get_one(Case, 2), "solved", "تم")
    hands.forward(days=1)
    with db.write() as session:
        speaking.reopen(session, CITIZEN, session.get_one(Case, 2), "لم يُحل")
        told = {one.promise.what: one for one in due.explain(session, session.get_one(Case, 2))}
        # by hand, urgent, from Wednesday 25: Thu 26, Fri 27, Monday 30
        assert (wall(told["resolve"].kept), wall(session.get_one(Case, 2).due_at)) == ("30 Nov 15:30", "30 Nov 15:30")
        assert wall(told["first"].kept) == wall(told["first"].promise.due) == "27 Nov 12:00"
