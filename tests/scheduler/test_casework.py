"""Once a minute the cases are gone through, and their dates follow when the calendar or the targets change."""

from datetime import date, timedelta
from threading import Event
from typing import Any

import pytest
from sqlmodel import col, select

from core import calendar
from core.actors import Actor, abilities_of
from inbox import rounds
from inbox.models import Case, CaseEvent
from scheduler import casework
from tests.scheduler.conftest import Office

MANAGER = Actor("user:9", abilities_of(["manager"]), 9)
OFF: dict[str, Any] = {"kind": "holiday", "first": date(2026, 11, 26), "last": date(2026, 11, 26), "name_ar": "ع", "name_en": "Off"}


@pytest.fixture
def opened(office: Office) -> Office:
    """An open complaint that nobody gave a date yet, as an older release left it."""
    with office.db.write() as session:
        session.add(Case(number="M-00000-00001", kind="complaint", opened_at=office.hands.at, waiting_since=office.hands.at))
    return office


def moved(office: Office) -> int:
    with office.db.read() as session:
        return len(session.exec(select(CaseEvent).where(col(CaseEvent.what) == "due_moved")).all())


def test_a_case_without_dates_gets_them_and_nobody_is_told(opened: Office) -> None:
    casework.keep(opened.db, "w1", Event())
    with opened.db.read() as session:
        assert session.exec(select(Case)).one().due_at is not None
    assert moved(opened) == 0


def test_dates_follow_a_changed_calendar_once_whoever_looks(opened: Office) -> None:
    assert casework.follow_calendar(opened.db) == 1  # its first dates
    with opened.db.write() as session:
        calendar.keep(session, MANAGER, **OFF)
    assert casework.follow_calendar(opened.db) == 1
    assert casework.follow_calendar(opened.db) == 0
    assert moved(opened) == 1


def test_what_was_cut_off_is_done_again_and_tells_nobody_twice(opened: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    casework.follow_calendar(opened.db)
    with opened.db.write() as session:
        calendar.keep(session, MANAGER, **OFF)
    rounds.redate_all(opened.db, "calendar")  # and then the power failed
    assert casework.follow_calendar(opened.db) == 0
    assert moved(opened) == 1


def test_a_worker_that_shall_end_leaves_the_rest_to_the_next(opened: Office) -> None:
    stopping = Event()
    stopping.set()
    assert casework.follow_calendar(opened.db, stopping) == 0
    with opened.db.read() as session:
        assert session.exec(select(Case)).one().due_at is None
    casework.follow_calendar(opened.db)
    with opened.db.read() as session:
        assert session.exec(select(Case)).one().due_at is not None


def test_one_worker_a_minute_goes_through_them(opened: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[str] = []
    monkeypatch.setattr(rounds, "work", lambda db, stopping: gone.append("round"))
    for worker in ("w1", "w2"):
        casework.keep(opened.db, worker, Event())
    opened.hands.at += timedelta(minutes=1)
    casework.keep(opened.db, "w2", Event())
    assert gone == ["round", "round"]
