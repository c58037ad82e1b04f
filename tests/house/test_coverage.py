"""docs/policy-coverage.md names a test that exists for every right, commitment, tool and means of access, or says "not yet"."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.i18n import ROOT
from policies import edition as editions

PAGE = ROOT / "docs" / "policy-coverage.md"
LINE = re.compile(r"^\| `(?P<id>\w+)` \| (?P<does>.+?) \| ?(?P<tests>.*?) ?\|$", re.M)
TEST = re.compile(r"`(?P<file>tests/[\w/]+\.py)::(?P<name>\w+)`")
UNBUILT = "**Not yet**"
#: what the policy names beside its numbered promises: its tools, its means of access, and what it says of itself
TOOLS = {"polls", "surveys", "live_chat", "feedback_forms", "social_media", "complaints", "newsletters", "consultations"}
ACCESS = {"larger_text", "text_to_speech", "described_content", "keyboard", "speech_to_text"}
ITSELF = {"moderation", "revision", "disclaimer"}


def lines() -> Mapping[str, tuple[str, list[tuple[str, str]]]]:
    """id -> (what is done for it, the tests named)."""
    found = LINE.finditer(PAGE.read_text("utf-8"))
    return {one["id"]: (one["does"], TEST.findall(one["tests"])) for one in found}


def promised() -> set[str]:
    """Ids of the rights and commitments of the edition in force."""
    return {one.id for one in (*editions.current().rights, *editions.current().commitments)}


def missing(named: list[tuple[str, str]]) -> list[str]:
    """Tests that are named and are not there."""
    return [f"{file}::{name}" for file, name in named if not (Path(ROOT / file).exists() and holds(file, name))]


def holds(file: str, name: str) -> bool:
    return re.search(rf"^(?:async )?def {name}\(", (ROOT / file).read_text("utf-8"), re.M) is not None


def test_everything_the_policy_names_has_its_line_and_nothing_else_has() -> None:
    assert set(lines()) == promised() | TOOLS | ACCESS | ITSELF


@pytest.mark.parametrize("of", sorted(lines()))
def test_a_line_names_tests_that_are_there_or_says_that_it_is_not_built(of: str) -> None:
    does, named = lines()[of]
    assert missing(named) == []
    assert bool(named) != does.startswith(UNBUILT)


def test_no_right_and_no_commitment_is_left_unbuilt() -> None:
    assert [of for of in promised() if lines()[of][0].startswith(UNBUILT)] == []


def test_every_test_named_on_the_page_stands_in_a_line() -> None:
    in_lines = {pair for _, named in lines().values() for pair in named}
    assert set(TEST.findall(PAGE.read_text("utf-8"))) == in_lines


def test_a_test_that_is_not_there_would_be_noticed() -> None:
    here = str(Path(__file__).relative_to(ROOT))
    assert missing(
        [("tests/nowhere.py", "test_x"), (here, "test_x"), (here, "test_a_test_that_is_not_there_would_be_noticed")]
    ) == [
        "tests/nowhere.py::test_x",
        f"{here}::test_x",
    ]
