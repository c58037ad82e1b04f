"""A receipt that had to wait leaves while it is of use: not beneath hidden words, nor for a case that is over."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from core.actors import CITIZEN, OPERATING, Actor
from core.db import Database
from inbox import erase, merging, moderate, receipts, speaking
from inbox.models import Case, Item
from outbox.models import Delivery
from outbox.send import send_due
from tests.inbox.test_receipts import COMPLAINT, end
from tests.outbox.outbox_wall import Wall, WallConnector

Go = Callable[[], list[tuple[str | None, str, str]]]


@pytest.fixture
def go(db: Database, desk: Any, tmp_path: Path) -> Go:
    """Sends what is due; what became of receipts and links."""
    wall = WallConnector(Wall(tmp_path / "wall.jsonl"), desk.account.key)

    def send() -> list[tuple[str | None, str, str]]:
        send_due(db, lambda _: wall, "w1", settings=desk.settings)
        with db.read() as session:
            found = session.exec(select(Delivery).where(col(Delivery.ref).like("receipt%")).order_by(col(Delivery.id)))
            return [(one.ref, one.state, one.reason) for one in found]

    return send


def owed(db: Database, case_id: int = 1) -> str:
    with db.read() as session:
        return session.get_one(Case, case_id).receipt_owed


def test_as_long_as_nothing_happened_both_leave(db: Database, desk: Any, say: Any, go: Go) -> None:
    desk.take(say("c1", COMPLAINT))
    assert [state for _, state, _ in go()] == ["published", "published"]


def test_beneath_hidden_words_nothing_is_said_in_public_and_the_link_goes(
    db: Database, desk: Any, say: Any, agent: Actor, go: Go
) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        moderate.hide(session, agent, session.get_one(Item, 1), "privacy", "رقم هاتف")
        session.get_one(Item, 1).hidden = True
    told = go()
    assert told == [("receipt:1", "cancelled", "item_hidden"), ("receipt-link:1", "published", "")]
    assert owed(db) == ""


def test_where_no_link_goes_a_clerk_owes_it(db: Database, desk: Any, say: Any, go: Go) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        session.get_one(Item, 1).hidden = True
        link = session.exec(select(Delivery.id).where(Delivery.ref == "receipt-link:1")).one()
    end(db, link, "refused")
    go()
    assert owed(db) == "item_hidden"


def test_whoever_took_his_case_back_is_sent_no_receipt_and_nobody_owes_it(db: Database, desk: Any, say: Any, go: Go) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        speaking.withdraw(session, CITIZEN, session.get_one(Case, 1))
    assert {entry[1:] for entry in go()} == {("cancelled", "case_ended")}
    assert owed(db) == ""


def test_what_was_erased_is_answered_no_more(db: Database, desk: Any, say: Any, go: Go) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        whole = session.get_one(Case, 1)
        erase.case(session, OPERATING, whole, [session.get_one(Item, 1)], "retention", desk.settings)
    assert {entry[1:] for entry in go()} == {("cancelled", "case_ended")}
    assert owed(db) == ""


@pytest.fixture
def two(db: Database, desk: Any, say: Any) -> None:
    """Two cases of one person, the receipt of the second queued although he was sent one today."""
    desk.take(say("c1", COMPLAINT, author_id="salem"))
    with db.write() as session:
        session.get_one(Case, 1).author_id = "another"
    desk.take(say("c2", "أشتكي من تأخر تصريح العمل ولم يصدر حتى الآن", author_id="salem", parent_id="p2", root_id="p2"))
    with db.write() as session:
        session.get_one(Case, 1).author_id = "salem"


@pytest.mark.usefixtures("two")
def test_of_two_cases_that_became_one_its_author_is_sent_one_number_and_taken_apart_the_other_is_owed(
    db: Database, agent: Actor, go: Go
) -> None:
    with db.write() as session:
        merging.merge(session, agent, session.get_one(Case, 2), session.get_one(Case, 1), "الموضوع نفسه")
    told = {ref: (state, reason) for ref, state, reason in go()}
    assert told["receipt:1"] == ("published", "")
    assert {told[ref] for ref in ("receipt:2", "receipt-link:2")} == {("cancelled", "case_merged")}
    assert owed(db, 2) == ""
    with db.write() as session:
        other = merging.split(session, agent, session.get_one(Case, 1), [2], "complaint", "أمران مختلفان")
        assert (other.id, other.receipt_owed) == (2, "cancelled")


@pytest.mark.usefixtures("two")
def test_where_he_was_not_told_of_the_case_that_goes_on_the_number_of_this_one_is_sent(db: Database, agent: Actor, go: Go) -> None:
    with db.read() as session:
        first = session.get_one(Case, 1)
        ids = [one.id for one in receipts.proof(session, first)]
    for id_ in ids:
        end(db, id_, "refused")
    with db.write() as session:
        merging.merge(session, agent, session.get_one(Case, 2), session.get_one(Case, 1), "الموضوع نفسه")
    assert [entry[1:] for entry in go() if (entry[0] or "").endswith(":2")] == [("published", ""), ("published", "")]
