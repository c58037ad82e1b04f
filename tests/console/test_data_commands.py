"""The open data from the command line: published once a day, and verified."""

from tests.console.conftest import Door


def test_a_day_is_published_once_and_holds(door: Door) -> None:
    made = door.told("data", "release")
    assert len(made["sha256"]) == 64
    assert door.told("data", "release") == {"day": None}
    found = door.told("data", "verify", "--head", made["sha256"])
    assert (found["releases"], found["whole"], found["head"], found["day"]) == (1, True, made["sha256"], made["day"])
    assert door.told("audit", "verify")["unsealed"] == 0


def test_a_hash_that_never_was_is_told_with_one(door: Door) -> None:
    door.told("data", "release")
    assert door.told("data", "verify", "--head", "0" * 64, code=1)["why"] == "head_unknown"
