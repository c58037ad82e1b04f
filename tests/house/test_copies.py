"""Nothing of the folder beside this checkout (the seed, vendors' contracts, data sets, notes) was copied into the project."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core.i18n import ROOT

SHARED = ROOT.parent / "shared"
#: shorter lines are names, tags and brackets that anybody writes
LINE = 60
#: so many words in a row are a quotation
WORDS = 12


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def long_lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if len(line.strip()) >= LINE)


def phrases(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return {tuple(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)}


@cache
def theirs() -> list[Path]:
    if not SHARED.is_dir():
        pytest.skip("there is no folder beside this checkout to copy from")
    return [path for path in SHARED.rglob("*") if path.is_file()]


def test_no_line_of_theirs_stands_in_a_file_of_ours(tracked: list[Path]) -> None:
    known = {line for path in theirs() for line in long_lines(_read(path))}
    assert len(known) > 1000
    copied = [f"{path.relative_to(ROOT)}: {line[:60]}" for path in tracked for line in long_lines(_read(path)) if line in known]
    assert copied == []


def test_no_sentence_of_the_seed_stands_in_an_edition() -> None:
    seed = set[tuple[str, ...]]().union(*(phrases(_read(path)) for path in theirs() if path.parent.name == "seeds"))
    assert len(seed) > 100
    editions = [*(ROOT / "policies" / "editions").glob("*.toml"), *ROOT.glob("*/words.toml")]
    assert [f"{path.name}: {' '.join(phrase)}" for path in editions for phrase in phrases(_read(path)) & seed] == []


def test_nothing_but_what_measures_and_trains_reads_that_folder(tracked: list[Path]) -> None:
    named = re.compile(r"""/ ["']shared["']|\.\./shared""")
    readers = [path for path in tracked if path.suffix == ".py" and named.search(_read(path))]
    rooms = {str(path.relative_to(ROOT)): path.relative_to(ROOT).parts[0] for path in readers}
    assert [name for name, room in rooms.items() if room not in ("tests", "bench", "tools")] == []
