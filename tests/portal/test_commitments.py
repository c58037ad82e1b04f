"""Commitments: a figure where there is one, and an honest gap where there is none."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient

from core.clock import Hands, now
from core.db import Database
from core.models import Account
from inbox import tally
from inbox.tally import Mark, bucket
from outbox.models import Delivery
from policies.edition import current
from portal.measures import MEASURES

YESTERDAY = date(2026, 11, 23)
Count = Callable[..., None]


@pytest.fixture
def account_id(db: Database, hands: Hands) -> int:
    with db.write() as session:
        account = Account(platform="facebook", native_id="1")
        session.add(account)
        session.flush()
        return account.id or 0


@pytest.fixture
def count(db: Database, account_id: int) -> Count:
    """`count("case", "suggestion", 7)`: that many of yesterday."""

    def add(name: str, value: str, times: int, *, day: date = YESTERDAY) -> None:
        mark: Mark = (day, account_id, name, value)
        with db.write() as session:
            tally.add(session, {mark: times})

    return add


def figure(door: TestClient, promise: str, lang: str = "/en") -> str:
    row = re.search(rf'<tr id="{promise}">.*?<td>(.*?)</td>', door.get(f"{lang}/commitments").text, re.S)
    assert row is not None
    return re.sub("<[^>]+>", "", row[1])


def test_every_measure_belongs_to_a_promise() -> None:
    assert set(MEASURES) <= {promise.id for promise in (*current().commitments, *current().rights)}


@pytest.mark.parametrize("promise", [promise.id for promise in (*current().commitments, *current().rights)])
def test_without_data_every_promise_says_that_it_is_not_measured(lite_door: TestClient, promise: str) -> None:
    assert figure(lite_door, promise) == "not measured yet"
    assert figure(lite_door, promise, "") == "غير مقيس بعد"


def test_answers_are_told_with_what_still_waits_in_view(door: TestClient, count: Count) -> None:
    count("received", "", 200)
    count("answered", "", 150)
    count("answer_minutes", str(bucket(3 * 3600)), 150)
    assert figure(door, "timely_answers") == (
        "Last 30 whole days: 200 messages reached us; 75% of them are answered by now. Half of the answers came within 3 hours."
    )
    assert "75%" in figure(door, "timely_answers", "")
    assert "3 ساعات" in figure(door, "timely_answers", "")


def test_cases_and_suggestions_are_counted_apart(door: TestClient, count: Count) -> None:
    count("case", "suggestion", 7)
    count("case", "complaint", 1200)
    assert "7." in figure(door, "suggestions")
    assert "1,207" in figure(door, "tracking")


def test_only_receipts_that_reached_the_platform_count(db: Database, door: TestClient, account_id: int) -> None:
    with db.write() as session:
        for n in range(6):
            session.add(Delivery(account_id=account_id, kind="receipt", state="published", published_at=now() - timedelta(days=n)))
        session.add(Delivery(account_id=account_id, kind="receipt", state="refused"))
        session.add(Delivery(account_id=account_id, kind="receipt", state="published", published_at=now() - timedelta(days=31)))
    assert figure(door, "receipt") == "Receipts published in the last 30 days: 6."


@pytest.mark.parametrize("times", [1, 4])
def test_fewer_than_five_are_no_figure(door: TestClient, count: Count, times: int) -> None:
    count("case", "suggestion", times)
    assert figure(door, "suggestions") == "not measured yet"


def test_what_is_older_than_the_period_or_of_today_does_not_count(door: TestClient, count: Count) -> None:
    for day in (YESTERDAY + timedelta(days=1), YESTERDAY - timedelta(days=30)):
        count("case", "suggestion", 9, day=day)
    assert figure(door, "suggestions") == "not measured yet"


def test_days_of_open_data_are_counted(door: TestClient, count: Count) -> None:
    count("public", "praise", 3)
    count("public", "praise", 3, day=YESTERDAY - timedelta(days=1))
    assert figure(door, "open_data") == "Days whose data are published so far: 2."


def test_figures_are_computed_again_after_five_minutes_not_at_every_visit(door: TestClient, count: Count, hands: Hands) -> None:
    count("case", "suggestion", 7)
    before = figure(door, "suggestions")
    count("case", "suggestion", 2)
    hands.forward(minutes=5)
    assert figure(door, "suggestions") == before
    hands.forward(seconds=1)
    assert "9." in figure(door, "suggestions")
