"""A surge is measured against the same weekday, by a rule that can be read out, and says where it came from."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.clock import Hands
from core.db import Database
from core.models import Account
from inbox import tally
from inbox.surges import Part, same_days, surges, surging
from inbox.tally import today


@pytest.mark.parametrize(
    ("count", "before", "is_one"),
    [
        (40, [10, 12, 11, 9], True),
        (19, [10, 12, 11, 9], False),  # less than twice the usual
        (9, [0, 0, 0], False),  # too few to speak of
        (12, [0, 0, 0], True),
        (30, [10, 12, 31, 9], False),  # there was such a day before
        (40, [10, 12], False),  # too short a memory
        (20, [10, 10, 10, 10], True),
        (10, [5, 5, 5], False),  # chance explains it
    ],
)
def test_a_surge_is_many_more_than_usual_and_than_ever_on_that_weekday(count: int, before: list[int], is_one: bool) -> None:
    assert surging(count, before) is is_one


def test_only_the_same_weekday_counts_and_no_week_before_anything_was_heard() -> None:
    day = date(2026, 11, 24)
    days = {day - timedelta(weeks=week): week for week in range(1, 12)} | {day - timedelta(days=1): 99}
    assert same_days(days, day, date(2020, 1, 1)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert same_days(days, day, day - timedelta(weeks=3)) == [1, 2, 3]


@pytest.fixture
def loud(db: Database, account: Account, hands: Hands) -> tuple[Database, int]:
    """Eight quiet weeks on two pages; today wages surge on the second one."""
    with db.write() as session:
        other = Account(platform="x", native_id="200")
        session.add(other)
        session.flush()
        marks: dict[tally.Mark, int] = {}
        for n in range(1, 57):
            day = today() - timedelta(days=n)
            marks |= {(day, account.id or 0, "received", ""): 10, (day, account.id or 0, "topic", "wages"): 5}
        marks |= {(today(), other.id or 0, "received", ""): 60, (today(), other.id or 0, "topic", "wages"): 55}
        marks |= {(today(), account.id or 0, "received", ""): 10, (today(), account.id or 0, "topic", "wages"): 5}
        tally.add(session, marks)
        return db, other.id or 0


def test_a_surge_says_against_what_and_where_it_came_from(loud: tuple[Database, int]) -> None:
    db, other = loud
    with db.read() as session:
        everything, wages = surges(session, today() - timedelta(days=13), today())
    assert (everything.name, everything.count, everything.usual, everything.most, everything.weeks) == ("received", 70, 10, 10, 8)
    assert everything.parts == (Part("topic", "wages", 55),)
    assert (wages.value, wages.count, wages.times) == ("wages", 60, 12.0)
    assert wages.parts == (Part("account", str(other), 55),)


def test_quiet_days_and_an_empty_house_have_none(loud: tuple[Database, int]) -> None:
    db, _ = loud
    with db.read() as session:
        assert surges(session, today() - timedelta(days=13), today() - timedelta(days=1)) == []
        assert surges(session, date(2020, 1, 1), date(2020, 1, 14)) == []


def test_messages_of_no_topic_are_no_surge_of_their_own(db: Database, account: Account, hands: Hands, desk: Any) -> None:
    with db.write() as session:
        marks = {(today() - timedelta(weeks=n), account.id or 0, "topic", "none"): 2 for n in range(1, 9)}
        tally.add(session, {**marks, (today(), account.id or 0, "topic", "none"): 90})
    with db.read() as session:
        assert surges(session, today(), today()) == []
