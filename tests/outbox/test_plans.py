"""What an idle worker asks of the ledger every second touches what waits, never the whole of it, however long it has grown."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from outbox import due, late
from outbox.problems import board
from outbox.standing import standing
from tests.outbox.outbox_wall import Desk


def read(ask: Callable[[Any], object]) -> Callable[[Desk], object]:
    def asked(desk: Desk) -> object:
        with desk.db.read() as session:
            return ask(session)

    return asked


ASKING: dict[str, Callable[[Desk], object]] = {
    "reconcile": lambda desk: desk.reconcile(),
    "late": lambda desk: late.sweep(desk.db),
    "lanes": read(due.lanes),
    "next": read(due.next_due),
    "publish --due": lambda desk: desk.send(),
    "pause show": read(standing),
    "problems": read(board),
}


@pytest.fixture
def asked(desk: Desk) -> Iterator[list[tuple[str, Any]]]:
    """Every statement and its parameters."""
    found: list[tuple[str, Any]] = []

    def keep(_c: object, _k: object, statement: str, parameters: Any, *_: object) -> None:
        if "deliveries" in statement:
            found.append((statement, parameters))

    event.listen(desk.db.engine, "before_cursor_execute", keep)
    yield found
    event.remove(desk.db.engine, "before_cursor_execute", keep)


@pytest.mark.parametrize("what", ASKING)
def test_no_query_goes_through_the_whole_ledger(desk: Desk, asked: list[tuple[str, Any]], what: str) -> None:
    if desk.db.dialect != "sqlite":
        pytest.skip("SQLite is the one that takes a partial index only where the query repeats its condition")
    ASKING[what](desk)
    assert asked
    connection = desk.db.engine.raw_connection()
    try:
        plans = {s: [row[3] for row in connection.cursor().execute(f"EXPLAIN QUERY PLAN {s}", p)] for s, p in list(asked)}
    finally:
        connection.close()
    whole = {s: plan for s, plan in plans.items() if any(line.startswith("SCAN deliveries") for line in plan)}
    assert whole == {}
