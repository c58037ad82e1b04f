"""Whatever a platform or a citizen sends: nothing raises out of the reading, and what can be kept is kept."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from connectors.contract import Can, Message
from core.db import Database
from inbox import aside
from inbox.listing import items
from inbox.models import Item
from inbox.search import Filter, page

TEXTS = {
    "nul": "قبل\x00بعد",
    "lone surrogate": "كلمة\ud800 أخرى",
    "long": "شكوى " * 20_000,
    "controls": "\x01\x02\x1b[31m\r\n\t",
    "bidi": "\u202eنص مقلوب\u202c\u2066",
    "marks": "ا" + "\u0651" * 5_000,
    "empty": "",
    "spaces": " \u3000\u00a0",
    "sql": "'; DROP TABLE items; --",
    "emoji": "👩‍👩‍👧‍👦" * 300,
    "braces": "{number} {0} %s %(x)s {{}}",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_any_text_is_stored_listed_and_shown(ear: Any, say: Any, db: Database, text: str) -> None:
    ear.platform.said["comments"] = [say("c1", text), say("c2")]
    assert ear.hear(full=True).complete
    with db.read() as session:
        assert aside.newest(session) == []
        lines = {line["native_id"]: line["text"] for line in items(session)}
        assert len(page(session, Filter()).items) == 2
    assert lines["c1"] == text.replace("\x00", "").replace("\ud800", "\ufffd")


FIELDS = {
    "long ids": {"author_id": "9" * 500, "parent_id": "p" * 500, "root_id": "r" * 500},
    "long names": {"author_name": "س" * 5_000, "author_handle": "@" * 500},
    "long link": {"permalink": "https://x.test/" + "a" * 5_000},
    "nul in ids": {"author_id": "u\x00", "parent_id": "\ud800", "root_id": "\x00"},
    "nul in names": {"author_name": "\x00\ud800", "author_handle": "\x00", "permalink": "\x00"},
    "no author": {"author_id": "", "author_name": ""},
    "no parent": {"parent_id": None, "root_id": None},
    "its own parent": {"parent_id": "c1", "root_id": "c1"},
    "first year": {"created_at": datetime(1, 1, 1, tzinfo=UTC)},
    "before 1970": {"created_at": datetime(1955, 3, 1, tzinfo=UTC)},
    "odd word": {"can": Can(reply=False, why_no_reply="x" * 500)},
}


@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS.keys())
def test_odd_fields_are_stored_and_stop_nobody(ear: Any, say: Any, db: Database, fields: dict[str, Any]) -> None:
    ear.platform.said["comments"] = [say("c1", **fields), say("c2")]
    assert ear.hear(full=True).complete
    assert ear.hear(full=True).edited == 0
    with db.read() as session:
        assert {item.native_id for item in page(session, Filter()).items} == {"c1", "c2"}


WORSE = {
    "the end of time": {"created_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)},
    "a number for a text": {"text": 10**40},
    "nothing for a text": {"text": None},
    "a list for an author": {"author_id": ["7"]},
    "no zone": {"created_at": datetime(2026, 1, 1)},  # noqa: DTZ001  # the fault under test
}


@pytest.mark.parametrize("fields", WORSE.values(), ids=WORSE.keys())
def test_what_cannot_be_stored_is_set_aside_whole_and_stops_nobody(
    ear: Any, say: Any, db: Database, fields: dict[str, Any]
) -> None:
    ear.platform.said["comments"] = [say("c0"), replace(say("c1"), **fields), say("c2")]
    assert ear.hear().complete
    with db.read() as session:
        kept = [one.problem for one in aside.newest(session)]
        stored = set(session.exec(select(Item.native_id)))
    assert {"c0", "c2"} <= stored
    assert ("c1" in stored) != bool(kept), "lost, or kept twice"


ANYTHING = st.text(alphabet=st.characters(), max_size=300)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(ANYTHING, min_size=1, max_size=4), name=ANYTHING)
def test_nothing_a_citizen_writes_is_lost(db: Database, desk: Any, say: Any, texts: list[str], name: str) -> None:
    made: list[Message] = [say(f"h{abs(hash((n, text, name)))}", text, author_name=name) for n, text in enumerate(texts)]
    desk.take(*made)
    with db.read() as session:
        stored = set(session.exec(select(Item.native_id)))
    assert {message.native_id for message in made} <= stored
