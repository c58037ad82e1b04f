"""The meter counts each call once and each thing once a day, with what it paid for."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from connectors.contract import Bill
from core.clock import Hands, now
from core.errors import SpendCapReached
from core.models import Account
from outbox import windows
from outbox.accounts import note_health
from outbox.channels import free, refuse_by
from outbox.models import Charged, Spending
from outbox.spending import spend
from tests.outbox.outbox_wall import Desk
from tests.postgres import waits

TODAY = date(2026, 11, 24)


def pay(desk: Desk, *bills: Bill, price: int = 0) -> None:
    for bill in bills:
        with desk.db.write() as session:
            spend(session, desk.account, bill, price=price)


def rows(desk: Desk) -> list[tuple[date, str, int, int, int]]:
    """(day, what, micros, calls, posts)"""
    with desk.db.read() as session:
        found = session.exec(select(Spending).order_by(col(Spending.day), col(Spending.what)))
        return [(row.day, row.what, row.micros, row.calls, row.posts) for row in found]


def spent(desk: Desk) -> int:
    with desk.db.read() as session:
        return session.get_one(Account, desk.account.id).spent_usd_micros


def test_reads_and_writes_add_up_by_day(desk: Desk, hands: Hands) -> None:
    pay(desk, Bill(2, 0, {"post:1": 1000, "user:7": 1000}), Bill(1, 0, {"post:2": 5000}))
    pay(desk, Bill(0, 1), price=15_000)
    hands.forward(days=1)
    pay(desk, Bill(1, 1))
    tomorrow = TODAY + timedelta(days=1)
    assert rows(desk) == [
        (TODAY, "read", 7000, 3, 2),
        (TODAY, "write", 15_000, 1, 0),
        (tomorrow, "read", 0, 1, 0),
        (tomorrow, "write", 0, 1, 0),
    ]
    assert spent(desk) == 22_000


def test_a_thing_is_charged_once_a_day_of_utc_whoever_reads_it_and_at_its_first_price(desk: Desk, hands: Hands) -> None:
    pay(desk, Bill(1, 0, {"post:1": 1000}), Bill(1, 0, {"post:1": 5000, "post:2": 5000}))
    assert rows(desk) == [(TODAY, "read", 6000, 2, 2)]
    hands.at = datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)
    pay(desk, Bill(1, 0, {"post:1": 1000}))
    assert spent(desk) == 6000
    hands.at = datetime(2026, 11, 25, 0, 0, 0, tzinfo=UTC)
    pay(desk, Bill(1, 0, {"post:1": 1000}))
    assert spent(desk) == 7000


def test_two_accounts_are_charged_apart(desk: Desk) -> None:
    with desk.db.write() as session:
        other = Account(platform="x", native_id="2")
        session.add(other)
        session.flush()
        spend(session, other, Bill(1, 0, {"post:1": 1000}))
    pay(desk, Bill(1, 0, {"post:1": 1000}))
    assert [micros for _, _, micros, _, _ in rows(desk)] == [1000, 1000]


def test_yesterdays_charges_are_forgotten(desk: Desk, hands: Hands) -> None:
    pay(desk, Bill(1, 0, {f"post:{n}": 1 for n in range(5)}))
    hands.forward(days=1)
    pay(desk, Bill(1, 0, {"post:1": 1}))
    with desk.db.read() as session:
        assert [row.thing for row in session.exec(select(Charged))] == ["post:1"]


def test_what_is_rolled_back_was_not_charged(desk: Desk) -> None:
    class StopError(Exception):
        pass

    try:
        with desk.db.write() as session:
            spend(session, desk.account, Bill(1, 0, {"post:1": 1000}))
            raise StopError
    except StopError:
        pass
    assert (rows(desk), spent(desk)) == ([], 0)
    pay(desk, Bill(1, 0, {"post:1": 1000}))
    assert spent(desk) == 1000


@pytest.mark.parametrize(("things", "price"), [({"post:1": 1000}, 15_000), ({}, 0)], ids=["x", "meta"])
def test_who_holds_the_account_as_he_spends_and_a_reader_do_not_wait_for_each_other(
    desk: Desk, things: dict[str, int], price: int
) -> None:
    def read() -> None:
        with desk.db.write() as session:
            spend(session, desk.account, Bill(1, 0, things))
            note_health(session, desk.account, None)

    with ThreadPoolExecutor(1) as other:
        with desk.db.write() as session:
            spend(session, desk.account, Bill(0, 1), price=price)
            note_health(session, desk.account, None)
            reading = other.submit(read)
            while desk.db.dialect == "postgresql" and not waits(desk.db):
                assert not reading.done()
            spend(session, desk.account, Bill(1, 1), price=price)
        reading.result(timeout=20)
    cost = sum(things.values())
    assert rows(desk) == [(TODAY, "read", cost, 2, len(things)), (TODAY, "write", 2 * price, 2, 0)]
    assert spent(desk) == cost + 2 * price


@pytest.mark.parametrize("deed", ["free", "reopen"])
def test_who_looks_after_the_account_and_a_worker_do_not_wait_for_each_other(desk: Desk, deed: str) -> None:
    """The worker writes down what a call used and was refused for, while somebody says that the account is well, or another."""

    def work() -> None:
        with desk.db.write() as session:
            spend(session, desk.account, Bill(0, 1, shut={"": now() + timedelta(minutes=5)}))
            refuse_by(session, desk.account, SpendCapReached(account=desk.account.key), "public")

    with desk.db.write() as session:
        refuse_by(session, desk.account, SpendCapReached(account=desk.account.key), "public")
    with ThreadPoolExecutor(1) as other:
        with desk.db.write() as session:
            free(session, desk.account) if deed == "free" else windows.reopen(session, desk.account)
            working = other.submit(work)
            while desk.db.dialect == "postgresql" and not waits(desk.db):
                assert not working.done()
            note_health(session, desk.account, None)
        working.result(timeout=20)


def test_a_published_post_is_on_the_meter_with_its_calls(desk: Desk) -> None:
    desk.connector.costs = 200_000
    desk.connector.bills = deque([Bill(1, 2)])
    desk.queue()
    desk.send()
    assert rows(desk) == [(TODAY, "read", 0, 1, 0), (TODAY, "write", 200_000, 2, 0)]


def test_a_post_that_was_found_is_paid_for_too(desk: Desk, hands: Hands) -> None:
    desk.connector.costs = 15_000
    desk.connector.faults.append("cut_after")
    delivery = desk.queue()
    desk.send()
    assert spent(desk) == 0, "nobody knows yet"
    hands.forward(seconds=10)
    desk.reconcile()
    assert (desk.state(delivery), spent(desk), desk.get(delivery).cost_micros) == (("published", "found"), 15_000, 15_000)


def test_what_was_under_way_as_somebody_paid_brings_no_want_of_credit_back(desk: Desk, hands: Hands) -> None:
    until = hands.at + timedelta(hours=1)
    with desk.db.write() as session:
        windows.keep(session, desk.account, {windows.CREDIT: until})
        windows.heed(session, desk.account, desk.connector)
    with desk.db.write() as session:
        assert windows.paid(session, desk.account)
        spend(session, desk.account, Bill(1, 0, {}, {**desk.connector.heeded, "public": until}))  # as connectors.gauge tells it
    with desk.db.read() as session:
        assert windows.known(session, desk.account) == {"public": until}


def test_a_window_that_an_answer_told_of_is_heeded_by_everybody(desk: Desk, hands: Hands) -> None:
    until = hands.at + timedelta(minutes=7)
    desk.connector.bills = deque([Bill(0, 1, {}, {"public": until})])
    first, second, direct = desk.queue("one"), desk.queue("two"), desk.queue("three", kind="private_reply", target_id="9")
    desk.send()
    assert [desk.state(i)[0] for i in (first, second, direct)] == ["published", "scheduled", "published"]
    assert desk.connector.calls == ["send", "send"], "the second post was not even tried"
    assert desk.connector.heeded == {"public": until}
    with desk.db.read() as session:
        assert windows.known(session, desk.account) == {"public": until}
    hands.at = until
    desk.send()
    assert desk.state(second)[0] == "published"
