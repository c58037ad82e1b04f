"""A date has moved: who left no address is told beneath his own words, once a day, under the brake, and nobody at night."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core import calendar
from core.actors import WORKER, Actor
from core.clock import Hands, in_dubai
from core.db import Database
from core.models import Account
from core.settings import Settings
from core.settings import settings as current
from core.vault import open_vault
from inbox import acknowledge, cases, moved, post, rounds, tally
from inbox.models import Case, CaseEvent, Item
from outbox.guards import FILLERS, GUARDS, Refusal
from outbox.models import Delivery
from tests.inbox.tuesday import COMPLAINT, MANAGER, Asked, at
from tests.inbox.tuesday import case as case


def announce(db: Database, first: int, last: int = 0) -> int:
    """A holiday in November is announced and the dates follow; of how many cases one moved."""
    with db.write() as session:
        off: dict[str, Any] = {"first": date(2026, 11, first), "last": date(2026, 11, last or first)}
        calendar.keep(session, MANAGER, kind="holiday", **off, name_ar="عطلة", name_en="Off")
    return rounds.redate_all(db, "calendar")


def told(db: Database, kind: str = "receipt") -> list[Delivery]:
    with db.read() as session:
        found = select(Delivery).where(col(Delivery.kind) == kind).order_by(col(Delivery.id))
        return [one for one in session.exec(found) if kind == "mail" or (one.ref or "").startswith("moved:")]


def words(db: Database, settings: Settings, one: Delivery) -> str:
    with db.read() as session:
        return str(one.body["text"]).format(**FILLERS["later"](session, one, settings))


def test_he_is_told_beneath_his_own_words_where_he_left_no_address(db: Database, case: Asked, settings: Settings) -> None:
    assert announce(db, 26, 27) == 1
    (notice,) = told(db)
    with db.read() as session:
        number = case(session).number
        assert GUARDS[notice.guard](session, notice) == ""
    assert (notice.target_id, notice.body["private"], in_dubai(notice.scheduled_at).day) == ("c1", False, 24)
    assert words(db, settings, notice) == f"تغيّر موعد الطلب {number}. نجيبكم في موعد أقصاه 1 ديسمبر 2026."


@pytest.mark.parametrize(
    ("night", "opens"),
    [
        ("2026-11-24T23:40", "2026-11-25T07:30"),
        ("2026-11-25T00:10", "2026-11-25T07:30"),
        ("2026-11-25T15:30", "2026-11-27T07:30"),  # Thursday is the holiday that is announced
        ("2026-11-25T15:29", "2026-11-25T15:29"),
    ],
)
def test_nothing_leaves_at_night_neither_beneath_his_words_nor_by_letter(
    db: Database, desk: Any, say: Any, case: Asked, hands: Hands, night: str, opens: str
) -> None:
    desk.take(say("c2", COMPLAINT))
    with db.write() as session:
        session.add(Account(platform="email", native_id="majlis@example.test"))
        other = session.exec(select(Case).order_by(col(Case.id).desc())).first()
        assert other is not None
        other.contact = "sealed"
    hands.at = at(night)
    assert announce(db, 26) == 2
    assert [one.scheduled_at for one in told(db) + told(db, "mail")] == [at(opens)] * 2
    with db.read() as session:  # the page of his case says it at once
        assert session.exec(select(CaseEvent).where(col(CaseEvent.what) == moved.MOVED)).first() is not None


def test_who_is_told_once_a_day_reads_the_newest_date(db: Database, case: Asked, hands: Hands, settings: Settings) -> None:
    hands.at = at("2026-11-24T23:00")
    announce(db, 26)
    announce(db, 27)
    (notice,) = told(db)
    assert "1 ديسمبر 2026" in words(db, settings, notice)
    hands.at = at("2026-11-25T10:00")
    announce(db, 30)
    assert len(told(db)) == 1
    hands.at = at("2026-11-26T10:00")  # a holiday: what is said now leaves when the office opens
    announce(db, 25)
    assert [in_dubai(one.scheduled_at).strftime("%d %H:%M") for one in told(db)] == ["25 07:30", "01 07:30"]


def test_a_person_with_two_cases_is_told_once_and_others_too(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1", COMPLAINT, author_id="u"), say("c2", COMPLAINT, author_id="u"), say("c3", COMPLAINT, author_id="v"))
    assert announce(db, 26) == 3
    assert sorted(one.body["to_author"] for one in told(db)) == ["u", "v"]


@pytest.mark.parametrize("why", ["deleted", "closed", "brake"])
def test_where_it_can_not_be_said_there_the_page_of_his_case_says_it_and_a_clerk_owes_it(
    db: Database, case: Asked, desk: Any, why: str
) -> None:
    with db.write() as session:
        item = session.exec(select(Item)).one()
        item.deleted, item.can = why == "deleted", {"reply": why != "closed"}
        session.add(item)
        if why == "brake":
            tally.add(session, {(date(2026, 11, 24), desk.account.id, "receipt", ""): desk.settings.receipt_brake})
    assert announce(db, 26) == 1
    assert told(db) == []
    with db.read() as session:
        assert cases.public_view(session, case(session), "en").steps[-1].what == moved.MOVED
        assert case(session).told_owed == f"moved:{'brake' if why == 'brake' else 'no_reply'}"


def test_who_left_a_telephone_alone_is_rung_up_once_the_new_date_is_near_and_he_has_heard_nothing(
    db: Database, case: Asked, agent: Actor, hands: Hands
) -> None:
    with db.write() as session:
        session.exec(select(Item)).one().surface = "form"
        case(session).contact = post.contact(open_vault(current()), phone="0501234567")

    def owed() -> str:
        with db.read() as session:
            return case(session).told_owed

    assert (announce(db, 26, 27), owed(), told(db)) == (1, "", [])
    hands.at = at("2026-11-25T10:00")
    assert (rounds.work(db), owed()) == (0, "")
    hands.at = at("2026-12-01T10:00")  # promised for this day's end, and before for Friday
    assert (rounds.work(db), owed()) == (1, "moved:phone")
    with db.write() as session:
        cases.note(session, agent, case(session), "خاطبنا الشركة", public=True)
        acknowledge.hand_over(session, agent, case(session), "بالهاتف")
    hands.at = at("2026-12-17T10:00")  # he was rung up since: of the outcome's date he is told no more
    assert (rounds.work(db), owed()) == (1, "")


def test_who_wrote_by_a_form_and_is_answered_in_time_is_not_rung_up(db: Database, case: Asked, agent: Actor, hands: Hands) -> None:
    with db.write() as session:
        session.exec(select(Item)).one().surface = "form"
        case(session).contact = post.contact(open_vault(current()), phone="0501234567")
    announce(db, 26, 27)
    with db.write() as session:
        cases.resolve(session, agent, case(session), "solved", "أُصلح")
        assert case(session).told_owed == "resolved:phone"


def test_another_hour_of_the_same_day_is_told_on_his_page_alone(db: Database, case: Asked) -> None:
    with db.write() as session:
        one = case(session)
        was = moved.told(one)
        assert one.next_due_at is not None
        one.next_due_at -= timedelta(minutes=30)
        assert moved.tell(session, WORKER, one, was, "calendar")
        assert cases.public_view(session, case(session), "en").steps[-1].what == moved.MOVED
    assert told(db) == []


def test_it_counts_against_the_brake_of_the_day_on_which_it_leaves(db: Database, case: Asked, desk: Any, hands: Hands) -> None:
    hands.at = at("2026-11-24T23:00")
    announce(db, 26)
    with db.read() as session:
        assert tally.count(session, "receipt", day=date(2026, 11, 25), account_id=desk.account.id) == 1


def test_who_waits_no_more_is_not_told(db: Database, case: Asked, agent: Actor, hands: Hands) -> None:
    hands.at = at("2026-11-24T23:00")
    announce(db, 26)
    (notice,) = told(db)
    with db.write() as session:
        cases.resolve(session, agent, case(session), "solved", "أُصلح")
    with db.read() as session:
        assert GUARDS[notice.guard](session, notice) == Refusal("cancelled", "case_ended")


def test_what_a_clerk_changes_in_one_case_is_not_told_in_public(db: Database, case: Asked, agent: Actor) -> None:
    with db.write() as session:
        cases.classify(session, agent, case(session), "urgent", "عاجل")
    with db.read() as session:
        assert session.exec(select(CaseEvent).where(col(CaseEvent.what) == moved.MOVED)).first() is not None
    assert told(db) == []
