"""What heads learn from: labelled public texts, our own posts, and what a ministry's staff decided. Whoever gives a folder has read
its licences (docs/decisions/0011); the card of what was learned names them."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policies import lexicon
from policies.clauses import SPEAKING, Edition
from policies.topics import ANSWERS

#: How much all texts of a source weigh together in each head, whatever their number; what is not listed weighs 1 a text.
MASS = {
    ("offence", "mpold"): 4500.0, ("offence", "davidson"): 3000.0, ("offence", "roman_urdu"): 2600.0,
    ("offence", "bengali"): 1000.0, ("offence", "own"): 800.0, ("offence", "edition"): 300.0,
    ("offence", "written"): 2500.0, ("offence", "groups"): 1000.0,
    ("kind", "listed"): 600.0, ("topic", "listed"): 900.0, ("sentiment", "listed"): 600.0,
    ("sentiment", "arsarcasm2"): 4000.0,
}  # fmt: skip
#: Where public texts come from, and under which licence they may be learned from.
LICENCES = {
    "mpold": ("shammur/Arabic-Offensive-Multi-Platform-SocialMedia-Comment-Dataset", "Apache-2.0"),
    "davidson": ("t-davidson/hate-speech-and-offensive-language", "MIT"),
    "roman_urdu": ("haroonshakeel/roman_urdu_hate_speech", "MIT"),
    "bengali": (
        "rezacsedu/Bengali-Hate-Speech-Dataset (offensive) and pemistahl/lingua-rs (ordinary sentences)",
        "MIT, Apache-2.0",
    ),
    "arsarcasm2": ("iabufarha/ArSarcasm-v2", "MIT"),
    "xlmt-arabic": ("cardiffnlp/xlm-t", "Apache-2.0"),
    "xlmt-english": ("cardiffnlp/xlm-t", "Apache-2.0"),
    "xlmt-hindi": ("cardiffnlp/xlm-t", "Apache-2.0"),
    "own": ("bench/texts of this project, the half for tuning", "Apache-2.0"),
    "written": ("bench/texts/learn-* of this project, written to be learned from", "Apache-2.0"),
    "groups": ("bench/texts/learn-groups of this project, likewise: hatred of groups, and words for and about them", "Apache-2.0"),
    "listed": ("policies/words of this project", "Apache-2.0"),
    "edition": ("counter-examples of this project's policy edition", "Apache-2.0"),
    "reviewed": ("decisions and corrections of this ministry's staff", "not for others"),
}
_SENTIMENTS = {"0": "negative", "1": "neutral", "2": "positive", "NEG": "negative", "NEU": "neutral", "POS": "positive"}
#: clauses whose violations insult or threaten somebody
_INSULTS = ("abuse", "incitement", "defamation", "religion")
#: lawful texts that repeat an insult: the quotation guard knows them, pieces of words can't
_OTHERS_WORDS = ("quoted", "abuse_report", "counter_speech")
_SHORT = 6  # words
_TABLES = {"kinds": "kind", "topics": "topic", "sentiment": "sentiment"}
_OFFENCE, _FINE = "offence", ""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the `answer` that `head` should give. `sure` 0…1: how far those who labelled it agreed."""

    head: str
    text: str
    answer: str
    source: str
    sure: float = 1.0

    @property
    def held(self) -> bool:
        """True for what is only measured: a fifth of public and reviewed texts, and of our own the half kept for tests. What was
        written to be learned from, and single words, are learned whole."""
        first = _digest(self.text)[0]
        return self.source not in ("written", "groups", "listed") and first % (2 if self.source == "own" else 5) == 0

    @property
    def part(self) -> int:
        """One of three parts for cross-validation."""
        return _digest(self.text)[1] % 3


def public(folder: Path) -> list[Example]:
    """All that is in the folder of public labelled texts; of files that are absent nothing."""
    found: list[Example] = []
    for name, read in _READERS.items():
        if (folder / name).exists():
            found += read(folder / name)
    return found


def own(folder: Path) -> list[Example]:
    """Our own posts: JSON lines with `text` and `kind`, `topic`, `sentiment`; lawful criticism and real violations beside them."""
    found: list[Example] = []
    for path in sorted(folder.glob("*.jsonl")):
        source = "groups" if path.stem == "learn-groups" else "written" if path.stem.startswith("learn-") else "own"
        for line in map(json.loads, path.read_text("utf-8").splitlines()):
            found += _own(line, source) if "text" in line else ()
    return found


def lawful(edition: Edition) -> list[Example]:
    """The counter-examples of an edition: what must not be held against anybody breaks no rule."""
    texts = dict.fromkeys(text for clause in edition.clauses for text in clause.counter_examples)
    return [Example(head, text, _FINE, "edition") for text in texts for head in SPEAKING]


def listed() -> list[Example]:
    """The listed words by themselves, for what they speak for, so that pieces of short texts don't overrule them. None of them
    breaks a rule."""
    found: list[Example] = []
    for written, word in lexicon.listed():
        head = _TABLES.get(word.table)
        if head and word.weight >= 1 and word.label in ANSWERS[head] and not written.startswith("~"):
            text = " ".join(place.split("|")[0] for place in written.strip("=*").split())
            found.append(Example(head, text, word.label, "listed"))
            if head == "topic":
                found += _broken(text, _FINE, "listed")
    return found


def _own(line: dict[str, Any], source: str) -> Iterator[Example]:
    text = line["text"]
    if "kind" in line:
        yield Example("kind", text, line["kind"], source)
        yield Example("topic", text, line["topic"], source)
        yield Example("sentiment", text, line["sentiment"], source)
        if "urgent" in line:
            yield Example("urgent", text, "urgent" if line["urgent"] else "", source)
        if line["kind"] != "other":  # insults without a matter are among these
            yield Example("offence", text, _FINE, source)
        # there are so many that a quarter will do, but for short ones and those that are no matter of ours
        if line["kind"] == "other" or text.count(" ") < _SHORT or _digest(text)[2] % 4 == 0:
            yield from _broken(text, _FINE, source)
        return
    if "why" in line and line["why"] not in _OTHERS_WORDS:
        yield Example("offence", text, _FINE, source)
    elif line.get("clause") in _INSULTS:
        yield Example("offence", text, _OFFENCE, source)
    if "why" in line or "clause" in line:
        yield from _broken(text, line.get("clause", _FINE), source)


def _broken(text: str, clause: str, source: str) -> Iterator[Example]:
    """For each head that speaks for one clause alone whether the text breaks it."""
    return (Example(head, text, head if head == clause else _FINE, source) for head in SPEAKING if head != _OFFENCE)


def _mpold(path: Path) -> Iterable[Example]:
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        answer = _OFFENCE if line["Majority_Label"] == "Offensive" else _FINE
        yield Example("offence", line["Comment"], answer, "mpold", line["Agreement"] / 100)


def _davidson(path: Path) -> Iterable[Example]:
    for row in _rows(path):
        yield Example("offence", row["tweet"], _FINE if row["class"] == "2" else _OFFENCE, "davidson")


def _roman_urdu(path: Path) -> Iterable[Example]:
    for line in path.read_text("utf-8").splitlines():
        text, _, label = line.rpartition("\t")
        if label in ("0", "1"):
            yield Example("offence", text, _OFFENCE if label == "0" else _FINE, "roman_urdu")


def _bengali(path: Path) -> Iterable[Example]:
    """Every post of that set is hateful; ordinary sentences stand against them."""
    for row in _rows(path):
        yield Example("offence", row["text"], _OFFENCE, "bengali")
    sentences = path.parent / "lingua" / "bn_sentences.txt"
    for text in sentences.read_text("utf-8").splitlines() if sentences.exists() else ():
        if text.strip():
            yield Example("offence", text, _FINE, "bengali")


def _arsarcasm(path: Path) -> Iterable[Example]:
    for row in _rows(path):
        yield Example("sentiment", row["tweet"], _SENTIMENTS[row["sentiment"]], "arsarcasm2")


def _xlmt(folder: Path) -> Iterable[Example]:
    for path in sorted(folder.glob("*_train_text.txt")):
        language = path.name.partition("_")[0]
        labels = (folder / f"{language}_train_labels.txt").read_text("utf-8").split()
        for text, label in zip(path.read_text("utf-8").split("\n"), labels, strict=False):
            yield Example("sentiment", text, _SENTIMENTS[label], f"xlmt-{language}")


_READERS: dict[str, Callable[[Path], Iterable[Example]]] = {
    "mpold.jsonl": _mpold,
    "davidson.csv": _davidson,
    "roman_urdu-train.tsv": _roman_urdu,
    "bengali.csv": _bengali,
    "arsarcasm2-train.csv": _arsarcasm,
    "xlmt": _xlmt,
}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
