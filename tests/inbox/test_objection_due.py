"""By when an objection is decided: counted on the working calendar, told with its steps, warned of, late in the lists, measured."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from core import calendar
from core.actors import CITIZEN, OPERATING, Actor, abilities_of
from core.auth import actor_of, add_user
from core.clock import Hands
from core.db import Database
from core.i18n import LANGS
from core.models import AuditEntry, Period
from core.worktime import instant
from inbox import appeal, caseload, cases, due, objections, punctual, rounds
from inbox.case_figures import Kept
from inbox.caseload import Load
from inbox.models import Case, CaseEvent

COMPLAINT = "أشتكي من تطبيق الوزارة، بطيء ولا يفتح منذ أسبوع"
MANAGER = Actor("user:9", abilities_of(["manager"]), 9)
OFF: dict[str, Any] = {"kind": "holiday", "name_ar": "عطلة", "name_en": "Off"}
#: by hand: fifteen days after Tuesday 24 November, with no holiday entered, end on Tuesday 15 December when work ends
BY = datetime(2026, 12, 15, 11, 30, tzinfo=UTC)

Asked = Callable[[Session], Case]


@pytest.fixture
def case(db: Database, desk: Any, say: Any) -> Asked:
    """A complaint of Tuesday 24 November 2026, 10:00."""
    desk.take(say("c1", COMPLAINT))
    return lambda session: session.exec(select(Case)).one()


@pytest.fixture
def reviewer(db: Database) -> Actor:
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "hessa", "long-enough-1", ["appeal_reviewer"], "Hessa"))


@pytest.fixture
def lodged(db: Database, case: Asked, hands: Hands, agent: Actor) -> Asked:
    """Its author objects, at 10:10, to how it was resolved at 10:05."""
    hands.forward(minutes=5)
    with db.write() as session:
        cases.resolve(session, agent, case(session), "declined", "ليس من حقك")
    hands.forward(minutes=5)
    with db.write() as session:
        appeal.lodge(session, CITIZEN, case(session), "القرار خطأ")
    return case


def close(db: Database, case: Asked, agent: Actor) -> None:
    with db.write() as session:
        cases.move(session, agent, case(session), "closed")


def decide(db: Database, case: Asked, reviewer: Actor, *, uphold: bool = False) -> None:
    with db.write() as session:
        appeal.decide(session, reviewer, case(session), "نظرنا فيه", uphold=uphold)


def round_at(db: Database, hands: Hands, wall: str) -> int:
    hands.at = datetime.fromisoformat(f"{wall}+04:00").astimezone(UTC)
    return rounds.work(db)


def by(db: Database, case: Asked) -> datetime | None:
    with db.read() as session:
        return case(session).objection_due_at


def warnings(db: Database) -> int:
    with db.read() as session:
        return len(session.exec(select(CaseEvent).where(col(CaseEvent.what) == "objection_at_risk")).all())


def listed(db: Database, view: str) -> int:
    with db.read() as session:
        found = len(caseload.page(session, Load(view)).rows)
        assert caseload.counts(session, Load(), (view,)) == {view: found}
        return found


def test_an_objection_is_decided_within_its_working_days_and_each_is_told(db: Database, lodged: Asked) -> None:
    assert by(db, lodged) == BY
    with db.read() as session:
        told = due.objection(session, lodged(session))
        assert told is not None
        assert told.words("en")[0] == f"Decision on the objection by {instant(BY, 'en')}"
        assert told.words("en")[1].startswith("15 working days from Tue 24 Nov 2026, 10:10. Source: ")
        assert sum(step.days for step in told.promise.steps) == 15
        assert [len(told.words(lang)) for lang in LANGS] == [len(told.words("en"))] * len(LANGS)


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_staff_are_warned_of_it_once_also_where_the_case_has_ended(
    db: Database, lodged: Asked, hands: Hands, agent: Actor, state: str
) -> None:
    if state == "closed":
        close(db, lodged, agent)
    round_at(db, hands, "2026-12-15T07:29")
    assert warnings(db) == 0
    assert round_at(db, hands, "2026-12-15T07:30") == 1  # eight hours of work are left: the whole of that day
    assert round_at(db, hands, "2026-12-15T07:31") == 0
    assert warnings(db) == 1
    with db.read() as session:
        assert lodged(session).state == state
        assert session.exec(select(AuditEntry).where(col(AuditEntry.action) == "case.warn")).one().actor == "worker"


def test_of_one_that_is_decided_nobody_is_warned(db: Database, lodged: Asked, hands: Hands, reviewer: Actor) -> None:
    decide(db, lodged, reviewer)
    round_at(db, hands, "2026-12-15T07:30")
    assert (by(db, lodged), warnings(db)) == (None, 0)


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_one_that_is_late_stands_among_the_late_cases_with_why(
    db: Database, lodged: Asked, hands: Hands, agent: Actor, reviewer: Actor, state: str
) -> None:
    if state == "closed":
        close(db, lodged, agent)
    assert (listed(db, "late"), listed(db, "objections")) == (0, 1)
    round_at(db, hands, "2026-12-15T15:31")
    assert listed(db, "late") == 1
    with db.read() as session:
        board = punctual.board(session)
        assert (board.late, board.soon, board.later) == (1, 0, 0)
        assert punctual.why_late(lodged(session)) == ["objection"]
    decide(db, lodged, reviewer)
    assert listed(db, "late") == 0


def test_a_case_with_two_late_dates_is_listed_and_counted_once(db: Database, lodged: Asked, hands: Hands, agent: Actor) -> None:
    with db.write() as session:
        cases.move(session, agent, lodged(session), "in_progress")
    round_at(db, hands, "2026-12-19T10:00")
    with db.read() as session:
        one = lodged(session)
        assert due.owed_by(one) == min(one.next_due_at or BY, BY)
        assert one.next_due_at is not None
        assert one.next_due_at < hands.at
        assert punctual.board(session).late == 1
        assert punctual.why_late(one)[-1] == "objection"
    assert listed(db, "late") == 1


def test_its_clock_neither_stands_still_nor_is_put_off(db: Database, lodged: Asked, hands: Hands, agent: Actor) -> None:
    with db.write() as session:
        cases.move(session, agent, lodged(session), "in_progress")
        before = lodged(session).next_due_at
        cases.interim(session, agent, lodged(session))
        cases.question(session, agent, lodged(session), "ما رقم العقد؟")
        assert before is not None
        assert lodged(session).next_due_at is None
    assert by(db, lodged) == BY


def test_an_announced_holiday_moves_it_and_its_author_is_told(db: Database, lodged: Asked) -> None:
    with db.write() as session:
        calendar.keep(session, MANAGER, first=date(2026, 12, 2), last=date(2026, 12, 3), **OFF)
    assert rounds.redate_all(db, "calendar") == 1
    assert by(db, lodged) == datetime(2026, 12, 17, 11, 30, tzinfo=UTC)  # two days later: Thursday 17
    assert rounds.redate_all(db, "calendar") == 0
    with db.read() as session:
        moved = cases.public_view(session, lodged(session), "en").steps[-1].moved
        assert moved is not None
        assert [what for what, _, _ in moved.dates] == ["objection"]


def test_one_lodged_on_an_emptied_calendar_gets_its_date_when_there_is_work_again(
    db: Database, case: Asked, hands: Hands, agent: Actor
) -> None:
    with db.write() as session:
        cases.resolve(session, agent, case(session), "declined", "ليس من حقك")
        session.add(Period(first=date(2026, 1, 1), last=date(2040, 1, 1), **OFF))
    hands.forward(minutes=5)
    with db.write() as session:
        appeal.lodge(session, CITIZEN, case(session), "القرار خطأ")
    with db.read() as session:
        assert due.objection(session, case(session)) is None
    assert (by(db, case), listed(db, "objections")) == (None, 1)
    with db.write() as session:
        session.delete(session.exec(select(Period)).one())
    rounds.redate_all(db, "calendar")
    assert by(db, case) == BY


def test_an_urgent_case_has_a_nearer_one(db: Database, lodged: Asked, agent: Actor) -> None:
    with db.write() as session:
        cases.classify(session, agent, lodged(session), "urgent", "خطر")
    assert by(db, lodged) == datetime(2026, 11, 27, 8, 0, tzinfo=UTC)  # Wednesday, Thursday, Friday until 12:00


@pytest.mark.parametrize(("wall", "kept", "said"), [("2026-12-15T15:00", 1, "in time"), ("2026-12-16T09:00", 0, "late")])
def test_what_was_decided_is_measured_by_the_date_of_then(
    db: Database, lodged: Asked, hands: Hands, reviewer: Actor, wall: str, kept: int, said: str
) -> None:
    since = hands.at
    round_at(db, hands, wall)
    decide(db, lodged, reviewer, uphold=True)
    with db.write() as session:
        session.add(Period(first=date(2026, 12, 2), last=date(2026, 12, 3), **OFF))
    with db.read() as session:
        assert objections.kept(session, since) == Kept(1, kept)
        (line,) = punctual.promised(session, lodged(session).opened_at, hands.at)
        assert (line.objection.n, line.objection.kept) == (1, kept)
        (told,) = (one for one in due.explain(session, lodged(session)) if one.promise.what == "objection")
        assert told.kept == BY
        assert told.words("en")[-1].endswith(f": {said}")
        assert any(line.startswith("The date stands") for line in told.words("en"))


def test_a_case_that_an_upheld_one_takes_up_again_is_promised_new_dates(
    db: Database, lodged: Asked, hands: Hands, reviewer: Actor
) -> None:
    round_at(db, hands, "2027-01-11T08:00")
    decide(db, lodged, reviewer, uphold=True)
    assert round_at(db, hands, "2027-01-11T08:01") == 0  # nothing is late yet
    with db.read() as session:
        case = lodged(session)
        assert case.due_at == datetime(2027, 2, 1, 11, 30, tzinfo=UTC)  # fifteen days after Monday 11: Monday 1 February
        whats = [step.what for step in cases.public_view(session, case, "en").steps]
        assert whats[-3:] == ["appealed", "reopened", "appeal_upheld"]


def test_one_that_waits_too_long_counts_as_late_before_it_is_decided(db: Database, lodged: Asked, hands: Hands) -> None:
    since = hands.at
    with db.read() as session:
        assert objections.kept(session, since).n == 0
        round_at(db, hands, "2026-12-16T09:00")
        assert objections.kept(session, since) == Kept(1, 0)
