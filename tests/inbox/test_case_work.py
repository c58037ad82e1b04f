"""What clerks do with a case: ask, tell, put off, sort, hand on; each word of ours is counted, each of its author's waits."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from connectors.contract import Can
from core.actors import CITIZEN, OPERATING, Actor
from core.auth import actor_of, add_user
from core.clock import Hands, now
from core.db import Database
from core.errors import Forbidden, Invalid, NotFound, WrongState
from inbox import cases, departments, priority
from inbox.caseview import public_view
from inbox.models import Case, CaseEvent, Item

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"
SUGGESTION = "أقترح أن تتيحوا تجديد التصاريح من التطبيق"


@pytest.fixture
def manager(db: Database) -> Actor:
    """Mariam, who manages."""
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "mariam", "long-enough-1", ["manager"], "Mariam"))


def one(session: Session) -> Case:
    return session.exec(select(Case).order_by(col(Case.id))).first() or pytest.fail("no case")


def steps(session: Session, *, public: bool | None = None) -> list[str]:
    events = session.exec(select(CaseEvent).order_by(col(CaseEvent.id)))
    return [e.what for e in events if public is None or e.public is public]


def test_its_author_waits_from_the_first_moment(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.read() as session:
        case = one(session)
        assert case.waiting_since == case.opened_at
        assert (case.first_reply_at, case.next_due_at is not None, case.due_at is not None) == (None, True, True)


def test_what_a_clerk_writes_to_him_on_his_page_is_an_answer(db: Database, desk: Any, say: Any, agent: Actor, hands: Hands) -> None:
    desk.take(say("c1", COMPLAINT))
    hands.forward(minutes=30)
    with db.write() as session:
        case = cases.note(session, agent, one(session), "راجعنا ملفكم", public=True)
        assert (case.first_reply_at, case.waiting_since) == (now(), None)
        view = public_view(session, case, "en")
    assert [(step.what, step.note) for step in view.steps][1:] == [("told", "راجعنا ملفكم")]


def test_a_note_for_staff_is_no_answer_and_is_not_shown(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        case = cases.note(session, agent, one(session), "اتصلت بالمفتش")
        assert (case.first_reply_at, case.waiting_since == case.opened_at) == (None, True)
        assert "المفتش" not in str(public_view(session, case, "ar"))


def test_a_case_waits_for_its_author_when_he_is_asked_something(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        case = cases.question(session, agent, one(session), "ما اسم الشركة؟")
        assert (case.state, case.waiting_since) == ("waiting", None)
        assert [(s.what, s.note) for s in public_view(session, case, "ar").steps][-1] == ("question", "ما اسم الشركة؟")


@pytest.mark.parametrize("words", ["", " \n", "\u200f"])
def test_words_that_say_nothing_are_refused(db: Database, desk: Any, say: Any, agent: Actor, words: str) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        for verb in (cases.note, cases.question):
            with pytest.raises(Invalid):
                verb(session, agent, one(session), words)


def test_an_interim_reply_names_another_date_and_is_not_the_answer(
    db: Database, desk: Any, say: Any, agent: Actor, hands: Hands
) -> None:
    desk.take(say("c1", COMPLAINT))
    until = now() + timedelta(days=30)
    with db.write() as session:
        before = one(session).priority
        case = cases.interim(session, agent, one(session), "ننتظر كشف الأجور", until=until)
        assert case.priority > before
        assert (case.interim_at, case.first_reply_at, case.waiting_since == case.opened_at) == (now(), None, True)
        told = session.exec(select(CaseEvent).where(col(CaseEvent.what) == "interim")).one()
        assert (told.public, told.data["until"]) == (True, f"{until:%Y-%m-%dT%H:%M:%SZ}")
        with pytest.raises(Invalid):
            cases.interim(session, agent, case, until=now() - timedelta(days=1))
        cases.resolve(session, agent, case, "solved", "تم")
        with pytest.raises(WrongState):
            cases.interim(session, agent, case)


def test_nobody_waits_for_a_case_that_has_its_outcome(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        case = cases.resolve(session, agent, one(session), "solved", "صُرفت الرواتب")
        assert (case.waiting_since, case.next_due_at) == (None, None)


def test_a_closed_case_says_when_and_one_taken_up_again_is_counted(
    db: Database, desk: Any, say: Any, agent: Actor, hands: Hands
) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        case = cases.resolve(session, agent, one(session), "solved", "تم")
        hands.forward(minutes=5)
        cases.move(session, agent, case, "closed")
        assert case.closed_at == now()
        before = case.priority
        cases.move(session, agent, case, "in_progress")
        assert (case.state, case.reopened, case.outcome) == ("in_progress", 1, "")
        assert [case.closed_at, case.resolved_at] == [None, None]
        assert case.priority > before
        assert steps(session, public=True)[-1] == "reopened"


@pytest.mark.parametrize("outcome", ["accepted", "partly", "declined"])
def test_a_suggestion_is_decided_with_a_reason(db: Database, desk: Any, say: Any, agent: Actor, outcome: str) -> None:
    desk.take(say("c1", SUGGESTION))
    with db.write() as session:
        case = one(session)
        assert case.kind == "suggestion"
        with pytest.raises(Invalid):
            cases.resolve(session, agent, case, "solved", "تم")
        assert cases.resolve(session, agent, case, outcome, "لأن النظام الجديد يتيحه").outcome == outcome


def test_danger_makes_a_case_urgent_and_says_why(db: Database, desk: Any, say: Any) -> None:
    desk.take(
        say("c1", "صاحب العمل حبسنا في السكن وأخذ جوازاتنا ولا يوجد طعام، أريد تقديم شكوى عاجلة"),
        say("c2", "أشتكي من تأخر الرد على طلبي"),
    )
    with db.read() as session:
        urgent, plain = session.exec(select(Case).order_by(col(Case.id))).all()
        assert urgent.grade == "urgent"
        assert urgent.priority > plain.priority
        assert urgent.priority_why[0]["code"] == "urgent"
        assert [len(priority.reasons(urgent, lang)) >= 2 for lang in ("ar", "en")] == [True, True]


def test_who_asks_for_secrecy_has_a_confidential_case(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", "أشتكي من شركتي، لم تدفع رواتبنا، وأرجو التعامل مع شكواي بسرية تامة"))
    with db.read() as session:
        case = one(session)
        assert case.grade in ("confidential", "urgent")
        assert priority.confides(case)


def test_another_class_is_given_with_a_reason_and_by_whoever_may(
    db: Database, desk: Any, say: Any, agent: Actor, manager: Actor
) -> None:
    desk.take(say("c1", "أشتكي من الشركة التي تأخرت في الرد علي"))
    with db.write() as session:
        case = one(session)
        with pytest.raises(Forbidden):
            cases.classify(session, CITIZEN, case, "urgent", "لأنه")
        with pytest.raises(Invalid):
            cases.classify(session, agent, case, "secret", "لأنه")
        with pytest.raises(Invalid):
            cases.classify(session, agent, case, "urgent", " ")
        before, due = case.priority, case.next_due_at
        cases.classify(session, agent, case, "urgent", "أم وطفلها بلا سكن")
        assert case.priority > before
        assert case.next_due_at != due
        assert "classed" not in steps(session, public=True)


def test_what_was_told_in_confidence_stays_among_few_where_it_becomes_urgent(
    db: Database, desk: Any, say: Any, agent: Actor
) -> None:
    desk.take(say("c1", "أشتكي من شركتي التي تأخرت في الرد علي"))
    with db.write() as session:
        case = one(session)
        cases.classify(session, agent, case, "confidential", "يخاف على عمله")
        cases.classify(session, agent, case, "urgent", "صار في خطر")
        assert priority.confides(case)
        cases.classify(session, agent, case, "confidential", "زال الخطر")
        cases.classify(session, agent, case, "ordinary", "قال إنه لا يخاف")
        assert not priority.confides(case)


def test_cases_of_a_topic_come_to_the_department_that_works_on_it(
    db: Database, desk: Any, say: Any, agent: Actor, manager: Actor
) -> None:
    with db.write() as session:
        departments.keep(session, manager, "wage_protection", "حماية الأجور", "Wage protection", ["wages"])
        departments.keep(session, manager, "licensing", "التراخيص", "Licensing", ["work_permit"])
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        case = one(session)
        assert (case.topic, case.department) == ("wages", "wage_protection")
        assert [public_view(session, case, lang).department for lang in ("ar", "en")] == ["حماية الأجور", "Wage protection"]
        cases.assign(session, agent, case, agent.user_id)
        cases.hand(session, agent, case, "licensing", "تصريح لا أجر")
        assert (case.department, case.owner_id) == ("licensing", None)
        with pytest.raises(NotFound):
            cases.hand(session, agent, case, "nowhere")


def test_a_department_follows_the_subject_until_a_clerk_gave_another(
    db: Database, desk: Any, say: Any, agent: Actor, manager: Actor
) -> None:
    with db.write() as session:
        departments.keep(session, manager, "wage_protection", "حماية الأجور", "Wage protection", ["wages"])
        departments.keep(session, manager, "licensing", "التراخيص", "Licensing", ["work_permit"])
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        case = cases.rekind(session, agent, one(session), "inquiry", "work_permit")
        assert (case.kind, case.topic, case.department) == ("inquiry", "work_permit", "licensing")
        assert session.exec(select(Item.kind)).one() == "inquiry"
        cases.hand(session, agent, case, "wage_protection")
        assert cases.rekind(session, agent, case, "complaint", "leave").department == "wage_protection"


def test_what_was_solved_becomes_no_suggestion_until_it_is_taken_up_again(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        cases.resolve(session, agent, one(session), "solved", "تم")
        with pytest.raises(Invalid):
            cases.rekind(session, agent, one(session), "suggestion")
        cases.move(session, agent, one(session), "in_progress")
        assert cases.rekind(session, agent, one(session), "suggestion").kind == "suggestion"


def test_a_topic_comes_to_one_department_and_only_whoever_may_keeps_them(db: Database, agent: Actor, manager: Actor) -> None:
    with db.write() as session:
        departments.keep(session, manager, "wage_protection", "حماية الأجور", "Wage protection", ["wages"])
        for code, ar, en, topics in (
            ("other", "أخرى", "Other", ["wages"]),
            ("Bad Code", "أخرى", "Other", []),
            ("other", " ", "Other", []),
            ("other", "أخرى", "Other", ["weather"]),
        ):
            with pytest.raises(Invalid):
                departments.keep(session, manager, code, ar, en, topics)
        with pytest.raises(Forbidden):
            departments.keep(session, agent, "other", "أخرى", "Other")
        departments.keep(session, manager, "wage_protection", "حماية الأجور", "Wage protection", ["wages"], active=False)
        assert departments.by_topic(session) == {}
        with pytest.raises(NotFound):
            departments.active(session, "wage_protection")


def test_a_case_is_given_to_staff_that_is_there(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session, pytest.raises(Invalid) as refused:
        cases.assign(session, agent, one(session), 999)
    assert "اختر موظفًا يعمل هنا الآن" in refused.value.words("ar")


def test_a_colleagues_answer_in_the_platforms_app_answers_the_case(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT, can=Can(reply=False)))  # no receipt is on its way that it could be
    desk.take(say("r1", "أهلًا بكم، نتابع شكواكم", author_id="100", own=True, parent_id="c1"))
    with db.read() as session:
        case = one(session)
        assert (case.waiting_since, case.first_reply_at) == (None, case.opened_at)
        assert steps(session, public=True) == ["received", "answered"]
