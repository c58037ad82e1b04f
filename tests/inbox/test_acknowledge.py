"""Receipts: one a case and a person a day, under a brake, only where they can be read, and without the secret in any table."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from connectors.contract import Can, Surface
from core.actors import Actor
from core.clock import Hands
from core.db import Database
from core.models import Account
from core.settings import Settings, load
from core.vault import open_vault
from inbox import acknowledge, cases
from inbox.models import Case, Item
from outbox.guards import FILLERS, settled
from outbox.models import Delivery

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"
ENGLISH = "My employer has not paid my salary for two months, I want to complain"


def told(db: Database) -> list[Delivery]:
    with db.read() as session:
        return list(session.exec(select(Delivery).order_by(col(Delivery.id))))


def owed(db: Database) -> list[str]:
    with db.read() as session:
        return [case.receipt_owed for case in session.exec(select(Case).order_by(col(Case.id)))]


def test_a_complaint_is_told_its_number_in_its_own_language(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT), say("c2", ENGLISH))
    with db.read() as session:
        numbers = {case.item_id: case.number for case in session.exec(select(Case))}
    public = [d for d in told(db) if d.kind == "receipt"]
    assert [(d.target_id, d.priority, d.state) for d in public] == [("c1", 9, "scheduled"), ("c2", 9, "scheduled")]
    assert "شكواكم" in public[0].body["text"]
    assert "Your complaint" in public[1].body["text"]
    assert [numbers[n] in d.body["text"] for n, d in zip(sorted(n for n in numbers if n), public, strict=True)] == [True, True]


def test_the_private_link_is_filled_in_as_it_leaves_and_stands_in_no_row(
    db: Database, desk: Any, say: Any, settings: Settings
) -> None:
    vault = open_vault(settings)
    desk.take(say("c1", COMPLAINT), key_id=vault.current)
    public, private = told(db)
    with db.read() as session:
        case = session.exec(select(Case)).one()
        secret = cases.secret_of(case, vault)
        filled = FILLERS["receipt"](session, private, settings)
    assert (public.body["private"], private.body["private"], private.kind) == (False, True, "private_reply")
    assert "{case_link}" in private.body["text"]
    assert secret not in str(public.body) + str(private.body) + str(case.model_dump())
    assert filled["case_link"] == f"{settings.public_url}/ar/track/{case.number}/{secret}"


def test_on_x_a_receipt_carries_no_link_because_links_are_priced(db: Database, desk: Any, say: Any) -> None:
    with db.write() as session:
        desk.account = Account(platform="x", native_id="7")
        session.add(desk.account)
    desk.take(say("t1", COMPLAINT, account="x:7", surface=Surface.REPLY, can=Can(reply=True)))
    (receipt,) = told(db)
    assert "http" not in receipt.body["text"]
    assert len(receipt.body["text"]) < 280


def test_in_a_private_talk_the_receipt_is_private_with_the_link(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("m1", COMPLAINT, surface=Surface.DIRECT, parent_id=None, root_id="t1"))
    (receipt,) = told(db)
    assert (receipt.kind, receipt.body["private"], receipt.body["fill"]) == ("receipt", True, "receipt")


def test_a_person_gets_one_receipt_a_day(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    desk.take(say("c1", COMPLAINT, author_id="u"), say("c2", COMPLAINT, author_id="u"))
    desk.take(say("c3", COMPLAINT, author_id="u"))
    assert owed(db) == ["", "person_today", "person_today"]
    hands.forward(days=1)
    desk.take(say("c4", COMPLAINT, author_id="u", created_at=hands()))
    assert owed(db)[3] == ""


@pytest.mark.parametrize(("ended", "then"), [
    ("cancelled", ""), ("refused", ""), ("expired", ""), ("published", "person_today"), ("needs_decision", "person_today"),
])  # fmt: skip
def test_a_receipt_that_never_reached_him_does_not_count_as_his_of_the_day(
    db: Database, desk: Any, say: Any, ended: str, then: str
) -> None:
    desk.take(say("c1", COMPLAINT, author_id="u"))
    with db.write() as session:
        receipt = session.exec(select(Delivery).where(Delivery.kind == "receipt")).one()
        receipt.state = ended
        session.flush()
        settled(session, receipt)
    desk.take(say("c2", COMPLAINT, author_id="u"))
    assert owed(db)[1] == then


def test_what_was_said_long_before_we_read_it_gets_no_receipt_by_itself(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    desk.take(say("c1", COMPLAINT, created_at=hands() - timedelta(hours=49)), say("c2", COMPLAINT, created_at=hands()))
    assert sorted(owed(db)) == ["", "old"]
    assert {d.target_id for d in told(db)} == {"c2"}


def test_where_the_platform_lets_nobody_answer_a_clerk_owes_it(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT, can=Can(reply=False, why_no_reply="summons")))
    assert (owed(db), told(db)) == (["no_reply"], [])


def test_beyond_the_brake_a_clerk_owes_it(db: Database, desk: Any, say: Any, settings: Settings) -> None:
    desk.settings = load(MAJLIS_VAR_DIR=str(settings.var_dir), MAJLIS_RECEIPT_BRAKE="2")
    desk.take(*(say(f"c{n}", COMPLAINT) for n in range(3)))
    desk.take(say("c9", COMPLAINT))
    assert owed(db) == ["", "", "brake", "brake"]


def test_the_same_page_twice_queues_no_second_receipt(db: Database, desk: Any, say: Any) -> None:
    one = say("c1", COMPLAINT)
    desk.take(one)
    before = len(told(db))
    desk.take(replace(one, text=COMPLAINT + "!"))
    assert len(told(db)) == before


def test_a_clerk_can_have_an_owed_receipt_sent(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings, hands: Hands
) -> None:
    desk.take(say("c1", COMPLAINT, created_at=hands() - timedelta(days=9)))
    with db.write() as session:
        case, item = session.exec(select(Case)).one(), session.exec(select(Item)).one()
        delivery = acknowledge.received(session, agent, case, item, settings)
        assert delivery is not None
        assert acknowledge.received(session, agent, case, item, settings) is delivery
        assert (case.receipt_owed, case.receipt_delivery_id) == ("", delivery.id)


@pytest.mark.parametrize(("state", "left"), [("published", ""), ("refused", "refused")])
def test_the_case_learns_what_became_of_its_receipt(db: Database, desk: Any, say: Any, state: str, left: str) -> None:
    from outbox.guards import settled

    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        receipt = session.exec(select(Delivery).where(Delivery.kind == "receipt")).one()
        receipt.state = state
        settled(session, receipt)
    assert owed(db) == [left]


@pytest.mark.parametrize("first", ["receipt", "private_reply"])
def test_a_private_link_that_reached_nobody_is_owed_whichever_settles_first(db: Database, desk: Any, say: Any, first: str) -> None:
    desk.take(say("c1", COMPLAINT, can=Can(reply=True, reply_privately=True)))
    ends = {"receipt": "published", "private_reply": "refused"}
    for kind in (first, *(ends.keys() - {first})):
        with db.write() as session:
            one = session.exec(select(Delivery).where(Delivery.kind == kind)).one()
            one.state = ends[kind]
            session.flush()
            settled(session, one)
    assert owed(db) == ["refused"]


def test_a_receipt_sent_today_for_a_case_of_yesterday_is_the_one_of_today(
    db: Database, desk: Any, say: Any, agent: Actor, settings: Settings, hands: Hands
) -> None:
    desk.take(say("c1", COMPLAINT, created_at=hands() - timedelta(days=9)))  # of so long ago nobody is sent one
    hands.forward(days=1)
    with db.write() as session:  # but a clerk sees to it
        case, item = session.exec(select(Case)).one(), session.exec(select(Item)).one()
        assert acknowledge.received(session, agent, case, item, settings) is not None
    desk.take(say("c2", COMPLAINT, author_id=item.author_id, parent_id="p2", root_id="p2"))
    assert owed(db)[-1] == "person_today"
