"""Hiding and showing: under a clause, with evidence, by the ledger, and back again."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from connectors.contract import Can
from core.actors import Actor
from core.db import Database
from core.errors import Forbidden, Invalid, NotPossible, WrongState
from core.settings import Settings, load
from inbox import moderate, search
from inbox.models import Decision, Item
from inbox.tally import count, day_of
from outbox.guards import settled
from outbox.models import Delivery
from policies import edition as editions
from policies.clauses import Edition, Model


def hide(db: Database, actor: Actor, clause: str = "abuse", reason: str = "شتم صريح") -> Decision:
    with db.write() as session:
        return moderate.hide(session, actor, session.get_one(Item, 1), clause, reason)


def settle(db: Database, kind: str, state: str = "published") -> None:
    with db.write() as session:
        delivery = session.exec(select(Delivery).where(Delivery.kind == kind)).one()
        delivery.state = state
        session.add(delivery)
        session.flush()
        settled(session, delivery)


def item(db: Database) -> Item:
    with db.read() as session:
        return session.get_one(Item, 1)


def test_hiding_keeps_the_evidence_and_cites_clause_and_edition(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", "كلام"))
    decision = hide(db, agent)
    assert (decision.edition, decision.clause, decision.automatic) == (editions.current().ref, "abuse", False)
    assert decision.evidence["text"] == "كلام"
    with db.read() as session:
        delivery = session.exec(select(Delivery)).one()
    assert (delivery.kind, delivery.target_id, delivery.id) == ("hide", "c1", decision.delivery_id)


def test_an_item_is_hidden_when_the_platform_has_hidden_it(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    hide(db, agent)
    assert not item(db).hidden
    settle(db, "hide")
    assert (item(db).hidden, item(db).state) == (True, "closed")
    with db.read() as session:
        assert count(session, "view", "hidden") == 1


def test_pressing_twice_hides_once(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    assert hide(db, agent).id == hide(db, agent).id


def test_a_refused_hide_can_be_tried_again(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    first = hide(db, agent)
    settle(db, "hide", "refused")
    assert not item(db).hidden
    assert hide(db, agent).id != first.id


def test_shown_again_it_waits_for_an_answer_again(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    hide(db, agent)
    settle(db, "hide")
    with db.write() as session:
        decision = moderate.unhide(session, agent, session.get_one(Item, 1), "أُخطئ في الحكم")
        assert (decision.action, decision.clause) == ("unhide", "abuse")
    settle(db, "unhide")
    assert (item(db).hidden, item(db).state) == (False, "open")


def test_a_page_that_still_says_hidden_does_not_undo_the_showing(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    one = say("c1")
    desk.take(one)
    hide(db, agent)
    settle(db, "hide")
    with db.write() as session:
        moderate.unhide(session, agent, session.get_one(Item, 1), "سبب")
    settle(db, "unhide")
    desk.take(replace(one, hidden=True))
    assert not item(db).hidden


def test_a_late_answer_to_a_hide_does_not_undo_the_showing(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    one = say("c1")
    desk.take(one)
    hide(db, agent)
    settle(db, "hide", "cancelled")  # given up while nobody knew whether it had come
    desk.take(replace(one, hidden=True))
    with db.write() as session:
        moderate.unhide(session, agent, session.get_one(Item, 1), "سبب")
    settle(db, "unhide")
    settle(db, "hide")
    assert (item(db).hidden, item(db).state) == (False, "open")


def test_a_late_answer_to_a_delete_counts_whatever_was_done_since(
    db: Database, desk: Any, say: Any, agent: Actor, colleague: Actor
) -> None:
    desk.take(say("c1"))
    hide(db, agent)
    settle(db, "hide")
    other = replace(colleague, abilities=agent.abilities)
    with db.write() as session:
        moderate.delete(session, other, session.get_one(Item, 1), "abuse", "سبب")
    settle(db, "delete", "cancelled")
    with db.write() as session:
        moderate.unhide(session, agent, session.get_one(Item, 1), "سبب")
    settle(db, "unhide")
    settle(db, "delete")
    assert item(db).deleted


def test_hidden_on_the_platform_itself_is_known_here(db: Database, desk: Any, say: Any) -> None:
    one = say("c1")
    desk.take(one)
    desk.take(replace(one, hidden=True))
    assert item(db).hidden


def test_what_was_hidden_there_and_shows_again_there_shows_here(db: Database, desk: Any, say: Any) -> None:
    one = say("c1")
    desk.take(replace(one, hidden=True))
    desk.take(one)
    assert item(db).hidden, "most tellings do not say"
    desk.take(replace(one, hidden=False))
    assert not item(db).hidden
    with db.read() as session:
        shown = session.get_one(Item, 1)
        assert count(session, "view", "hidden") == 0
        assert count(session, "public", shown.kind, day=day_of(shown.created_at)) == 1
        assert [found.id for found in search.page(session, search.Filter(text=shown.text)).items] == [1]


@pytest.mark.parametrize("state", ["published", "uncertain"])
def test_what_we_hid_stays_hidden_whatever_a_page_says(db: Database, desk: Any, say: Any, agent: Actor, state: str) -> None:
    one = say("c1")
    desk.take(one)
    hide(db, agent)
    desk.take(replace(one, hidden=True))
    settle(db, "hide", state)
    desk.take(replace(one, hidden=False))
    assert item(db).hidden


def test_a_hide_of_ours_that_was_refused_decides_nothing(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    one = say("c1")
    desk.take(one)
    hide(db, agent)
    settle(db, "hide", "refused")
    desk.take(replace(one, hidden=True))
    assert item(db).hidden
    desk.take(replace(one, hidden=False))
    assert not item(db).hidden


@pytest.mark.parametrize(("clause", "reason"), [("criticism", "سبب"), ("abuse", "  ")])
def test_without_a_clause_of_the_edition_or_a_reason_nothing_is_hidden(
    db: Database, desk: Any, say: Any, agent: Actor, clause: str, reason: str
) -> None:
    desk.take(say("c1"))
    with pytest.raises(Invalid):
        hide(db, agent, clause, reason)


def test_where_the_platform_cannot_hide_its_address_is_given(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1", can=Can(hide=False)))
    with pytest.raises(NotPossible) as refused:
        hide(db, agent)
    assert refused.value.details["permalink"] == "https://facebook.test/c1"


def test_what_is_not_hidden_cannot_be_shown(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(say("c1"))
    with db.write() as session, pytest.raises(WrongState):
        moderate.unhide(session, agent, session.get_one(Item, 1), "سبب")


def test_who_may_not_moderate_may_not(db: Database, desk: Any, say: Any, colleague: Actor) -> None:
    desk.take(say("c1"))
    with pytest.raises(Forbidden):
        hide(db, colleague)


@pytest.fixture
def strict() -> Edition:
    """The edition in force with an abuse clause that may act alone: one unmistakable word, and a model that always agrees."""
    edition = editions.current()
    clause = edition.clause("abuse")
    word = replace(clause.terms[0], text="كلمةمحظورةجدا", language="ar", score=1.0)
    agrees = Model("offence", review=1.0, automatic=0.0)
    alone = replace(clause, automatic=True, action="hide", terms=(word,), patterns=(), allow=(), rules=(), model=agrees)
    return replace(edition, clauses=tuple(alone if c.id == "abuse" else c for c in edition.clauses))


def test_an_automatic_hide_is_queued_with_evidence_under_the_daily_brake(
    db: Database, desk: Any, say: Any, strict: Edition, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "current", lambda: strict)
    desk.settings = load(MAJLIS_VAR_DIR=str(settings.var_dir), MAJLIS_HIDE_BRAKE="2")
    desk.take(*(say(f"c{n}", "كلمةمحظورةجدا") for n in range(3)), say("c9", "شكرا"))
    with db.read() as session:
        hides = session.exec(select(Delivery).where(Delivery.kind == "hide")).all()
        decisions = session.exec(select(Decision).order_by(Decision.id)).all()  # type: ignore[arg-type] # a column
    assert [d.target_id for d in hides] == ["c0", "c1"]
    assert [d.action for d in decisions] == ["hide", "hide", "review", "allow"]
    assert [d.delivery_id is not None for d in decisions] == [True, True, False, False]
    assert decisions[0].evidence["text"] == "كلمةمحظورةجدا"
    settle_all(db)
    assert item(db).hidden


def settle_all(db: Database) -> None:
    with db.write() as session:
        for delivery in session.exec(select(Delivery).where(Delivery.kind == "hide")).all():
            delivery.state = "published"
            session.add(delivery)
            session.flush()
            settled(session, delivery)
