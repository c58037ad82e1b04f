"""`train`: learns, compares, switches and goes back, each a command of its own."""

import json
from pathlib import Path

import pytest

from tests.console.conftest import Door

TEXTS = [
    {"text": f"{word} {n}", "kind": kind, "topic": topic, "sentiment": "neutral"}
    for n in range(60)
    for word, kind, topic in (("متى يصدر تصريح العمل", "inquiry", "work_permit"), ("راتبي لم يصل", "complaint", "wages"))
]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "ours.jsonl").write_text("\n".join(map(json.dumps, TEXTS)), "utf-8")
    return folder


def test_a_candidate_is_compared_then_switched_to_then_left_again(door: Door, texts: Path) -> None:
    assert door.run("migrate").returncode == 0
    told = door.told("train", "--texts", str(texts))
    assert set(told["held"]) == {"candidate", "in_force"}
    assert told["held"]["candidate"]["topic"]["own"]["accuracy"] > 0.9
    name = told["candidate"]
    assert (door.var / "heads" / f"{name}.npz").exists()
    assert door.told("train", "--switch") == {"in_force": name}
    assert door.told("train", "--back") == {"in_force": "shipped"}


def test_without_texts_it_says_what_is_missing(door: Door) -> None:
    assert door.run("migrate").returncode == 0
    done = door.run("train")
    assert done.returncode != 0
    assert "--texts" in done.stderr
    assert door.run("train", "--switch").returncode != 0
