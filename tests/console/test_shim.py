"""`manage.py` started by an interpreter of its own, as the operator starts it, and what stands beside it in the other tests."""

import json

import pytest

from tests.console.conftest import Door

#: command, what it is given, how it must end
ENDS: dict[str, tuple[list[str], str, int]] = {
    "help": (["--help"], "", 0),
    "no command": ([], "", 2),
    "a wrong command": (["no-such"], "", 2),
    "a wrong option": (["publish", "--x"], "", 2),
    "lines that are answered": (["triage"], '{"id": "ا", "text": "لم أستلم راتبي منذ شهرين"}\nrubbish\n', 1),
    "a pass that is complete": (["sync", "--json"], "", 0),
    "a refusal": (["pause", "press", "flood"], "", 1),
    "a password from stdin": (["adduser", "نورة", "--role", "agent", "--password-stdin"], "a-long-password\n", 0),
}


@pytest.mark.parametrize("what", ENDS)
@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_a_command_ends_and_speaks_as_the_same_by_a_copy_of_a_loaded_process(door: Door, what: str) -> None:
    command, given, code = ENDS[what]
    assert door.run("migrate").returncode == 0
    started = door.started(*command, given=given)
    if what == "a password from stdin":
        assert door.run("dismiss", "نورة").returncode == 0, "it was added"
        return
    copied = door.run(*command, given=given)
    assert (started.returncode, started.stdout, started.stderr) == (copied.returncode, copied.stdout, copied.stderr)
    assert started.returncode == code, started.stderr


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_a_wrong_setting_ends_with_2_and_one_that_was_wrong_before_is_not_remembered(door: Door) -> None:
    for run in (door.started, door.run):
        done = run("sync", "--json", MAJLIS_POLL_S="soon")
        assert (done.returncode, done.stdout) == (2, "")
        assert all("MAJLIS_POLL_S" in line for line in done.stderr.strip().splitlines())
        assert json.loads(run("sync", "--json").stdout)["complete"]


def test_a_day_of_traffic_is_heard_sent_and_sealed_by_processes_started_one_after_the_other(connected: Door) -> None:
    connected.environment["MAJLIS_RECEIPT_BRAKE"] = "10"  # fewer than the simulated X takes in one window
    heard, sent, chain = (connected.started(*c, "--json") for c in (("sync",), ("publish", "--due"), ("audit", "verify")))
    assert [done.returncode for done in (heard, sent, chain)] == [0, 0, 0], (heard.stderr, sent.stderr, chain.stderr)
    assert json.loads(heard.stdout)["complete"]
    assert json.loads(sent.stdout)["touched"] > 0
    assert (json.loads(chain.stdout)["whole"], json.loads(chain.stdout)["unsealed"]) == (True, 0)
