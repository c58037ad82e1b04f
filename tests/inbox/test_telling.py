"""What happens in a case is told beneath its author's words: once a deed, nothing private in public, else a clerk owes it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from connectors.contract import Can, Surface
from connectors.x import text as x_text
from core.actors import CITIZEN, OPERATING, WORKER, Actor
from core.auth import actor_of, add_user
from core.clock import Hands
from core.db import Database
from core.errors import WrongState
from core.models import Account, AuditEntry
from core.settings import Settings
from core.settings import settings as current
from core.vault import open_vault
from inbox import acknowledge, appeal, cases, numbers, post, receipts, speaking, tally, telling
from inbox.models import Case, Item
from inbox.tongues import TONGUES
from inbox.tongues import say as say_in
from outbox.guards import FILLERS, GUARDS, Refusal, settled
from outbox.models import Delivery
from policies.asking import in_public
from tests.inbox.tuesday import COMPLAINT, Asked
from tests.inbox.tuesday import case as case

ONLY_PUBLIC = Can(reply=True)
Do = Callable[..., None]


def told(db: Database) -> list[Delivery]:
    with db.read() as session:
        return list(session.exec(select(Delivery).where(col(Delivery.ref).startswith("told:")).order_by(col(Delivery.id))))


def owed(db: Database) -> str:
    with db.read() as session:
        return session.exec(select(Case)).one().told_owed


def end(db: Database, delivery_id: int | None, state: str, reason: str = "") -> None:
    with db.write() as session:
        one = session.get_one(Delivery, delivery_id)
        one.state, one.reason = state, reason
        session.flush()
        settled(session, one)


@pytest.fixture
def do(db: Database, agent: Actor) -> Do:
    """`do(verb, *more)`: a clerk's verb on the one case there is."""

    def now(verb: Callable[..., object], *more: Any, by: Actor = agent, **how: Any) -> None:
        with db.write() as session:
            verb(session, by, session.exec(select(Case)).one(), *more, **how)

    return now


def test_each_deed_is_told_in_short_words_beneath_his(db: Database, case: Asked, do: Do, hands: Hands, settings: Settings) -> None:
    with db.write() as session:
        reviewer = actor_of(add_user(session, OPERATING, "hessa", "long-enough-1", ["appeal_reviewer"]))
        number = case(session).number
    do(cases.note, "راجعنا الشركة", public=True)
    do(cases.question, "ما اسم الشركة؟")
    do(cases.note, "ملاحظة للزملاء")
    do(cases.move, "in_progress")
    do(cases.resolve, "declined", "ليس من اختصاصنا")
    hands.forward(minutes=5)
    do(speaking.ask, by=WORKER)
    do(appeal.lodge, "بل من اختصاصكم", by=CITIZEN)
    do(appeal.decide, "نظرنا فيه", by=reviewer, uphold=False)
    track = f"المتابعة من صفحة التتبّع: {settings.public_url}/ar/track"
    assert [one.body["text"] for one in told(db)] == [
        f"وصلكم ردّ على الطلب {number}. {track}",
        f"نحتاج إلى معلومة منكم في الطلب {number}. {track}",
        f"انتهت معالجة الطلب {number}. {track}",
        f"كيف كانت خدمتنا في الطلب {number}؟ {track}",
        f"صدر القرار في تظلّمكم من الطلب {number}. {track}",
    ]
    assert {(one.kind, one.target_id, one.body["private"]) for one in told(db)} == {("receipt", "c1", False)}
    with db.read() as session:
        assert tally.count(session, "receipt", day=date(2026, 11, 24), account_id=1) == 6


def test_who_holds_no_link_is_sent_it_in_private_once(db: Database, desk: Any, say: Any, do: Do, settings: Settings) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        for one in session.exec(select(Delivery)):
            one.state = "cancelled"
            session.add(one)
    do(cases.question, "ما اسم الشركة؟")
    (private,) = told(db)
    assert (private.kind, private.body["private"], "http" in private.body["text"]) == ("private_reply", True, False)
    with db.read() as session:
        held = session.exec(select(Case)).one()
        link = numbers.link(held.number, held.key_id, held.lang, settings)
        assert FILLERS[private.body["fill"]](session, private, settings) == {"case_link": link}
    do(cases.note, "وصلت المعلومة", public=True)
    assert [one.kind for one in told(db)] == ["private_reply", "receipt"]


def test_in_a_private_talk_it_is_told_there_with_the_link(db: Database, desk: Any, say: Any, do: Do) -> None:
    desk.take(say("m1", COMPLAINT, surface=Surface.DIRECT, parent_id=None, root_id="t1", can=ONLY_PUBLIC))
    do(cases.resolve, "solved", "تم")
    (one,) = told(db)
    assert (one.kind, one.body["private"], one.body["fill"]) == ("receipt", True, "told_link")


@pytest.mark.parametrize("lang", TONGUES)
def test_in_every_language_it_fits_x_has_no_priced_link_there_and_asks_for_nothing_in_public(lang: str) -> None:
    for about in ("answered", "question", "resolved", "rate", "grievance", "notice", "interim", "moved", "reopened"):
        for lead in (say_in("told.own", lang), say_in("told.page", lang, track="https://majlis.example/ar/track")):
            text = telling.words(Case(number="M-7Q2K9-XW3RT", kind="complaint", lang=lang), about, lead)
            assert in_public(text) is None
            assert x_text.count(text) <= 280
            assert ".." not in text


def test_on_x_it_names_his_own_link_and_carries_none(db: Database, desk: Any, say: Any, do: Do) -> None:
    with db.write() as session:
        desk.account = Account(platform="x", native_id="7")
        session.add(desk.account)
    desk.take(say("t1", COMPLAINT, account="x:7", surface=Surface.REPLY, can=ONLY_PUBLIC))
    do(cases.question, "ما اسم الشركة؟")
    (one,) = told(db)
    assert "http" not in one.body["text"]
    assert "رابطكم الخاص" in one.body["text"]


def test_while_one_is_on_its_way_another_of_its_sort_is_told_by_it_and_later_words_differ(
    db: Database, case: Asked, do: Do
) -> None:
    do(cases.note, "الأول", public=True)
    do(cases.note, "الثاني", public=True)
    (one,) = told(db)
    end(db, one.id, "published")
    do(cases.note, "الثالث", public=True)
    assert [each.ref for each in told(db)] == ["told:1:answered:1", "told:1:answered:2"]
    assert told(db)[1].body["text"] == f"{one.body['text']} (2)"


@pytest.mark.parametrize("why", ["no_reply", "brake"])
def test_where_it_can_not_be_said_a_clerk_owes_it_until_he_told_it_or_its_author_came(
    db: Database, case: Asked, do: Do, desk: Any, why: str
) -> None:
    with db.write() as session:
        item = session.exec(select(Item)).one()
        if why == "no_reply":
            item.can = {"reply": False}
            session.add(item)
        else:
            tally.add(session, {(date(2026, 11, 24), desk.account.id, "receipt", ""): desk.settings.receipt_brake})
    do(cases.question, "ما اسم الشركة؟")
    assert (told(db), owed(db)) == ([], f"question:{why}")
    do(acknowledge.hand_over, "بالهاتف")
    assert owed(db) == ""
    with db.read() as session:
        assert cases.public_view(session, case(session), "en").steps[-1].words == "A member of staff told you what is new"
    do(cases.resolve, "solved", "تم")
    assert owed(db) == f"resolved:{why}"
    do(speaking.ask, by=WORKER)
    assert owed(db) == f"resolved:{why}"  # how he was served is asked on his page, and no clerk rings him up for it
    do(speaking.rate, 4, by=CITIZEN)
    assert owed(db) == ""


@pytest.mark.parametrize(
    ("state", "reason", "left"),
    [
        ("refused", "rejected", "question:refused"),
        ("cancelled", "item_gone", "question:item_gone"),
        ("cancelled", "no_longer", ""),
        ("needs_decision", "", ""),
        ("published", "", ""),
    ],
)
def test_what_reached_nobody_is_owed(db: Database, case: Asked, do: Do, state: str, reason: str, left: str) -> None:
    do(cases.question, "ما اسم الشركة؟")
    end(db, told(db)[0].id, state, reason)
    assert owed(db) == left


@pytest.mark.parametrize(("state", "left"), [("cancelled", "resolved:brake"), ("published", "")])
def test_an_outcome_is_owed_until_something_told_him_of_it(
    db: Database, case: Asked, do: Do, hands: Hands, settings: Settings, state: str, left: str
) -> None:
    with db.write() as session:
        tally.add(session, {(tally.today(), 1, "receipt", ""): settings.receipt_brake})
    do(cases.resolve, "declined", "ليس من اختصاصنا")
    hands.forward(days=1)
    do(speaking.ask, by=WORKER)
    (rate,) = told(db)
    assert owed(db) == "resolved:brake"
    end(db, rate.id, state, "item_gone" if state == "cancelled" else "")
    assert owed(db) == left


def test_once_a_clerk_told_it_by_hand_a_failure_that_follows_leaves_it_told(
    db: Database, case: Asked, do: Do, hands: Hands
) -> None:
    do(cases.note, "راجعنا الشركة", public=True)
    do(cases.question, "ما اسم الشركة؟")
    first, second = told(db)
    end(db, first.id, "refused")
    assert owed(db) == "answered:refused"
    hands.forward(minutes=1)
    do(acknowledge.hand_over, "بالهاتف")
    end(db, second.id, "refused")
    assert owed(db) == ""


def test_what_is_so_no_more_is_not_told(db: Database, case: Asked, do: Do, hands: Hands) -> None:
    def says(place: int) -> object:
        with db.read() as session:
            one = told(db)[place]
            return GUARDS[one.guard](session, one)

    do(cases.question, "ما اسم الشركة؟")
    assert says(0) == ""
    do(cases.move, "in_progress")
    do(cases.resolve, "solved", "تم")
    do(speaking.ask, by=WORKER)
    assert (says(1), says(2)) == ("", "")
    do(speaking.rate, 5, by=CITIZEN)
    hands.forward(minutes=1)
    do(speaking.reopen, "لم يُحل", by=CITIZEN)
    assert {says(place) for place in range(3)} == {Refusal("cancelled", "no_longer")}
    with db.write() as session:
        session.exec(select(Item)).one().deleted = True
    do(cases.note, "راجعنا الشركة", public=True)
    assert owed(db) == "answered:no_reply"


def test_a_case_that_staff_take_up_again_is_told_to_its_author_and_not_once_it_ends_anew(
    db: Database, case: Asked, do: Do, hands: Hands
) -> None:
    do(cases.resolve, "declined", "ليس من اختصاصنا")
    do(cases.move, "in_progress", "وصلنا ما يغيّر القرار")
    again = told(db)[-1]
    with db.read() as session:
        assert again.body["text"].startswith(f"أعدنا فتح الطلب {case(session).number}. ")
        assert [GUARDS[one.guard](session, one) for one in told(db)] == [Refusal("cancelled", "no_longer"), ""]
    do(cases.move, "waiting")
    do(cases.move, "in_progress")
    assert len(told(db)) == 2
    do(cases.resolve, "solved", "تم")
    with db.read() as session:
        assert GUARDS[again.guard](session, again) == Refusal("cancelled", "no_longer")


@pytest.mark.parametrize("about", ["resolved", "interim"])
def test_who_left_a_telephone_alone_with_a_form_is_owed_a_call(
    db: Database, case: Asked, do: Do, agent: Actor, settings: Settings, about: str
) -> None:
    with db.write() as session:
        session.exec(select(Item)).one().surface = "form"
        case(session).contact = post.contact(open_vault(current()), name="سالم", phone="0501234567")
    do(cases.resolve, "solved", "تم") if about == "resolved" else do(cases.interim)
    assert (told(db), owed(db)) == ([], f"{about}:phone")
    with db.write() as session:
        given = acknowledge.words_to_give(session, agent, case(session), settings)
        assert say_in(f"mail.{about}.subject", "ar", number=case(session).number) in given
        secret = cases.secret_of(case(session), open_vault(settings))
        assert f"{say_in('portal.track.secret', 'ar')}: {secret[:5]} {secret[5:10]} " in given  # as it is read out
        assert f"{settings.public_url}/ar/track" in given.splitlines()[-3]
    do(acknowledge.hand_over, "بالهاتف")
    assert owed(db) == ""


def test_whoever_left_an_address_is_written_to_and_a_form_alone_owes_nothing(
    db: Database, case: Asked, do: Do, settings: Settings
) -> None:
    with db.write() as session:
        session.add(Account(platform="email", native_id="majlis@example.test"))
        one = case(session)
        one.contact, one.told_owed = post.contact(open_vault(settings), email="salem@example.test"), "question:brake"
    do(cases.note, "راجعنا الشركة", public=True)
    assert (told(db), owed(db)) == ([], "")
    with db.write() as session:
        item = session.exec(select(Item)).one()
        item.surface, item.private, item.can, case(session).contact = "form", True, {"reply": True, "reply_privately": True}, ""
    do(cases.resolve, "solved", "تم")
    assert (told(db), owed(db)) == ([], "")


@pytest.mark.parametrize(
    ("state", "reason", "left"),
    [("refused", "rejected", "resolved:refused"), ("cancelled", "no_address", ""), ("published", "", "")],
)
def test_what_a_letter_told_nobody_is_owed_where_there_is_another_way_to_him(
    db: Database, case: Asked, do: Do, settings: Settings, state: str, reason: str, left: str
) -> None:
    with db.write() as session:
        session.add(Account(platform="email", native_id="majlis@example.test"))
        case(session).contact = post.contact(open_vault(settings), email="salem@example.test")
    do(cases.resolve, "solved", "تم")
    with db.read() as session:
        letter = session.exec(select(Delivery).where(Delivery.kind == "mail")).one()
    end(db, letter.id, state, reason)
    assert owed(db) == left


def test_who_gave_a_telephone_beside_an_address_that_takes_no_mail_is_rung_up(db: Database, case: Asked) -> None:
    for phone, left in (("", ""), ("0501234567", "answered:refused")):
        with db.write() as session:
            if not phone:
                session.add(Account(platform="email", native_id="majlis@example.test"))
            session.exec(select(Item)).one().surface = "form"
            case(session).contact = post.contact(open_vault(current()), email=f"salem{phone}@example.test", phone=phone)
            post.mail(session, WORKER, case(session), "answered", key=phone, anew=True)
        with db.read() as session:
            letters = session.exec(select(Delivery).where(Delivery.kind == "mail").order_by(col(Delivery.id))).all()
        end(db, letters[-1].id, "refused")
        assert owed(db) == left


def test_a_clerk_takes_the_words_with_the_link_while_something_is_owed_and_the_audit_knows(
    db: Database, case: Asked, agent: Actor, settings: Settings
) -> None:
    with db.write() as session:
        one = case(session)
        link = numbers.link(one.number, one.key_id, one.lang, settings)
        with pytest.raises(WrongState):
            acknowledge.words_to_give(session, agent, one, settings)
        one.told_owed = "resolved:brake"
        assert acknowledge.words_to_give(session, agent, one, settings) == telling.private_words(one, "resolved", link)
        one.receipt_owed = "brake"
        given = acknowledge.words_to_give(session, agent, one, settings)
        assert (given.count(link), "نجيبكم في موعد أقصاه" in given, one.edition in given) == (2, True, True)
        kept = session.exec(select(AuditEntry).where(AuditEntry.action == "case.link_taken")).all()
        assert [entry.detail for entry in kept] == [{"owed": "resolved:brake"}, {"owed": "brake"}]


def test_by_hand_the_same_day_is_named_as_by_a_receipt_that_leaves_now(
    db: Database, case: Asked, do: Do, agent: Actor, settings: Settings
) -> None:
    with db.write() as session:
        case(session).receipt_owed = "brake"
    for deed in ("", "interim", "answered"):
        if deed == "interim":
            do(cases.interim)
        elif deed:
            do(cases.note, "راجعنا الشركة", public=True)
        with db.write() as session:
            day = receipts.promise(session, case(session), "")
            given = acknowledge.words_to_give(session, agent, case(session), settings)
            assert (day in given, "موعد أقصاه" in given) == (True, bool(day)) == (True, deed != "answered")
