"""Rounds through the cases: staff warned in time, authors told and asked, dates that follow the calendar; never at night."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, col, select

from core import calendar
from core.actors import CITIZEN, WORKER, Actor
from core.clock import Hands, in_dubai
from core.db import Database
from core.errors import Forbidden
from core.models import Account, AuditEntry
from core.settings import Settings
from inbox import cases, moved, rounds, speaking, tally
from inbox.models import Case, CaseEvent, Item
from inbox.steps import answered
from outbox.guards import FILLERS
from outbox.models import Delivery
from tests.inbox.tuesday import COMPLAINT, MANAGER, Asked, at
from tests.inbox.tuesday import case as case


def steps(db: Database) -> list[str]:
    """What the rounds wrote down, oldest first."""
    with db.read() as session:
        ours = select(CaseEvent.what).where(col(CaseEvent.actor) == WORKER.label, col(CaseEvent.what) != "received")
        return list(session.exec(ours.order_by(col(CaseEvent.id))))


def round_at(db: Database, hands: Hands, wall: str) -> int:
    hands.at = at(wall)
    return rounds.work(db)


# Warned are staff when 8:00 of work are left. Friday has 4:30 (07:30 to 12:00), so 3:30 of Thursday: 15:30 - 3:30 = Thursday 12:00.
def test_staff_are_warned_at_the_minute_when_too_little_work_is_left_and_once(db: Database, case: Asked, hands: Hands) -> None:
    assert round_at(db, hands, "2026-11-26T11:59") == 0
    assert round_at(db, hands, "2026-11-26T12:00") == 1
    assert round_at(db, hands, "2026-11-26T12:01") == 0
    assert steps(db) == ["at_risk"]
    with db.read() as session:
        event = session.exec(select(CaseEvent).where(col(CaseEvent.what) == "at_risk")).one()
        assert (event.public, event.data["minutes"]) == (False, 480)
        assert session.exec(select(AuditEntry).where(col(AuditEntry.action) == "case.warn")).one().actor == "worker"


@pytest.mark.parametrize("closed", ["2026-11-26T15:30", "2026-11-26T23:59", "2026-11-27T00:00", "2026-11-27T07:29"])
def test_there_is_no_alarm_at_night(db: Database, case: Asked, hands: Hands, closed: str) -> None:
    assert round_at(db, hands, closed) == 0
    assert round_at(db, hands, "2026-11-27T07:30") == 1


@pytest.mark.parametrize("closed", ["2026-11-27T12:00", "2026-11-27T23:59", "2026-11-28T10:00", "2026-11-29T10:00"])
def test_nor_on_a_weekend_when_it_is_late_already(db: Database, case: Asked, hands: Hands, closed: str) -> None:
    assert round_at(db, hands, closed) == 0
    assert steps(db) == []


def test_nor_on_a_holiday(db: Database, case: Asked, hands: Hands) -> None:
    with db.write() as session:
        off: dict[str, Any] = {"first": date(2026, 11, 30), "last": date(2026, 11, 30), "name_ar": "عطلة", "name_en": "Off"}
        calendar.keep(session, MANAGER, kind="holiday", **off)
    assert round_at(db, hands, "2026-11-30T10:00") == 0
    assert round_at(db, hands, "2026-12-01T07:30") == 1


def test_whoever_is_not_answered_in_time_is_told_that_it_takes_longer_and_until_when(
    db: Database, case: Asked, hands: Hands
) -> None:
    round_at(db, hands, "2026-11-30T07:30")
    assert rounds.work(db) == 0
    assert steps(db) == ["interim"]
    with db.read() as session:
        view = cases.public_view(session, case(session), "ar")
        assert view.steps[-1].words == "يحتاج طلبكم إلى وقت أطول، وما زلنا نعمل عليه"
        # by hand, three days after Monday 30 November: Tuesday 1, Wednesday 2, Thursday 3 December (no holiday is entered here)
        assert case(session).next_due_at == at("2026-12-03T15:30")
        assert case(session).first_due_at == at("2026-11-27T12:00")
        assert view.answer_by == at("2026-12-03T15:30")


def test_he_is_told_beneath_his_own_words_where_he_left_no_address(
    db: Database, case: Asked, hands: Hands, settings: Settings
) -> None:
    round_at(db, hands, "2026-11-30T07:30")
    with db.read() as session:
        notice = session.exec(select(Delivery).where(col(Delivery.ref).startswith("interim:"))).one()
        number = case(session).number
        day = FILLERS["later"](session, notice, settings)
    assert (notice.target_id, notice.kind, notice.body["private"]) == ("c1", "receipt", False)
    assert notice.body["text"].format(**day) == f"طلبكم {number} يحتاج إلى وقت أطول. نجيبكم في موعد أقصاه 3 ديسمبر 2026."


@pytest.mark.parametrize("why", ["deleted", "closed", "brake"])
def test_where_it_can_not_be_said_there_the_page_of_his_case_says_it_and_a_clerk_owes_it(
    db: Database, case: Asked, hands: Hands, desk: Any, why: str
) -> None:
    with db.write() as session:
        item = session.exec(select(Item)).one()
        item.deleted, item.can = why == "deleted", {"reply": why != "closed"}
        session.add(item)
        if why == "brake":
            tally.add(session, {(date(2026, 11, 30), desk.account.id, "receipt", ""): desk.settings.receipt_brake})
    round_at(db, hands, "2026-11-30T07:30")
    with db.read() as session:
        assert session.exec(select(Delivery).where(col(Delivery.ref).startswith("interim:"))).all() == []
        assert cases.public_view(session, case(session), "en").steps[-1].what == "interim"
        assert case(session).told_owed == f"interim:{'brake' if why == 'brake' else 'no_reply'}"


def test_when_that_date_passes_too_he_is_told_again_and_each_time_further_off(db: Database, case: Asked, hands: Hands) -> None:
    round_at(db, hands, "2026-11-30T07:30")
    # warned again before the new date: 8:00 before Thursday 15:30 is Thursday 07:30
    assert round_at(db, hands, "2026-12-03T07:30") == 1
    round_at(db, hands, "2026-12-04T07:30")
    assert steps(db) == ["interim", "at_risk", "interim"]
    with db.read() as session:
        # six days after Friday 4: 7, 8, 9, 10, 11, Monday 14
        assert case(session).next_due_at == at("2026-12-14T15:30")


def test_whoever_was_answered_is_not_told_so_and_his_outcome_is_watched(
    db: Database, case: Asked, hands: Hands, agent: Actor
) -> None:
    hands.at = at("2026-11-25T10:00")
    with db.write() as session:
        answered(session, case(session), agent.label, hands.at)
    assert round_at(db, hands, "2026-11-30T10:00") == 0
    # 8:00 before Tuesday 15 December 15:30 is that day's 07:30
    assert round_at(db, hands, "2026-12-15T07:29") == 0
    assert round_at(db, hands, "2026-12-15T07:30") == 1
    assert round_at(db, hands, "2026-12-16T07:30") == 1
    assert steps(db) == ["at_risk", "interim"]


def test_while_its_author_is_asked_nobody_is_warned_or_told(db: Database, case: Asked, hands: Hands, agent: Actor) -> None:
    with db.write() as session:
        cases.question(session, agent, case(session), "ما رقم العقد؟")
    assert [round_at(db, hands, day) for day in ("2026-11-27T10:00", "2026-12-15T10:00", "2027-01-20T10:00")] == [0, 0, 0]


def test_an_ended_case_is_asked_about_once_when_half_a_day_was_worked_since(
    db: Database, case: Asked, hands: Hands, agent: Actor
) -> None:
    with db.write() as session:
        cases.resolve(session, agent, case(session), "solved", "أُصلح التطبيق")
    # Tuesday 10:00 + 4:00
    assert round_at(db, hands, "2026-11-24T13:59") == 0
    assert round_at(db, hands, "2026-11-24T14:00") == 1
    assert round_at(db, hands, "2026-11-25T10:00") == 0
    assert steps(db) == ["asked"]


@pytest.mark.parametrize("end", ["withdrawn", "rated", "long_ago"])
def test_who_withdrew_or_said_it_already_or_long_ago_is_not_asked(
    db: Database, case: Asked, hands: Hands, agent: Actor, end: str
) -> None:
    with db.write() as session:
        if end == "withdrawn":
            speaking.withdraw(session, CITIZEN, case(session))
        else:
            cases.resolve(session, agent, case(session), "solved", "أُصلح")
        if end == "rated":
            speaking.rate(session, CITIZEN, case(session), 4)
    assert round_at(db, hands, "2026-12-09T10:00" if end == "long_ago" else "2026-11-25T10:00") == 0


def test_a_resolved_case_is_closed_when_nobody_may_reopen_it_any_more(
    db: Database, case: Asked, hands: Hands, agent: Actor
) -> None:
    with db.write() as session:
        cases.resolve(session, agent, case(session), "solved", "أُصلح")
    assert round_at(db, hands, "2026-12-24T10:00") == 0
    assert round_at(db, hands, "2026-12-24T10:01") == 1
    with db.read() as session:
        assert (case(session).state, case(session).closed_at) == ("closed", at("2026-12-24T10:01"))


def test_a_verb_of_the_rounds_asks_who_calls_it(db: Database, case: Asked) -> None:
    with db.write() as session:
        for verb in (rounds.warn, rounds.put_off, rounds.close):
            with pytest.raises(Forbidden):
                verb(session, CITIZEN, case(session))
        with pytest.raises(Forbidden):
            rounds.redate(session, CITIZEN, case(session), "calendar")


def moves(db: Database) -> list[str]:
    with db.read() as session:
        steps = session.exec(select(CaseEvent).where(col(CaseEvent.what) == moved.MOVED).order_by(col(CaseEvent.id)))
        told = [one.dates for one in map(moved.read, steps) if one is not None]
    return ["\n".join(f"{in_dubai(was):%Y-%m-%d %H:%M} > {in_dubai(to):%Y-%m-%d %H:%M}" for _, was, to in one) for one in told]


def test_an_announced_holiday_takes_open_dates_along_and_their_author_is_told(
    db: Database, case: Asked, desk: Any, say: Any
) -> None:
    off: dict[str, Any] = {"kind": "holiday", "first": date(2026, 11, 26), "last": date(2026, 11, 27)}
    with db.write() as session:
        period = calendar.keep(session, MANAGER, **off, name_ar="عطلة", name_en="Off")
    assert rounds.redate_all(db, "calendar") == 1
    # announced for Thursday and Friday: Wednesday 25 is 1, Monday 30 is 2, Tuesday 1 is 3; the outcome two days later: Thursday 17
    assert moves(db) == ["2026-11-27 12:00 > 2026-12-01 15:30\n2026-12-15 15:30 > 2026-12-17 15:30"]
    with db.write() as session:
        calendar.move(session, MANAGER, calendar.of(session, period.id or 0), date(2026, 12, 2), date(2026, 12, 3), source="WAM")
    assert rounds.redate_all(db, "calendar") == 1
    # moved to December: the answer is due on its first day again; of the outcome's fifteen days two are still off: Thursday 17
    assert moves(db)[1] == "2026-12-01 15:30 > 2026-11-27 12:00"
    assert rounds.redate_all(db, "calendar") == 0
    with db.read() as session:
        view = cases.public_view(session, case(session), "en")
        assert view.steps[-1].words == "The date we promised you has changed"
        entries = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "case.redate")).all()
        assert [entry.detail["because"] for entry in entries] == ["calendar", "calendar"]


def test_whoever_gave_an_address_is_written_to(db: Database, case: Asked) -> None:
    with db.write() as session:
        session.add(Account(platform="email", native_id="majlis@example.test"))
        one = case(session)
        one.contact = "sealed"
        session.add(one)
        off: dict[str, Any] = {"first": date(2026, 11, 26), "last": date(2026, 11, 26), "name_ar": "عطلة", "name_en": "Off"}
        calendar.keep(session, MANAGER, kind="holiday", **off)
    rounds.redate_all(db, "calendar")
    with db.read() as session:
        letter = session.exec(select(Delivery).where(col(Delivery.kind) == "mail")).one()
    assert letter.guard_arg["about"] == "moved"


def test_what_has_ended_keeps_its_dates_and_its_author_his_peace(db: Database, case: Asked, agent: Actor) -> None:
    with db.write() as session:
        cases.resolve(session, agent, case(session), "solved", "أُصلح")
        off: dict[str, Any] = {"first": date(2026, 11, 26), "last": date(2026, 11, 26), "name_ar": "عطلة", "name_en": "Off"}
        calendar.keep(session, MANAGER, kind="holiday", **off)
    assert rounds.redate_all(db, "calendar") == 0
    assert moves(db) == []


def test_only_days_and_hours_count_as_a_change_of_the_calendar(db: Database) -> None:
    def marks() -> dict[str, int]:
        with db.read() as session:
            return rounds.marks(session)

    before = marks()
    with db.write() as session:
        off: dict[str, Any] = {"first": date(2027, 3, 9), "last": date(2027, 3, 11), "name_ar": "عيد الفطر", "name_en": "Eid"}
        period = calendar.keep(session, MANAGER, kind="holiday", status="estimated", **off)
    estimated = marks()
    with db.write() as session:
        calendar.announce(session, MANAGER, calendar.of(session, period.id or 0), source="WAM", confirmed=True)
    assert (before != estimated, marks() == estimated) == (True, True)
    with db.write() as session:
        calendar.remove(session, MANAGER, calendar.of(session, period.id or 0), "not observed")
    assert marks() == before


def test_a_case_that_can_not_be_touched_holds_up_no_other(
    db: Database, case: Asked, desk: Any, say: Any, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(say("c2", COMPLAINT))
    interim = cases.interim

    def first_fails(session: Session, actor: Actor, one: Case) -> Case:
        if one.id == 1:
            raise Forbidden(ability="case.work", actor="worker")
        return interim(session, actor, one)

    monkeypatch.setattr(cases, "interim", first_fails)
    assert round_at(db, hands, "2026-11-30T10:00") == 1
