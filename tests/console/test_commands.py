"""Every command of DESIGN §3, each a process: what it prints, how it ends, what it leaves."""

import json
import stat
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

import migrations
from sandbox import seed
from tests.console.conftest import Door

ITEM = ["platform", "account", "native_id", "parent_id", "author", "text", "created_at", "edited", "deleted", "own"]
DELIVERY = ["kind", "ref", "account", "state", "external_id", "attempts", "scheduled_at", "published_at", "reason"]
Bare = Callable[..., subprocess.CompletedProcess[str]]


def test_listen_send_reconcile_list_verify_export(connected: Door, tmp_path: Path) -> None:
    connected.environment["MAJLIS_RECEIPT_BRAKE"] = "10"  # fewer than the simulated X takes in one window
    heard = connected.told("sync")
    assert heard["complete"]
    assert {line["account"].partition(":")[0] for line in heard["accounts"]} == {"facebook", "x", "instagram"}
    assert {d["state"] for d in connected.lines("deliveries")} == {"scheduled"}, "sync sends nothing"

    again = connected.told("sync")
    assert [line["new"] for line in again["accounts"]] == [0, 0, 0]

    items = connected.lines("items")
    assert all(list(item) == ITEM for item in items)
    assert max(Counter((i["account"], i["native_id"]) for i in items).values()) == 1
    assert {i["own"] for i in items} == {True, False}
    assert all(datetime.fromisoformat(i["created_at"]).tzinfo and i["created_at"].endswith("Z") for i in items)

    sent = connected.told("publish", "--due")
    assert sent["touched"] > 0
    assert sent["problems"] == []
    assert connected.told("publish", "--due")["touched"] == 0
    assert connected.told("reconcile")["touched"] == 0
    deliveries = connected.lines("deliveries")
    assert all(list(d) == DELIVERY for d in deliveries)
    assert {(d["state"], d["attempts"], bool(d["external_id"])) for d in deliveries} == {("published", 1, True)}

    chain = connected.told("audit", "verify")
    assert chain["whole"]
    assert chain["sealed"] > 0
    assert chain["unsealed"] == 0
    taken = connected.told("export", str(tmp_path / "out"))
    assert taken["tables"]["items"]["rows"] == len(connected.lines("items")) > len(items), "what we said is an item too"
    checks = {check["check"]: check["state"] for check in connected.told("doctor")["checks"]}
    assert "bad" not in checks.values()
    assert set(checks) >= {"database", "migrations", "keys", "clock", *(line["account"] for line in heard["accounts"])}


def test_a_changed_audit_entry_is_named(connected: Door) -> None:
    connected.told("sync")
    url = connected.environment.get("MAJLIS_DATABASE_URL", f"sqlite:///{connected.var / 'majlis.db'}")
    engine = create_engine(url)
    with engine.begin() as connection:
        victim = connection.execute(text("SELECT min(id) + 1 FROM audit_entries")).scalar_one()
        connection.execute(text("UPDATE audit_entries SET actor = 'nobody' WHERE id = :id"), {"id": victim})
    engine.dispose()
    found = connected.told("audit", "verify", code=1)
    assert (found["whole"], found["broken"]) == (False, victim)


def test_an_import_is_one_approved_delivery_a_line_and_again_changes_nothing(connected: Door, tmp_path: Path) -> None:
    connected.told("migrate")
    (tmp_path / "card.png").write_bytes(_pixel())
    at = datetime.now(UTC).isoformat()
    good = [
        {"ref": "n1", "account": "x", "kind": "news", "text": "خبر أول", "at": at},
        {"ref": "n2", "account": "facebook", "kind": "news", "text": "خبر ثان", "at": at, "media": ["card.png"], "alt": ["مربع"]},
    ]
    bad = [{"ref": "n3", "account": "instagram", "kind": "news", "text": "بلا وصف", "at": at, "media": ["card.png"]}, "rubbish"]
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in [*good, *bad]), "utf-8")
    first = connected.told("post", "import", str(file), code=1)
    assert (first["imported"], first["unchanged"], [e["line"] for e in first["errors"]]) == (2, 0, [3, 4])
    again = connected.told("post", "import", str(file), code=1)
    assert (again["imported"], again["unchanged"], again["errors"]) == (0, 2, first["errors"])
    connected.told("publish", "--due")
    assert {(d["ref"], d["state"]) for d in connected.lines("deliveries")} == {("n1", "published"), ("n2", "published")}


def test_what_waits_behind_a_rate_window_is_named_with_its_hour_until_it_is_out(connected: Door, tmp_path: Path) -> None:
    connected.told("migrate")
    file = tmp_path / "posts.jsonl"
    at = datetime.now(UTC).isoformat()
    lines = [{"ref": f"receipt:{n}", "account": "x", "text": f"خبر {n}", "at": at} for n in range(2)]
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    connected.told("post", "import", str(file))
    assert connected.platforms
    with connected.platforms.world.lock:
        connected.platforms.world.faults.add("429", family="x", method="POST", path_regex="/2/tweets$")
    for touched in (1, 0):
        told = connected.told("publish", "--due", code=1)
        assert told["touched"] == touched
        assert [(p["ref"], p["reason"], p["state"]) for p in told["problems"]] == [
            (f"receipt:{n}", "rate_limited", "scheduled") for n in range(2)
        ]
        assert {p["account"] for p in told["problems"]} == {f"x:{seed.X_USER_ID}"}
        assert all(
            p["retry_at"].endswith("Z") and datetime.fromisoformat(p["retry_at"]) > datetime.now(UTC) for p in told["problems"]
        )


def test_one_absurd_line_of_an_import_ends_nothing(connected: Door, tmp_path: Path) -> None:
    connected.told("migrate")
    good: dict[str, object] = {"account": "x", "text": "خبر", "at": "2090-01-01T00:00:00Z"}
    absurd: list[dict[str, object]] = [
        {"at": "9999-12-31T23:59:59Z"},
        {"at": "0001-01-01T00:00:00Z"},
        {"ref": "\ud83d"},
        {"media": ["\x00"], "alt": ["a"]},
    ]
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(json.dumps(good | change) for change in [*absurd, {}]), "utf-8")
    told = connected.told("post", "import", str(file), code=1)
    assert (told["imported"], [error["line"] for error in told["errors"]]) == (1, [1, 2, 3, 4])
    assert [delivery["ref"] for delivery in connected.lines("deliveries")] == [None]


def _pixel() -> bytes:
    from io import BytesIO

    from PIL import Image

    made = BytesIO()
    Image.new("RGB", (64, 64), "#0B5D4E").save(made, "PNG")
    return made.getvalue()


def test_a_wrong_token_names_account_and_variable_and_leaves_the_others_working(connected: Door) -> None:
    told = connected.told("sync", code=1, FACEBOOK_PAGE_TOKEN="wrong")
    by = {line["account"].partition(":")[0]: line for line in told["accounts"]}
    assert by["facebook"]["error"] == "token_expired"
    assert seed.FACEBOOK_PAGE_ID in by["facebook"]["account"]
    assert "FACEBOOK_PAGE_TOKEN" in by["facebook"]["variables"]
    assert by["x"]["complete"]
    assert by["instagram"]["complete"]
    checks = {c["check"]: c for c in connected.told("doctor", code=1, FACEBOOK_PAGE_TOKEN="wrong")["checks"]}
    line = checks[by["facebook"]["account"]]
    assert line["state"] == "bad"
    assert "FACEBOOK_PAGE_TOKEN" in line["en"]
    assert "FACEBOOK_PAGE_TOKEN" in line["ar"]
    assert checks[by["x"]["account"]]["state"] == "ok"


def test_a_missing_credential_is_named(connected: Door) -> None:
    line = connected.told("sync", code=1, X_API_KEY="", X_BEARER_TOKEN="")["accounts"][1]
    assert line["variables"] == ["X_BEARER_TOKEN", "X_API_KEY"]


def test_no_account_and_no_key_is_a_new_installation_not_an_error(door: Door) -> None:
    assert door.told("sync") == {"accounts": [], "complete": True}
    key = door.var / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert door.told("migrate")["before"] == migrations.newest()
    assert {c["check"]: c["state"] for c in door.told("doctor")["checks"]}["accounts"] == "warn"
    (own,) = door.told("account", "list")["accounts"]  # its own forms
    assert (own["account"], own["health"], own["active"]) == ("portal:forms", "ok", True)


def test_the_operator_may_not_press_the_crisis_pause_but_a_manager_may(door: Door) -> None:
    door.run("adduser", "maryam", "--role", "manager", "--password-stdin", given="a-long-password\n")
    refused = door.run("pause", "press", "flood")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    wrong = door.run("--as", "maryam", "pause", "press", "flood", MAJLIS_AS_PASSWORD="no")
    assert wrong.returncode == 1
    pressed = door.run("--as", "maryam", "pause", "press", "flood", MAJLIS_AS_PASSWORD="a-long-password")
    assert pressed.returncode == 0, pressed.stderr


def test_the_private_backend_reads_once_its_risk_is_accepted(connected: Door) -> None:
    connected.environment |= {
        "INSTAGRAM_BACKEND": "private",
        "I_ACCEPT_PRIVATE_API_RISK": "1",
        "INSTAGRAM_USER_ID": seed.INSTAGRAM_PRIVATE_ID,
        "INSTAGRAM_SESSION_ID": seed.INSTAGRAM_SESSION_ID,
    }
    line = connected.told("sync")["accounts"][-1]
    assert line["account"] == f"instagram:{seed.INSTAGRAM_PRIVATE_ID}"
    assert line["complete"]
    assert line["new"] > 0


def test_a_lost_key_is_told_and_not_replaced(connected: Door) -> None:
    connected.told("migrate")
    key = connected.var / "key"
    kept = key.rename(key.with_name("copy"))
    done = connected.run("sync")
    assert done.returncode == 2
    assert str(key) in done.stderr
    assert not key.exists()
    assert {c["check"]: c["state"] for c in connected.told("doctor", code=1)["checks"]}["keys"] == "bad"
    kept.rename(key)
    assert connected.told("migrate")["now"] == migrations.newest()


def test_an_export_is_the_same_whoever_takes_it(connected: Door, tmp_path: Path) -> None:
    connected.told("sync")
    first, second = (connected.told("export", str(tmp_path / name))["tables"] for name in ("a", "b"))
    assert [first[t]["files"] for t in first if t != "audit"] == [second[t]["files"] for t in second if t != "audit"]
    header = (tmp_path / "a" / "audit.csv").read_text("utf-8-sig").splitlines()[0]
    assert header.startswith("id,at,actor,action,subject")


def test_a_head_written_down_earlier_must_stand_in_the_chain(connected: Door) -> None:
    connected.environment["MAJLIS_RECEIPT_BRAKE"] = "10"
    connected.told("sync")
    head = connected.told("audit", "verify")["head"]
    connected.told("publish", "--due")
    assert connected.told("audit", "verify", "--head", head)["whole"]
    told = connected.told("audit", "verify", "--head", "0" * 64, code=1)
    assert (told["whole"], told["why"]) == (False, "head_unknown")


def test_what_is_no_account_is_not_connected(door: Door) -> None:
    for wrong in (["x", "abc/../1"], ["myspace", "1"]):
        assert door.run("account", "add", *wrong, "--secrets-stdin", given="").returncode == 1
    unknown = door.run("account", "add", "x", "1", "--secrets-stdin", given="FOO=bar\n")
    assert unknown.returncode == 1
    assert "bearer_token" in unknown.stderr
    assert [one["account"] for one in door.told("account", "list")["accounts"]] == ["portal:forms"]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"MAJLIS_POLL_S": "soon"}, "MAJLIS_POLL_S"),
        ({"MAJLIS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "MAJLIS_DATABASE_URL"),
        ({"MAJLIS_DATABASE_URL": "mysql://here"}, "MAJLIS_DATABASE_URL"),
        ({"MAJLIS_VAR_DIR": "/proc/nothing"}, "/proc/nothing"),
        ({"MAJLIS_DATABASE_URL": "sqlite:////proc/nothing/x.db"}, "MAJLIS_DATABASE_URL"),
        ({"INSTAGRAM_BACKEND": "private"}, "I_ACCEPT_PRIVATE_API_RISK"),
        ({"MAJLIS_RECONCILE_STEPS_S": "60,5"}, "MAJLIS_RECONCILE_STEPS_S"),
        ({"FACEBOOK_PAGE_TOKEN_FILE": "/nowhere/at/all"}, "FACEBOOK_PAGE_TOKEN_FILE"),
    ],
)
def test_a_wrong_setting_refuses_to_start_with_a_line_that_names_it(bare: Bare, settings: dict[str, str], named: str) -> None:
    done = bare("sync", "--json", **settings)
    assert done.returncode == 2
    assert done.stdout == ""
    english, arabic = done.stderr.strip().splitlines()
    assert named in english
    assert named in arabic


@pytest.mark.parametrize(
    "command",
    [
        ["no-such"],
        ["post", "import", "/nowhere.jsonl"],
        ["policy", "check", "/nowhere.toml"],
        ["publish", "--x"],
        ["adduser", "a", "--role", "king"],
        ["export", "/proc/nothing"],
    ],
)
def test_wrong_usage_ends_with_2(bare: Bare, command: list[str]) -> None:
    done = bare(*command)
    assert done.returncode == 2
    assert done.stdout == ""


def test_triage_answers_line_by_line_and_names_the_bad_one(bare: Bare) -> None:
    given = '{"id": "a", "text": "لم أستلم راتبي منذ شهرين"}\nrubbish\n{"id": 3, "text": "Thank you!"}\n'
    done = bare("triage", given=given)
    first, bad, last = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 1
    assert (first["id"], first["language"], first["kind"], first["topic"]) == ("a", "ar", "complaint", "wages")
    assert (bad["id"], bad["line"], bool(bad["error"])) == (None, 2, True)
    assert (last["id"], last["kind"]) == (3, "praise")


def test_what_is_wrong_with_an_edition_is_said_line_by_line_in_both_languages(bare: Bare, tmp_path: Path) -> None:
    wrong, strange = tmp_path / "wrong.toml", tmp_path / "strange.toml"
    wrong.write_text("severity =", "utf-8")
    strange.write_text("severity =", "utf-16")
    done = bare("policy", "check", str(wrong), str(strange))
    assert (done.returncode, done.stderr) == (1, "")
    said = done.stdout.splitlines()
    assert sum("Line 1: " in line for line in said) == sum("السطر 1: " in line for line in said) == 1
    assert sum("not UTF-8" in line for line in said) == sum("ليس نصًا بترميز" in line for line in said) == 1


def test_the_shipped_editions_pass_their_own_examples(bare: Bare) -> None:
    done = bare("policy", "check", "--json")
    assert done.returncode == 0
    assert set(json.loads(done.stdout).values()) == {"ok"}
