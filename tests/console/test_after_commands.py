"""Pause, problems, correction and withdrawal through the operator's door, over the simulated platforms."""

import json
from typing import Any

import pytest

from core import auth
from core.actors import OPERATING
from tests.console.conftest import Door
from tests.console.test_post_commands import BOTH, PASSWORD, _database, office

__all__ = ["office"]

RIGHT = ("--ar", "الصواب: يوم الاثنين", "--en", "Correction: on Monday")


@pytest.fixture
def desk(office: Door) -> Door:
    """The same with a manager."""
    db = _database(office)
    with db.write() as session:
        auth.add_user(session, OPERATING, "maryam", PASSWORD, ["manager"], "")
    db.dispose()
    return office


def told(door: Door, *command: str, by: str = "", code: int = 0) -> Any:
    who = ("--as", by) if by else ()
    done = door.run(*command, *who, "--json", MAJLIS_AS_PASSWORD=PASSWORD)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def approved(door: Door, number: int) -> None:
    version = told(door, "post", "submit", str(number), by="noura")["version"]
    told(door, "post", "approve", str(number), "--seen", str(version), by="khalid")


def drafted(door: Door) -> int:
    number: int = told(door, "post", "draft", *BOTH, by="noura")["id"]
    return number


def test_press_show_allow_lift_and_confirm_one_after_the_other(desk: Door) -> None:
    assert told(desk, "pause", "show") == {
        "in_force": False, "pause": None, "in_flight": [], "held": 0, "waiting": [], "soon": [],
    }  # fmt: skip
    pressed = told(desk, "pause", "press", "mourning", "--allow", "user:huda", "--for", "120", "--after", "30", by="maryam")
    assert (pressed["in_force"], pressed["pause"]["reason"], pressed["pause"]["after_s"]) == (True, "mourning", 1800)
    assert pressed["pause"]["allow"][0].startswith("user:")
    approved(desk, drafted(desk))
    told(desk, "publish", "--due", code=1)
    shown = told(desk, "pause", "show")
    assert (shown["held"], [w["kind"] for w in shown["waiting"]]) == (2, ["post", "post"])
    board = told(desk, "problems")["problems"]
    assert {(row["reason"], row["count"], row["owner"], tuple(row["may"])) for row in board} == {
        ("paused", 1, "pause.press", ("lift", "permit"))
    }
    ids = [str(w["delivery"]) for w in shown["waiting"]]
    told(desk, "pause", "confirm", *ids, by="maryam", code=1)
    told(desk, "pause", "allow", f"delivery:{ids[0]}", by="maryam")
    told(desk, "pause", "confirm", ids[0], by="maryam")
    told(desk, "publish", "--due")
    assert told(desk, "pause", "lift", by="maryam")["held"] == 1
    said = desk.run("publish", "--due", "--json")
    assert (said.returncode, json.loads(said.stdout)["unconfirmed"]) == (0, 1)
    assert "One delivery is held by a pause" in said.stderr
    assert "محتجز" in said.stderr
    (row,) = told(desk, "problems")["problems"]
    assert (row["delivery"], row["why"]["en"], row["then"], row["may"]) == (
        int(ids[1]),
        "Held by a pause of publishing",
        "expires",
        ["release", "give_up"],
    )
    assert row["about"] == f"post:{told(desk, 'post', 'list')['posts'][0]['id']}"
    told(desk, "pause", "confirm", ids[1], "--every", "1", by="maryam")
    told(desk, "publish", "--due")
    assert told(desk, "problems") == {"problems": [], "more": False}
    done = [line["state"] for line in desk.lines("deliveries", "--jsonl")]
    assert done == ["published", "published"]


def test_a_press_that_can_not_be_meant_presses_nothing(desk: Door) -> None:
    for wrong in (("--allow", "everybody"), ("--for", "5", "--until", "2030-01-01T00:00:00Z"), ("--until", "soon")):
        done = desk.run("pause", "press", "flood", *wrong, "--as", "maryam", MAJLIS_AS_PASSWORD=PASSWORD)
        assert done.returncode in (1, 2)
        assert "Traceback" not in done.stderr
        assert "unexpected" not in done.stderr
    assert told(desk, "pause", "show")["in_force"] is False


def test_a_correction_and_a_withdrawal_go_their_way_by_command(desk: Door) -> None:
    number = drafted(desk)
    told(desk, "post", "correct", str(number), *RIGHT, by="noura", code=1)
    approved(desk, number)
    told(desk, "publish", "--due")
    correction = told(desk, "post", "correct", str(number), *RIGHT, by="noura")
    assert correction["state"] == "draft"
    approved(desk, correction["id"])
    told(desk, "publish", "--due")
    withdrawal = told(desk, "post", "withdraw", str(number), *RIGHT, by="noura")
    assert [place["can_be_taken_down"] for place in withdrawal["stands"]] == [True, True]
    assert withdrawal["other_days"] == []
    told(desk, "post", "withdraw", str(number), *RIGHT, by="noura", code=1)
    approved(desk, withdrawal["id"])
    told(desk, "publish", "--due")
    assert [(line["kind"], line["state"]) for line in desk.lines("deliveries", "--jsonl")] == [
        *[("post", "published")] * 4,
        *[("delete", "published")] * 2,
    ]
    assert told(desk, "post", "show", str(withdrawal["id"]))["state"] == "published"
