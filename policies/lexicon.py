"""The listed words of a text: what is said in it, before anybody asks what that is worth (policies/topics.py, urgency.py).

The words are data (policies/words): `kinds`, `topics` and `sentiment` name what a word speaks for; `cues` name what a writer does
with it (asks, wishes, was refused, tells since when), whatever the matter and the language. One automaton reads them all; a
language's words count only in texts that may be in it, because small words mean other things elsewhere.
"""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from core.text import Folded, fold
from policies.forms import Forms
from policies.language import may_speak
from policies.terms import Hit, Terms
from policies.verdict import Language

WORDS = Path(__file__).parent / "words"
_TABLES = ("kinds", "cues", "topics", "sentiment", "urgent")


class Word(NamedTuple):
    """What a listed word speaks for."""

    table: str
    label: str
    weight: float
    language: str


Hits = list[Hit[Word]]


@cache
def lexicon() -> Terms[Word]:
    """All words of all tables in one automaton."""
    return Terms((term, word) for term, word in listed() if not term.startswith("~"))


@cache
def forms() -> Forms[Word]:
    """The listed Arabic words by what remains of them in every form."""
    return Forms(
        (fold(term).text.strip("=*"), word)
        for term, word in listed()
        if word.language == "ar" and word.table != "urgent" and " " not in term and (word.weight or term.startswith("~"))
    )


@cache
def listed() -> list[tuple[str, Word]]:
    """Every listed word or phrase as it is written (`a|b c|d` where a place has several), and what it speaks for."""
    return [
        (written, Word(table, line["label"], float(line.get("weight", 1)), language))
        for table in _TABLES
        for line in tomllib.loads((WORDS / f"{table}.toml").read_text("utf-8"))["lines"]
        for language, terms in line.items()
        if language not in ("label", "weight")
        for term in terms
        for written in ([term] if " " in term else term.split("|"))
    ]


def hits_in(folded: Folded, language: Language) -> Hits:
    """The listed words of the text, without those of a language it isn't in and those inside a longer listed phrase: table by
    table, in order of place."""
    ranked: list[tuple[int, int, float, int, Hit[Word]]] = []  # by place, the longest and heaviest first
    spoken: dict[str, bool] = {}
    for hit in lexicon().hits(folded.text):
        start, end, word = hit
        code = word[3]
        may = spoken.get(code)
        if may is None:
            may = spoken[code] = may_speak(language, code)
        if may:
            ranked.append((start, -end, -word[2], len(ranked), hit))
    for hit in _in_other_forms(folded.text, language):
        start, end, word = hit
        ranked.append((start, -end, -word[2], len(ranked), hit))
    ranked.sort()
    tables: dict[str, Hits] = {table: [] for table in _TABLES}
    for hit in _longest(ranked):
        tables[hit[2][0]].append(hit)
    kinds, cues = tables["kinds"], tables["cues"]
    if kinds and cues and (manners := [(start, end) for start, end, word in kinds if not word[2]]):
        tables["cues"] = [hit for hit in cues if not any(start <= hit[0] and hit[1] <= end for start, end in manners)]
    return [hit for table in _TABLES for hit in tables[table]]


def _in_other_forms(text: str, language: Language) -> Iterable[Hit[Word]]:
    if language.code not in ("ar", "ar-Latn"):
        return
    known, at = forms().arabic if language.code == "ar" else forms().romanised, 0
    for stretch in text.split(" "):
        for start, end, word in known[stretch]:
            yield Hit(at + start, at + end, word)
        at += len(stretch) + 1


def _longest(ranked: list[tuple[int, int, float, int, Hit[Word]]]) -> Iterator[Hit[Word]]:
    """Hits without those inside a longer one of their table, and one only for a label and place (the heaviest)."""
    furthest: dict[str, tuple[int, int, set[str]]] = {}  # of each table: the last hit that was kept, and its labels
    for start, _, _, _, hit in ranked:
        _, end, (table, label, _, _) = hit
        first, last, labels = furthest.get(table, (-1, -1, set()))
        if end > last:
            furthest[table] = start, end, {label}
            yield hit
        elif end == last and start == first and label not in labels:
            labels.add(label)
            yield hit
