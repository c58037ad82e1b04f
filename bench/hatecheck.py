"""HateCheck English by functionality, with and without the guard for quotation and counter-speech; tests only, never trained on.

Read from ../shared/data/hatecheck_en.csv; skipped with a message where it is absent.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from bench.tables import table
from policies import guard
from policies.judge import judge

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "hatecheck_en.csv"


class _Deaf(guard.Reported):
    """A guard that hears nobody report anything."""

    def __contains__(self, place: tuple[int, int]) -> bool:
        return False

    def plainly(self, place: tuple[int, int]) -> bool:
        """Never."""
        return False


def _flagged(text: str) -> bool:
    return judge(text, explain=False).action != "allow"


def _unguarded(text: str) -> bool:
    with patch("policies.guard.Reported", _Deaf), patch("policies.rules.Reported", _Deaf):
        return _flagged(text)


def macro(rows: list[tuple[bool, bool]]) -> float:
    """Macro F1 of (gold, found)."""
    seen = Counter(rows)
    hits, wrong, missed, clean = seen[True, True], seen[False, True], seen[True, False], seen[False, False]
    return (2 * hits / max(1, 2 * hits + wrong + missed) + 2 * clean / max(1, 2 * clean + wrong + missed)) / 2


def report() -> None:
    """Print the table."""
    if not DATA.is_file():
        print("shared/data/hatecheck_en.csv is not on this machine")
        return
    with DATA.open(encoding="utf-8", newline="") as file:
        cases = [(row["functionality"], row["test_case"], row["label_gold"] == "hateful") for row in csv.DictReader(file)]
    ways: dict[str, Callable[[str], bool]] = {"with": _flagged, "without": _unguarded}
    found = {name: [(kind, gold, ask(text)) for kind, text, gold in cases] for name, ask in ways.items()}
    right: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, answers in found.items():
        for kind, gold, said in answers:
            right[kind][name] += gold is said
            right[kind]["all"] += name == "with"
    rows = [[kind, str(n["all"]), *(f"{n[way] / n['all']:.2f}" for way in ways)] for kind, n in right.items()]
    counter = [kind for kind in right if kind.startswith("counter")]
    total = sum(right[kind]["all"] for kind in counter)
    rows.append(["counter-speech", str(total), *(f"{sum(right[kind][way] for kind in counter) / total:.2f}" for way in ways)])
    rows.append(["macro F1", str(len(cases)), *(f"{macro([(gold, said) for _, gold, said in found[way]]):.2f}" for way in ways)])
    table("HateCheck English, accuracy", ["functionality", "cases", "with the guard", "without"], rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no difference: it takes seconds")
    parser.parse_args()
    report()
