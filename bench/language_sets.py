"""Texts whose language is known: what bench/language measures, and the other half, for tuning; read from ../shared/data.

Each text belongs to a half by its own words (bench.texts.half). Web addresses and mentions are taken out, so that every detector is
asked the same. A set whose folder is absent is not there; `missing()` says so.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench import texts
from bench.texts import Half, half

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FOREIGN = ("de", "es", "fr", "id", "ms", "so", "sq", "sw", "tr")
PAIRS = ("ar", "bn", "en", "fa", "hi", "tl", "ur")
NOISE = (
    "", " ", "?", "...", "!!!!", "123456", "0501234567", "+971 50 123 4567", "50%", "12/11/2026", "٢٠٢٦", "۱۲۳", "🙂", "😂😂😂",
    "👍🏼👍🏼", "❤️🇦🇪", "🤲🏻", ":)", ":-D", "^_^", "<3", "x", "ا", "#", "@mohre_uae", "https://t.co/AbCdEf12", "www.mohre.gov.ae",
    "~~~", "→→→", "№ 5",
)  # fmt: skip

_AWAY = re.compile(r"(?:https?://|www\.)\S+|@[\w.]+|\bURL\b|&\w+;|\bRT\b|\\u[0-9a-f]{4}|\\n", re.IGNORECASE)


class Known(NamedTuple):
    """A set: its name, the language all its texts are in (`und`: none that we answer), the texts."""

    name: str
    language: str
    texts: list[str]


def missing() -> bool:
    """Whether ../shared/data is absent."""
    return not DATA.is_dir()


def posts(which: Half, most: int) -> Iterator[Known]:
    """Posts and sentences of the languages we answer, by source, at most `most` texts each; our own come last."""
    if not missing():
        for name, language, found in _public():
            yield Known(name, language, _some(found, which, most))
    yield from ours(which, most)


def ours(which: Half, most: int) -> Iterator[Known]:
    """Our own posts (bench/texts), by language."""
    own: dict[str, list[str]] = {}
    for name in sorted(path.stem for path in texts.FOLDER.glob("routing-*.jsonl")):
        for line in texts.lines(name):
            own.setdefault(line["language"], []).append(line["text"])
    for language, written in own.items():
        if chosen := _some(written, which, most):
            yield Known(f"{language} our own posts", language, chosen)


def foreign(which: Half, most: int) -> Iterator[Known]:
    """Sentences of languages that we do not answer."""
    for code in () if missing() else FOREIGN:
        yield Known(f"{code} sentences", "und", _some(lines(f"lingua/{code}_sentences.txt"), which, most))


def pairs() -> Iterator[Known]:
    """Two words each. All are measured, none is tuned on: for that there are the single words."""
    for code in () if missing() else PAIRS:
        yield Known(f"{code} two words", code, [_plain(text) for text in lines(f"lingua/{code}_word-pairs.txt")])


def _public() -> Iterator[tuple[str, str, Iterable[str]]]:
    arabic = _rows("arsarcasm2-train.csv")
    dialects = {"msa": "standard", "gulf": "Gulf"}
    for name in ("standard", "Gulf", "elsewhere"):
        spoken = (row["tweet"] for row in arabic if dialects.get(row["dialect"], "elsewhere") == name)
        yield f"ar tweets, {name} (ArSarcasm)", "ar", spoken
    comments = (json.loads(line)["Comment"] for line in lines("mpold.jsonl"))
    yield "ar comments (MPOLD)", "ar", comments
    yield "ar tweets (XLM-T)", "ar", lines("xlmt/arabic_train_text.txt")
    yield "en tweets (XLM-T)", "en", lines("xlmt/english_train_text.txt")
    yield "en tweets (Davidson)", "en", (row["tweet"] for row in _rows("davidson.csv"))
    yield "bn posts", "bn", (row["text"] for row in _rows("bengali.csv"))
    for code in ("ur", "fa", "tl", "hi", "bn", "ar", "en"):
        yield f"{code} sentences", code, lines(f"lingua/{code}_sentences.txt")
    roman = (line.rsplit("\t", 1)[0] for line in lines("roman_urdu-train.tsv"))
    yield "ur-Latn tweets", "ur-Latn", roman


def lines(name: str) -> list[str]:
    """The lines of a file of ../shared/data that are not blank."""
    return [line for line in (DATA / name).read_text("utf-8").splitlines() if line.strip()]


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((DATA / name).read_text("utf-8"), newline="")))


def _some(found: Iterable[str], which: Half, most: int) -> list[str]:
    """The texts of one half that hold at least two letters, without doubles, in an order that nobody chose."""
    chosen = {_plain(text) for text in found if half(text) == which}
    chosen = {text for text in chosen if sum(letter.isalpha() for letter in text) >= 2}
    return sorted(chosen, key=lambda text: hashlib.sha256(text.encode()).digest()[1:])[:most]


def _plain(text: str) -> str:
    return " ".join(_AWAY.sub(" ", text).split())
