"""Posts of our own, labelled (LABELS.md), read by the benches and by the tests of the judge.

The half a text belongs to is fixed by its own words: rules, word lists and models are tuned on `dev` and on the texts written for
learning (`learn-*`); `test` is only measured.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent
Half = Literal["dev", "test"]


def half(text: str) -> Half:
    """The half of a text: an even first byte of its SHA-256 (UTF-8) is `test`."""
    return "dev" if hashlib.sha256(text.encode()).digest()[0] % 2 else "test"


def lines(name: str) -> list[dict[str, Any]]:
    """The lines of one file of this folder, by its name without `.jsonl`."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def learning() -> list[dict[str, Any]]:
    """All posts with kind and topic that words, weights and models may learn from: those written for it, and the dev half."""
    names = sorted(path.stem for path in FOLDER.glob("learn-*.jsonl"))
    return [line for name in names for line in lines(name) if "kind" in line] + routing("dev")


def routing(which: Half) -> list[dict[str, Any]]:
    """All posts labelled with kind and topic that belong to one half."""
    names = sorted(path.stem for path in FOLDER.glob("routing-*.jsonl"))
    return [line for name in names for line in lines(name) if half(line["text"]) == which]
