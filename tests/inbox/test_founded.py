"""What was decided against words and had to wait leaves only while it is founded: the same words, under a clause that stands."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from core.actors import OPERATING, Actor
from core.auth import actor_of, add_user, dismiss
from core.clock import Hands
from core.db import Database
from core.models import AuditEntry
from inbox import cases, correcting, moderate, work
from inbox.models import Decision, Item, Notice
from outbox.models import Delivery
from outbox.reasons import in_words
from outbox.reconcile import reconcile_due
from outbox.send import send_due
from policies import edition as editions
from policies.clauses import Clause, Edition, Model
from tests.outbox.outbox_wall import Wall, WallConnector

FORBIDDEN, OTHER = "كلمةمحظورةجدا", "كلمةمحظورةجدا أخرى"


@pytest.fixture
def wall(db: Database, desk: Any, tmp_path: Path) -> WallConnector:
    return WallConnector(Wall(tmp_path / "wall.jsonl"), desk.account.key)


@pytest.fixture
def send(db: Database, desk: Any, wall: WallConnector) -> Callable[[], list[str]]:
    """Sends what is due; what the platform was asked to do since."""

    def go() -> list[str]:
        wall.calls.clear()
        send_due(db, lambda _: wall, "w1", settings=desk.settings)
        return [call for call in wall.calls if call.startswith(("hide", "unhide", "delete"))]

    return go


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> Edition:
    """In force: an abuse clause that acts alone, by one unmistakable word and a model that always agrees."""
    edition = editions.current()
    clause = edition.clause("abuse")
    word = replace(clause.terms[0], text=FORBIDDEN, language="ar", score=1.0)
    agrees = Model("offence", review=1.0, automatic=0.0)
    alone = replace(clause, automatic=True, action="hide", terms=(word,), patterns=(), allow=(), rules=(), model=agrees)
    return enact(monkeypatch, edition, alone)


def enact(monkeypatch: pytest.MonkeyPatch, edition: Edition, clause: Clause | None, name: str = "") -> Edition:
    """In force from now on: that edition with its abuse clause replaced, or without it."""
    others = tuple(clause if one.id == "abuse" and clause else one for one in edition.clauses if one.id != "abuse" or clause)
    now = replace(edition, clauses=others, edition=name or edition.edition)
    monkeypatch.setattr(editions, "current", lambda: now)
    return now


def hides(db: Database) -> list[tuple[str | None, str, str]]:
    with db.read() as session:
        found = session.exec(select(Delivery).where(Delivery.kind != "private_reply").order_by(col(Delivery.id)))
        return [(one.ref, one.state, one.reason) for one in found]


def item(db: Database) -> Item:
    with db.read() as session:
        return session.get_one(Item, 1)


def change(db: Database, **values: Any) -> None:
    with db.write() as session:
        one = session.get_one(Item, 1)
        for name, value in values.items():
            setattr(one, name, value)


def test_an_automatic_hide_of_words_that_stand_leaves(
    db: Database, desk: Any, say: Any, strict: Edition, send: Any, hands: Hands
) -> None:
    desk.take(say("c1", FORBIDDEN))
    hands.forward(hours=47)
    assert (send(), item(db).hidden) == (["hide c1"], True)


def test_words_that_were_changed_to_harmless_ones_are_not_hidden(
    db: Database, desk: Any, say: Any, strict: Edition, send: Any
) -> None:
    one = say("c1", FORBIDDEN)
    desk.take(one)
    desk.take(replace(one, text="شكرا لكم", edited=True))
    assert (send(), item(db).hidden, item(db).action) == ([], False, "allow")
    assert hides(db) == [(f"hide:1:{strict.ref}", "cancelled", "words_changed")]
    desk.take(replace(one, text=FORBIDDEN, edited=True), fresh=True)  # what is written back is another deed
    assert (send(), item(db).hidden) == (["hide c1"], True)
    assert [ref for ref, *_ in hides(db)] == [f"hide:1:{strict.ref}", f"hide:1:{strict.ref}:2"]


def test_changed_words_that_must_be_hidden_too_are_hidden_once_under_a_name_of_their_own(
    db: Database, desk: Any, say: Any, strict: Edition, send: Any
) -> None:
    one = say("c1", FORBIDDEN)
    desk.take(one)
    for _ in range(2):  # told twice
        desk.take(replace(one, text=OTHER, edited=True))
    assert send() == ["hide c1"]
    first = f"hide:1:{strict.ref}"
    assert hides(db) == [(first, "cancelled", "words_changed"), (f"{first}:1", "published", "")]
    with db.read() as session:
        carried = session.exec(select(Decision).where(Decision.action == "hide").order_by(col(Decision.id))).all()
        assert [one.evidence["text"] for one in carried] == [FORBIDDEN, OTHER]
        assert session.exec(select(Notice)).one().decision_id == carried[1].id


def test_the_last_moment_sees_a_change_that_was_stored_just_before(
    db: Database, desk: Any, say: Any, strict: Edition, send: Any
) -> None:
    desk.take(say("c1", FORBIDDEN))
    change(db, text="شكرا لكم")
    assert send() == []
    assert hides(db)[0][1:] == ("cancelled", "words_changed")


def test_what_a_moderator_decided_goes_before_him_again_when_the_words_change(
    db: Database, desk: Any, say: Any, agent: Actor, send: Any
) -> None:
    one = say("c1", "كلام")
    desk.take(one)
    with db.write() as session:
        first = moderate.hide(session, agent, session.get_one(Item, 1), "abuse", "شتم")
        work.mark(session, agent, session.get_one(Item, 1), "answered")
    desk.take(replace(one, text="شكرا لكم", edited=True))
    assert (send(), item(db).hidden, item(db).state, item(db).action) == ([], False, "open", "review")
    with db.write() as session:
        told = session.exec(select(Decision).where(Decision.reason == "words_changed")).one()
        assert (told.action, told.automatic, told.clause) == ("review", True, "abuse")
        assert session.exec(select(AuditEntry).where(AuditEntry.action == "item.look_again")).one().detail["decision"] == first.id
        moderate.hide(session, agent, session.get_one(Item, 1), "abuse", "شتم في كلامه الجديد أيضا")
    assert (send(), item(db).hidden) == (["hide c1"], True)


def test_what_was_to_be_shown_again_or_deleted_asks_again_too(
    db: Database, desk: Any, say: Any, agent: Actor, send: Any, hands: Hands
) -> None:
    one = say("c1", "كلام")
    desk.take(one)
    with db.write() as session:
        other = actor_of(add_user(session, OPERATING, "huda", "long-enough-1", ["moderator"], "Huda"))
        moderate.hide(session, agent, session.get_one(Item, 1), "abuse", "شتم")
    assert send() == ["hide c1"]
    verbs: list[Any] = [
        lambda w: moderate.unhide(w, other, w.get_one(Item, 1), "أخطأنا"),
        lambda w: moderate.delete(w, other, w.get_one(Item, 1), "abuse", "تكرار"),
    ]
    for number, verb in enumerate(verbs):
        with db.write() as session:
            verb(session)
        desk.take(replace(one, text=f"كلام آخر {number}", edited=True), fresh=True)
        assert (send(), item(db).hidden, item(db).state) == ([], True, "open")
    for verb, done in zip(verbs, ("unhide c1", "delete c1"), strict=True):
        if done.startswith("delete"):
            change(db, hidden=True)
        with db.write() as session:
            verb(session)
        assert send() == [done]


def test_changed_while_its_outcome_is_not_known_it_is_not_repeated_and_a_person_looks(
    db: Database, desk: Any, say: Any, strict: Edition, send: Any, wall: WallConnector, hands: Hands
) -> None:
    one = say("c1", FORBIDDEN)
    desk.take(one)
    wall.faults.append("cut_before")
    send()
    desk.take(replace(one, text="شكرا لكم", edited=True))
    hands.forward(minutes=1)
    reconcile_due(db, lambda _: wall, "w1", settings=desk.settings)
    hands.forward(minutes=1)
    assert send() == []
    assert (hides(db)[0][1:], item(db).action, item(db).state) == (("cancelled", "words_changed"), "review", "open")


def test_changed_while_it_was_on_its_way_it_is_hidden_and_a_person_looks(
    db: Database, desk: Any, say: Any, strict: Edition, send: Any, wall: WallConnector
) -> None:
    one = say("c1", FORBIDDEN)
    desk.take(one)
    wall.before = lambda: (desk.take(replace(one, text="شكرا لكم", edited=True)), None)[1]
    assert send() == ["hide c1"]
    assert (item(db).hidden, item(db).state, item(db).action) == (True, "open", "review")


def test_what_the_platform_hides_already_is_not_hidden_again_but_one_tried_before_is_settled(
    db: Database, desk: Any, say: Any, strict: Edition, send: Any, wall: WallConnector, hands: Hands
) -> None:
    one = say("c1", FORBIDDEN)
    desk.take(one)
    wall.faults.append("cut_after")
    send()
    desk.take(replace(one, hidden=True), two := say("c2", FORBIDDEN))
    desk.take(replace(two, hidden=True))
    hands.forward(minutes=1)
    reconcile_due(db, lambda _: wall, "w1", settings=desk.settings)
    hands.forward(minutes=1)
    assert send() == ["hide c1"]
    assert [entry[1:] for entry in hides(db)] == [("published", ""), ("cancelled", "hidden_already")]
    with db.read() as session:
        assert session.exec(select(Notice)).one().item_id == 1


@pytest.mark.parametrize("deed", ["kind", "case", "answered", "closed", "gone"])
def test_what_a_person_made_of_it_since_counts_more_than_the_machine(
    db: Database, desk: Any, say: Any, strict: Edition, agent: Actor, send: Any, deed: str
) -> None:
    one = say("c1", FORBIDDEN)
    desk.take(one)
    with db.write() as session:
        words = session.get_one(Item, 1)
        if deed == "kind":
            correcting.correct(session, agent, words, kind="complaint")
        elif deed == "case":
            cases.open_case(session, agent, words, words.kind)
        elif deed in ("answered", "closed"):
            work.mark(session, agent, words, deed)
    if deed == "gone":
        desk.take(replace(one, deleted=True))
    why = {"kind": "reclassified", "case": "reclassified", "gone": "item_gone"}.get(deed, "cleared")
    assert (send(), hides(db)[0][1:], item(db).hidden) == ([], ("cancelled", why), False)
    assert in_words(why, "cancelled", "ar") != in_words(why, "cancelled", "en")


def test_what_somebody_decided_who_may_moderate_no_more_goes_before_a_colleague(
    db: Database, desk: Any, say: Any, agent: Actor, send: Any
) -> None:
    desk.take(say("c1"))
    with db.write() as session:
        moderate.hide(session, agent, session.get_one(Item, 1), "privacy", "رقم هاتف")
        dismiss(session, OPERATING, "noura")
    assert (send(), hides(db)[0][1:]) == ([], ("cancelled", "decider_gone"))
    assert (item(db).hidden, item(db).action, item(db).state) == (False, "review", "open")
    with db.read() as session:
        assert session.exec(select(Decision).order_by(col(Decision.id).desc())).first().reason == "decider_gone"  # type: ignore[union-attr] # asserted


def test_a_moderators_hide_is_not_undone_by_making_a_case_of_it(db: Database, desk: Any, say: Any, agent: Actor, send: Any) -> None:
    desk.take(say("c1", "كلام"))
    with db.write() as session:
        moderate.hide(session, agent, session.get_one(Item, 1), "privacy", "رقم هاتف")
        cases.open_case(session, agent, session.get_one(Item, 1), "complaint")
    assert send() == ["hide c1"]


@pytest.mark.parametrize("automatic", [True, False])
def test_a_clause_that_stands_in_the_next_edition_still_hides(
    db: Database, desk: Any, say: Any, strict: Edition, agent: Actor, send: Any, monkeypatch: pytest.MonkeyPatch, automatic: bool
) -> None:
    decide(db, desk, say, agent, automatic)
    enact(monkeypatch, strict, replace(strict.clause("abuse"), severity=1), "next")
    assert send() == ["hide c1"]


@pytest.mark.parametrize("automatic", [True, False])
def test_under_a_clause_that_is_withdrawn_nothing_is_hidden_and_a_person_looks(
    db: Database, desk: Any, say: Any, strict: Edition, agent: Actor, send: Any, monkeypatch: pytest.MonkeyPatch, automatic: bool
) -> None:
    decide(db, desk, say, agent, automatic)
    enact(monkeypatch, strict, None, "next")
    assert (send(), hides(db)[0][1:]) == ([], ("cancelled", "clause_withdrawn"))
    assert (item(db).state, item(db).action != "allow", item(db).hidden) == ("open", True, False)


@pytest.mark.parametrize(("automatic", "calls"), [(True, []), (False, ["hide c1"])])
def test_where_the_clause_no_longer_acts_alone_the_machines_hide_waits_for_a_person_and_a_persons_leaves(
    db: Database,
    desk: Any,
    say: Any,
    strict: Edition,
    agent: Actor,
    send: Any,
    monkeypatch: pytest.MonkeyPatch,
    automatic: bool,
    calls: list[str],
) -> None:
    decide(db, desk, say, agent, automatic)
    enact(monkeypatch, strict, replace(strict.clause("abuse"), automatic=False), "next")
    assert send() == calls


def decide(db: Database, desk: Any, say: Any, agent: Actor, automatic: bool) -> None:
    desk.take(say("c1", FORBIDDEN if automatic else "كلام"))
    if not automatic:
        with db.write() as session:
            moderate.hide(session, agent, session.get_one(Item, 1), "abuse", "شتم")
