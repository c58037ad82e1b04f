"""Cases kept in order at the desk: class, kind, department, merge, split, holds, owed receipts, results, and why a date is so."""

import re
from typing import Any

import pytest
from sqlmodel import col, select

from core.i18n import LANGS, ROOT, Lang, catalogue, t
from core.models import AuditEntry
from core.settings import settings as store_settings
from desk import store
from inbox import caseload, cases, departments, due, holds, numbers, post, priority, privately, receipts, results
from inbox.models import Case, CaseEvent, Hold, Item
from tests.desk.test_cases import Opened, acting, case_now, choose, fill, html, last_step, press
from tests.desk.test_cases import cases_of as cases_of
from tests.desk.test_cases import opened as opened


def audited() -> set[str]:
    """What the verbs of the inbox leave in the audit, as far as their text shows it."""
    text = "".join(file.read_text("utf-8") for file in (ROOT / "inbox").rglob("*.py"))
    return set(re.findall(r'audit\.record\(\s*session,\s*\w+,\s*"([a-z_.]+)"', text))


AR, EN = "نرسل رسالة قبل الموعد", "We send a message before the day"


@pytest.fixture
def two_of_one(ministry: Any, cases_of: dict[str, int]) -> tuple[int, int]:
    """Two cases of the same author."""
    with store.write() as session:
        wages, idea = (session.get_one(Case, cases_of[name]) for name in ("wages", "idea"))
        for one in (wages, idea):
            one.author_id = session.get_one(Item, one.item_id).author_id = "same"
            session.add(one)
    return cases_of["wages"], cases_of["idea"]


def test_a_clerk_changes_the_class_with_a_reason(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["idea"]
    app = opened("agent", case=case)
    choose(app, "grade", "class", case, "confidential")
    fill(app, "class", case, "يخشى أن يعلم رب عمله")
    press(app.run(), "class", case)
    assert case_now(case).grade == "confidential"
    with store.read() as session:
        step = session.exec(select(CaseEvent).where(CaseEvent.case_id == case, CaseEvent.what == "classed")).one()
    assert (step.note, step.public) == ("يخشى أن يعلم رب عمله", False)


def test_what_is_urgent_and_stays_among_few_is_marked_as_both(cases_of: dict[str, int], opened: Opened) -> None:
    with store.write() as session:
        case = session.get_one(Case, cases_of["wages"])
        case.grade = "urgent"
        _, case.priority_why = priority.weigh(priority.Facts(case.kind, case.grade, confides=True))
    page = html(opened("agent", "en", case=case.id))
    assert [t(f"desk.case.grade.{grade}", "en") in page for grade in ("urgent", "confidential")] == [True, True]


def test_kind_and_topic_are_corrected(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["idea"]
    app = opened("agent", case=case)
    choose(app, "kind", "kind", case, "inquiry")
    choose(app, "topic", "kind", case, "leave")
    press(app.run(), "kind", case)
    assert (case_now(case).kind, case_now(case).topic) == ("inquiry", "leave")


def test_a_case_is_handed_to_a_department(ministry: Any, cases_of: dict[str, int], opened: Opened) -> None:
    with store.write() as session:
        departments.keep(session, acting(session, ministry, "manager"), "wages", "إدارة الأجور", "Wages department")
    case = cases_of["wages"]
    app = opened("agent", case=case)
    choose(app, "part", "hand", case, "wages")
    app = press(app.run(), "hand", case)
    assert case_now(case).department == "wages"
    assert "إدارة الأجور" in html(app)


def test_two_cases_of_one_person_are_made_one_and_two_again(two_of_one: tuple[int, int], opened: Opened) -> None:
    wages, idea = two_of_one
    app = opened("agent", case=idea)
    next(one for one in app.text_input if str(one.key).startswith(f"into:merge:{idea}:")).input(case_now(wages).number)
    fill(app, "merge", idea, "الشخص نفسه")
    app = press(app.run(), "merge", idea)
    assert case_now(idea).merged_into_id == wages
    assert case_now(wages).number in html(app)
    app = opened("agent", case=wages)
    with store.read() as session:
        moved = session.exec(select(Item).where(Item.native_id == "idea")).one()
    next(one for one in app.checkbox if str(one.key).startswith(f"take{moved.id}:split:{wages}:")).check()
    fill(app, "split", wages, "أمر آخر")
    press(app.run(), "split", wages)
    assert case_now(idea).merged_into_id is None


def test_whoever_names_no_other_case_is_asked_for_its_number(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["idea"]
    app = opened("agent", case=case)
    fill(app, "merge", case, "الشخص نفسه")
    app = press(app.run(), "merge", case)
    assert t("error.why.number_missing", "ar") in html(app)
    assert "()" not in html(app)


def test_a_hold_is_set_with_a_reason_shown_and_lifted(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    app = opened("auditor", case=case)
    fill(app, "hold", case, "دعوى قائمة")
    app = press(app.run(), "hold", case)
    assert "دعوى قائمة" in html(app)
    assert not [one for one in opened("agent", case=case).button if str(one.key).startswith(("lift:", "do_hold:"))]
    next(one for one in app.button if str(one.key).startswith("lift:")).click().run()
    with store.read() as session:
        (hold,) = session.exec(select(Hold))
        assert hold.lifted_at is not None


def test_a_hold_on_something_said_in_a_case_is_shown_and_lifted_there(
    ministry: Any, cases_of: dict[str, int], opened: Opened
) -> None:
    case = case_now(cases_of["wages"])
    with store.write() as session:
        holds.keep(session, acting(session, ministry, "manager"), f"item:{case.item_id}", "طلب النيابة")
    app = opened("manager", case=case.id)
    assert "طلب النيابة" in html(app)
    assert any(str(one.key).startswith("lift:") for one in app.button)
    assert "طلب النيابة" not in html(opened("manager", case=cases_of["idea"]))


@pytest.fixture
def owed(cases_of: dict[str, int]) -> int:
    """A case whose receipt was held back by the account's brake."""
    with store.write() as session:
        case = session.get_one(Case, cases_of["wages"])
        case.receipt_owed = "brake"
        session.add(case)
    return cases_of["wages"]


@pytest.mark.parametrize("lang", LANGS)
def test_an_owed_receipt_says_why_and_what_to_say(owed: int, opened: Opened, lang: Lang) -> None:
    page = html(opened("agent", lang, view="owed", case=owed))
    assert t("case.owed.brake", lang) in page
    case = case_now(owed)
    assert case.first_due_at is not None
    (by_when,) = receipts.also("ar", "", case.first_due_at)
    assert f"{t('receipt.complaint.plain', 'ar', number=case.number)} {by_when}" in page


def test_a_receipt_that_is_owed_names_no_day_once_its_author_was_answered(owed: int, ministry: Any, opened: Opened) -> None:
    with store.write() as session:
        cases.note(session, acting(session, ministry, "agent"), session.get_one(Case, owed), "راجعنا الشركة", public=True)
    page, case = html(opened("agent", view="owed", case=owed)), case_now(owed)
    assert case.first_due_at is not None
    (by_when,) = receipts.also("ar", "", case.first_due_at)
    assert (t("receipt.complaint.plain", "ar", number=case.number) in page, by_when in page) == (True, False)


def test_an_owed_receipt_is_handed_over_with_a_word_how(owed: int, opened: Opened) -> None:
    app = opened("agent", case=owed)
    next(one for one in app.button if str(one.key).startswith("hand:owed:")).click().run()
    assert case_now(owed).receipt_owed == "brake"
    next(one for one in app.text_input if str(one.key).startswith("text:owed:")).input("بالهاتف")
    app.run()
    next(one for one in app.button if str(one.key).startswith("hand:owed:")).click().run()
    assert case_now(owed).receipt_owed == ""


@pytest.mark.parametrize("phone", ["0501234567", "1234567"])
@pytest.mark.parametrize(("plain", "seen"), [(True, "{}"), (False, "67")])
def test_whoever_is_to_ring_reads_the_number_others_its_end(
    cases_of: dict[str, int], opened: Opened, phone: str, plain: bool, seen: str
) -> None:
    with store.write() as session:
        case = session.get_one(Case, cases_of["wages"])
        case.contact, case.told_owed = post.contact(store.vault(), phone=phone), "resolved:phone"
        session.add(case)
    page = html(opened("agent" if plain else "auditor", case=case.id))
    assert (f'<bdi dir="ltr">{phone}</bdi>' in page) is plain
    assert f"{seen.format(phone)}</bdi>" in page


def test_a_receipt_is_sent_again_on_request(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    with store.write() as session:
        for sent in receipts.proof(session, session.get_one(Case, case)):
            sent.state = "published"
            session.add(sent)
    app = opened("agent", case=case)
    next(one for one in app.button if one.key == f"again:{case}").click().run()
    assert last_step(case).what == "receipt_again"


def test_a_decided_suggestion_is_published_in_both_languages(ministry: Any, cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["idea"]
    with store.write() as session:
        cases.resolve(session, acting(session, ministry, "agent"), session.get_one(Case, case), "accepted", "نبدأ العام القادم")
    assert not [one for one in opened("agent", case=case).button if str(one.key).startswith("do_publish:")]
    app = opened("manager", case=case)
    for part in ("said", "decided", "because"):
        for tongue, text in (("ar", AR), ("en", EN)):
            next(one for one in app.text_area if str(one.key).startswith(f"{part}_{tongue}:publish:{case}:")).input(text)
    app = press(app.run(), "publish", case)
    with store.read() as session:
        published = results.of_case(session, session.get_one(Case, case))
    assert published is not None
    assert (published.outcome, published.said_ar, published.because_en) == ("accepted", AR, EN)
    assert AR in html(app)


@pytest.mark.parametrize("lang", LANGS)
def test_each_date_says_how_it_was_counted(cases_of: dict[str, int], opened: Opened, lang: Lang) -> None:
    with store.write() as session:
        case = session.get_one(Case, cases_of["wages"])
        due.follow(session, case)
    with store.read() as session:
        explained = due.explain(session, session.get_one(Case, cases_of["wages"]))
    page = html(opened("agent", lang, case=cases_of["wages"]))
    assert t("desk.case.due.why", lang) in page
    for one in explained:
        assert t(f"desk.case.due.{one.promise.what}", lang) in page
        assert one.promise.steps[0].words(lang) in page


@pytest.mark.parametrize("what", ["first", "next", "resolve", "interim"])
def test_every_promise_has_a_word(what: str) -> None:
    assert t(f"desk.case.due.{what}", "ar")


def test_a_reader_of_cases_alone_changes_nothing(cases_of: dict[str, int], opened: Opened) -> None:
    for role in ("auditor", "appeal_reviewer"):
        app = opened(role, case=cases_of["wages"])
        deeds = [str(one.key) for one in app.button if str(one.key).startswith(("do_", "mine:", "again:"))]
        assert [key for key in deeds if not key.startswith("do_hold:")] == []


def test_a_citizens_answer_on_another_channel_is_added_by_its_number(
    ministry: Any, cases_of: dict[str, int], opened: Opened
) -> None:
    case, item = cases_of["wages"], ministry.items["private"]
    with store.write() as session:
        said = session.get_one(Item, item)
        said.author_id, said.case_id = session.get_one(Case, case).author_id, None
        session.add(said)
    app = opened("agent", case=case)
    address = f"https://desk.test/inbox?view=all&item={item}"
    next(one for one in app.text_input if str(one.key).startswith(f"item:join:{case}:")).input(address)
    fill(app, "join", case, "كتب بالاسم نفسه")
    press(app.run(), "join", case)
    with store.read() as session:
        assert session.exec(select(Item.case_id).where(col(Item.id) == item)).one() == case


def test_talk_is_taken_off_the_public_thread(ministry: Any, cases_of: dict[str, int], opened: Opened) -> None:
    case, item = cases_of["wages"], ministry.items["wages"]
    app = press(opened("agent", case=case), "private", item)
    with store.read() as session:
        assert item in privately.taken(session, session.get_one(Case, case))
    assert not [one for one in app.button if str(one.key).startswith("do_private:")]


@pytest.mark.parametrize("outcome", [*cases.OUTCOMES, *caseload.STATES])
def test_every_state_and_outcome_has_a_word_at_the_desk(outcome: str) -> None:
    assert f"case.outcome.{outcome}" in catalogue() or f"desk.cases.state.{outcome}" in catalogue()


@pytest.mark.parametrize("action", sorted(audited()))
def test_every_deed_on_a_case_has_words_in_the_audit(action: str) -> None:
    assert f"desk.audited.{action}" in catalogue()


def test_a_clerk_copies_what_he_owes_with_the_link_and_once_told_it_stays_told(
    cases_of: dict[str, int], owed: int, opened: Opened
) -> None:
    with store.write() as session:
        case = session.get_one(Case, owed)
        case.told_owed = "question:no_reply"
        session.add(case)
    app = opened("agent", view="owed", case=owed)
    assert t("case.owed.no_reply", "ar") in html(app)
    link = numbers.link(case.number, case.key_id, case.lang, store_settings())
    assert link not in html(app)
    app = next(one for one in app.button if one.key == f"take:{owed}").click().run()
    (given,) = [one.value for one in app.code]
    assert given.count(link) == 2
    next(one for one in app.text_input if str(one.key).startswith("text:owed:")).input("بالهاتف")
    app.run()
    next(one for one in app.button if str(one.key).startswith("hand:owed:")).click().run()
    assert (case_now(owed).receipt_owed, case_now(owed).told_owed) == ("", "")
    with store.read() as session:
        assert session.exec(select(AuditEntry).where(AuditEntry.action == "case.link_taken")).one().subject == f"case:{owed}"
