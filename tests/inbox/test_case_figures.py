"""How promises to the authors of cases are kept: what falls due counts, answered or not; what can't count does not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from core.clock import Hands, now
from core.db import Database
from inbox import case_figures
from inbox.case_figures import Kept
from inbox.models import Case, CaseEvent, Result

Add = Callable[..., list[int]]


@pytest.fixture
def add(db: Database, hands: Hands) -> Add:
    """`add(3, opened_days=10, first_due_at=…)`: so many cases; their ids."""
    made = 0

    def cases(times: int, *, opened_days: float = 10, kind: str = "complaint", **columns: Any) -> list[int]:
        nonlocal made
        ids = []
        with db.write() as session:
            for _ in range(times):
                made += 1
                opened = now() - timedelta(days=opened_days)
                case = Case(number=f"M-{made:05}-00000", kind=kind, opened_at=opened, **columns)
                session.add(case)
                session.flush()
                ids.append(case.id or 0)
        return ids

    return cases


def days(n: float) -> datetime:
    """So many days from now; before now where negative."""
    return now() + timedelta(days=n)


def of(db: Database, count: Callable[[Session, datetime], Kept], since: float = -90) -> tuple[int, int]:
    with db.read() as session:
        told = count(session, days(since))
    return told.kept, told.n


def test_an_answer_in_time_is_kept_a_late_one_and_a_missing_one_are_not(db: Database, add: Add) -> None:
    add(4, first_due_at=days(-7), first_reply_at=days(-8))
    add(2, first_due_at=days(-7), first_reply_at=days(-6))
    add(1, first_due_at=days(-7))
    assert of(db, case_figures.first_answers) == (4, 7)


def test_what_is_not_due_yet_does_not_count_unless_it_is_answered(db: Database, add: Add) -> None:
    add(3, first_due_at=days(2))
    add(1, first_due_at=days(2), first_reply_at=days(-1))
    assert of(db, case_figures.first_answers) == (1, 1)


def test_a_case_that_ended_without_a_word_before_counts_by_its_end(db: Database, add: Add) -> None:
    add(1, first_due_at=days(-7), resolved_at=days(-8), outcome="solved", state="resolved")
    add(1, first_due_at=days(-7), resolved_at=days(-1), outcome="solved", state="resolved")
    assert of(db, case_figures.first_answers) == (1, 2)


def test_what_was_withdrawn_merged_undated_or_too_long_ago_is_no_promise(db: Database, add: Add) -> None:
    (other,) = add(1, first_due_at=days(-7), first_reply_at=days(-8))
    add(1, first_due_at=days(-7), outcome="withdrawn", state="resolved")
    add(1, first_due_at=days(-7), merged_into_id=other)
    add(1)
    add(1, first_due_at=days(-7), opened_days=91)
    assert of(db, case_figures.first_answers) == (1, 1)


def test_a_suggestion_is_decided_in_time_with_its_reason(db: Database, add: Add) -> None:
    told = {"kind": "suggestion", "state": "resolved", "due_at": days(-2), "outcome_reason": "because"}
    add(2, **told, outcome="declined", resolved_at=days(-3))
    add(1, **told, outcome="accepted", resolved_at=days(-1))
    add(1, **(told | {"outcome_reason": ""}), outcome="accepted", resolved_at=days(-3))
    add(1, kind="suggestion", due_at=days(-2))
    add(1, kind="suggestion", due_at=days(2))
    add(1, kind="complaint", due_at=days(-2))
    assert of(db, case_figures.suggestions) == (2, 5)


def test_a_receipt_counts_when_it_was_sent_or_handed_over(db: Database, add: Add) -> None:
    first, second, _ = add(3)
    with db.write() as session:
        for id_, what in ((first, "receipt_sent"), (first, "receipt_sent"), (second, "receipt_handed")):
            session.add(CaseEvent(case_id=id_, actor="worker", what=what))
    add(1, opened_days=0.5)
    add(1, receipt_owed="old")
    assert of(db, case_figures.receipts) == (2, 3)


def test_whoever_waits_has_a_date_ahead_or_he_has_not(db: Database, add: Add) -> None:
    add(3, next_due_at=days(1))
    add(1, next_due_at=days(-1))
    add(1)
    add(4, next_due_at=days(1), state="resolved")
    add(2, state="waiting")  # for his answer: the clock stands still
    add(1, state="waiting", next_due_at=days(-1))  # for another body
    with db.read() as session:
        told = case_figures.dated(session)
    assert (told.kept, told.n) == (3, 6)


def test_four_and_five_are_good(db: Database, add: Add) -> None:
    for rating in (5, 4, 3, 1):
        add(1, rating=rating, rated_at=days(-1))
    add(1, rating=1, rated_at=days(-100), opened_days=120)
    assert of(db, case_figures.ratings) == (2, 4)


def test_a_decision_is_published_or_it_is_owed_after_two_weeks(db: Database, add: Add) -> None:
    told = {"kind": "suggestion", "state": "closed", "outcome": "accepted", "opened_days": 60}
    first, second, anew = add(3, **told, resolved_at=days(-15))
    add(1, **told, resolved_at=days(-13))
    add(1, **told, resolved_at=days(-15), grade="confidential")
    add(1, **told, resolved_at=days(-15), grade="urgent", priority_why=[{"code": "confidential", "points": 150}])
    words: dict[str, Any] = {f"{part}_{lang}": "." for part in ("said", "decided", "because") for lang in ("ar", "en")}
    with db.write() as session:
        for id_, gone in ((first, None), (second, now())):
            session.add(Result(uid=f"{id_:016x}", case_id=id_, outcome="accepted", by="user:1", withdrawn_at=gone, **words))
        before = {"uid": "0", "case_id": anew, "outcome": "declined", "by": "user:1", "at": days(-40), **words}
        session.add(Result(**before))  # it was decided anew since
    assert of(db, case_figures.published) == (1, 3)


def test_where_nothing_fell_due_there_is_no_share(db: Database, add: Add) -> None:
    assert Kept(0, 0).share is None
    assert Kept(4, 3).share == 0.75
