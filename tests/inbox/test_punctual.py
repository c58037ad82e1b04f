"""Service levels: dates kept by kind, who holds what is late, and why a case is late in words."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from core.clock import Hands, now
from core.db import Database
from inbox import punctual
from inbox.models import Case


@pytest.fixture
def cases(db: Database, hands: Hands) -> Database:
    """Last week's: two complaints answered in time, one late, one not at all; an inquiry not due yet; one withdrawn."""
    due, numbers = now() - timedelta(days=3), count()

    def case(kind: str = "complaint", **given: Any) -> Case:
        opened = now() - timedelta(days=7)
        return Case(number=f"M-{next(numbers):05}-00000", kind=kind, opened_at=opened, **{"first_due_at": due, **given})

    with db.write() as session:
        session.add_all(
            [
                case(first_reply_at=due - timedelta(days=1), due_at=due, resolved_at=due, state="resolved"),
                case(first_reply_at=due, next_due_at=now() + timedelta(hours=3)),
                case(first_reply_at=now(), next_due_at=now() + timedelta(days=4)),
                case(next_due_at=due, department="relations"),
                case("inquiry", first_due_at=now() + timedelta(days=1), next_due_at=now() + timedelta(days=2)),
                case(outcome="withdrawn", state="closed"),
            ]
        )
    return db


def test_dates_are_kept_by_kind_and_what_is_not_due_does_not_count(cases: Database) -> None:
    with cases.read() as session:
        (told,) = punctual.promised(session, now() - timedelta(days=8), now())
        before = punctual.promised(session, now() - timedelta(days=30), now() - timedelta(days=20))
    assert (told.kind, told.first.n, told.first.kept) == ("complaint", 4, 2)
    assert (told.outcome.n, told.outcome.kept) == (1, 1)
    assert before == []


def test_the_board_says_who_holds_what_is_late_or_soon_will_be(cases: Database) -> None:
    with cases.read() as session:
        board = punctual.board(session)
    assert (board.late, board.soon, board.later, board.more) == (1, 1, 2, False)
    (nobody,) = board.owners
    assert (nobody.owner_id, nobody.late, nobody.all) == (None, 1, 4)
    assert [(one.department, one.late) for one in board.departments] == [("relations", 1), ("", 0)]


def test_the_board_holds_once_what_waits_for_another_body_and_not_what_waits_for_its_author(db: Database, hands: Hands) -> None:
    late, near = now() - timedelta(days=1), now() + timedelta(hours=1)
    held: list[dict[str, Any]] = [{}, {"next_due_at": late}, {"next_due_at": late, "objection_due_at": near}]
    with db.write() as session:
        for no, dates in enumerate(held):
            session.add(Case(number=f"M-{no:05}-00000", kind="complaint", state="waiting", **dates))
    with db.read() as session:
        board = punctual.board(session)
    assert (board.late, board.soon, board.later) == (2, 0, 0)


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (Case(number="1", kind="complaint"), ["no_owner", "no_answer"]),
        (Case(number="2", kind="complaint", owner_id=3, first_reply_at=now(), waiting_since=now()), ["waits"]),
        (
            Case(number="3", kind="complaint", owner_id=3, first_reply_at=now(), reopened=1, interim_at=now()),
            ["no_outcome", "reopened", "told"],
        ),
    ],
)
def test_a_late_case_says_why(case: Case, why: list[str]) -> None:
    assert punctual.why_late(case) == why
