"""Whoever answers our receipt is heard: on every platform, beneath it or in private, his words join the case he has."""

from typing import Any

import pytest
from sqlmodel import col, select

from connectors.contract import Surface
from core.clock import now
from core.db import Database
from inbox import receipts
from inbox.ingest import pull
from inbox.models import Case, CaseEvent, Item
from outbox.models import Delivery
from sandbox import acts
from sandbox.entries import Person
from tests.outbox.platforms import Open, Street

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"
MORE = "ونسيت أن أقول إن الشركة في دبي"


def hear(there: Street) -> None:
    pull(there.db, there.account.id or 0, there.connect, there.settings, "w1", full=True)
    there.hands.forward(minutes=1)


def complains(there: Street) -> Person:
    """A citizen complains beneath a post of ours, is heard, and is sent his receipt."""
    there.citizens_comment(COMPLAINT)
    who = acts.newcomer(there.running.world, there.platform, "sara_q")
    hear(there)
    there.send()
    hear(there)
    return who


def says(there: Street, who: Person, text: str, beneath: str) -> None:
    with there.running.world.lock:
        acts.comment(there.running.world, there.platform, who, text, beneath)


def theirs(there: Street) -> dict[str, int | None]:
    """What people said, and the case it belongs to."""
    with there.db.read() as session:
        return {item.text: item.case_id for item in session.exec(select(Item).where(~col(Item.own)).order_by(col(Item.id)))}


def steps(there: Street) -> list[str]:
    with there.db.read() as session:
        return list(session.exec(select(CaseEvent.what).order_by(col(CaseEvent.id))))


def deliveries(there: Street) -> list[Delivery]:
    with there.db.read() as session:
        return list(session.exec(select(Delivery)))


def only(there: Street) -> Case:
    with there.db.read() as session:
        return session.exec(select(Case)).one()


@pytest.mark.parametrize("platform", ["facebook", "x", "instagram"])
def test_an_answer_beneath_the_receipt_joins_the_case_and_gets_no_receipt_of_its_own(opened: Open, platform: str) -> None:
    there = opened(platform)
    who = complains(there)
    case = only(there)
    with there.db.read() as session:
        told = receipts.proof(session, case)
    assert {one.state for one in told} == {"published"}
    says(there, who, MORE, told[0].external_id)
    hear(there)
    assert len({*theirs(there).values()} - {None}) == 1
    assert [case_id for text, case_id in theirs(there).items() if MORE in text] == [case.id]
    assert steps(there).count("said") == 1
    assert len(told) == len(deliveries(there))
    assert only(there).waiting_since is not None


@pytest.mark.parametrize("platform", ["facebook", "x", "instagram"])
def test_a_direct_message_after_the_receipt_joins_the_case(opened: Open, platform: str) -> None:
    there = opened(platform)
    who = complains(there)
    (private,) = there.private()
    assert f"/track/{only(there).number}/" in private
    with there.running.world.lock:
        acts.message(there.running.world, there.platform, who, MORE)
    hear(there)
    assert theirs(there)[MORE] == only(there).id
    assert len(deliveries(there)) == 2


def test_a_private_answer_is_known_by_its_conversation_where_its_author_has_another_name_there(
    db: Database, desk: Any, say: Any
) -> None:
    desk.take(say("c1", COMPLAINT, author_id="public-7"))
    with db.write() as session:
        link = session.exec(select(Delivery).where(Delivery.kind == "private_reply")).one()
        link.state, link.external_id, link.published_at = "published", "m1", now()
        session.add(link)
    ours = say("m1", "رابطكم", surface=Surface.DIRECT, author_id="100", parent_id=None, root_id="t1", own=True)
    desk.take(ours)
    desk.take(say("m2", MORE, surface=Surface.DIRECT, author_id="scoped-9", parent_id=None, root_id="t1"))
    with db.read() as session:
        case = session.exec(select(Case)).one()
        assert session.exec(select(Item.case_id).where(Item.native_id == "m2")).one() == case.id
    desk.take(say("m3", COMPLAINT, surface=Surface.DIRECT, author_id="stranger", parent_id=None, root_id="t2"))
    with db.read() as session:
        assert len(session.exec(select(Case)).all()) == 2
