"""Lists of cases: every case once, in order, page after page; each filter; read from an index and never sorted whole."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from core.bulk import insert_all
from core.clock import now
from core.db import Database
from core.errors import Invalid
from inbox import caseload
from inbox.arrive import CASES
from inbox.caseload import Load, Place, page
from inbox.models import CaseEvent

pytestmark = pytest.mark.usefixtures("hands")


def stored(session: Session, *given: dict[str, Any]) -> list[int]:
    """Cases with these columns, the first opened first; their ids."""
    same = {"kind": "complaint", "state": "received", "next_due_at": None, "grade": "ordinary"}
    same |= {"department": "", "topic": "none", "receipt_owed": "", "told_owed": "", "objection_due_at": None}
    rows = [{"id": place, "number": f"M-{place:05d}-00000", **same, **one} for place, one in enumerate(given, 1)]
    insert_all(session, CASES, rows)
    return [row["id"] for row in rows]


def walked(session: Session, wanted: Load, limit: int) -> list[int]:
    """All ids of a list, read page by page."""
    found: list[int] = []
    after: Place | None = None
    while True:
        one = page(session, wanted, after, limit)
        found += [case.id or 0 for case, _ in one.rows]
        if one.next is None:
            return found
        after = one.next


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_open_cases_come_once_each_what_is_due_first_before_what_has_no_date(db: Database, limit: int) -> None:
    with db.write() as session:
        later, sooner = now() + timedelta(days=2), now() + timedelta(days=1)
        stored(session, {"next_due_at": later}, {}, {"next_due_at": sooner}, {"next_due_at": later}, {}, {"state": "closed"})
        assert walked(session, Load(), limit) == [3, 1, 4, 2, 5]


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_all_cases_come_once_each_the_newest_first(db: Database, limit: int) -> None:
    states = ["closed", "received", "resolved", "waiting", "closed", "in_progress"]
    with db.write() as session:
        ids = stored(session, *({"state": state} for state in states))
        assert walked(session, Load("all"), limit) == list(reversed(ids))
        assert walked(session, Load("closed"), limit) == [5, 1]


def test_each_filter_narrows_the_list(db: Database) -> None:
    with db.write() as session:
        stored(
            session,
            {"kind": "suggestion"},
            {"grade": "urgent"},
            {"department": "wages"},
            {"topic": "leave"},
            {"receipt_owed": "brake"},
            {"told_owed": "question:no_reply"},
            {"state": "closed", "receipt_owed": "brake"},
            {"next_due_at": now() - timedelta(minutes=1)},
        )
        assert walked(session, Load(kind="suggestion"), 5) == [1]
        assert walked(session, Load(grade="urgent"), 5) == [2]
        assert walked(session, Load(department="wages"), 5) == [3]
        assert walked(session, Load("all", topic="leave"), 5) == [4]
        assert walked(session, Load("owed"), 5) == [6, 5]
        assert walked(session, Load("late"), 5) == [8]
        assert walked(session, Load("free", kind="suggestion"), 5) == [1]
        assert walked(session, Load("mine", me=3), 5) == []


def test_an_objection_is_listed_until_somebody_has_decided_it(db: Database) -> None:
    with db.write() as session:
        late, later = now() - timedelta(days=1), now() + timedelta(days=1)
        dated = {"state": "resolved", "objection_due_at": late}
        stored(session, {"objection_due_at": later}, {}, dated)
        steps = ((1, "appealed"), (2, "appealed"), (2, "appeal_declined"), (3, "appealed"), (3, "appeal_upheld"), (3, "appealed"))
        for case_id, what in steps:
            session.add(CaseEvent(case_id=case_id, actor="citizen", what=what))
            session.flush()
        assert walked(session, Load("objections"), 1) == [3, 1]
        assert caseload.counts(session, Load())["objections"] == 2


def test_counts_stop_where_nobody_counts_further(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caseload, "MANY", 3)
    with db.write() as session:
        stored(session, *({"kind": kind} for kind in ("complaint",) * 5 + ("praise",)))
        assert caseload.counts(session, Load(), ("free",)) == {"free": 3}
        assert caseload.counts(session, Load(kind="praise"), ("free", "owed")) == {"free": 1, "owed": 0}


def test_an_unknown_view_is_refused(db: Database) -> None:
    with db.read() as session, pytest.raises(Invalid):
        page(session, Load("everything"))


@pytest.mark.parametrize("view", caseload.VIEWS)
def test_a_list_is_read_from_an_index_and_never_sorted_whole(view: str, db: Database) -> None:
    if db.dialect != "sqlite":
        pytest.skip("SQLite tells its plan without figures")
    asked: list[tuple[str, Any]] = []
    with db.write() as session:
        stored(session, *({"state": state, "next_due_at": now()} for state in caseload.STATES))
        event.listen(db.writing, "before_cursor_execute", lambda _c, _cur, sql, values, *_: asked.append((sql, values)))
        after = Place(3, now() if view in (*caseload.DUE_FIRST, "late", "objections") else None)
        page(session, Load(view, kind="complaint", department="wages"), after)
        for sql, values in [one for one in asked if "cases.id" in one[0] and "JOIN" not in one[0]]:
            rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            plan = " / ".join(str(row[3]) for row in rows)
            assert "SCAN cases" not in plan
            assert view == "objections" or "TEMP B-TREE" not in plan
            assert view in ("objections", "owed") or "COVERING INDEX ix_cases" in plan, plan
