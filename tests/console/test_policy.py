"""The life of an edition through the operator's door: each command a process of its own, on both databases."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from core.clock import in_dubai, now
from core.i18n import ROOT
from policies.edition import current
from sandbox import acts
from tests.console.conftest import Door
from tests.inbox.small_edition import clause, written

PASSWORD = "long-enough-1"
TODAY = in_dubai(now()).date()


@pytest.fixture
def office(door: Door) -> Door:
    """An installation with two policy owners."""
    return hired(door)


def hired(door: Door) -> Door:
    for name in ("mariam", "salem"):
        added = door.run("adduser", name, "--role", "policy_owner", "--password-stdin", given=PASSWORD + "\n")
        assert added.returncode == 0, added.stderr
    return door


def file(door: Door, name: str, source: str) -> str:
    door.var.mkdir(exist_ok=True)
    path = door.var / name
    path.write_text(source, "utf-8")
    return str(path)


def told(door: Door, *command: str, by: str, code: int = 0) -> Any:
    done = door.run("--as", by, "policy", *command, "--json", MAJLIS_AS_PASSWORD=PASSWORD)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr


def states(door: Door) -> dict[str, str]:
    return {line["edition"]: line["state"] for line in door.told("policy", "list")["editions"]}


def test_two_people_put_an_edition_in_force(office: Door) -> None:
    source = file(office, "m.toml", written("1", str(TODAY)))
    proposed = told(office, "propose", source, by="mariam")
    assert (proposed["edition"], proposed["state"], proposed["proposed_by"]) == ("m@1", "proposed", "mariam")

    refused = office.run("policy", "activate", "m@1", "--json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "policy.activate" in refused.stderr
    assert "nobody decides on his own" in told(office, "activate", "m@1", by="mariam", code=1)
    assert states(office) == {"m@1": "proposed"}

    activated = told(office, "activate", "m@1", by="salem")
    assert (activated["state"], activated["activated_by"], activated["sha256"]) == ("activated", "salem", proposed["sha256"])
    assert office.told("policy", "list")["in_force"] == office.told("policy", "show")["edition"] == "m@1"
    assert office.told("policy", "show", current().ref)["edition"] == current().ref
    chain = office.told("audit", "verify")
    assert (chain["whole"], chain["unsealed"]) == (True, 0)

    changed = file(office, "changed.toml", written("1", str(TODAY), clause("abuse", "evil")))
    assert "m@1" in told(office, "propose", changed, by="mariam", code=1)
    assert "activated" in told(office, "withdraw", "m@1", by="mariam", code=1)


def test_an_edition_that_fails_its_examples_is_refused_by_name(office: Door) -> None:
    source = file(office, "m.toml", written("1", str(TODAY), clause("abuse", "wicked", example="nothing of it")))
    refused = office.run("policy", "propose", source)
    assert (refused.returncode, refused.stdout) == (1, "")
    line = 1 + next(n for n, text in enumerate(Path(source).read_text("utf-8").splitlines()) if "nothing of it" in text)
    for words in (f"Line {line}: Clause abuse", f"السطر {line}: البند abuse", "“nothing of it”"):
        assert words in refused.stderr
    assert states(office) == {}


def test_a_proposal_may_be_withdrawn_and_one_whose_day_is_past_is_not_activated(office: Door) -> None:
    for name, day in (("1", TODAY), ("2", "2026-01-01")):
        told(office, "propose", file(office, f"{name}.toml", written(name, str(day))), by="mariam")
    assert told(office, "withdraw", "m@1", by="salem")["withdrawn_by"] == "salem"
    assert "2026-01-01" in told(office, "activate", "m@2", by="salem", code=1)
    assert states(office) == {"m@1": "withdrawn", "m@2": "proposed"}
    assert "m@9" in told(office, "activate", "m@9", by="salem", code=1)


def test_editions_are_compared_wherever_they_stand(office: Door) -> None:
    old = file(office, "1.toml", written("1", str(TODAY)))
    new = file(office, "2.toml", written("1", str(TODAY), clause("abuse", "evil")))
    told(office, "propose", old, by="mariam")
    found = office.told("policy", "diff", "m@1", new)
    assert [(c["field"], c["plus"], c["minus"]) for c in found["changes"]] == [
        ("examples", ["such a evil day"], ["such a wicked day"]),
        ("terms.en", ["evil"], ["wicked"]),
    ]
    said = office.run("policy", "diff", old, new)
    assert (said.returncode, said.stderr) == (0, "")
    assert "Clause abuse" in said.stdout
    assert "البند abuse" in said.stdout


def test_two_files_are_compared_without_a_database(bare: Any, tmp_path: Path) -> None:
    for name in ("1", "2"):
        (tmp_path / f"{name}.toml").write_text(written(name, str(TODAY)), "utf-8")
    done = bare("policy", "diff", str(tmp_path / "1.toml"), str(tmp_path / "2.toml"), "--json")
    assert [change["field"] for change in json.loads(done.stdout)["changes"]] == ["edition"]
    assert not list(tmp_path.rglob("*.db"))


def test_a_backtest_tells_what_would_change_and_writes_nothing(connected: Door) -> None:
    connected.told("sync")
    before = (connected.lines("items"), connected.told("audit", "verify"))
    source = file(connected, "m.toml", written("1", str(TODAY), clause("thanks", "شكرا", example="شكرا لكم")))
    found = connected.told("policy", "backtest", source, "--limit", "3")
    assert found["edition"] == "m@1"
    assert 0 < found["moves"]["allow -> review"] <= found["changed"] <= found["items"]
    assert len(found["listed"]) == 3
    assert sum(found["moves"].values()) == found["changed"]
    for counted in ("clauses", "languages"):
        assert sum(n for moves in found[counted].values() for n in moves.values()) == found["changed"]
    assert connected.told("policy", "backtest", current().ref)["changed"] == 0
    shown = connected.run("policy", "backtest", source, "--days", "36500", "--limit", "1")
    assert shown.returncode == 0, shown.stderr
    assert f"changed: {found['changed']}" in shown.stdout.splitlines()
    assert (connected.lines("items"), connected.told("audit", "verify")) == before
    assert states(connected) == {}


@contextmanager
def working(door: Door) -> Iterator[None]:
    """A worker that reads every five seconds, until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=door.environment | {"MAJLIS_POLL_S": "5"},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def edition_of(door: Door, words: str) -> str:
    """Under which edition the item with these words was decided, as soon as it is there."""
    engine = create_engine(door.environment.get("MAJLIS_DATABASE_URL", f"sqlite:///{door.var / 'majlis.db'}"))
    query = text("SELECT d.edition FROM decisions d JOIN items i ON i.id = d.item_id WHERE i.text = :words")
    try:
        for _ in range(600):
            with engine.connect() as connection:
                if found := connection.execute(query, {"words": words}).scalar():
                    return str(found)
            time.sleep(0.1)
        raise AssertionError(f"nobody heard: {words}")
    finally:
        engine.dispose()


def test_a_worker_judges_by_a_newly_activated_edition_without_a_restart(connected: Door) -> None:
    assert connected.platforms
    world = connected.platforms.world

    def say(words: str) -> None:
        with world.lock:
            acts.mention(world, "facebook", acts.newcomer(world, "facebook", "sami"), words)

    hired(connected)
    say("a wicked first word")
    with working(connected):
        assert edition_of(connected, "a wicked first word") == current().ref
        told(connected, "propose", file(connected, "m.toml", written("1", str(TODAY))), by="mariam")
        told(connected, "activate", "m@1", by="salem")
        say("a wicked word meanwhile")  # may still be read by a pass that began before
        assert edition_of(connected, "a wicked word meanwhile")
        say("a wicked second word")
        assert edition_of(connected, "a wicked second word") == "m@1"
    assert edition_of(connected, "a wicked first word") == current().ref
