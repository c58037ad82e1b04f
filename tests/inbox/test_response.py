"""How long the public waited: the answered, those who wait still, and what was said while the office was shut."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.actors import OPERATING, Actor
from core.calendar import keep
from core.clock import Hands
from core.db import Database
from inbox import work
from inbox.models import Item
from inbox.response import Response, Waits, response
from inbox.tally import bucket, day_of, today

#: Tuesday 24 November 2026 in Dubai: 09:00 and 20:00 the evening before
OFFICE, EVENING = datetime(2026, 11, 24, 5, 0, tzinfo=UTC), datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def told(db: Database) -> Response:
    with db.read() as session:
        return response(session, today() - timedelta(days=3), today())


def minutes(*waits: int) -> Counter[int]:
    return Counter(bucket(60 * one) for one in waits)


def test_what_waits_is_counted_and_what_needed_no_answer_is_told_apart(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    ids = desk.take(*(say(f"c{n}", created_at=OFFICE) for n in range(4))).new_ids
    with db.write() as session:
        work.mark(session, agent, session.get_one(Item, ids[0]), "answered")
        work.mark(session, agent, session.get_one(Item, ids[1]), "closed")
    found = told(db)
    assert (found.all.received, found.all.answered, found.all.waiting, found.all.needless) == (4, 1, 2, 1)
    assert found.all.share == pytest.approx(1 / 3)
    assert found.all.median == pytest.approx(60, rel=0.011)
    assert found.all.median_of_all is None, "half of the three have no answer yet"
    assert list(found.channels) == [desk.account.id]


def test_what_is_said_while_the_office_is_shut_stands_apart(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    ids = desk.take(say("day", created_at=OFFICE), say("night", created_at=EVENING), say("late", created_at=EVENING)).new_ids
    with db.write() as session:
        for item_id in ids[:2]:
            work.mark(session, agent, session.get_one(Item, item_id), "answered")
    found = told(db)
    inside, outside = ((one.received, one.answered, one.waiting) for one in (found.inside, found.outside))
    assert (inside, outside) == ((1, 0, 1), (2, 2, 0)), "oldest first: the two of the evening were answered"
    assert found.outside.median == pytest.approx(14 * 60, rel=0.011)


def test_a_holiday_is_no_working_day(db: Database, desk: Any, say: Any, hands: Hands) -> None:
    manager = Actor("user:9", frozenset({"calendar.keep"}))
    with db.write() as session:
        day = day_of(OFFICE)
        keep(session, manager, kind="holiday", first=day, last=day, name_ar="عطلة", name_en="Holiday")
    desk.take(say("c1", created_at=OFFICE))
    found = told(db)
    assert (found.inside.received, found.outside.received) == (0, 1)
    assert not OPERATING.can("calendar.keep")


def test_a_median_of_all_takes_whoever_waits_as_unanswered() -> None:
    some = Waits(received=5, waiting=1, answered=4, buckets=minutes(10, 20, 30, 40))
    assert some.median == pytest.approx(20, rel=0.02)
    assert some.median_of_all == pytest.approx(30, rel=0.02)
    assert Waits().median_of_all is None
    assert Waits(waiting=3).share == 0


def test_what_is_left_of_all_is_all_without_the_part() -> None:
    all_ = Waits(5, 1, 3, minutes(10, 20, 30))
    rest = all_.without(Waits(2, 1, 1, minutes(20)))
    assert (rest.received, rest.waiting, rest.answered) == (3, 0, 2)
    assert rest.buckets == minutes(10, 30)
