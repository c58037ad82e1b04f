"""Replaying an edition over what is stored: what would change is counted and listed, and nothing is written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import SQLModel

from connectors.contract import Surface
from core.actors import CITIZEN, OPERATING
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden
from core.models import Account
from inbox import backtest as replaying
from inbox.backtest import backtest
from inbox.receive import receive
from inbox.replayed import Backtest, Found
from policies.edition import parse
from policies.judge import judge
from tests.inbox.conftest import SAID as SAID_AT
from tests.inbox.small_edition import clause, written

OLD = parse(written("1", "2026-11-01", clause("abuse", "wicked"), clause("spam", "bargain", action="hide")))
NEW = parse(
    written(
        "2",
        "2026-12-01",
        clause("abuse", "awful"),
        clause("insult", "wicked"),
        clause("spam", "bargain"),
    )
)
SAID = {
    "c1": "what a wicked thing to say",  # review under another clause
    "c2": "a bargain for you today only",  # hide -> review
    "c3": "an awful man wrote this story",  # allow -> review
    "c4": "The service is awful, my salary was not paid for three months",  # allow -> review, and a complaint
    "c5": "thank you very much for the help",  # nothing
}


@pytest.fixture
def stored(db: Database, account: Account, hands: Hands, desk: Any, say: Any) -> Database:
    """Five comments, a direct message and our own answer, judged by OLD. The direct message is the newest."""
    given = [say(name, words) for name, words in SAID.items()]
    given.append(say("own", "an awful day for us", own=True))
    direct = {"surface": Surface.DIRECT, "root_id": "t1", "parent_id": None}
    given.append(say("d1", "you are an awful man, all of you", **direct))
    with db.write() as session:
        receive(session, account, given, OLD, settings=desk.settings)
        session.execute(
            text("UPDATE items SET kind = CASE native_id WHEN 'c4' THEN 'complaint' ELSE 'other' END")
        )  # as a clerk did
    return db


Replay = Callable[..., Backtest]


@pytest.fixture
def replay(stored: Database) -> Replay:
    return lambda **options: backtest(stored, OPERATING, NEW, **options)


def test_what_would_change_is_counted_by_outcome_clause_and_language(replay: Replay) -> None:
    found = replay()
    assert (found.edition, found.items, found.changed, found.other_clause) == ("m@2", 6, 4, 1)
    assert found.moves == {"allow -> review": 3, "hide -> review": 1}
    assert found.clauses == {"abuse": {"allow -> review": 3}, "spam": {"hide -> review": 1}}
    assert found.languages == {"en": {"allow -> review": 3, "hide -> review": 1}}
    assert found.complaints == {"allow -> review": 1}


def test_the_edition_that_judged_changes_nothing(stored: Database) -> None:
    found = backtest(stored, OPERATING, OLD)
    assert (found.items, found.changed, found.other_clause, found.listed) == (6, 0, 0, ())


def test_a_clause_that_is_gone_is_named_where_nothing_decides_any_more(stored: Database) -> None:
    milder = parse(written("3", "2026-12-01", clause("spam", "bargain")))
    found = backtest(stored, OPERATING, milder)
    assert found.clauses == {"abuse": {"review -> allow": 1}, "spam": {"hide -> review": 1}}
    assert {(one.native_id, one.old_clause, one.new_clause) for one in found.listed} == {
        ("c1", "abuse", ""),
        ("c2", "spam", "spam"),
    }


def test_items_are_listed_in_turns_and_no_more_than_asked_for(replay: Replay) -> None:
    assert [(one.native_id, one.was, one.becomes, one.new_clause) for one in replay(limit=3).listed] == [
        ("d1", "allow", "review", "abuse"),
        ("c2", "hide", "review", "spam"),
        ("c4", "allow", "review", "abuse"),
    ]
    assert replay(limit=0).listed == ()


@pytest.mark.parametrize(("alone", "move"), [(False, "automatic_hide -> hide"), (True, "hide -> automatic_hide")])
def test_hiding_alone_is_an_outcome_of_its_own(alone: bool, move: str) -> None:
    said = replace(judge("a bargain", edition=OLD), action="hide", automatic=alone)
    place = {"native_id": "c1", "permalink": "", "created_at": SAID_AT, "private": True, "text": "a bargain", "attachments": []}
    row = SimpleNamespace(action="hide", alone=not alone, clause="spam", language="en", kind="other", **place)
    found = Found(1)
    found.compare(row, "facebook:100", said)
    assert found.told(OLD).moves == {move: 1}


def test_direct_messages_are_judged_and_their_words_not_listed(replay: Replay) -> None:
    words = {one.native_id: one.text for one in replay().listed}
    assert words["d1"] is None
    assert words["c3"] == SAID["c3"]


def test_personal_data_in_a_listed_text_is_masked(db: Database, account: Account, desk: Any, say: Any) -> None:
    with db.write() as session:
        receive(session, account, [say("c1", "an awful man, call 0501234567")], OLD, settings=desk.settings)
    (listed,) = backtest(db, OPERATING, NEW).listed
    assert listed.text is not None
    assert "0501234" not in listed.text


def test_the_last_days_and_one_account_may_be_asked_for(replay: Replay, hands: Hands, account: Account) -> None:
    assert replay(account_id=account.id).items == 6
    assert replay(account_id=(account.id or 0) + 1).items == 0
    assert replay(days=1).items == 6
    hands.forward(days=1)
    assert replay(days=1).items == 0


def test_pages_miss_nothing_and_tell_how_far_they_are(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, told = replay(), list[tuple[int, int]]()
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    assert replay(tell=lambda done, count: told.append((done, count))) == whole
    assert told == [(2, 6), (4, 6), (6, 6)]


def test_items_of_one_millisecond_are_each_judged_once(
    db: Database, account: Account, desk: Any, say: Any, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    moment = hands() - timedelta(hours=1)
    with db.write() as session:
        receive(session, account, [say(f"c{n}", "awful", created_at=moment) for n in range(7)], OLD, settings=desk.settings)
    assert backtest(db, OPERATING, NEW).moves == {"allow -> review": 7}


def test_nothing_is_written(stored: Database, replay: Replay) -> None:
    def counted() -> dict[str, Any]:
        with stored.read() as session:
            tables = [*SQLModel.metadata.tables]
            return {name: session.connection().execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in tables}

    before, asked = counted(), list[str]()
    event.listen(stored.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement.split()[0].upper()))
    replay()
    assert set(asked) <= {"SELECT", "BEGIN"}
    assert counted() == before


def test_who_may_not_propose_may_not_look(stored: Database) -> None:
    with pytest.raises(Forbidden):
        backtest(stored, CITIZEN, NEW)
