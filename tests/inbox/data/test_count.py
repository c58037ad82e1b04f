"""What each table counts, by the month in which it happened; what is left out where little was said."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session

from core.actors import CITIZEN
from core.db import Database
from inbox.data import count
from inbox.data.moderated import moderation
from inbox.data.suppress import Sum
from inbox.models import Case, Notice
from tests.inbox.data.conftest import OCTOBER, Office

MONTH = date(2026, 10, 1)
Hours = Callable[[float], datetime]


def split(part: Sum, name: str) -> dict[str, int]:
    """The codes of a split that have something to count."""
    return {code: below.count for code, below in part.splits[name].items() if below.count}


def of(db: Database, counted: Callable[[Session, date], Any], month: date = MONTH) -> Any:
    with db.read() as session:
        return counted(session, month)


def test_cases_are_counted_by_kind_topic_and_channel(db: Database, office: Office) -> None:
    office.cases(6)
    office.cases(3, topic="leave", platform="x")
    office.cases(2, kind="suggestion", account_id=None)
    found = of(db, count.cases)
    assert {kind: part.count for kind, part in found.items() if part.count} == {"complaint": 9, "suggestion": 2}
    assert split(found["complaint"], "case_topics") == {"wages": 6, "leave": 3}
    assert split(found["complaint"], "case_channels") == {"facebook": 6, "x": 3}
    assert split(found["suggestion"], "case_channels") == {"none": 2}


def test_a_table_has_a_line_for_every_code_whether_or_not_anything_is_there(db: Database, office: Office) -> None:
    office.cases(9)
    topics = of(db, count.cases)["complaint"].splits["case_topics"]
    assert {"wages", "safety", "none"} <= set(topics)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (datetime(2026, 9, 30, 19, 59, tzinfo=UTC), False),  # one minute before midnight in Dubai
        (datetime(2026, 9, 30, 20, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 31, 19, 59, tzinfo=UTC), True),
        (datetime(2026, 10, 31, 20, 0, tzinfo=UTC), False),
    ],
)
def test_a_month_begins_and_ends_at_midnight_in_dubai(db: Database, office: Office, moment: datetime, inside: bool) -> None:
    office.cases(7, opened_at=moment)
    assert of(db, count.cases)["complaint"].count == (7 if inside else 0)


def test_what_was_merged_into_another_case_counts_with_that_one(db: Database, office: Office) -> None:
    office.cases(7)
    with db.write() as session:
        first, second = session.get_one(Case, 1), session.get_one(Case, 2)
        second.merged_into_id = first.id
        session.add(second)
    assert of(db, count.cases)["complaint"].count == 6


def test_outcomes_belong_to_the_month_in_which_they_were_reached(db: Database, office: Office, hours: Hours) -> None:
    office.cases(6, outcome="solved", resolved_at=hours(30))
    office.cases(5, outcome="declined", resolved_at=datetime(2026, 11, 2, tzinfo=UTC))
    assert split(of(db, count.endings)["complaint"], "outcomes") == {"solved": 6}
    assert split(of(db, count.endings, date(2026, 11, 1))["complaint"], "outcomes") == {"declined": 5}


def test_answers_are_counted_with_how_long_they_took_and_whether_in_time(db: Database, office: Office, hours: Hours) -> None:
    for n in range(1, 11):
        office.cases(1, first_reply_at=hours(n), first_due_at=hours(8))
    office.cases(2, kind="inquiry", platform="x", first_reply_at=hours(50))
    whole = of(db, count.answers)
    assert whole.count == 12
    complaints = whole.splits["answers"]["complaint"]
    assert (complaints.count, complaints.figures) == (10, (5.5, 9.0))
    assert split(complaints, "answer_promises") == {"in_time": 8, "late": 2}
    assert split(whole.splits["answers"]["inquiry"], "answer_promises") == {"undated": 2}
    assert split(whole, "answer_channels") == {"facebook": 10, "x": 2}
    assert whole.splits["answers"]["praise"].figures == (None, None)


def test_ratings_are_counted_by_when_they_were_given(db: Database, office: Office, hours: Hours) -> None:
    office.cases(6, rating=5, rated_at=hours(100))
    office.cases(1, rating=1, rated_at=hours(100))
    office.cases(4)
    assert split(of(db, count.ratings), "ratings") == {"1": 1, "5": 6}


def test_decisions_are_counted_by_clause_and_by_who_took_them(db: Database, office: Office) -> None:
    office.decisions(6)
    office.decisions(2, clause="spam", automatic=False)
    office.decisions(9, action="review")
    office.decisions(3, delivered="refused")
    hides = of(db, moderation)["hide"]
    assert split(hides, "moderation_clauses") == {"mohre@2026-11#abuse": 6, "mohre@2026-11#spam": 2}
    assert split(hides, "moderation_makers") == {"machine": 6, "person": 2}


def test_what_its_author_had_removed_is_no_measure_of_ours(db: Database, office: Office) -> None:
    office.decisions(6, action="delete", clause="", edition="", actor=CITIZEN.label, automatic=False)
    office.decisions(5, action="delete", actor="user:7", automatic=False)
    deleted = of(db, moderation)["delete"]
    assert (deleted.count, split(deleted, "moderation_clauses")) == (5, {"mohre@2026-11#abuse": 5})


def test_every_clause_of_the_edition_has_its_line(db: Database, office: Office) -> None:
    office.decisions(6)
    clauses = of(db, moderation)["hide"].splits["moderation_clauses"]
    assert {"mohre@2026-11#state_security", "mohre@2026-11#privacy"} <= set(clauses)


def test_an_overturned_decision_is_counted_once_and_not_also_as_shown_again(db: Database, office: Office, hours: Hours) -> None:
    for n, (decision, item) in enumerate(office.decisions(5)):
        with db.write() as session:
            session.add(Notice(number=f"M-{n:05}-11111", decision_id=decision, item_id=item, overturned_at=hours(40)))
        office.decisions(1, action="unhide", item_id=item, automatic=False)
    office.decisions(1, action="unhide", automatic=False)
    found = of(db, moderation)
    assert {action: part.count for action, part in found.items()} == {"hide": 5, "unhide": 1, "delete": 0, "overturned": 5}
    assert split(found["overturned"], "moderation_makers") == {"machine": 5}


def test_public_contributions_are_those_of_every_platform_that_is_connected(db: Database, office: Office) -> None:
    office.account("instagram")
    office.account("portal")
    office.public("x", "praise", 7, day=OCTOBER.date())
    office.public("x", "complaint", 9, day=OCTOBER.date())
    office.public("x", "complaint", -9, day=OCTOBER.date())
    found = of(db, count.participation, OCTOBER.date())
    assert {platform: part.count for platform, part in found.items()} == {"instagram": 0, "x": 7}
    assert split(found["x"], "participation") == {"praise": 7}
