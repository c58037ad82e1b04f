"""A post's way through the operator's door: each command a process of its own, on both databases; the same rules as at the desk."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from console import post_files
from core import auth
from core.actors import OPERATING
from core.db import Database
from core.errors import WrongOption
from scheduler.models import Post
from tests.console.conftest import Door
from tests.console.test_commands import _pixel

PASSWORD = "long-enough-1"
PEOPLE = {"noura": ["author"], "khalid": ["approver"], "huda": ["approver"], "rashid": ["author", "approver"]}
AR, EN = "افتتاح مركز جديد في دبي يوم الأحد", "A new centre opens in Dubai on Sunday"
BOTH = ("--title", "مركز دبي", "--ar", AR, "--en", EN, "--account", "facebook", "--account", "x")

#: what an approver says of a post that nobody has changed
SEEN = ("--seen", "1")


@pytest.fixture
def office(connected: Door) -> Door:
    """The accounts of a sandbox, an author, three who may approve."""
    connected.told("migrate")
    db = _database(connected)
    with db.write() as session:
        for name, roles in PEOPLE.items():
            auth.add_user(session, OPERATING, name, PASSWORD, roles, "")
    db.dispose()
    return connected


def _database(door: Door) -> Database:
    return Database(door.environment.get("MAJLIS_DATABASE_URL", f"sqlite:///{door.var / 'majlis.db'}"))


def told(door: Door, *command: str, by: str = "", code: int = 0, **settings: str) -> Any:
    """What a command on posts printed; what it said on stderr when it was refused."""
    who = ("--as", by) if by else ()
    done = door.run(*who, "post", *command, "--json", MAJLIS_AS_PASSWORD=PASSWORD, **settings)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def test_a_post_goes_its_way_by_the_command_line_alone(office: Door, tmp_path: Path) -> None:
    (tmp_path / "card.png").write_bytes(_pixel())
    post = told(office, "draft", *BOTH, by="noura")
    number = str(post["id"])
    assert (post["state"], post["author"], [key.partition(":")[0] for key in post["accounts"]]) == (
        "draft",
        "noura",
        ["facebook", "x"],
    )
    assert told(office, "submit", number, by="noura")["state"] == "submitted"
    assert [p["id"] for p in told(office, "list", "--mine", by="khalid")["posts"]] == [post["id"]]

    told(office, "comment", number, "أضف صورة", by="khalid")
    back = told(office, "send-back", number, "أين الصورة؟", by="khalid")
    assert back["state"] == "draft"
    media = ("--media", str(tmp_path / "card.png"), "--alt", "واجهة المركز\nThe centre's front")
    edited = told(office, "edit", number, "--en", EN.replace("Sunday", "Monday"), *media, by="noura")
    assert edited["version"] == 3
    assert "changed" in told(office, "edit", number, *media, "--seen", "2", by="noura", code=1)
    found = told(office, "diff", number, "1", "3")
    assert [(c["field"], c["what"]) for c in found["changes"] if c["field"] in ("en", "media")] == [
        ("en", "changed"),
        ("media", "added"),
    ]
    assert "[-Sunday-]{+Monday+}" in found["en"]
    assert "كان" in found["ar"] or "أُضيف" in found["ar"]

    told(office, "submit", number, by="noura")
    shown = told(office, "show", number)
    assert [c["text"] for c in shown["comments"]] == ["أضف صورة", "أين الصورة؟"]
    assert [(a["user"], a["yes"], a["version"]) for a in shown["approvals"]] == [("khalid", False, 1)]
    assert [v["by"] for v in shown["versions"]] == ["noura"] * 3
    assert {text["account"].partition(":")[0]: text["count"] > 0 for text in shown["texts"]} == {"facebook": True, "x": True}
    assert shown["steps"] == [
        {"step": 1, "need": "any", "complete": False, "named": [], "yes": [], "gone": [], "wanting": ["khalid", "huda", "rashid"]}
    ]
    assert "changed" in told(office, "approve", number, "--seen", "1", by="khalid", code=1)
    unread = told(office, "approve", number, by="khalid", code=2)
    assert "--seen" in unread
    assert f"post show {number}" in unread.splitlines()[1], "he learns in his language how to read it"
    approved = told(office, "approve", number, "--seen", "3", "--comment", "أحسنتم", by="khalid")
    assert (approved["state"], approved["steps"][0]["yes"]) == ("scheduled", ["khalid"])
    assert office.told("publish", "--due")["touched"] >= 2
    assert {text["delivery"]["state"] for text in told(office, "show", number, "--no-policy")["texts"]} == {"published"}
    assert office.told("audit", "verify")["unsealed"] == 0


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_files_hour_and_row_are_taken_away_and_changed_by_command(office: Door, tmp_path: Path) -> None:
    media: list[str] = []
    for name in ("one", "two", "three"):
        Image.new("RGB", (40, 30), (len(media), 0, 0)).save(tmp_path / f"{name}.png")
        media += ["--media", str(tmp_path / f"{name}.png"), "--alt", name]
    begins, ends = (f"{datetime.now(UTC) + timedelta(days=n):%Y-%m-%d}" for n in (7, 28))
    number = str(
        told(office, "draft", *BOTH, *media, "--at", f"{begins}T10:00", "--every", "week", "--until", ends, by="noura")["id"]
    )
    seen = ("--seen", "4")
    described = ("--describe", "2=the second", "--describe", "3=", "--alt-why", "decoration", "--order", "3,2")
    assert told(office, "edit", number, "--every", "", "--take-out", "1", *described, *media[:4], *seen, by="noura")["version"] > 4
    once = told(office, "show", number, "--no-policy")
    assert [one["alt"] or one["alt_why"] for one in once["media"]] == ["decoration", "the second", "one"]
    assert (once["repeat"], once["wall"]) == (None, f"{begins}T10:00")
    assert "1,2,3" in told(office, "edit", number, "--at", "", "--take-out", "9", by="noura", code=2)
    told(office, "edit", number, "--at", "", by="noura")
    soon = told(office, "show", number, "--no-policy")
    assert (soon["at"], soon["wall"], len(soon["media"])) == (None, "", 3)


ILL_ASKED: dict[str, tuple[dict[str, Any], str]] = {
    "no number": ({"describe": ["words"]}, "describe_form"),
    "a number that is none": ({"describe": ["first=words"]}, "describe_form"),
    "no words and no reason": ({"describe": ["1= "]}, "alt_each"),
    "a number that nobody could count to": ({"order": "9" * 5000}, "order_form"),
    "an order of names": ({"order": "first,2"}, "order_form"),
    "words for no file": ({"alt": ["words"]}, "alt_each"),
}


@pytest.mark.parametrize(("given", "code"), ILL_ASKED.values(), ids=ILL_ASKED)
def test_what_is_asked_of_files_in_another_form_is_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(WrongOption) as caught:
        post_files.asked(given)
    assert caught.value.details["why"].code == code


def test_nobody_approves_his_own_by_the_command_line_either(office: Door) -> None:
    number = str(told(office, "draft", *BOTH, "--submit", by="rashid")["id"])
    for by, word in (("rashid", "nobody decides on his own"), ("", "post.approve"), ("noura", "post.approve")):
        refused = told(office, "approve", number, *SEEN, by=by, code=1)
        assert word in refused
    assert "post.write" in told(office, "draft", *BOTH, code=1), "a post is somebody's, not the machine's"
    assert "post.write" in told(office, "edit", number, "--title", "آخر", code=1)
    told(office, "edit", number, "--title", "آخر", by="khalid")
    told(office, "submit", number, by="rashid")
    assert "لا يبتّ أحد في عمله" in told(office, "approve", number, "--seen", "2", by="khalid", code=1)
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    told(office, "edit", number, "--at", later, by="rashid")
    told(office, "submit", number, by="rashid")
    assert told(office, "approve", number, "--seen", "3", by="huda")["state"] == "scheduled"
    gone = office.run("dismiss", "huda")
    assert f"#{number} آخر" in gone.stderr, "whoever dismisses learns what waits on the other's yes"
    assert told(office, "show", number, "--no-policy")["steps"][0]["gone"] == ["huda"]
    assert told(office, "cancel", number, "--reason", "تأجل")["state"] == "cancelled"
    assert told(office, "list", "--state", "cancelled")["posts"][0]["id"] == int(number)


def test_steps_are_those_of_the_setting_and_a_late_yes_expires_the_post(office: Door) -> None:
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    number = str(told(office, "draft", *BOTH, "--at", at, "--submit", by="noura", MAJLIS_APPROVAL_STEPS="any; all:huda")["id"])
    assert "other approvers" in told(office, "approve", number, *SEEN, by="huda", code=1)
    assert told(office, "approve", number, *SEEN, by="khalid")["state"] == "submitted"
    assert "nobody fills two steps" in told(office, "approve", number, *SEEN, by="khalid", code=1)
    _hour_passes(office, int(number))
    late = office.run("--as", "huda", "post", "approve", number, *SEEN, "--json", MAJLIS_AS_PASSWORD=PASSWORD)
    assert (late.returncode, json.loads(late.stdout)["state"]) == (1, "expired")
    assert "too late" in late.stderr
    assert office.lines("deliveries") == []
    wrong = told(office, "draft", *BOTH, "--submit", by="noura", code=2, MAJLIS_APPROVAL_STEPS="all:nobody")
    assert "MAJLIS_APPROVAL_STEPS" in wrong


def test_further_steps_are_asked_for_by_name_beside_those_of_the_setting(office: Door) -> None:
    number = str(told(office, "draft", *BOTH, by="noura")["id"])
    for wrong, code in (("all:noura", 2), ("some:huda", 1), ("all", 1)):
        told(office, "submit", number, "--also", wrong, by="noura", code=code)
    steps = told(office, "submit", number, "--also", "all:huda,khalid", "--also", "any", by="noura")["steps"]
    assert [(one["need"], one["named"]) for one in steps] == [("any", []), ("all", ["huda", "khalid"]), ("any", [])]


def test_a_poll_and_how_late_it_may_be_are_set_by_command(office: Door) -> None:
    answers = ("--poll", "نعم", "--poll", "لا", "--poll-minutes", "60", "--grace", "30")
    number = str(told(office, "draft", *BOTH[:6], "--account", "x", *answers, "--submit", by="noura")["id"])
    assert told(office, "show", number, "--no-policy")["poll"] == {"options": ["نعم", "لا"], "minutes": 60}
    told(office, "approve", number, *SEEN, by="khalid")
    office.told("publish", "--due")
    assert {line["state"] for line in office.lines("deliveries")} == {"published"}
    other = str(told(office, "draft", *BOTH, *answers, by="noura")["id"])
    assert "poll" in told(office, "submit", other, by="noura", code=1)
    told(office, "edit", other, "--poll", "", by="noura")
    assert told(office, "edit", other, by="noura")["version"] == told(office, "show", other, "--no-policy")["version"] == 2
    told(office, "submit", other, by="noura")


def _hour_passes(door: Door, number: int) -> None:
    db = _database(door)
    with db.write() as session:
        session.get_one(Post, number).at = datetime.now(UTC) - timedelta(minutes=1)
    db.dispose()


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_findings_are_shown_to_whoever_reads_the_post(office: Door) -> None:
    number = str(
        told(office, "draft", *BOTH[:-4], "--text", f"x={EN} CLICK HERE NOW PLEASE #workerssafety", by="noura", code=0)["id"]
    )
    found = told(office, "show", number, "--no-policy")["findings"]
    assert {f["code"] for f in found} >= {"capitals", "hashtag_case", "link_words", "one_language"}
    page = office.run("post", "show", number)
    assert page.returncode == 0, page.stderr
    assert all(f[lang] in page.stdout for f in found for lang in ("ar", "en"))


REFUSED: dict[str, tuple[list[str], int, str]] = {
    "no such post": (["show", "4711"], 1, "4711"),
    "no such state": (["list", "--state", "lost"], 1, "lost"),
    "no number": (["show", "first"], 2, "NUMBER"),
    "no hour": (["draft", "--at", "tomorrow"], 2, "--at"),
    "a year in which nothing goes": (["draft", "--kind", "event", "--starts", "2150-01-01T09:00", "--ends", ""], 2, "--starts"),
    "a row without an end": (["draft", "--at", "2027-01-01T09:00", "--every", "day"], 1, "on which day it ends"),
    "the zone of this machine": (["draft", "--at", "2027-01-01T09:00", "--zone", "localtime"], 1, "localtime"),
    "a text without its account": (["draft", "--text", "words"], 2, "--text"),
    "an unknown account": (["draft", "--text", "x:9=words"], 1, "x:9"),
    "a file without words": (["draft", "--media", "manage.py"], 2, "--alt"),
    "an event that ends at no time": (["draft", "--kind", "event", "--starts", "2027-01-01T09:00:00+04:00"], 2, "--ends"),
    "a wrong kind": (["draft", "--kind", "rumour"], 1, "rumour"),
    "nobody's list": (["list", "--mine"], 1, "post.approve"),
}


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_what_can_not_be_done_is_said_in_both_languages_with_its_code(office: Door) -> None:
    for what, (command, code, word) in REFUSED.items():
        by = ("--as", "noura") if command[0] == "draft" else ()
        done = office.run(*by, "post", *command, MAJLIS_AS_PASSWORD=PASSWORD)
        assert (done.returncode, done.stdout) == (code, ""), f"{what}: {done.stderr}"
        assert word in done.stderr, what
        assert "Traceback" not in done.stderr


def test_a_row_is_shown_day_by_day_skipped_and_taken_up_by_the_command_line(office: Door) -> None:
    begins, ends = (datetime.now(UTC) + timedelta(days=n) for n in (7, 28))
    row = ("--at", f"{begins:%Y-%m-%d}T10:00", "--every", "week", "--until", f"{ends:%Y-%m-%d}")
    words = ("--title", "نصيحة", "--ar", "نصيحة الأسبوع", "--en", "Advice of the week")
    number = str(told(office, "draft", *row, *words, "--account", "facebook", "--submit", by="noura")["id"])
    assert [day["state"] for day in told(office, "show", number)["days"]] == [""] * 4
    told(office, "approve", number, *SEEN, by="khalid")
    shown = told(office, "show", number)
    assert [day["state"] for day in shown["days"]] == ["scheduled"] * 4
    assert shown["hijri"].endswith("AH")
    told(office, "skip", str(shown["days"][1]["post_id"]), "--reason", "holiday", by="noura")
    assert [day["state"] for day in told(office, "show", number)["days"]][1] == "cancelled"
    assert told(office, "take-up", str(shown["days"][2]["post_id"]), by="noura")["state"] == "draft"


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_the_doctor_says_when_nobody_could_approve(office: Door) -> None:
    def check(code: int = 0, **settings: str) -> dict[str, str]:
        (found,) = [one for one in office.told("doctor", code=code, **settings)["checks"] if one["check"] == "approval"]
        return {name: found[name] for name in ("state", "code", "ar")}

    assert check()["state"] == "ok"
    assert check(MAJLIS_APPROVAL_STEPS="any;any;any")["code"] == "approval_few"
    wrong = check(1, MAJLIS_APPROVAL_STEPS="all:noura")
    assert (wrong["state"], "لا يوجد معتمِد عامل باسم «noura»" in wrong["ar"]) == ("bad", True)
