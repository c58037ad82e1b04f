"""An edition's life: proposed by one, activated by another, in force on its day in Dubai, never changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import Session, col, select

from core.actors import OPERATING, Actor
from core.auth import actor_of
from core.clock import Hands
from core.db import Database
from core.errors import ConfigurationError, Forbidden, NotFound, OwnAct, WrongState
from core.models import AuditEntry, User
from core.settings import load
from inbox import editions, enact, moderate
from inbox.editions import EditionChanged
from inbox.enact import EditionLate, EditionTaken
from inbox.models import Decision, Item, PolicyVersion
from policies import edition as shipped
from policies.problems import EditionRefused
from tests.inbox.small_edition import clause, written

TODAY, TOMORROW, YESTERDAY = "2026-11-24", "2026-11-25", "2026-11-23"


def _owner(session: Session, name: str) -> Actor:
    user = User(username=name, display_name=name, password_hash="", roles=["policy_owner"])
    session.add(user)
    session.flush()
    return actor_of(user)


class Office:
    """Two policy owners over one database."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.write() as session:
            self.mariam, self.salem = _owner(session, "mariam"), _owner(session, "salem")

    def propose(self, source: str, by: Actor | None = None) -> str:
        with self.db.write() as session:
            return enact.propose(session, by or self.mariam, source).ref

    def activate(self, ref: str, by: Actor | None = None) -> None:
        with self.db.write() as session:
            enact.activate(session, by or self.salem, editions.stored(session, ref))

    def withdraw(self, ref: str) -> None:
        with self.db.write() as session:
            enact.withdraw(session, self.mariam, editions.stored(session, ref))

    def put_in_force(self, source: str) -> str:
        ref = self.propose(source)
        self.activate(ref)
        return ref

    def in_force(self) -> str:
        with self.db.read() as session:
            return editions.in_force(session).ref

    def stored(self, ref: str) -> PolicyVersion:
        with self.db.read() as session:
            return editions.stored(session, ref)

    def audit(self, ref: str) -> list[tuple[str, str]]:
        with self.db.read() as session:
            rows = session.exec(select(AuditEntry).where(AuditEntry.subject == f"edition:{ref}").order_by(col(AuditEntry.id)))
            return [(row.action, row.actor) for row in rows]


@pytest.fixture
def office(db: Database, hands: Hands) -> Office:
    return Office(db)


@pytest.fixture
def pin(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets MAJLIS_EDITION."""

    def name(value: str) -> None:
        pinned = load(MAJLIS_EDITION=value)
        monkeypatch.setattr(editions, "settings", lambda: pinned)
        monkeypatch.setattr("core.settings.settings", lambda: pinned)

    return name


def test_without_an_activated_edition_the_shipped_one_is_in_force(office: Office) -> None:
    office.propose(written("1", TODAY))
    assert office.in_force() == shipped.current().ref


def test_two_people_put_an_edition_in_force_and_the_audit_names_both(office: Office) -> None:
    ref = office.put_in_force(written("1", TODAY))
    assert office.in_force() == ref == "m@1"
    assert office.audit(ref) == [("policy.propose", office.mariam.label), ("policy.activate", office.salem.label)]


def test_whoever_proposed_it_cannot_activate_it(office: Office) -> None:
    ref = office.propose(written("1", TODAY))
    with pytest.raises(OwnAct):
        office.activate(ref, by=office.mariam)
    assert office.stored(ref).state == "proposed"


def test_the_operator_may_propose_and_never_activates(office: Office) -> None:
    ref = office.propose(written("1", TODAY), by=OPERATING)
    with pytest.raises(Forbidden):
        office.activate(ref, by=OPERATING)
    office.activate(ref)
    assert office.in_force() == ref


def test_who_owns_no_policy_may_do_none_of_it(office: Office, colleague: Actor) -> None:
    ref = office.propose(written("1", TODAY))
    with pytest.raises(Forbidden):
        office.propose(written("2", TODAY), by=colleague)
    with office.db.write() as session, pytest.raises(Forbidden):
        enact.withdraw(session, colleague, editions.stored(session, ref))
    with pytest.raises(Forbidden):
        office.activate(ref, by=colleague)


def test_an_edition_that_fails_its_examples_is_refused_with_every_problem(office: Office) -> None:
    wrong = written("1", TODAY, clause("abuse", "wicked", example="nothing here"), clause("spam", "fine"))
    with pytest.raises(EditionRefused) as refused:
        office.propose(wrong)
    found = {(problem.clause, problem.code, problem.text) for problem in refused.value.problems}
    assert found == {("abuse", "silent", "nothing here"), ("spam", "fires", "a fine day")}
    with pytest.raises(NotFound):
        office.stored("m@1")


@pytest.mark.parametrize("name", ["a b", "x" * 60, "a@b", "a#b", ""])
def test_a_name_that_no_decision_can_cite_is_refused(office: Office, name: str) -> None:
    with pytest.raises(EditionRefused) as refused:
        office.propose(written(name, TODAY))
    assert {problem.code for problem in refused.value.problems} == {"bad_name"}


def test_an_edition_once_proposed_is_never_changed(office: Office) -> None:
    ref = office.propose(written("1", TODAY))
    before = office.stored(ref).canonical
    with pytest.raises(EditionTaken):
        office.propose(written("1", TODAY, clause("abuse", "evil")))
    office.withdraw(ref)
    with pytest.raises(EditionTaken):
        office.propose(written("1", TODAY, clause("abuse", "evil")))
    assert office.stored(ref).canonical == before


def test_a_shipped_edition_is_never_changed_either(office: Office) -> None:
    with pytest.raises(EditionTaken):
        office.propose(written("2026-11", TODAY, policy="mohre"))


def test_the_same_text_again_changes_nothing(office: Office) -> None:
    ref = office.propose(written("1", TODAY))
    office.propose("# with a remark\n" + written("1", TODAY), by=office.salem)
    assert office.stored(ref).proposed_by == office.mariam.label
    assert len(office.audit(ref)) == 1


def test_a_withdrawn_edition_waits_anew_as_the_proposal_of_whoever_brings_it_back(office: Office) -> None:
    ref = office.propose(written("1", TODAY))
    office.withdraw(ref)
    with pytest.raises(WrongState):
        office.activate(ref)
    office.propose(written("1", TODAY), by=office.salem)
    with pytest.raises(OwnAct):
        office.activate(ref)
    office.activate(ref, by=office.mariam)
    assert [action for action, _ in office.audit(ref)] == [
        "policy.propose", "policy.withdraw", "policy.propose", "policy.activate"
    ]  # fmt: skip


def test_many_at_once_propose_it_once_and_activate_it_once(office: Office) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: office.propose(written("1", TODAY), by=(office.mariam, office.salem)[n % 2]), range(4)))
    second = office.salem if office.stored("m@1").proposed_by == office.mariam.label else office.mariam

    def activated(_: int) -> bool:
        try:
            office.activate("m@1", by=second)
        except WrongState:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(activated, range(4))) == [False, False, False, True]
    assert [action for action, _ in office.audit("m@1")] == ["policy.propose", "policy.activate"]


def test_what_was_activated_is_neither_withdrawn_nor_activated_again(office: Office) -> None:
    ref = office.put_in_force(written("1", TODAY))
    with pytest.raises(WrongState):
        office.withdraw(ref)
    with pytest.raises(WrongState):
        office.activate(ref)


def test_an_edition_takes_effect_as_its_day_begins_in_dubai(office: Office, hands: Hands) -> None:
    ref = office.put_in_force(written("1", TOMORROW))
    hands.at = datetime(2026, 11, 24, 19, 59, 59, tzinfo=UTC)
    assert office.in_force() == shipped.current().ref
    hands.forward(seconds=1)
    assert office.in_force() == ref


def test_today_ends_at_midnight_in_dubai_for_activation_too(office: Office, hands: Hands) -> None:
    hands.at = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    ref = office.propose(written("1", TODAY))
    with pytest.raises(EditionLate) as late:
        office.activate(ref)
    assert TODAY in late.value.words("en")
    assert TOMORROW in late.value.words("ar")


def test_an_edition_may_say_that_it_is_late(office: Office) -> None:
    assert office.put_in_force(written("1", YESTERDAY, more="backdated = true")) == office.in_force()


def test_the_latest_day_that_has_come_counts_and_of_one_day_the_later_activation(office: Office, hands: Hands) -> None:
    office.put_in_force(written("2", TOMORROW))
    office.put_in_force(written("1", TODAY))
    assert office.in_force() == "m@1"
    hands.forward(days=1)
    assert office.in_force() == "m@2"
    office.put_in_force(written("1b", TOMORROW))  # a way back: the words of 1 under another name
    assert office.in_force() == "m@1b"


@pytest.mark.parametrize("name", ["mohre@2026-11", "2026-11"])
def test_the_setting_pins_a_shipped_edition(office: Office, pin: Callable[[str], None], name: str) -> None:
    office.put_in_force(written("1", TODAY))
    pin(name)
    assert office.in_force() == "mohre@2026-11"


@pytest.mark.parametrize("name", ["m@1", "1"])
def test_the_setting_pins_an_activated_edition_and_no_other(office: Office, pin: Callable[[str], None], name: str) -> None:
    ref = office.propose(written("1", TODAY))
    pin(name)
    with pytest.raises(ConfigurationError):
        office.in_force()
    office.activate(ref)
    pin("")
    office.put_in_force(written("2", TODAY))
    pin(name)
    assert office.in_force() == "m@1"


def test_an_edition_is_parsed_once_and_asked_for_with_one_small_query(office: Office) -> None:
    office.put_in_force(written("1", TODAY))
    asked: list[str] = []
    with office.db.read() as session:
        first = editions.in_force(session)
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
        assert editions.in_force(session) is first
    assert len(asked) == 1
    assert "canonical" not in asked[0]


def test_a_text_changed_in_the_database_is_not_judged_by(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.put_in_force(written("1", TODAY))
    with office.db.write() as session:
        session.execute(text("UPDATE policy_versions SET canonical = replace(canonical, 'wicked', 'just')"))
    monkeypatch.setattr(editions, "_kept", {})
    with pytest.raises(EditionChanged):
        office.in_force()


def test_decisions_keep_the_edition_they_were_taken_under(office: Office, ear: Any, say: Any, agent: Actor) -> None:
    ear.platform.said["comments"] = [say("c1", "wicked")]
    ear.hear()
    ref = office.put_in_force(written("1", TODAY))
    ear.platform.said["comments"].append(say("c2", "wicked"))
    ear.hear()
    with office.db.write() as session:
        moderate.hide(session, agent, session.exec(select(Item).where(Item.native_id == "c1")).one(), "abuse", "إساءة")
    with office.db.read() as session:
        decided = [(d.item_id, d.edition) for d in session.exec(select(Decision).order_by(col(Decision.id)))]
        items = session.exec(select(Item).order_by(col(Item.id))).all()
    assert decided == [(1, shipped.current().ref), (2, ref), (1, ref)]
    assert [(item.edition, item.action, item.clause) for item in items] == [
        (shipped.current().ref, "allow", ""),
        (ref, "review", "abuse"),
    ]


def test_every_edition_that_was_ever_cited_can_be_read(office: Office) -> None:
    ref = office.put_in_force(written("1", TODAY))
    with office.db.read() as session:
        assert editions.find(session, ref).clause("abuse").terms[0].text == "wicked"
        assert editions.find(session, "mohre@2026-11").ref == "mohre@2026-11"
        with pytest.raises(NotFound):
            editions.find(session, "m@9")
