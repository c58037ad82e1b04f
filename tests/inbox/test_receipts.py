"""What a receipt says in each language, its budget, its proof; who owes it and hands it over; how often it is sent again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from sqlmodel import Session, col, select

from connectors.contract import Can, Connector, Surface
from connectors.x import text as x_text
from core.actors import CITIZEN, OPERATING, WORKER, Actor
from core.clock import Hands, now
from core.db import Database
from core.errors import Forbidden, Invalid, NotPossible, WrongState
from core.models import Account, AuditEntry
from core.settings import Settings
from core.vault import open_vault
from inbox import acknowledge, cases, post, receipts
from inbox.models import Case, CaseEvent, Item
from inbox.tongues import TONGUES, Tongue
from inbox.tongues import say as say_in
from outbox import attempt, guards, outgoing
from outbox.accounts import add_account
from outbox.guards import FILLERS, GUARDS, Refusal
from outbox.models import Delivery, Spending
from policies.asking import in_public
from tests.inbox.platform import Listed

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"


def owed(lang: Tongue, kind: str = "complaint") -> receipts.Owed:
    return receipts.Owed(1, "M-7Q2K9-XW3RT", kind, lang, 1, "c1", "p1", "u1", False, True, "mohre@2026-11")


def filled(text: str, lang: Tongue, month: int = 12) -> str:
    """The same with a day of that month, as it leaves."""
    (day,) = receipts.also(lang, "", datetime(2026, month, 30 if month != 2 else 28, 11, tzinfo=UTC))
    return text.replace("{answer_by}", f" {day}")


def deliveries(db: Database) -> list[Delivery]:
    with db.read() as session:
        return list(session.exec(select(Delivery).order_by(col(Delivery.id))))


def only(db: Database) -> Case:
    with db.read() as session:
        return session.exec(select(Case)).one()


def steps(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.exec(select(CaseEvent.what).order_by(col(CaseEvent.id))))


def end(db: Database, delivery_id: int | None, state: str, reason: str = "") -> None:
    with db.write() as session:
        one = session.get_one(Delivery, delivery_id)
        one.state, one.reason = state, reason
        guards.settled(session, one)


@pytest.mark.parametrize("lang", TONGUES)
@pytest.mark.parametrize("kind", ["complaint", "suggestion", "inquiry"])
def test_in_every_language_a_receipt_fits_x_and_asks_nobody_for_anything_in_public(
    lang: Tongue, kind: str, settings: Settings
) -> None:
    for platform in ("x", "facebook"):
        (told, link) = receipts.orders(Account(id=1, platform=platform, native_id="7"), owed(lang, kind), settings)
        assert in_public(told.body.text, ()) is None
        assert "M-7Q2K9-XW3RT" in told.body.text
        assert "mohre@2026-11" in told.body.text
        assert "{answer_by}" in told.body.text
        assert ("http" in told.body.text) == (platform == "facebook")
        assert "{case_link}" in link.body.text
        assert platform != "x" or all(x_text.count(filled(told.body.text, lang, month)) <= 280 for month in range(1, 13))


def test_what_does_not_fit_x_is_left_off_and_the_number_never(settings: Settings) -> None:
    long = replace(owed("en"), edition="e" * 100)
    told = receipts.public(Account(id=1, platform="x", native_id="7"), long, settings, "receipt:1")
    assert (long.number in told.body.text, "{answer_by}" in told.body.text, "eee" in told.body.text) == (True, True, False)


def test_a_receipt_tells_the_day_of_the_promise_and_the_edition_that_was_accepted(settings: Settings) -> None:
    told = receipts.public(Account(id=1, platform="x", native_id="7"), owed("en"), settings, "receipt:1")
    assert filled(told.body.text, "en").endswith(
        ". We answer by 30 December 2026. "
        "By taking part you accept our digital participation policy and its disclaimer, edition mohre@2026-11."
    )
    arabic = receipts.public(Account(id=1, platform="x", native_id="7"), owed("ar"), settings, "receipt:1")
    assert "30 ديسمبر 2026" in filled(arabic.body.text, "ar")


@pytest.mark.parametrize("lang", TONGUES)
def test_it_names_the_disclaimer_with_the_address_where_it_stands_unless_that_is_paid_for(lang: Tongue, settings: Settings) -> None:
    policy = f"{settings.public_url}/{'ar' if lang == 'ar' else 'en'}/policy?edition=mohre%402026-11"
    for platform in ("facebook", "instagram", "x"):
        told, link = receipts.orders(Account(id=1, platform=platform, native_id="7"), owed(lang), settings)
        named = say_in("receipt.terms_at", lang, edition="mohre@2026-11", policy=policy)
        alone = say_in("receipt.terms", lang, edition="mohre@2026-11")
        assert told.body.text.endswith(alone if platform == "x" else named)
        assert link.body.text.endswith(named)


def test_what_comes_in_is_promised_a_day_and_keeps_the_edition_it_was_judged_by(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT), say("c2", "मेरी कंपनी ने दो महीने से वेतन नहीं दिया, मैं शिकायत करना चाहता हूँ"))
    told = [one.body["text"] for one in deliveries(db) if one.kind == "receipt"]
    with db.read() as session:
        first, *_ = session.exec(select(Case).order_by(col(Case.id)))
        assert first.edition == session.get_one(Item, first.item_id).edition != ""
    assert "{answer_by}" in told[0]
    assert f"الإصدار {first.edition}" in told[0]
    assert "आपकी शिकायत" in told[1]


def test_a_receipt_that_waited_names_the_day_that_holds_as_it_leaves(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings
) -> None:
    desk.take(say("c1", COMPLAINT))

    def days(session: Session) -> list[str]:
        queued = select(Delivery).where(col(Delivery.ref).startswith("receipt")).order_by(col(Delivery.id))
        return [FILLERS["receipt"](session, one, settings)["answer_by"] for one in session.exec(queued)]

    with db.write() as session:
        case = session.exec(select(Case)).one()
        was = days(session)
        cases.interim(session, agent, case, until=datetime(2026, 12, 30, 11, tzinfo=UTC))
        assert was != [" نجيبكم في موعد أقصاه 30 ديسمبر 2026.", "\nنجيبكم في موعد أقصاه 30 ديسمبر 2026."] == days(session)
        cases.note(session, agent, case, "وصلنا ردّكم", public=True)
        assert days(session) == ["", ""]


def gone(desk: Any, say: Any, settings: Settings) -> attempt.Ticket:
    """The receipt of a complaint, as it leaves."""
    desk.take(say("c1", COMPLAINT))
    with desk.db.write() as session:
        receipt = session.exec(select(Delivery).where(Delivery.kind == "receipt")).one()
        (left,) = attempt.begin_these(session, [receipt], "w1", cast("Connector", Listed()), settings, now(), claimed=False)
        return left


def built(session: Session, delivery: Delivery, settings: Settings) -> str:
    return outgoing.build(session, delivery, Listed().capabilities, settings).text


def test_what_has_left_is_looked_for_with_the_day_it_left_with(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings
) -> None:
    left = gone(desk, say, settings)
    assert "نجيبكم في موعد أقصاه" in left.out.text
    with db.write() as session:
        cases.note(session, agent, session.exec(select(Case)).one(), "وصلنا ردّكم", public=True)
    with db.read() as session:
        sending = session.get_one(Delivery, left.delivery_id)
        assert sending.state == "sending"
        assert built(session, sending, settings) == left.out.text


def test_what_is_tried_again_while_the_first_may_stand_names_the_day_that_one_left_with(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings
) -> None:
    left = gone(desk, say, settings)
    with db.write() as session:  # nobody knows what came of it, and somebody says "again"
        session.get_one(Delivery, left.delivery_id).state = "scheduled"
        cases.interim(session, agent, session.exec(select(Case)).one(), until=datetime(2026, 12, 30, 11, tzinfo=UTC))
    with db.read() as session:
        assert built(session, session.get_one(Delivery, left.delivery_id), settings) == left.out.text


@pytest.fixture
def poor(desk: Any, db: Database) -> Account:
    """An account on X whose month is used up."""
    with db.write() as session:
        account = desk.account = Account(platform="x", native_id="7", budget_usd_micros=1_000_000)
        session.add(account)
        session.flush()
        session.add(Spending(account_id=account.id or 0, day=date(2026, 11, 3), what="read", micros=1_000_000))
    return account


def test_when_the_months_budget_is_used_up_a_clerk_owes_it(db: Database, desk: Any, say: Any, poor: Account) -> None:
    desk.take(say("t1", COMPLAINT, account="x:7", surface=Surface.REPLY, can=Can(reply=True)))
    assert (only(db).receipt_owed, deliveries(db)) == ("budget", [])


def test_one_that_was_queued_before_the_budget_ended_is_owed_then(db: Database, desk: Any, say: Any) -> None:
    with db.write() as session:
        desk.account = Account(platform="x", native_id="7", budget_usd_micros=1_000_000)
        session.add(desk.account)
    desk.take(say("t1", COMPLAINT, account="x:7", surface=Surface.REPLY, can=Can(reply=True)))
    (queued,) = deliveries(db)
    with db.write() as session:
        assert GUARDS[queued.guard](session, queued) == ""
        session.add(Spending(account_id=desk.account.id, day=date(2026, 11, 3), what="read", micros=1_000_000))
        session.flush()
        assert GUARDS[queued.guard](session, queued) == Refusal("cancelled", "budget")
    end(db, queued.id, "cancelled", "budget")
    assert only(db).receipt_owed == "budget"


def test_what_was_deleted_before_its_receipt_left_is_answered_no_more(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        session.exec(select(Item)).one().deleted = True
        session.flush()
        assert {GUARDS[one.guard](session, one) for one in session.exec(select(Delivery))} == {Refusal("cancelled", "item_gone")}


def test_the_proof_of_a_receipt_is_its_deliveries_and_the_steps_of_the_case(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT), say("c2", COMPLAINT))
    for one in deliveries(db):
        end(db, one.id, "published")
    with db.read() as session:
        first, second = session.exec(select(Case).order_by(col(Case.id)))
        assert [d.ref for d in receipts.proof(session, first)] == [f"receipt:{first.id}", f"receipt-link:{first.id}"]
        assert {d.state for d in receipts.proof(session, second)} == {"published"}
        told = session.exec(select(CaseEvent).where(CaseEvent.case_id == first.id, CaseEvent.what != "received")).all()
        assert [(e.what, e.data["delivery"]) for e in told] == [
            ("receipt_sent", receipts.proof(session, first)[0].id),
            ("link_sent", receipts.proof(session, first)[1].id),
        ]


def test_a_clerk_who_told_him_by_hand_says_so_once(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT, can=Can(reply=False, why_no_reply="summons")))
    with db.write() as session:
        case = session.exec(select(Case)).one()
        with pytest.raises(Invalid):
            acknowledge.hand_over(session, agent, case, "  ")
        acknowledge.hand_over(session, agent, case, "by telephone")
        with pytest.raises(WrongState):
            acknowledge.hand_over(session, agent, case, "again")
        with pytest.raises(Forbidden):
            acknowledge.hand_over(session, CITIZEN, case, "me")
        kept = session.exec(select(CaseEvent).where(CaseEvent.what == "note")).one()
        assert (kept.note, kept.public, case.receipt_owed) == ("by telephone", False, "")
        assert session.exec(select(AuditEntry).where(AuditEntry.action == "case.receipt_handed")).one().actor == agent.label
    assert "receipt_handed" in steps(db)


def test_once_a_clerk_told_him_by_hand_a_link_that_fails_afterwards_is_not_owed_again(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings, hands: Hands
) -> None:
    desk.take(say("c1", COMPLAINT))
    receipt, link = deliveries(db)
    end(db, receipt.id, "refused")
    hands.forward(minutes=1)
    with db.write() as session:
        acknowledge.hand_over(session, agent, session.exec(select(Case)).one(), "by telephone")
    end(db, link.id, "refused")
    assert only(db).receipt_owed == ""
    hands.forward(minutes=1)
    with db.write() as session:
        again = acknowledge.resend(session, agent, session.exec(select(Case)).one(), settings)
    end(db, again.id, "refused")
    assert only(db).receipt_owed == "refused"  # he asked for it since


def test_a_receipt_is_sent_again_in_private_on_request_and_not_too_often(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings, hands: Hands
) -> None:
    desk.take(say("c1", COMPLAINT, can=Can(reply=True, reply_privately=False)))
    with db.write() as session:
        change = session.exec(select(Item)).one()
        change.can = {**change.can, "reply_privately": True}
    end(db, deliveries(db)[0].id, "published")
    seen = []
    for _ in range(3):
        with db.write() as session:
            case = session.exec(select(Case)).one()
            again = acknowledge.resend(session, agent, case, settings)
            seen.append((again.kind, again.ref))
            with pytest.raises(Invalid) as told:
                acknowledge.resend(session, agent, case, settings)
            assert "60" in told.value.words("en")
        end(db, again.id, "published")
        hands.forward(hours=1, seconds=1)
    case_id = only(db).id
    # the platform takes one private answer to a comment; after it only the number can be said, in public
    assert seen == [
        ("private_reply", f"receipt-link:{case_id}:1"),
        ("receipt", f"receipt:{case_id}:2"),
        ("receipt", f"receipt:{case_id}:3"),
    ]
    with db.write() as session, pytest.raises(Invalid):
        acknowledge.resend(session, agent, session.exec(select(Case)).one(), settings)
    assert steps(db).count("receipt_again") == 3
    assert steps(db)[-1] == "receipt_sent"


@pytest.mark.parametrize("state", ["scheduled", "held", "uncertain"])
def test_a_receipt_is_not_sent_again_while_the_one_before_may_still_arrive(
    db: Database, desk: Any, say: Any, settings: Settings, state: str
) -> None:
    desk.take(say("c1", COMPLAINT, can=Can(reply=True, reply_privately=False)))
    with db.write() as session:
        session.exec(select(Delivery)).one().state = state
        with pytest.raises(Invalid) as told:
            acknowledge.resend(session, CITIZEN, session.exec(select(Case)).one(), settings)
    assert "has not arrived yet" in told.value.words("en")
    assert (len(deliveries(db)), steps(db)) == (1, ["received"])


def test_in_a_private_talk_it_is_sent_again_there_with_the_link(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings
) -> None:
    desk.take(say("m1", COMPLAINT, surface=Surface.DIRECT, parent_id=None, root_id="t1", can=Can(reply=True)))
    end(db, deliveries(db)[0].id, "published")
    with db.write() as session:
        again = acknowledge.resend(session, agent, session.exec(select(Case)).one(), settings)
        assert (again.body["private"], again.body["fill"], again.target_id) == (True, "receipt", "m1")
        assert GUARDS[again.guard](session, again) == ""


def test_whoever_left_an_address_is_sent_it_there_because_he_asks(db: Database, desk: Any, say: Any, settings: Settings) -> None:
    desk.take(say("c1", COMPLAINT))
    vault = open_vault(settings)
    with db.write() as session:
        add_account(session, OPERATING, "email", "cases@ministry.example", {"url": "smtp://mail.example"}, vault=vault)
        case = session.exec(select(Case)).one()
        case.contact = post.contact(vault, email="worker@people.example")
        session.add(case)
        first = post.mail(session, WORKER, case, "receipt")
        again = acknowledge.resend(session, CITIZEN, case, settings)
        assert first is not None
        assert (again.kind, again.id != first.id) == ("mail", True)
        assert again in receipts.proof(session, case)


def test_where_there_is_no_way_to_him_that_is_said(db: Database, desk: Any, say: Any, agent: Actor, settings: Settings) -> None:
    desk.take(say("c1", COMPLAINT, can=Can(reply=False)))
    with db.write() as session, pytest.raises(NotPossible):
        acknowledge.resend(session, agent, session.exec(select(Case)).one(), settings)
    assert steps(db) == ["received"]


def test_the_next_day_another_case_of_the_same_person_is_told(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    desk.take(say("c1", COMPLAINT, author_id="u"), say("c2", COMPLAINT, author_id="u"))
    hands.forward(days=1)
    desk.take(say("c3", COMPLAINT, author_id="u", created_at=hands() - timedelta(minutes=1)))
    with db.read() as session:
        assert [case.receipt_owed for case in session.exec(select(Case).order_by(col(Case.id)))] == ["", "person_today", ""]
