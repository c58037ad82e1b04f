"""What a person decides about a delivery, he decides by command too: again, adopt, release, give up, each audited as his."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from core import auth
from core.actors import OPERATING
from core.models import AuditEntry
from tests.console.conftest import Door
from tests.console.test_post_commands import PASSWORD, _database

#: one look, at once
LOOKS = {"MAJLIS_RECONCILE_STEPS_S": "0"}


@pytest.fixture
def desk(connected: Door, tmp_path: Path) -> Door:
    """A manager and an author; four posts on X, the first three cut off before the platform heard of them."""
    connected.told("migrate")
    db = _database(connected)
    with db.write() as session:
        for name, role in (("maryam", "manager"), ("noura", "author")):
            auth.add_user(session, OPERATING, name, PASSWORD, [role], "")
    db.dispose()
    at = datetime.now(UTC).isoformat()
    file = tmp_path / "posts.jsonl"
    file.write_text(
        "\n".join(json.dumps({"ref": f"n{n}", "account": "x", "text": f"خبر {n}", "at": at}) for n in range(3)), "utf-8"
    )
    connected.told("post", "import", str(file))
    assert connected.platforms
    with connected.platforms.world.lock:
        connected.platforms.world.faults.add("drop_before", family="x", method="POST", path_regex="/2/tweets$", times=3)
    connected.told("publish", "--due", code=1, **LOOKS)
    connected.told("reconcile", code=1, **LOOKS)
    return connected


def told(door: Door, *command: str, by: str = "maryam", code: int = 0) -> Any:
    who = ("--as", by) if by else ()
    done = door.run(*who, "delivery", *command, "--json", MAJLIS_AS_PASSWORD=PASSWORD)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def asking(door: Door) -> list[int]:
    return [row["delivery"] for row in door.told("problems")["problems"] if row["state"] == "needs_decision"]


def test_what_asks_for_a_person_is_decided_by_command(desk: Door) -> None:
    again, adopted, given_up = asking(desk)
    shown = told(desk, "show", str(again), by="")
    assert (shown["state"], shown["ref"], shown["text"], len(shown["tries"])) == ("needs_decision", "n0", "خبر 0", 1)
    assert shown["tries"][0]["outcome"] == "uncertain"
    assert shown["why"]["ar"] != shown["why"]["en"]
    assert told(desk, "again", str(again))["state"] == "scheduled"
    assert told(desk, "adopt", str(adopted), "1800000000000000001")["external_id"] == "1800000000000000001"
    assert told(desk, "give-up", str(given_up), "فات وقته")["reason"] == "فات وقته"
    desk.told("publish", "--due")
    assert {line["ref"]: line["state"] for line in desk.lines("deliveries")} == {
        "n0": "published", "n1": "published", "n2": "cancelled",
    }  # fmt: skip
    assert [one["outcome"] for one in told(desk, "show", str(again), by="")["tries"]] == ["uncertain", "published"]
    db = _database(desk)
    with db.read() as session:
        named = col(AuditEntry.actor).startswith("user:"), col(AuditEntry.subject).startswith("delivery:")
        acts = {(one.subject, one.action) for one in session.exec(select(AuditEntry).where(*named))}
    db.dispose()
    assert acts == {
        (f"delivery:{again}", "delivery.scheduled"),
        (f"delivery:{adopted}", "delivery.published"),
        (f"delivery:{given_up}", "delivery.cancelled"),
    }
    assert desk.told("audit", "verify")["unsealed"] == 0


def test_what_may_not_be_decided_is_refused_in_both_languages(desk: Door) -> None:
    first, second, _ = asking(desk)
    for by in ("noura", ""):
        assert "delivery.decide" in told(desk, "again", str(first), by=by, code=1)
    assert "لم نعثر" in told(desk, "give-up", "999", "x", code=1)
    told(desk, "adopt", str(first), " ", code=1)
    told(desk, "adopt", str(first), "7")
    assert "another delivery already has this id" in told(desk, "adopt", str(second), "7", code=1)
    assert "published" in told(desk, "again", str(first), code=1)
    assert "needs_decision" in told(desk, "release", str(second), code=1)
    assert [one["state"] for one in desk.lines("deliveries")].count("needs_decision") == 2
