"""Saved replies by command: entered, found, changed, retired and taken up, by the same rules as the desk."""

import json
from datetime import timedelta
from typing import Any

import pytest

from core import auth
from core.actors import OPERATING
from core.clock import now
from tests.console.conftest import Door
from tests.console.test_post_commands import PASSWORD, _database

SOON, LATER = (f"{now() + timedelta(days=days):%Y-%m-%d}" for days in (20, 200))
WAGES = ("--name", "تأخر الأجر", "--ar", "أهلا {name}، رقمكم {number}.", "--source", "دليل حماية الأجور", "--topic", "wages")


@pytest.fixture
def office(door: Door) -> Door:
    """A manager and an author."""
    door.told("migrate")
    db = _database(door)
    with db.write() as session:
        for name, role in (("maryam", "manager"), ("noura", "author")):
            auth.add_user(session, OPERATING, name, PASSWORD, [role], "")
    db.dispose()
    return door


def told(door: Door, *command: str, by: str = "maryam", code: int = 0) -> Any:
    who = ("--as", by) if by else ()
    done = door.run(*who, "saved", *command, "--json", MAJLIS_AS_PASSWORD=PASSWORD)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def test_a_saved_reply_is_entered_found_changed_and_retired(office: Door) -> None:
    kept = told(office, "add", *WAGES, "--until", LATER)
    assert {field: kept[field] for field in ("en", "topic", "owner", "review_by", "standing", "used")} == {
        "en": None, "topic": "wages", "owner": "maryam", "review_by": LATER, "standing": "in_use", "used": 0,
    }  # fmt: skip
    number = str(kept["id"])
    changed = told(office, "change", number, "--en", "Hello {name}, your number is {number}.", "--until", SOON)
    assert changed == {**kept, "en": "Hello {name}, your number is {number}.", "review_by": SOON, "standing": "soon"}
    assert told(office, "list", "--standing", "soon", "--text", "your number", by="")["saved"] == [changed]
    assert told(office, "list", "--topic", "permits", by="", code=2)
    assert told(office, "list", "--standing", "over", by="")["saved"] == []
    assert told(office, "retire", number)["standing"] == "ended"
    assert told(office, "list", "--standing", "soon", by="")["saved"] == []
    assert told(office, "take-up", number)["standing"] == "soon"
    assert office.told("audit", "verify")["unsealed"] == 0


def test_the_operator_names_who_answers_for_it(office: Door) -> None:
    whole = (*WAGES, "--until", LATER)
    assert "who answers for it" in told(office, "add", *whole, by="", code=1)
    assert told(office, "add", *whole, "--owner", "maryam", by="")["owner"] == "maryam"


def test_what_may_not_be_kept_is_refused(office: Door) -> None:
    assert "saved.keep" in told(office, "add", *WAGES, "--until", LATER, by="noura", code=1)
    assert "holds until" in told(office, "add", *WAGES, code=1)
    assert "source" in told(office, "add", "--name", "x", "--en", "x", "--until", LATER, code=1)
    assert told(office, "add", *WAGES, "--until", LATER, "--owner", "nobody", code=1)
    assert told(office, "change", "9", "--en", "x", code=1)
    assert told(office, "list", by="")["saved"] == []
