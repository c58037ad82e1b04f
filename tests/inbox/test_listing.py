"""Every item for the outside world, one line each, whatever there is of them."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.contract import Surface
from core.db import Database
from inbox import listing
from inbox.listing import items

NAMES = ["platform", "account", "native_id", "parent_id", "author", "text", "created_at", "edited", "deleted", "own"]


def lines(db: Database) -> dict[str, dict[str, Any]]:
    with db.read() as session:
        return {line["native_id"]: line for line in items(session)}


def test_a_line_holds_what_is_promised_and_no_more(db: Database, desk: Any, say: Any) -> None:
    one = say("c1", "كلام")
    desk.take(one)
    line = lines(db)["c1"]
    assert list(line) == NAMES
    assert (line["account"], line["parent_id"], line["created_at"]) == ("facebook:100", "p1", "2026-11-24T05:01:00Z")
    assert (line["edited"], line["deleted"], line["own"]) == (False, False, False)


def test_the_newest_words_are_told_also_of_what_is_deleted(db: Database, desk: Any, say: Any) -> None:
    one = say("c1", "أول")
    desk.take(one)
    desk.take(replace(one, text="ثان"))
    desk.take(replace(one, text="", deleted=True))
    line = lines(db)["c1"]
    assert (line["text"], line["edited"], line["deleted"]) == ("ثان", True, True)


def test_our_own_words_are_listed_as_ours(db: Database, desk: Any, say: Any) -> None:
    desk.take(say("p1", "إعلان", own=True, surface=Surface.POST, parent_id=None))
    assert (lines(db)["p1"]["own"], lines(db)["p1"]["parent_id"]) == (True, None)


def test_none_is_left_out_where_pieces_meet(db: Database, desk: Any, say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "AT_ONCE", 3)
    desk.take(*(say(f"c{n}") for n in range(9)))
    with db.read() as session:
        assert [line["native_id"] for line in items(session)] == [f"c{n}" for n in range(9)]
