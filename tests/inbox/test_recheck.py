"""Edits and deletes that no list shows are found by asking for the items again, often while they are young."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from core.clock import Hands
from core.db import Database
from core.errors import RateLimited
from inbox.models import Item, ItemVersion
from inbox.recheck import bands


def item(db: Database, native_id: str = "c1") -> Item:
    with db.read() as session:
        return session.exec(select(Item).where(Item.native_id == native_id)).one()


@pytest.fixture
def heard(ear: Any, say: Any, hands: Hands) -> Any:
    """An account whose one comment, ten minutes old, was heard and is listed no more."""
    said = say("c1", "أول", created_at=hands() - timedelta(minutes=10))
    ear.platform.said["comments"], ear.platform.present["c1"] = [said], said
    ear.hear()
    ear.platform.asked.clear()
    return ear


def asked(ear: Any) -> bool:
    """Whether the comment was asked for in the reading just made."""
    found = "lookup c1" in ear.platform.asked
    ear.platform.asked.clear()
    return found


def test_a_deleted_comment_is_found_to_be_gone(heard: Any, db: Database, hands: Hands) -> None:
    heard.platform.present["c1"] = replace(heard.platform.present["c1"], text="", deleted=True)
    hands.forward(minutes=6)
    assert heard.hear().deleted == 1
    assert (item(db).deleted, item(db).text, item(db).state) == (True, "أول", "closed")


def test_an_edited_comment_is_found_and_its_words_before_are_kept(heard: Any, db: Database, hands: Hands) -> None:
    heard.platform.present["c1"] = replace(heard.platform.present["c1"], text="ثان")
    hands.forward(minutes=6)
    assert heard.hear().edited == 1
    assert (item(db).text, item(db).edited) == ("ثان", True)
    with db.read() as session:
        assert [version.text for version in session.exec(select(ItemVersion))] == ["أول"]


def test_the_young_are_asked_for_often_and_the_old_seldom(heard: Any, hands: Hands) -> None:
    hands.forward(minutes=6)
    heard.hear()
    assert asked(heard)
    hands.forward(minutes=2)
    heard.hear()
    assert not asked(heard), "not due yet"
    hands.forward(minutes=70)
    heard.hear()
    assert asked(heard), "an hour later, of the last day"
    hands.forward(minutes=20)
    heard.hear()
    assert not asked(heard)
    hands.forward(days=1)
    heard.hear()
    assert asked(heard), "a day later, of the last days"
    hands.forward(days=20)
    heard.hear(full=True)
    assert not asked(heard), "too old"


def test_a_full_reading_asks_for_all_recent_items_at_once(heard: Any) -> None:
    heard.hear(full=True)
    assert asked(heard)


def test_what_the_reading_has_just_shown_is_not_asked_for(ear: Any, say: Any) -> None:
    ear.platform.said["comments"] = [say("c1")]
    ear.hear(full=True)
    assert not any(call.startswith("lookup") for call in ear.platform.asked)


def test_the_deleted_are_never_asked_for_again(heard: Any, hands: Hands) -> None:
    heard.platform.present["c1"] = replace(heard.platform.present["c1"], deleted=True)
    heard.hear(full=True)
    assert asked(heard)
    heard.hear(full=True)
    assert not asked(heard)


def test_a_limit_on_looking_up_is_told_and_the_items_wait(heard: Any, db: Database, hands: Hands) -> None:
    hands.forward(minutes=6)
    limit = RateLimited(account="facebook:100", retry_at=hands() + timedelta(minutes=15))
    heard.platform.trouble = [None, limit]
    assert heard.hear().problems == {"recheck": "rate_limited"}
    assert asked(heard)
    hands.forward(minutes=16)
    assert heard.hear().complete
    assert asked(heard)


def test_what_could_not_be_read_is_no_tombstone(heard: Any, db: Database, hands: Hands) -> None:
    heard.platform.present.clear()
    hands.forward(minutes=6)
    assert heard.hear().complete
    assert not item(db).deleted


def test_each_band_is_wider_and_asked_for_more_seldom_than_the_one_before() -> None:
    rows = bands(14)
    assert [younger for _, younger, _ in rows] == sorted(younger for _, younger, _ in rows)
    assert [every for _, _, every in rows] == sorted(every for _, _, every in rows)
