"""Holds, retention, notices and moderation from the command line: who may do what, and what comes of it."""

import json
import sqlite3

import pytest
from sqlmodel import col, select

from core.db import Database
from inbox.models import Item
from tests.console.conftest import Door
from tests.console.test_case_commands import PASSWORD, by, staff


def hideable(door: Door) -> str:
    """The number of an item that the platform lets us hide."""
    db = Database(door.environment.get("MAJLIS_DATABASE_URL", f"sqlite:///{door.var / 'majlis.db'}"))
    with db.read() as session:
        found = next(item.id for item in session.exec(select(Item).order_by(col(Item.id))) if item.can.get("hide") and not item.own)
    db.dispose()
    return str(found)


def refused(door: Door, name: str, *command: str) -> bool:
    return door.run("--as", name, *command, MAJLIS_AS_PASSWORD=PASSWORD).returncode == 1


def test_a_comment_is_hidden_its_author_told_and_the_decision_overturned(connected: Door) -> None:
    connected.environment["MAJLIS_RECEIPT_BRAKE"] = "10"  # all of them are more than X's window takes
    connected.told("sync")
    staff(connected, "noura", "moderator")
    item = hideable(connected)
    assert by(connected, "noura", "moderate", "hide", item, "abuse", "شتم")["action"] == "hide"
    connected.told("publish", "--due")
    (count,) = connected.told("notice", "counts")["clauses"]
    assert count == {"clause": "abuse", "given": 1, "automatic": 0, "overturned": 0}
    assert refused(connected, "noura", "moderate", "delete", item, "abuse", "مكرر")  # whoever hid it does not delete it
    for owed in connected.told("notice", "owed")["notices"]:
        assert "/why/" in by(connected, "noura", "notice", "hand-over", owed["notice"])["link"]
    assert by(connected, "noura", "moderate", "show", item, "أخطأنا")["action"] == "unhide"
    connected.told("publish", "--due")
    assert connected.told("notice", "counts")["clauses"][0]["overturned"] == 1


def test_holds_are_set_and_lifted_by_few(connected: Door) -> None:
    connected.told("sync")
    staff(connected, "mariam", "manager")
    staff(connected, "noura", "agent")
    assert connected.run("hold", "set", "item:1", "قضية").returncode == 1
    assert refused(connected, "noura", "hold", "set", "item:1", "قضية")
    made = by(connected, "mariam", "hold", "set", "item:1", "قضية 12")
    assert [one["subject"] for one in connected.told("hold", "list")["holds"]] == ["item:1"]
    assert by(connected, "mariam", "hold", "lift", str(made["hold"]))["lifted"]
    assert connected.told("hold", "list")["holds"] == []
    assert refused(connected, "mariam", "hold", "lift", "99")
    number = connected.told("case", "list")["cases"][0]["number"]
    assert by(connected, "mariam", "hold", "set", number.lower(), "قضية 13")["subject"].startswith("case:")
    assert refused(connected, "mariam", "hold", "set", "M-AAAAA-AAAAA", "قضية 14")
    assert connected.told("audit", "verify")["unsealed"] == 0


def test_what_is_kept_how_long_is_shown_and_nothing_young_is_erased(connected: Door) -> None:
    connected.told("sync")
    shown = {one["class"]: one for one in connected.told("retention", "show")["classes"]}
    assert shown["message"]["days"] == 730
    done = connected.told("retention", "run")
    assert (set(done["erased"]), done["cleared"]) == (set(shown), True)
    assert connected.told("audit", "verify")["whole"]


def test_while_somebody_reads_it_says_that_the_log_still_holds_what_was_erased(connected: Door) -> None:
    if "MAJLIS_DATABASE_URL" in connected.environment:
        pytest.skip("PostgreSQL has no such log of ours")
    connected.told("sync")
    reader = sqlite3.connect(connected.var / "majlis.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM items").fetchone()
    connected.told("tag", "list")
    done = connected.run("retention", "run", "--json")
    assert (done.returncode, json.loads(done.stdout)["cleared"], "erased words stay in its log" in done.stderr) == (1, False, True)
    reader.execute("COMMIT")
    reader.close()
    assert connected.told("retention", "run")["cleared"]
