"""What is due: items are listed by the hour that their case is owed something, in pages that miss nothing and repeat nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from core.actors import Actor
from core.clock import Hands
from core.db import Database
from core.errors import Invalid
from inbox import cases, work
from inbox.models import Item
from inbox.search import Filter, Key, page

#: native id -> hours from now until something is owed in its case; None: no date
HOURS: dict[str, float | None] = {"late": -5, "later": -2, "soon": 1, "same": 1, "week": 100, "far": 300, "never": None, "done": -9}


@pytest.fixture
def owed(db: Database, desk: Any, say: Any, hands: Hands, agent: Actor) -> Database:
    """Eight cases by their hours, at noon in Dubai; one is closed. `late` has a second message in its case."""
    desk.take(*(say(name, f"لم يصلني راتب شهر {n}", author_id=name) for n, name in enumerate(HOURS)), say("none", "شكرا لكم"))
    with db.write() as session:
        for item in session.exec(select(Item)).all():
            if item.native_id not in HOURS:
                continue
            case = cases.open_case(session, agent, item, "complaint")
            hours = HOURS[item.native_id]
            case.next_due_at = hands() + timedelta(hours=hours) if hours is not None else None
            case.state = "closed" if item.native_id == "done" else case.state
            session.add(case)
    return db


def names(db: Database, limit: int = 50, **wanted: Any) -> list[str]:
    """Native ids of all pages, one after the other."""
    found: list[str] = []
    after: Key | None = None
    while True:
        with db.read() as session:
            shown = page(session, Filter(**wanted), after, limit)
        found += [item.native_id for item in shown.items]
        if shown.next is None:
            return found
        after = Key.parse(str(shown.next))


def test_what_is_due_first_comes_first_and_closed_cases_owe_nothing(owed: Database) -> None:
    assert names(owed, due="late") == ["late", "later"]
    assert names(owed, due="today") == ["late", "later", "soon", "same"]
    assert names(owed, due="week") == ["late", "later", "soon", "same", "week"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_show_each_item_once_though_hours_are_equal(owed: Database, limit: int) -> None:
    assert names(owed, limit, due="week") == names(owed, due="week")


def test_other_filters_narrow_what_is_due(owed: Database, agent: Actor) -> None:
    with owed.write() as session:
        work.assign(session, agent, session.exec(select(Item).where(Item.native_id == "soon")).one(), agent.user_id)
    assert names(owed, due="week", assignee_id=agent.user_id) == ["soon"]
    assert names(owed, due="week", assigned=False) == ["late", "later", "same", "week"]
    assert names(owed, due="week", view="unassigned", kind="complaint") == ["late", "later", "same", "week"]
    assert names(owed, due="week", kind="praise") == []


def test_a_search_finds_only_what_is_due(owed: Database) -> None:
    assert set(names(owed, due="today", text="راتب")) == {"late", "later", "soon", "same"}
    assert set(names(owed, 1, due="late", text="راتب")) == {"late", "later"}


def test_what_left_its_case_between_two_pages_repeats_nothing(owed: Database) -> None:
    with owed.read() as session:
        first = page(session, Filter(due="week"), None, 3)
    with owed.write() as session:
        item = session.get_one(Item, first.items[-1].id)
        item.case_id = None
        session.add(item)
    with owed.read() as session:
        rest = page(session, Filter(due="week"), first.next, 3)
    assert [item.native_id for item in rest.items] == ["same", "week"]


def test_an_hour_that_is_none_is_refused(db: Database) -> None:
    for wanted in (Filter(due="soon"), Filter(due="soon", text="راتب")):
        with db.read() as session, pytest.raises(Invalid):
            page(session, wanted)


def test_what_is_due_is_read_from_the_indexes_of_cases_and_of_their_items(owed: Database) -> None:
    asked: list[tuple[str, Any]] = []
    with owed.read() as session:
        connection = session.connection()
        if owed.dialect == "postgresql":
            for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort"):
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        event.listen(connection, "before_cursor_execute", lambda _c, _u, statement, *rest: asked.append((statement, rest[0])))
        page(session, Filter(due="late"))
        statement, given = next(pair for pair in asked if "JOIN" in pair[0])
        explain = "EXPLAIN QUERY PLAN " if owed.dialect == "sqlite" else "EXPLAIN "
        plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, given))
    assert "ix_cases_next" in plan
    assert "ix_items_case" in plan
    assert "BTREE" not in plan.replace("TEMP B-TREE FOR LAST", "")


def test_as_time_goes_on_more_is_late(owed: Database, hands: Hands) -> None:
    hands.forward(hours=2)
    assert names(owed, due="late") == ["late", "later", "soon", "same"]
