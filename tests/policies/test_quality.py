"""How good the judge is on real posts, against floors a little under what was measured. Skipped where the texts are absent.

These are guards against getting worse, not proof of quality elsewhere: the rules of policies/language.py that tell Arabic from
Persian and romanised words from Spanish were chosen by their figures on these very texts, and whether the word lists were written
with them in sight is not recorded. What the texts call offensive is wider than any clause of ours, so recall is low by intent and
precision is what is held.
"""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from policies.judge import judge
from policies.language import detect

Labelled = list[tuple[str, bool]]


def precision(rows: Labelled) -> tuple[float, int]:
    """Of what would be proposed for hiding, the share that people called offensive; and how much it was."""
    hidden = [offensive for text, offensive in rows if judge(text).action == "hide"]
    return sum(hidden) / len(hidden), len(hidden)


def accuracy(texts: Iterable[str], code: str) -> float:
    found = [detect(text).code == code for text in texts]
    return sum(found) / len(found)


def arsarcasm(data: Path) -> list[dict[str, str]]:
    with (data / "arsarcasm2-train.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_arabic_comments_proposed_for_hiding_are_offensive(data: Path) -> None:
    lines = (data / "mpold.jsonl").read_text("utf-8").splitlines()
    rows = [(one["Comment"], one["Majority_Label"] == "Offensive") for one in map(json.loads, lines)]
    share, hidden = precision(rows)
    assert hidden >= 20
    assert share >= 0.95


def test_english_posts_proposed_for_hiding_are_offensive(data: Path) -> None:
    with (data / "davidson.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["tweet"], row["class"] != "2") for row in csv.DictReader(file)][:3000]
    share, hidden = precision(rows)
    assert hidden >= 500
    assert share >= 0.98


def test_roman_urdu_posts_proposed_for_hiding_are_offensive(data: Path) -> None:
    lines = (data / "roman_urdu-train.tsv").read_text("utf-8").splitlines()
    rows = [(text, label == "0") for text, _, label in (line.rpartition("\t") for line in lines) if label in ("0", "1")]
    share, hidden = precision(rows[:3000])
    assert hidden >= 100
    assert share >= 0.95


def test_ordinary_arabic_posts_are_rarely_touched(data: Path) -> None:
    texts = [row["tweet"] for row in arsarcasm(data)][:3000]
    actions = [judge(text).action for text in texts]
    assert actions.count("hide") / len(texts) < 0.01
    assert actions.count("review") / len(texts) < 0.02


@pytest.mark.parametrize("dialect", ["gulf", "egypt", "levant", "magreb", "msa"])
def test_every_dialect_is_arabic(data: Path, dialect: str) -> None:
    assert accuracy([row["tweet"] for row in arsarcasm(data) if row["dialect"] == dialect][:800], "ar") >= 0.98


@pytest.mark.parametrize(
    ("code", "kind", "floor"),
    [
        ("ar", "word-pairs", 0.98), ("en", "word-pairs", 0.97), ("hi", "word-pairs", 0.99), ("bn", "word-pairs", 0.99),
        ("tl", "word-pairs", 0.93), ("ur", "word-pairs", 0.90), ("fa", "word-pairs", 0.88),
        ("ar", "sentences", 0.99), ("en", "sentences", 0.99), ("tl", "sentences", 0.98), ("fa", "sentences", 0.98),
    ],
)  # fmt: skip
def test_a_language_is_told_from_few_words(data: Path, code: str, kind: str, floor: float) -> None:
    texts = (data / "lingua" / f"{code}_{kind}.txt").read_text("utf-8").splitlines()
    assert accuracy([text for text in texts if text.strip()], code) >= floor


@pytest.mark.parametrize("code", ["de", "fr", "es", "id", "tr", "sq"])
def test_other_languages_are_mostly_left_undetermined(data: Path, code: str) -> None:
    texts = (data / "lingua" / f"{code}_sentences.txt").read_text("utf-8").splitlines()
    assert accuracy([text for text in texts if text.strip()], "und") >= 0.93


def test_roman_urdu_is_recognised(data: Path) -> None:
    lines = (data / "roman_urdu-train.tsv").read_text("utf-8").splitlines()
    assert accuracy([line.rpartition("\t")[0] for line in lines][:2000], "ur-Latn") >= 0.80


def test_bengali_is_recognised(data: Path) -> None:
    with (data / "bengali.csv").open(encoding="utf-8", newline="") as file:
        assert accuracy([row["text"] for row in csv.DictReader(file)][:1000], "bn") >= 0.99
