"""Cases from the command line: a clerk's afternoon, and who may do what."""

import json
from typing import Any

from tests.console.conftest import Door

PASSWORD = "long-enough-1"


def staff(door: Door, name: str, *roles: str) -> None:
    named = [part for role in roles for part in ("--role", role)]
    done = door.run("adduser", name, *named, "--password-stdin", given=PASSWORD)
    assert done.returncode == 0, done.stderr


def by(door: Door, name: str, *command: str, code: int = 0) -> Any:
    return door.told("--as", name, *command, code=code, MAJLIS_AS_PASSWORD=PASSWORD)


def test_a_clerk_works_a_case_from_list_to_published_result(connected: Door) -> None:
    connected.told("sync")
    staff(connected, "noura", "agent")
    staff(connected, "mariam", "manager")
    kept = by(
        connected,
        "mariam",
        "department",
        "keep",
        "wage_protection",
        "--name-ar",
        "حماية الأجور",
        "--name-en",
        "Wages",
        "--topic",
        "wages",
    )
    assert kept["topics"] == ["wages"]
    found = by(connected, "noura", "case", "list", "--kind", "suggestion")
    number = found["cases"][0]["number"]
    assert found["cases"][0]["state"] == "received"
    assert by(connected, "noura", "case", "assign", number, "noura")["owner"] == "noura"
    assert by(connected, "noura", "case", "move", number, "in_progress", "ندرسه")["state"] == "in_progress"
    assert by(connected, "noura", "case", "class", number, "urgent", "لأنه يخص السلامة")["class"] == "urgent"
    assert by(connected, "noura", "case", "department", number, "wage_protection")["department"] == "wage_protection"
    assert by(connected, "noura", "case", "note", number, "كتبنا إلى الإدارة", "--public")["first_reply_at"]
    assert by(connected, "noura", "case", "resolve", number, "accepted", "فكرة نافعة")["outcome"] == "accepted"
    shown = by(connected, "noura", "case", "show", number)
    assert [step["what"] for step in shown["steps"] if step["by"] != "worker" and step["what"] != "due_moved"] == [
        "assigned", "in_progress", "classed", "handed", "told", "resolved",
    ]  # fmt: skip
    words = ("--said-ar", "اقترح أحدكم", "--said-en", "Somebody suggested", "--decided-ar", "قبلنا", "--decided-en", "We accept")
    because = ("--because-ar", "لأنه نافع", "--because-en", "Because it helps")
    published = by(connected, "mariam", "case", "publish", number, *words, *because)
    listed = connected.told("result", "list")
    assert [one["uid"] for one in listed["results"]] == [published["result"]]
    assert by(connected, "mariam", "result", "withdraw", published["result"], "خطأ")["withdrawn"]


def test_the_operator_reads_cases_and_changes_none(connected: Door) -> None:
    connected.told("sync")
    number = connected.told("case", "list")["cases"][0]["number"]
    refused = connected.run("case", "move", number, "in_progress", "--json")
    assert refused.returncode != 0
    assert "case.work" in refused.stderr
    unknown = connected.run("case", "show", "M-00000-00000", "--json")
    assert unknown.returncode != 0
    assert "M-00000-00000" in unknown.stderr
    assert json.loads(connected.run("department", "list", "--json").stdout) == {"departments": []}
