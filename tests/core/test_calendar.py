"""People keep the days that are not like others: announced, moved, taken out; tables only estimate."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from core import calendar
from core.actors import OPERATING, Actor, abilities_of
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden, Invalid, NotFound, WrongState
from core.estimates import enter, estimates
from core.models import AuditEntry, Period

MANAGER = Actor("user:1", abilities_of(["manager"]), 1, "Maryam")
MOURNING: dict[str, Any] = {
    "kind": "mourning",
    "first": date(2026, 11, 24),
    "last": date(2026, 11, 26),
    "name_ar": "حداد رسمي",
    "name_en": "Official mourning",
    "source": "WAM",
}
YEARS = (date(2026, 1, 1), date(2027, 12, 31))


def kept(db: Database, **given: Any) -> int:
    with db.write() as session:
        return calendar.keep(session, MANAGER, **MOURNING | given).id or 0


def change(db: Database, verb: Any, number: int, *args: Any, **more: Any) -> None:
    with db.write() as session:
        verb(session, MANAGER, calendar.of(session, number), *args, **more)


def standing(db: Database) -> list[Period]:
    with db.read() as session:
        return calendar.between(session, *YEARS)


def keyed(db: Database, key: str) -> Period:
    return next(p for p in standing(db) if p.key == key)


def test_kept_days_are_read_with_both_ends_and_audited(db: Database) -> None:
    number = kept(db)
    with db.read() as session:
        found = calendar.read(session, *YEARS)
        assert [[d.id for d in found.on(date(2026, 11, day))] for day in (23, 24, 26, 27)] == [[], [number], [number], []]
        entry = session.exec(select(AuditEntry).where(col(AuditEntry.subject) == f"period:{number}")).one()
    assert (entry.action, entry.actor) == ("calendar.keep", "user:1")


@pytest.mark.parametrize(
    "actor", [OPERATING, Actor("user:2", abilities_of(["author", "approver"]), 2)], ids=["operator", "approver"]
)
def test_only_a_manager_or_an_admin_keeps_the_calendar(db: Database, actor: Actor) -> None:
    number = kept(db)
    with db.write() as session:
        with pytest.raises(Forbidden):
            calendar.keep(session, actor, **MOURNING)
        with pytest.raises(Forbidden):
            calendar.remove(session, actor, calendar.of(session, number), "no")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"status": "moved"}, "status"),
        ({"last": date(2026, 11, 23)}, "last"),
        ({"last": date(2027, 11, 23)}, "last"),
        ({"name_ar": " "}, "name_ar"),
        ({"name_en": "x" * 121}, "name_en"),
    ],
)
def test_what_makes_no_sense_is_refused_and_names_its_field(db: Database, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        kept(db, **wrong)
    assert caught.value.details["field"] == field
    assert caught.value.words("ar") != caught.value.words("en")


def test_an_estimate_is_announced_on_its_days_or_on_others(db: Database, hands: Hands) -> None:
    enter(db)
    eid = keyed(db, "AE:eid_al-fitr:1448")
    assert eid.status == "estimated"
    change(db, calendar.announce, eid.id or 0, source="WAM", last=date(2027, 3, 12))
    change(db, calendar.announce, eid.id or 0, source="WAM", confirmed=True)
    eid = keyed(db, "AE:eid_al-fitr:1448")
    assert (eid.status, eid.last, eid.source) == ("confirmed", date(2027, 3, 12), "WAM")


def ramadan(db: Database) -> tuple[date, date, str]:
    period = keyed(db, "AE:ramadan:1448")
    return period.first, period.last, period.status


def test_ramadan_ends_on_the_eve_of_eid_whenever_that_is_announced(db: Database, hands: Hands) -> None:
    enter(db)
    eid = keyed(db, "AE:eid_al-fitr:1448").id or 0
    begins = date(2027, 2, 8)
    assert ramadan(db) == (begins, date(2027, 3, 8), "estimated")
    change(db, calendar.announce, eid, source="WAM", first=date(2027, 3, 10), last=date(2027, 3, 13))
    assert ramadan(db) == (begins, date(2027, 3, 9), "estimated")
    assert keyed(db, "AE:ramadan:1448").source == "WAM"
    assert enter(db) == 0, "the tables do not take it back"
    change(db, calendar.move, eid, date(2027, 3, 9), date(2027, 3, 12), source="WAM, later")
    assert ramadan(db) == (begins, date(2027, 3, 8), "estimated")
    with db.read() as session:
        subject = col(AuditEntry.subject) == f"period:{keyed(db, 'AE:ramadan:1448').id}"
        entries = session.exec(select(AuditEntry).where(subject).order_by(col(AuditEntry.id)))
        told = [(entry.action, entry.actor, entry.detail["now"]) for entry in entries]
    assert told == [("calendar.move", "user:1", "2027-03-09"), ("calendar.move", "user:1", "2027-03-08")]


def test_also_one_whose_beginning_was_confirmed(db: Database, hands: Hands) -> None:
    enter(db)
    change(db, calendar.announce, keyed(db, "AE:ramadan:1448").id or 0, source="WAM", confirmed=True)
    eid = keyed(db, "AE:eid_al-fitr:1448").id or 0
    change(db, calendar.announce, eid, source="WAM", first=date(2027, 3, 10), last=date(2027, 3, 12))
    assert ramadan(db) == (date(2027, 2, 8), date(2027, 3, 9), "confirmed")


def test_ramadan_follows_no_holiday_that_goes_far_away_or_is_not_observed(db: Database, hands: Hands) -> None:
    enter(db)
    eid = keyed(db, "AE:eid_al-fitr:1448").id or 0
    change(db, calendar.move, eid, date(2027, 6, 1), date(2027, 6, 3), source="entered by mistake")
    change(db, calendar.remove, eid, "entered by mistake")
    assert ramadan(db) == (date(2027, 2, 8), date(2027, 3, 8), "estimated")


def test_holidays_that_leave_no_working_day_are_refused(db: Database) -> None:
    kept(db, kind="holiday", first=date(2027, 5, 1), last=date(2027, 6, 5))
    with pytest.raises(Invalid) as caught:
        kept(db, kind="holiday", first=date(2027, 6, 5), last=date(2027, 7, 10))
    assert caught.value.details["field"] == "last"
    later = kept(db, kind="holiday", first=date(2027, 6, 8), last=date(2027, 7, 10))
    with pytest.raises(Invalid):
        change(db, calendar.move, later, date(2027, 6, 6), date(2027, 7, 10), source="x")
    assert [p.first for p in standing(db)] == [date(2027, 5, 1), date(2027, 6, 8)]


def test_moved_days_say_so_and_the_old_ones_are_free(db: Database) -> None:
    number = kept(db, kind="holiday")
    change(db, calendar.move, number, date(2026, 11, 30), date(2026, 11, 30), source="Cabinet")
    (period,) = standing(db)
    assert (period.first, period.status) == (date(2026, 11, 30), "moved")
    with pytest.raises(Invalid):
        change(db, calendar.move, number, date(2026, 11, 30), date(2026, 11, 30), source="Cabinet")


def test_a_change_says_where_it_was_read(db: Database) -> None:
    number = kept(db)
    with pytest.raises(Invalid):
        change(db, calendar.announce, number, source=" ")
    with pytest.raises(Invalid):
        change(db, calendar.remove, number, " ")


def test_what_was_taken_out_is_not_observed_and_changes_no_more(db: Database) -> None:
    number = kept(db)
    change(db, calendar.remove, number, "entered by mistake")
    assert standing(db) == []
    with db.read() as session:
        assert [p.id for p in calendar.between(session, *YEARS, removed=True)] == [number]
    with pytest.raises(WrongState):
        change(db, calendar.announce, number, source="WAM")


def test_a_number_nobody_has_is_not_found(db: Database) -> None:
    with db.read() as session, pytest.raises(NotFound):
        calendar.of(session, 4711)


def test_the_tables_foresee_holidays_and_ramadan_in_both_languages() -> None:
    found = {e.key: e for e in estimates(2026, 2027)}
    etihad, fitr, fasting = found["AE:national_day:1448"], found["AE:eid_al-fitr:1448"], found["AE:ramadan:1448"]
    assert (etihad.first, etihad.last) == (date(2026, 12, 2), date(2026, 12, 3))
    assert (fitr.first, fitr.last, fitr.name_ar) == (date(2027, 3, 9), date(2027, 3, 11), "عيد الفطر")
    assert (fasting.first, fasting.last) == (date(2027, 2, 8), date(2027, 3, 8))
    assert all(e.source and "estimated" not in e.name_en and "تقديري" not in e.name_ar for e in found.values())


def test_a_year_with_two_eids_has_two_periods() -> None:
    assert len([e for e in estimates(2033, 2033) if "fitr" in e.key]) == 2


def test_estimates_are_entered_once_however_many_enter_them(db: Database, hands: Hands) -> None:
    expected = len(estimates(2026, 2027))
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(lambda _: enter(db), range(3))) == expected
    assert len(standing(db)) == expected
    assert enter(db) == 0


def test_what_people_said_stands_against_the_tables(db: Database, hands: Hands) -> None:
    enter(db)
    moved, gone = keyed(db, "AE:national_day:1448"), keyed(db, "AE:prophet's_birthday:1448")
    change(db, calendar.move, moved.id or 0, date(2026, 12, 1), date(2026, 12, 2), source="Cabinet")
    change(db, calendar.remove, gone.id or 0, "Cabinet")
    assert enter(db) == 0
    assert [(p.first, p.status) for p in standing(db) if p.id == moved.id] == [(date(2026, 12, 1), "moved")]
    assert gone.id not in [p.id for p in standing(db)]


def test_what_is_still_an_estimate_follows_the_tables(db: Database, hands: Hands) -> None:
    enter(db)
    fasting = keyed(db, "AE:ramadan:1447")
    right = fasting.first
    with db.write() as session:  # as an older table had it
        old = session.get_one(Period, fasting.id)
        old.first = date(2026, 2, 19)
        session.add(old)
    assert enter(db) == 1
    assert keyed(db, "AE:ramadan:1447").first == right


def test_a_new_year_brings_its_own(db: Database, hands: Hands) -> None:
    enter(db)
    hands.forward(days=60)
    assert enter(db) > 0
