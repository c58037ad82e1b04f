"""Connected accounts from the command line: refused when they can't work, tested, taken out of use and back."""

import json
from datetime import UTC, datetime
from pathlib import Path

from sandbox import seed
from tests.console.conftest import Door

FACEBOOK = f"facebook:{seed.FACEBOOK_PAGE_ID}"


def test_an_account_that_cannot_work_is_not_connected(door: Door) -> None:
    wrong = {
        "token": ["facebook", "1"],
        "nonsense": ["facebook", "1", "--backend", "nonsense"],
        "session_id": ["instagram", "1", "--backend", "private"],
    }
    for named, command in wrong.items():
        done = door.run("account", "add", *command, "--secrets-stdin", given="")
        assert done.returncode == 1, done.stderr
        english, arabic = done.stderr.strip().splitlines()
        assert named in english
        assert named in arabic
    risky = door.run("account", "add", "instagram", "1", "--backend", "private", "--secrets-stdin", given="session_id=s\n")
    assert risky.returncode == 2
    assert "I_ACCEPT_PRIVATE_API_RISK" in risky.stderr
    assert [one["account"] for one in door.told("account", "list")["accounts"]] == ["portal:forms"]


def test_a_disabled_account_is_left_alone_until_it_is_enabled(connected: Door, tmp_path: Path) -> None:
    heard = connected.told("sync")
    items = len(connected.lines("items"))
    line = {"ref": "n1", "account": "facebook", "text": "خبر", "at": datetime.now(UTC).isoformat()}
    (tmp_path / "posts.jsonl").write_text(json.dumps(line), "utf-8")
    connected.told("post", "import", str(tmp_path / "posts.jsonl"))

    done = connected.run("account", "disable", FACEBOOK)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert FACEBOOK in done.stderr
    after = connected.told("sync", FACEBOOK_PAGE_TOKEN="no longer good")
    assert [a["account"] for a in after["accounts"]] == [a["account"] for a in heard["accounts"] if a["account"] != FACEBOOK]
    assert {a["account"]: a["active"] for a in connected.told("account", "list")["accounts"]}[FACEBOOK] is False
    assert FACEBOOK not in {check["check"] for check in connected.told("doctor")["checks"]}
    connected.run("publish", "--due")  # receipts may meet a rate window of another account
    held = [d for d in connected.lines("deliveries") if d["ref"] == "n1"]
    assert [(d["state"], d["reason"]) for d in held] == [("held", "account_inactive")]
    assert len(connected.lines("items")) >= items, "history stays"
    refused = connected.told("post", "import", str(_another(tmp_path, line)), code=1)
    assert refused["errors"][0]["field"] == "account"

    assert connected.run("account", "enable", FACEBOOK).returncode == 0
    connected.run("publish", "--due")  # receipts may meet a rate window of another account
    assert [d["state"] for d in connected.lines("deliveries") if d["ref"] == "n1"] == ["published"]
    assert connected.told("audit", "verify")["unsealed"] == 0


def _another(folder: Path, line: dict[str, str]) -> Path:
    file = folder / "more.jsonl"
    file.write_text(json.dumps(line | {"ref": "n2", "account": FACEBOOK}), "utf-8")
    return file


def test_whoever_bought_credit_says_so_and_what_was_held_goes_on(connected: Door, tmp_path: Path) -> None:
    platforms = connected.platforms
    assert platforms is not None
    with platforms.world.lock:
        platforms.world.faults.add("credits_depleted", method="POST", path_regex="/2/tweets$")
    line = {"ref": "n1", "account": "x", "text": "خبر", "at": datetime.now(UTC).isoformat()}
    (tmp_path / "posts.jsonl").write_text(json.dumps(line), "utf-8")
    connected.told("post", "import", str(tmp_path / "posts.jsonl"))
    for _ in range(3):
        held = connected.told("publish", code=1)
        assert "spend_cap" in str(held)
    assert sum(r.path == "/2/tweets" and r.method == "POST" for r in platforms.world.recorder.records) == 1
    connected.told("account", "test", "x")
    connected.told("publish")
    assert [d["state"] for d in connected.lines("deliveries") if d["ref"] == "n1"] == ["published"]


def test_one_account_is_tested(connected: Door) -> None:
    told = connected.told("account", "test", "x")
    assert (told["ok"], told["check"], told["state"]) == (True, f"x:{seed.X_USER_ID}", "ok")
    told = connected.told("account", "test", "facebook", code=1, FACEBOOK_PAGE_TOKEN="wrong")
    assert (told["check"], told["code"]) == (FACEBOOK, "account_failed")
    assert "FACEBOOK_PAGE_TOKEN" in told["ar"]
    unknown = connected.run("account", "test", "facebook:0")
    assert unknown.returncode == 1
    assert "facebook:0" in unknown.stderr
