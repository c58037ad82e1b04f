"""An edit is never lost and an old page never taken for one: where a text alone can't tell, the platform is asked."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core.clock import Hands
from core.db import Database
from core.errors import Unavailable
from inbox.models import Item, Webhook
from tests.inbox.test_webhooks import feed, take

ID = "100_1_1"


def words(db: Database) -> str:
    with db.read() as session:
        return session.exec(select(Item.text).where(Item.native_id == ID)).one()


def shows(ear: Any, said: Any, *, now: str = "") -> None:
    """The list shows `said`; the item itself says `now`, the same where nothing else is given."""
    ear.platform.said["comments"].append(said)
    ear.platform.present[ID] = replace(said, text=now or said.text)
    ear.platform.asked.clear()


def page_at(moment: datetime, *changes: Any) -> bytes:
    return json.dumps(
        {"object": "page", "entry": [{"id": "100", "time": int(moment.timestamp()), "changes": list(changes)}]}
    ).encode()


@pytest.fixture
def first(ear: Any, say: Any) -> Any:
    """The account's one comment, heard from the list."""
    said = say(ID, "أول", parent_id="100_1", root_id="100_1")
    ear.platform.said["comments"] = []
    shows(ear, said)
    ear.hear()
    return said


def test_an_edit_that_only_the_list_shows_follows_one_told_by_webhook(ear: Any, first: Any, db: Database, hands: Hands) -> None:
    take(ear.desk, page_at(hands(), feed(ID, "ثان", "edited")))
    assert words(db) == "ثان"
    shows(ear, replace(first, text="ثالث"))
    assert ear.hear().edited == 1
    assert words(db) == "ثالث"


def test_words_changed_back_are_taken(ear: Any, first: Any, db: Database) -> None:
    for text in ("ثان", "أول", "ثان"):
        shows(ear, replace(first, text=text))
        assert ear.hear().edited == 1
        assert words(db) == text


def test_an_old_page_shown_again_changes_nothing(ear: Any, first: Any, db: Database) -> None:
    shows(ear, replace(first, text="ثان"))
    ear.hear()
    shows(ear, first, now="ثان")
    assert ear.hear().edited == 0
    assert words(db) == "ثان"


def test_the_last_of_several_edits_within_one_second_wins(ear: Any, first: Any, db: Database, hands: Hands) -> None:
    take(ear.desk, *(page_at(hands(), feed(ID, text, "edited")) for text in ("ثان", "ثالث", "رابع")))
    ear.platform.present[ID] = replace(first, text="رابع")
    ear.hear()
    assert words(db) == "رابع"


def test_once_the_words_agree_nothing_is_asked_any_more(ear: Any, first: Any) -> None:
    shows(ear, replace(first, text="ثان"))
    ear.hear()
    shows(ear, first)
    ear.hear()
    assert f"lookup {ID}" in ear.platform.asked
    shows(ear, first)
    ear.hear()
    assert f"lookup {ID}" not in ear.platform.asked


def test_a_question_that_could_not_be_asked_waits_for_the_next_reading(ear: Any, first: Any, db: Database) -> None:
    shows(ear, replace(first, text="ثان"))
    ear.hear()
    shows(ear, first)
    away = Unavailable(account="facebook:100")
    ear.platform.trouble = [None, away, away]
    assert ear.hear().problems == {"recheck:told": "unavailable"}
    assert (words(db), ear.hear().edited, words(db)) == ("ثان", 1, "أول")


def test_a_question_put_again_while_it_is_answered_is_asked_once_more(ear: Any, first: Any, db: Database, hands: Hands) -> None:
    take(ear.desk, page_at(hands(), feed(ID, "ثان", "edited")), page_at(hands(), feed(ID, "ثالث", "edited")))
    ear.platform.present[ID] = replace(first, text="ثالث")

    def another_edit() -> None:
        if any(call.startswith("lookup") for call in ear.platform.asked):
            ear.platform.before_answer = lambda: None
            hands.forward(seconds=1)
            take(ear.desk, page_at(hands() - timedelta(seconds=1), feed(ID, "رابع", "edited")))

    ear.platform.before_answer = another_edit
    ear.hear()
    with db.read() as session:
        assert session.exec(select(Webhook).where(Webhook.family == "look", col(Webhook.done_at).is_(None))).all()
    ear.platform.present[ID] = replace(first, text="رابع")
    ear.hear()
    assert words(db) == "رابع"


def test_what_is_gone_when_it_is_asked_for_is_a_tombstone(ear: Any, first: Any, db: Database) -> None:
    shows(ear, replace(first, text="ثان"))
    ear.hear()
    shows(ear, first)
    ear.platform.present[ID] = replace(first, text="", deleted=True)
    assert ear.hear().deleted == 1
