"""Statements of reasons: given for every hide and delete once it is done, carried in private where that goes, and overturned."""

from typing import Any

import pytest
from sqlmodel import col, select

from connectors.contract import Can
from core.actors import CITIZEN, OPERATING, WORKER, Actor
from core.auth import actor_of, add_user
from core.clock import Hands
from core.db import Database
from core.errors import NotPossible, OwnAct, WrongState
from core.models import Account, AuditEntry, User
from core.settings import Settings
from core.vault import open_vault
from inbox import acknowledge, appeal, case_figures, moderate, notices, numbers, post, reply, rounds, speaking, statement
from inbox.case_figures import Kept
from inbox.models import Case, CaseEvent, Decision, Item, Notice
from outbox.guards import FILLERS, GUARDS, Refusal, settled
from outbox.models import Delivery
from policies import edition as editions

WORDS = "يوم جميل وطقس معتدل"
COMPLAINT = "راتبي متأخر شهرين وأريد تقديم شكوى"


@pytest.fixture
def reviewer(db: Database) -> Actor:
    """Hessa, who decides on objections and moderates."""
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "hessa", "long-enough-1", ["appeal_reviewer"], "Hessa"))


def hide(db: Database, actor: Actor, clause: str = "abuse") -> None:
    with db.write() as session:
        moderate.hide(session, actor, session.get_one(Item, 1), clause, "ملاحظة داخلية")
    carry_out(db, "hide")


def delete(db: Database, actor: Actor) -> None:
    with db.write() as session:
        moderate.delete(session, actor, session.get_one(Item, 1), "abuse", "تكرار")
    carry_out(db, "delete")


def carry_out(db: Database, kind: str, state: str = "published") -> None:
    """What the platform does with the newest delivery of that kind."""
    with db.write() as session:
        delivery = session.exec(select(Delivery).where(Delivery.kind == kind).order_by(col(Delivery.id).desc())).first()
        assert delivery is not None
        delivery.state = state
        delivery.published_at = delivery.scheduled_at if state == "published" else None
        session.flush()
        settled(session, delivery)


def given(db: Database) -> list[Notice]:
    with db.read() as session:
        return list(session.exec(select(Notice).order_by(col(Notice.id))))


def letter(db: Database) -> Delivery:
    with db.read() as session:
        return session.exec(select(Delivery).where(col(Delivery.ref).startswith("notice:"))).one()


def test_the_notice_is_given_when_the_platform_has_hidden_it(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WORDS))
    with db.write() as session:
        moderate.hide(session, agent, session.get_one(Item, 1), "abuse", "ملاحظة داخلية")
    assert given(db) == []
    carry_out(db, "hide")
    (notice,) = given(db)
    assert (notice.item_id, notice.lang, notice.owed, notice.read_at) == (1, "ar", "", None)


def test_it_leaves_as_a_private_answer_with_clause_edition_and_who_decided(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings
) -> None:
    desk.take(say("c1", WORDS))
    hide(db, agent)
    sent = letter(db)
    clause = editions.current().clause("abuse")
    assert (sent.kind, sent.target_id, sent.body["private"]) == ("private_reply", "c1", True)
    for words in (clause.notice("ar"), editions.current().clause_ref("abuse"), "اتخذ القرار موظف"):
        assert words in sent.body["text"]
    for hidden in (WORDS, "ملاحظة داخلية", agent.label, "Noura"):
        assert hidden not in sent.body["text"]


def test_the_secret_of_its_link_stands_in_no_table(db: Database, desk: Any, say: Any, agent: Actor, settings: Settings) -> None:
    desk.take(say("c1", WORDS))
    hide(db, agent)
    vault = open_vault(settings)
    (notice,) = given(db)
    with db.read() as session:
        sent = letter(db)
        link = notices.link(notice, vault, settings)
        assert FILLERS[sent.body["fill"]](session, sent, settings) == {"notice_link": link}
        assert sent.body["text"].endswith("{notice_link}")
        assert link.rpartition("/")[2] not in str(sent.body)
        assert notices.find(session, notice.number, link.rpartition("/")[2], vault) is not None
        assert notices.find(session, notice.number, "0" * 26, vault) is None


def test_a_notice_is_opened_by_no_secret_of_a_case(db: Database, desk: Any, say: Any, agent: Actor, settings: Settings) -> None:
    desk.take(say("c1", WORDS))
    hide(db, agent)
    (notice,) = given(db)
    vault = open_vault(settings)
    with db.read() as session:
        assert notices.find(session, notice.number, numbers.secret(notice.number, vault), vault) is None


@pytest.mark.parametrize(
    ("text", "lang", "words"),
    [
        ("what a lovely day it is today", "en", "The decision was taken by a member of staff"),
        ("آج موسم بہت خوبصورت ہے اور دن اچھا گزرا", "ur", "یہ فیصلہ ایک ملازم نے کیا"),
    ],
)
def test_it_is_written_in_the_language_of_the_words(
    db: Database, desk: Any, say: Any, agent: Actor, text: str, lang: str, words: str
) -> None:
    desk.take(say("c1", text))
    hide(db, agent)
    assert given(db)[0].lang == lang
    assert words in letter(db).body["text"]


def test_where_nobody_can_be_written_to_a_clerk_owes_it_until_it_is_handed_over_or_read(
    db: Database, desk: Any, say: Any, agent: Actor
) -> None:
    desk.take(say("c1", WORDS, can=Can(hide=True)))
    hide(db, agent)
    with db.write() as session:
        (notice,) = notices.owed(session)
        assert notice.owed == "no_private"
        notices.hand_over(session, agent, notice)
        assert notices.owed(session) == []
        with pytest.raises(WrongState):
            notices.hand_over(session, agent, notice)


def test_what_the_platform_refuses_to_carry_is_owed(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WORDS))
    hide(db, agent)
    carry_out(db, "private_reply", "refused")
    assert given(db)[0].owed == "refused"


def test_a_refused_hide_gives_no_notice(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WORDS))
    with db.write() as session:
        moderate.hide(session, agent, session.get_one(Item, 1), "abuse", "سبب")
    carry_out(db, "hide", "refused")
    assert given(db) == []


def test_told_twice_that_it_is_done_there_is_one_notice(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WORDS))
    hide(db, agent)
    carry_out(db, "hide")
    assert len(given(db)) == 1
    assert letter(db).ref == "notice:1"


def test_evidence_stands_before_anything_leaves_and_the_audit_holds_its_hash(
    db: Database, desk: Any, say: Any, agent: Actor
) -> None:
    desk.take(say("c1", WORDS))
    with db.write() as session:
        decision = moderate.hide(session, agent, session.get_one(Item, 1), "abuse", "سبب")
        assert {"text", "author", "name", "created_at", "permalink", "files", "findings"} <= decision.evidence.keys()
        assert (decision.evidence["text"], decision.evidence["permalink"]) == (WORDS, "https://facebook.test/c1")
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "item.hide")).one()
        assert entry.detail["evidence"] == moderate.digest([decision.evidence])
        delivery = session.get_one(Delivery, decision.delivery_id)
        assert (delivery.state, delivery.attempts) == ("scheduled", 0)


def test_deleting_takes_another_person_and_comes_after_hiding(
    db: Database, desk: Any, say: Any, agent: Actor, reviewer: Actor
) -> None:
    desk.take(say("c1", WORDS))
    with db.write() as session, pytest.raises(WrongState):
        moderate.delete(session, reviewer, session.get_one(Item, 1), "abuse", "سبب")
    hide(db, agent)
    with db.write() as session, pytest.raises(OwnAct):
        moderate.delete(session, agent, session.get_one(Item, 1), "abuse", "سبب")
    delete(db, reviewer)
    with db.read() as session:
        item = session.get_one(Item, 1)
        assert (item.deleted, item.hidden, item.text) == (True, True, WORDS)
    assert [(n.decision_id, n.owed) for n in given(db)][1][1] == "gone"


def test_what_the_platform_lets_nobody_delete_is_not_deleted(
    db: Database, desk: Any, say: Any, agent: Actor, reviewer: Actor
) -> None:
    desk.take(say("c1", WORDS, can=Can(hide=True)))
    hide(db, agent)
    with db.write() as session, pytest.raises(NotPossible):
        moderate.delete(session, reviewer, session.get_one(Item, 1), "abuse", "سبب")


def test_objecting_opens_a_case_under_the_number_of_the_notice_and_another_person_restores_the_words(
    db: Database, desk: Any, say: Any, agent: Actor, reviewer: Actor, hands: Hands
) -> None:
    desk.take(say("c1", WORDS))
    hide(db, agent)
    hands.forward(minutes=5)
    (notice,) = given(db)
    with db.write() as session:
        notice = session.get_one(Notice, notice.id)
        statement.lodge(session, CITIZEN, notice, "لم أشتم أحدًا")
        case = session.exec(select(Case)).one()
        assert (case.number, case.item_id) == (notice.number, 1)
        assert statement.statement(session, notice).waiting
    hands.forward(minutes=5)
    with db.write() as session:
        appeal.decide(session, reviewer, session.exec(select(Case)).one(), "أخطأنا", uphold=True)
    assert given(db)[0].overturned_at is None
    carry_out(db, "unhide")
    with db.read() as session:
        said = statement.statement(session, given(db)[0])
        assert said.overturned_at is not None
        assert [one.action for one in said.afterwards] == ["unhide"]
        assert [(what, note) for _, what, note in said.answers] == [("appealed", "لم أشتم أحدًا"), ("appeal_upheld", "أخطأنا")]
        assert not session.get_one(Item, 1).hidden


@pytest.mark.parametrize("uphold", [False, True])
def test_a_case_that_was_opened_for_an_objection_alone_ends_with_its_decision(
    db: Database, desk: Any, say: Any, agent: Actor, reviewer: Actor, hands: Hands, uphold: bool
) -> None:
    desk.take(say("c1", WORDS))
    hide(db, agent)
    with db.write() as session:
        statement.lodge(session, CITIZEN, session.exec(select(Notice)).one(), "لم أشتم أحدًا")
    hands.forward(minutes=5)
    with db.write() as session:
        appeal.decide(session, reviewer, session.exec(select(Case)).one(), "نظرنا فيه", uphold=uphold)
        opened_at = session.exec(select(Case)).one().opened_at
    if uphold:
        carry_out(db, "unhide")
    hands.forward(days=6)  # Monday 30 November: an answer was due on Friday
    rounds.work(db)
    with db.read() as session:
        case = session.exec(select(Case)).one()
        assert "interim" not in session.exec(select(CaseEvent.what)).all()
        assert (case.state, case.outcome, case.outcome_reason) == ("resolved", "solved" if uphold else "declined", "نظرنا فيه")
        assert not statement.statement(session, given(db)[0]).may_object
        assert (case.asked_at, speaking.may(session, case).rate) == (None, False)  # nothing was done for him that he could rate
        assert case_figures.first_answers(session, opened_at) == Kept(1, 1)
        assert case_figures.receipts(session, opened_at) == Kept(1, 1)


def test_a_complaint_is_still_answered_when_the_objection_to_its_hiding_is_decided(
    db: Database, desk: Any, say: Any, agent: Actor, reviewer: Actor, hands: Hands
) -> None:
    desk.take(say("c1", COMPLAINT))
    hide(db, agent)
    hands.forward(minutes=5)
    with db.write() as session:
        statement.lodge(session, CITIZEN, session.exec(select(Notice)).one(), "لم أشتم أحدًا")
    hands.forward(minutes=5)
    with db.write() as session:
        appeal.decide(session, reviewer, session.exec(select(Case)).one(), "نظرنا فيه", uphold=False)
    with db.read() as session:
        case = session.exec(select(Case)).one()
        assert (case.state, case.first_reply_at) == ("received", None)


def test_a_notice_that_had_arrived_after_all_is_owed_no_more(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WORDS))
    hide(db, agent)
    carry_out(db, "private_reply", "cancelled")
    owed = given(db)[0].owed
    carry_out(db, "private_reply")
    assert (owed, given(db)[0].owed) == ("cancelled", "")


def test_a_notice_still_in_the_queue_is_cancelled_when_the_words_show_again(
    db: Database, desk: Any, say: Any, agent: Actor, reviewer: Actor
) -> None:
    desk.take(say("c1", WORDS))
    hide(db, agent)
    with db.write() as session:
        moderate.unhide(session, reviewer, session.get_one(Item, 1), "خطأ")
    carry_out(db, "unhide")
    with db.read() as session:
        refusal = GUARDS["notice_stands"](session, letter(db))
    assert getattr(refusal, "reason", refusal) == "overturned"
    carry_out(db, "private_reply", "cancelled")
    assert given(db)[0].owed == ""


def test_the_words_of_a_case_keep_their_case_and_its_history_tells_of_the_notice(
    db: Database, desk: Any, say: Any, agent: Actor
) -> None:
    desk.take(say("c1", COMPLAINT))
    hide(db, agent)
    (notice,) = given(db)
    with db.read() as session:
        case = session.exec(select(Case)).one()
        assert notice.case_id == case.id
        assert statement.of_case(session, case) == [notice]
        steps = session.exec(select(CaseEvent.what).where(CaseEvent.public)).all()
    assert "notice_given" in steps


def told_owed(db: Database) -> str:
    with db.read() as session:
        return session.exec(select(Case)).one().told_owed


@pytest.mark.parametrize("state", ["published", "refused"])
def test_whoever_has_the_link_of_his_case_is_told_beneath_other_words_of_his_that_reasons_stand_there(
    db: Database, desk: Any, say: Any, agent: Actor, state: str
) -> None:
    desk.take(say("c1", COMPLAINT))
    carry_out(db, "private_reply")
    desk.take(say("c2", COMPLAINT, parent_id="c1"))
    with db.write() as session:
        session.get_one(Item, 2).case_id = 1
    hide(db, agent)
    (notice,) = given(db)
    with db.read() as session:
        word = session.get_one(Delivery, notice.delivery_id)
        number = session.get_one(Case, 1).number
    assert (notice.owed, word.ref, word.target_id, word.kind) == ("", "told:1:notice:1", "c2", "receipt")
    assert word.body["text"].startswith(f"بيان أسباب يتعلق بما كتبتموه ({number}). ")
    carry_out(db, "receipt", state)
    with db.read() as session:
        owed = session.get_one(Case, 1).told_owed
    assert (given(db)[0].owed, owed) == (("", "") if state == "published" else ("refused", "notice:refused"))


@pytest.mark.parametrize("way", ["by_hand", "page", "its own link", "shown"])
def test_where_nothing_else_of_his_takes_an_answer_a_clerk_owes_the_holder_of_a_link_until_he_knows(
    db: Database, desk: Any, say: Any, agent: Actor, reviewer: Actor, settings: Settings, way: str
) -> None:
    desk.take(say("c1", COMPLAINT))
    carry_out(db, "private_reply")
    hide(db, agent)
    (notice,) = given(db)
    assert (notice.owed, notice.delivery_id, told_owed(db)) == ("once", None, "notice:no_reply")
    with db.write() as session:
        case, own = session.exec(select(Case)).one(), session.exec(select(Notice)).one()
        assert "بيان أسباب" in acknowledge.words_to_give(session, agent, case, settings)
        if way == "by_hand":
            acknowledge.hand_over(session, agent, case, "بالهاتف")
        elif way == "page":
            statement.seen(session, CITIZEN, own)
        elif way == "shown":
            notices.overturn(session, WORKER, session.get_one(Item, 1))
        else:
            notices.hand_over(session, agent, own)
    with db.read() as session:
        assert (list(notices.owed(session)), told_owed(db)) == ([], "")


def test_a_word_on_its_way_is_not_said_to_whoever_read_the_reasons_meanwhile(
    db: Database, desk: Any, say: Any, agent: Actor
) -> None:
    desk.take(say("c1", COMPLAINT))
    carry_out(db, "private_reply")
    desk.take(say("c2", COMPLAINT, parent_id="c1"))
    with db.write() as session:
        session.get_one(Item, 2).case_id = 1
    hide(db, agent)
    (notice,) = given(db)
    with db.write() as session:
        word = session.get_one(Delivery, notice.delivery_id)
        assert GUARDS[word.guard](session, word) == ""
        statement.seen(session, CITIZEN, session.get_one(Notice, notice.id))
        assert GUARDS[word.guard](session, word) == Refusal("cancelled", "no_longer")
        word.state, word.reason = "cancelled", "no_longer"
        session.flush()
        settled(session, word)
        assert (session.get_one(Notice, notice.id).owed, session.get_one(Case, 1).told_owed) == ("", "")


@pytest.mark.parametrize(("state", "owed"), [("published", ""), ("needs_decision", ""), ("refused", "refused")])
def test_a_notice_rides_on_a_link_still_on_its_way_and_is_owed_when_that_fails(
    db: Database, desk: Any, say: Any, agent: Actor, state: str, owed: str
) -> None:
    desk.take(say("c1", COMPLAINT))
    hide(db, agent)
    with db.read() as session:
        link = session.exec(select(Delivery).where(Delivery.kind == "private_reply")).one()
    (notice,) = given(db)
    assert (notice.owed, notice.delivery_id, link.state) == ("", link.id, "scheduled")
    carry_out(db, "private_reply", state)
    assert given(db)[0].owed == owed
    carry_out(db, "private_reply")  # it had come, which the platform says only now
    assert given(db)[0].owed == ""


def test_where_a_second_private_answer_is_taken_the_notice_waits_for_no_link(
    db: Database, desk: Any, say: Any, agent: Actor
) -> None:
    with db.write() as session:
        desk.account = Account(platform="x", native_id="7")
        session.add(desk.account)
    desk.take(say("c1", COMPLAINT, account="x:7"))
    hide(db, agent)
    assert given(db)[0].delivery_id == letter(db).id


@pytest.mark.parametrize(("state", "owed"), [("published", ""), ("refused", "refused")])
def test_a_letter_that_is_refused_gives_nobody_his_reasons(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings, state: str, owed: str
) -> None:
    desk.take(say("c1", COMPLAINT, can=Can(hide=True)))
    with db.write() as session:
        session.add(Account(platform="email", native_id="majlis@example.test"))
        case = session.exec(select(Case)).one()
        case.contact = post.contact(open_vault(settings), email="salem@example.test")
    hide(db, agent)
    assert given(db)[0].owed == ""
    carry_out(db, "mail", state)
    assert given(db)[0].owed == owed


def test_where_the_platform_takes_one_private_answer_a_second_is_not_tried(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", WORDS))
    with db.write() as session:
        version = reply.thread_version(session, session.get_one(Item, 1))
        reply.send(session, agent, 1, "تواصلوا معنا", seen_version=version, nonce="n", private=True)
    hide(db, agent)
    (notice,) = given(db)
    assert (notice.owed, notice.delivery_id) == ("once", None)


def test_whoever_opens_it_has_read_it_once(db: Database, desk: Any, say: Any, agent: Actor, hands: Hands) -> None:
    desk.take(say("c1", WORDS, can=Can(hide=True)))
    hide(db, agent)
    for _ in range(2):
        with db.write() as session:
            statement.seen(session, CITIZEN, session.exec(select(Notice)).one())
        hands.forward(minutes=1)
    with db.read() as session:
        assert notices.owed(session) == []
        assert len(session.exec(select(AuditEntry).where(AuditEntry.action == "notice.read")).all()) == 1


def test_an_automatic_hide_says_so(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", WORDS))
    with db.write() as session:
        delivery = Delivery(account_id=desk.account.id, kind="hide", target_id="c1", ref="hide:1:auto")
        session.add(delivery)
        session.flush()
        session.add(
            Decision(
                item_id=1,
                actor="worker",
                action="hide",
                edition=editions.current().ref,
                clause="privacy",
                evidence={"text": WORDS},
                delivery_id=delivery.id,
            )
        )
    carry_out(db, "hide")
    assert "اتُّخذ القرار آليًا" in letter(db).body["text"]
    with db.read() as session:
        assert statement.statement(session, given(db)[0]).automatic


def test_a_deletion_found_wrong_is_told_though_nothing_brings_the_words_back(
    db: Database, desk: Any, say: Any, agent: Actor, reviewer: Actor, hands: Hands
) -> None:
    desk.take(say("c1", WORDS))
    hide(db, agent)
    hands.forward(minutes=5)
    delete(db, reviewer)
    hands.forward(minutes=5)
    with db.write() as session:
        statement.lodge(session, CITIZEN, session.exec(select(Notice).order_by(col(Notice.id))).all()[1], "لم أشتم أحدًا")
        case = session.exec(select(Case)).one()
        for decider in (agent, reviewer):
            own = actor_of(session.get_one(User, decider.user_id))
            with pytest.raises(OwnAct):
                appeal.decide(session, Actor(own.label, own.abilities | {"appeal.decide"}), case, "سبب", uphold=True)
        third = actor_of(add_user(session, OPERATING, "maryam", "long-enough-1", ["appeal_reviewer"], "Maryam"))
        appeal.decide(session, third, case, "أخطأنا", uphold=True)
    assert all(notice.overturned_at is not None for notice in given(db))
    with db.read() as session:
        assert statement.statement(session, given(db)[1]).gone
