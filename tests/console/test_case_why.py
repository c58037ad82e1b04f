"""`manage.py case why`: each date of a case with how it was counted, for people and as data."""

from pathlib import Path

import pytest

from tests.console.conftest import Door


def test_a_date_is_told_step_by_step_and_as_data(connected: Door) -> None:
    connected.told("sync")
    case = connected.told("case", "list")["cases"][0]
    found = connected.told("case", "why", case["number"])
    assert [one["what"] for one in found["dates"]] == ["first", "resolve"]
    assert [one["due_at"] for one in found["dates"]] == [case["next_due_at"], case["due_at"]]
    for one in found["dates"]:
        assert sum(step["days"] for step in one["steps"]) == one["days"]
        assert sum(step["minutes"] for step in one["steps"]) == one["minutes"]
    spoken = connected.run("case", "why", case["number"], "--lang", "ar").stdout
    assert "الرد الأول في موعد أقصاه" in spoken
    assert spoken.startswith(case["number"])


def test_an_unknown_number_is_said_so(connected: Door) -> None:
    done = connected.run("case", "why", "M-00000-00000")
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MAJLIS_WEEK_FILE", "[[usual]]\nmonday = [15:30:00, 07:30:00]\n"),
        (
            "MAJLIS_TARGETS_FILE",
            '[[target]]\nfirst = "9d"\nnext = "3d"\nresolve = "5d"\nobjection = "5d"\nwarn = "4h"\n'
            'source_en = "x"\nsource_ar = "س"\n',
        ),
    ],
)
def test_a_week_or_targets_that_are_reversed_refuse_to_start(connected: Door, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "own.toml").write_text(text, "utf-8")
    for command in (("case", "list"), ("doctor",)):
        done = connected.run(*command, **{name: str(tmp_path / "own.toml")})
        assert (done.returncode, done.stderr.partition(":")[0].split()[-1]) == (2, name)


def test_a_fresh_house_knows_its_holidays_and_says_how_many_promises_an_announcement_moves(connected: Door) -> None:
    connected.told("sync")
    hired = connected.run("adduser", "maryam", "--role", "manager", "--password-stdin", given="ten letters at least")
    assert hired.returncode == 0, hired.stderr
    assert connected.told("calendar", "list")["periods"]
    cases = connected.told("case", "list", "--limit", "1000")["cases"]
    outcome = connected.told("case", "why", cases[0]["number"])["dates"][1]
    day = next(step["first"] for step in outcome["steps"] if step["what"] == "whole")  # every outcome is counted over it
    names = ("--name-ar", "عطلة", "--name-en", "Off", "--source", "WAM")
    keep = ("--as", "maryam", "calendar", "keep", "holiday", day, day, *names)
    kept = connected.told(*keep, MAJLIS_AS_PASSWORD="ten letters at least")
    assert kept["cases_moved"] == len(cases)
    assert connected.told("case", "rounds")["moved"] == 0
    why = connected.told("case", "why", cases[0]["number"])["dates"][1]
    assert ("holiday", "Off") in [(step["what"], step["because"]) for step in why["steps"]]
