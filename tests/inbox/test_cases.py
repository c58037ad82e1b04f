"""Cases: numbers nobody guesses, secrets nobody stores, states in plain words."""

import random
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import Session, select

from core.actors import CITIZEN, WORKER, Actor
from core.db import Database
from core.errors import Forbidden, Invalid, WrongState
from core.i18n import t
from core.vault import Vault
from inbox import cases, numbers
from inbox.models import Case, CaseEvent, Item

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"


@pytest.fixture
def keys() -> tuple[str, str]:
    return Fernet.generate_key().decode(), Fernet.generate_key().decode()


def case_of(session: Session) -> Case:
    return session.exec(select(Case)).one()


def test_a_number_has_fifty_random_bits_in_letters_that_can_be_read_out() -> None:
    drawn: list[int] = []
    assert numbers.new_number(lambda bits: drawn.append(bits) or 2**50 - 1) == "M-ZZZZZ-ZZZZZ"  # type: ignore[func-returns-value]  # None is what makes `or` go on
    assert drawn == [50]
    assert not set("ILOU") & set(numbers.new_number(random.Random(1).getrandbits).replace("M-", ""))


def test_what_people_make_of_a_number_is_understood() -> None:
    for typed in ("M-A1B0C-D2E3F", "m-aib0c-d2e3f", " ma1boc d2e3f ", "A1B0C-D2E3F", "M-A١B٠C-D٢E٣F"):
        assert numbers.tidy(typed) == "M-A1B0C-D2E3F", typed
    assert numbers.tidy("m1b0c d2e3f") == numbers.tidy("M-M1B0C-D2E3F") == "M-M1B0C-D2E3F"
    assert numbers.tidy("M-123") == numbers.tidy("") == numbers.tidy("M-A1B0C-D2E3U") == ""


def test_a_secret_has_130_bits_and_stands_in_no_table(db: Database, desk: Any, say: Any, keys: tuple[str, str]) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.read() as session:
        case = case_of(session)
        secret = cases.secret_of(case, Vault(keys[:1]))
        assert len(secret) == 26
        assert secret not in str(case.model_dump())


def test_number_and_secret_open_the_case_and_nothing_else_does(db: Database, desk: Any, say: Any, keys: tuple[str, str]) -> None:
    vault = Vault(keys[:1])
    desk.take(say("c1", COMPLAINT), say("c2", COMPLAINT))
    with db.read() as session:
        one, other = session.exec(select(Case)).all()
        secret = numbers.secret(one.number, vault)
        assert cases.find(session, one.number.lower(), secret.lower(), vault) == one
        assert cases.find(session, other.number, secret, vault) is None
        assert cases.find(session, one.number, secret[:-1], vault) is None
        assert cases.find(session, "M-00000-00000", secret, vault) is None
        assert cases.find(session, "nonsense", "", vault) is None


def test_a_link_given_before_the_key_was_rotated_still_opens(db: Database, desk: Any, say: Any, keys: tuple[str, str]) -> None:
    before = Vault(keys[:1])
    desk.take(say("c1", COMPLAINT), key_id=before.current)
    after = Vault((keys[1], keys[0]))
    with db.read() as session:
        case = case_of(session)
        secret = cases.secret_of(case, before)
        assert cases.secret_of(case, after) == secret
        assert cases.find(session, case.number, secret, after) == case
        assert cases.find(session, case.number, secret, Vault(keys[1:])) is None


def test_a_clerk_makes_a_case_of_any_item_once(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", "متى موعد التسجيل؟"))
    with db.write() as session:
        item = session.exec(select(Item)).one()
        case = cases.open_case(session, agent, item, "inquiry", topic="fines")
        assert cases.open_case(session, agent, item, "complaint") is case
        assert (item.case_id, item.kind, item.topic) == (case.id, "inquiry", "fines")


def test_only_those_who_work_cases_open_them(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1"))
    with db.write() as session, pytest.raises(Forbidden):
        cases.open_case(session, CITIZEN, session.exec(select(Item)).one(), "complaint")


def test_an_unknown_kind_is_refused(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("c1"))
    with db.write() as session, pytest.raises(Invalid):
        cases.open_case(session, WORKER, session.exec(select(Item)).one(), "gossip")


def test_a_case_moves_by_its_table_and_ends_with_a_reason(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        case = case_of(session)
        with pytest.raises(WrongState):
            cases.move(session, agent, case, "closed")
        cases.move(session, agent, case, "in_progress", "نراجع مع الشركة")
        assert case.owner_id == agent.user_id
        with pytest.raises(Invalid):
            cases.resolve(session, agent, case, "solved", " ")
        with pytest.raises(Invalid):
            cases.move(session, agent, case, "resolved")
        cases.resolve(session, agent, case, "solved", "صُرفت الرواتب")
        assert (case.state, case.outcome, case.resolved_at is not None) == ("resolved", "solved", True)


def test_a_resolved_case_can_be_taken_up_again(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        case = case_of(session)
        cases.resolve(session, agent, case, "solved", "تم")
        cases.move(session, agent, case, "in_progress")
        assert (case.outcome, case.resolved_at) == ("", None)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_its_author_sees_the_case_in_plain_words_without_staff(db: Database, desk: Any, say: Any, agent: Actor, lang: str) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        case = case_of(session)
        cases.assign(session, agent, case, agent.user_id)
        cases.move(session, agent, case, "in_progress", "نراجع")
        view = cases.public_view(session, case, lang)
    assert view.state_words == t("case.state.in_progress", view.lang)
    assert [(step.what, step.note) for step in view.steps] == [("received", ""), ("in_progress", "نراجع")]
    assert "Noura" not in str(view)
    assert view.text == COMPLAINT


def test_every_step_and_state_has_words() -> None:
    for state in cases.CASE.moves:
        assert t(f"case.state.{state}", "ar") != t(f"case.state.{state}", "en")
    for outcome in cases.OUTCOMES:
        assert t(f"case.outcome.{outcome}", "ar") != t(f"case.outcome.{outcome}", "en")


def test_each_step_is_kept(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", COMPLAINT))
    with db.write() as session:
        cases.move(session, agent, case_of(session), "waiting")
    with db.read() as session:
        assert [(e.what, e.actor) for e in session.exec(select(CaseEvent))] == [("received", "worker"), ("waiting", agent.label)]
