"""An event's way through the operator's door: reminded of, changed and cancelled by the same rules as at the desk."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.console.conftest import Door
from tests.console.test_post_commands import PASSWORD, office, told

__all__ = ["office"]

STARTS = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
NAMED = ("--event-title", "ورشة", "--event-title-en", "Workshop", "--place", "دبي", "--place-en", "Dubai")
HOURS = ("--starts", STARTS.isoformat(), "--ends", (STARTS + timedelta(hours=2)).isoformat())
FACTS = ("--kind", "event", *NAMED, *HOURS, "--account", "facebook")


def event(door: Door, *command: str, by: str = "", code: int = 0) -> Any:
    """What a command on events printed; what it said on stderr when it was refused."""
    who = ("--as", by) if by else ()
    done = door.run(*who, "event", *command, "--json", MAJLIS_AS_PASSWORD=PASSWORD)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


@pytest.fixture
def announced(office: Door) -> str:
    """The number of an event that is announced, with a reminder a day before."""
    number = str(told(office, "draft", *FACTS, "--title", "ورشة", by="noura")["id"])
    assert [one["before_s"] for one in event(office, "remind", number, "1d", "2h", by="noura")["about"]] == [86_400, 7200]
    event(office, "remind", number, "1d", by="noura")
    version = told(office, "submit", number, by="noura")["version"]
    told(office, "approve", number, "--seen", str(version), by="khalid")
    assert office.run("publish", "--due", "--json").returncode == 0
    return number


def test_an_event_is_announced_changed_and_cancelled_by_the_command_line_alone(office: Door, announced: str) -> None:
    (shown,) = event(office, "list")["events"]
    assert (shown["post"]["state"], shown["sequence"], shown["facts"]["place_en"]) == ("published", 0, "Dubai")
    assert [(one["role"], one["state"]) for one in shown["about"]] == [("reminder", "scheduled"), ("reminder", "cancelled")]

    (reminder, _) = told(office, "show", announced, "--no-policy")["reminders"]
    assert (reminder["state"], reminder["texts"][0]["text"].partition("\n")[0]) == ("scheduled", "تذكير: ورشة")
    assert "reminder #" in office.run("post", "show", announced, "--no-policy").stdout

    later = (STARTS + timedelta(hours=5)).isoformat()
    assert "الفعالية" in event(office, "change", announced, "--starts", later, "--ends", later, by="noura", code=1)
    ends = (STARTS + timedelta(hours=7)).isoformat()
    moved = event(office, "change", announced, "--starts", later, "--ends", ends, by="noura")
    assert (moved["sequence"], len(moved["rewritten"]), moved["post"]["state"]) == (1, 1, "published")
    notice = str(moved["notice"])
    assert "New time: Workshop" in told(office, "show", notice, "--no-policy")["en"]
    version = told(office, "submit", notice, by="noura")["version"]
    told(office, "approve", notice, "--seen", str(version), by="khalid")
    (shown,) = event(office, "list")["events"]
    assert {(one["role"], one["state"]) for one in shown["about"]} >= {("reminder", "scheduled"), ("notice", "scheduled")}

    ended = event(office, "cancel", announced, "عاصفة", by="noura")
    assert (ended["sequence"], ended["cancel_why"], ended["notice"] is not None) == (2, "عاصفة", True)


def test_an_edit_of_its_post_leaves_what_was_not_named(office: Door) -> None:
    number = str(told(office, "draft", *FACTS, "--title", "ورشة", by="noura")["id"])
    told(office, "edit", number, "--place", "العين", by="noura")
    facts = event(office, "list")["events"][0]["facts"]
    assert [facts[name] for name in ("title", "title_en", "place", "place_en")] == ["ورشة", "Workshop", "العين", "Dubai"]
    told(office, "edit", number, "--until", "2027-12-01", by="noura", code=1)


def test_the_operator_himself_changes_no_event(office: Door) -> None:
    number = str(told(office, "draft", *FACTS, "--title", "ورشة", by="noura")["id"])
    event(office, "change", number, "--place", "العين", code=1)
    assert event(office, "list")["events"][0]["facts"]["place"] == "دبي"


@pytest.mark.parametrize("span", ["1", "d", "-1d", "1w", "1.5h"])
def test_a_span_nobody_understands_is_a_fault_of_usage(office: Door, span: str) -> None:
    event(office, "remind", "1", "--", span, by="noura", code=2)


def test_what_is_no_event_is_not_found(office: Door) -> None:
    number = str(told(office, "draft", "--title", "خبر", "--ar", "خبر", "--en", "News", "--account", "x", by="noura")["id"])
    event(office, "cancel", number, "عاصفة", by="noura", code=1)


def test_its_hours_may_be_typed_as_the_clocks_of_its_zone_show_them(office: Door) -> None:
    hours = ("--starts", "2027-06-03T10:00", "--ends", "2027-06-03T12:00", "--zone", "Europe/London")
    facts = ("--kind", "event", *NAMED, *hours, "--account", "facebook", "--title", "ورشة")
    number = str(told(office, "draft", *facts, by="noura")["id"])
    (shown,) = event(office, "list")["events"]
    kept = [shown["facts"][name] for name in ("starts_at", "ends_at", "zone")]
    assert kept == ["2027-06-03T09:00:00Z", "2027-06-03T11:00:00Z", "Europe/London"]
    moved = event(office, "change", number, "--starts", "2027-06-03T11:00", by="noura")
    assert moved["facts"]["starts_at"] == "2027-06-03T10:00:00Z"
    assert "2026-12-02T09:00" in event(office, "change", number, "--starts", "noon", by="noura", code=2)
