"""That it takes longer, or that a date has moved, was on its way and reached nobody: a clerk owes it, while it is of use."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from core import calendar
from core.actors import WORKER, Actor
from core.clock import Hands, now
from core.db import Database
from core.models import Account
from core.settings import Settings
from core.vault import open_vault
from inbox import acknowledge, cases, merging, post, rounds
from inbox.models import Case
from inbox.steps import answered
from outbox.guards import FILLERS, GUARDS, Refusal, settled
from outbox.models import Delivery
from tests.inbox.tuesday import COMPLAINT, MANAGER, Asked, at
from tests.inbox.tuesday import case as case


@pytest.fixture(params=["interim", "moved"])
def about(request: pytest.FixtureRequest, db: Database, case: Asked, hands: Hands) -> str:
    """What is on its way: the case is late, or a holiday moved its dates."""
    if request.param == "moved":
        with db.write() as session:
            off: dict[str, Any] = {"first": date(2026, 11, 26), "last": date(2026, 11, 26), "name_ar": "عطلة", "name_en": "Off"}
            calendar.keep(session, MANAGER, kind="holiday", **off)
        rounds.redate_all(db, "calendar")
    else:
        hands.at = at("2026-11-30T07:30")
        rounds.work(db)
    return str(request.param)


def queued(db: Database, about: str, place: int = 0) -> Delivery:
    with db.read() as session:
        of_it = select(Delivery).where(col(Delivery.ref).startswith(f"{about}:")).order_by(col(Delivery.id))
        return session.exec(of_it).all()[place]


def end(db: Database, one: Delivery, state: str, reason: str = "") -> None:
    with db.write() as session:
        mine = session.get_one(Delivery, one.id)
        mine.state, mine.reason = state, reason
        session.flush()
        settled(session, mine)


def owed(db: Database) -> str:
    with db.read() as session:
        return session.exec(select(Case)).one().told_owed


@pytest.mark.parametrize(
    ("state", "reason", "why"),
    [
        ("refused", "rejected", "refused"),
        ("expired", "", "expired"),
        ("cancelled", "item_gone", "item_gone"),
        ("cancelled", "budget", "budget"),
        ("needs_decision", "", ""),
        ("published", "", ""),
    ],
)
def test_what_reached_nobody_is_owed(db: Database, about: str, state: str, reason: str, why: str) -> None:
    end(db, queued(db, about), state, reason)
    assert owed(db) == (f"{about}:{why}" if why else "")


def test_who_was_told_by_hand_or_answered_meanwhile_is_owed_nothing(
    db: Database, case: Asked, about: str, agent: Actor, hands: Hands
) -> None:
    one = queued(db, about)
    end(db, one, "refused")
    hands.forward(minutes=1)
    with db.write() as session:
        acknowledge.hand_over(session, agent, case(session), "بالهاتف")
    end(db, one, "refused")
    assert owed(db) == ""


def test_an_answer_takes_the_place_of_it(db: Database, case: Asked, about: str, agent: Actor, hands: Hands) -> None:
    one = queued(db, about)
    end(db, one, "refused")
    hands.forward(minutes=1)
    with db.write() as session:
        answered(session, case(session), agent.label, now())
    assert owed(db) == ""
    end(db, one, "refused")
    assert owed(db) == ""


def test_what_tells_of_a_deed_goes_before_it(db: Database, case: Asked, about: str) -> None:
    with db.write() as session:
        case(session).told_owed = "notice:brake"
    end(db, queued(db, about), "refused")
    assert owed(db) == "notice:brake"


def test_of_a_case_that_ended_meanwhile_it_neither_leaves_nor_is_owed(db: Database, case: Asked, about: str, agent: Actor) -> None:
    with db.write() as session:
        cases.resolve(session, agent, case(session), "solved", "أُصلح")
    one = queued(db, about)
    with db.read() as session:
        assert GUARDS[one.guard](session, one) == Refusal("cancelled", "case_ended")
    end(db, one, "cancelled", "case_ended")
    assert owed(db) == ""


def test_what_waited_names_the_date_that_holds_as_it_leaves(db: Database, case: Asked, hands: Hands, settings: Settings) -> None:
    hands.at = at("2026-11-30T07:30")
    rounds.work(db)
    hands.at = at("2026-12-04T07:30")
    rounds.work(db)
    with db.read() as session:
        told = [FILLERS["later"](session, queued(db, "interim", place), settings)["answer_by"] for place in (0, 1)]
    assert told == ["نجيبكم في موعد أقصاه 14 ديسمبر 2026."] * 2
    end(db, queued(db, "interim"), "refused")
    assert owed(db) == "interim:refused"
    end(db, queued(db, "interim", 1), "published")
    assert owed(db) == ""


def test_it_is_not_owed_in_a_case_that_has_ended_and_takes_another_in(
    db: Database, case: Asked, desk: Any, say: Any, agent: Actor
) -> None:
    desk.take(say("c2", COMPLAINT, author_id="u-c1", parent_id="p2", root_id="p2"))
    with db.write() as session:
        late, ended = session.exec(select(Case).order_by(col(Case.id))).all()
        cases.resolve(session, agent, ended, "solved", "أُصلح")
        late.told_owed = "interim:refused"
        merging.merge(session, MANAGER, late, ended, "الموضوع نفسه")
        assert (late.told_owed, ended.told_owed) == ("", "")


@pytest.mark.parametrize("state", ["refused", "published"])
def test_a_letter_of_it_that_reached_nobody_is_owed_where_there_is_another_way_to_him(
    db: Database, case: Asked, settings: Settings, hands: Hands, state: str
) -> None:
    with db.write() as session:
        session.add(Account(platform="email", native_id="majlis@example.test"))
        case(session).contact = post.contact(open_vault(settings), email="salem@example.test")
    hands.at = at("2026-11-30T07:30")
    with db.write() as session:
        cases.interim(session, WORKER, case(session))
    with db.read() as session:
        letter = session.exec(select(Delivery).where(Delivery.kind == "mail")).one()
    end(db, letter, state, "rejected")
    assert owed(db) == ("interim:refused" if state == "refused" else "")
