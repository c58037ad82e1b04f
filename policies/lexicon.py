"""The listed words of a text: what is said in it, before anybody asks what that is worth (policies/topics.py, urgency.py).

The words are data (policies/words): `kinds`, `topics` and `sentiment` name what a word speaks for; `cues` name what a writer does
with it (asks, wishes, was refused, tells since when), whatever the matter and the language. One automaton reads them all; a
language's words count only in texts that may be in it, because small words mean other things elsewhere.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from core.memory import Memory
from core.text import Folded, fold
from policies.forms import Forms
from policies.language import may_speak
from policies.terms import Hit, Starts, Terms
from policies.verdict import Language

WORDS = Path(__file__).parent / "words"
_TABLES = ("kinds", "cues", "topics", "sentiment", "urgent")
_NUMBER = {table: number for number, table in enumerate(_TABLES)}
_START = itemgetter(0)


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
    code, stretches = language.code, folded.stretches
    spoken = _spoken(code, language.confidence, language.shares)
    known, terms = _said[code if code in _said else ""], lexicon()
    found, phrases, at = list[tuple[int, _Said]](), Hits(), 0
    for place, stretch in enumerate(stretches, start=1):
        if said := known[stretch]:
            if said.hits or said.forms:
                found.append((at, said))
            if said.goes_on and place < len(stretches):
                terms.go_on(stretches, place, at, said.goes_on, phrases)
        at += len(stretch) + 1
    phrases = [hit for hit in phrases if hit[2][3] in spoken] if phrases else phrases
    tables: list[Hits] = [[] for _ in _TABLES]
    touched, whole = _apart(found, phrases) if phrases else ([], found)
    for at, said in whole:
        for table, start, end, word in said.by.get(spoken) or said.told(spoken):
            tables[table].append(Hit(at + start, at + end, word))
    if phrases:
        near = [Hit(at + start, at + end, word) for at, said in touched for start, end, word in said.heard(spoken)]
        for hit in _kept([*near, *phrases]):
            tables[_NUMBER[hit[2][0]]].append(hit)
        for one in tables:
            one.sort(key=_START)  # what touches no phrase came first
    return [hit for one in tables for hit in one]


class _Said:
    """The listed words in a stretch of text without spaces, of all languages; `goes_on` where phrases may begin there; `by` what is
    kept of them where some languages are spoken: number of the table, place in the stretch, word."""

    __slots__ = ("by", "forms", "goes_on", "hits", "size")

    def __init__(self, hits: Hits, forms: Hits, goes_on: Starts[Word] | None, size: int) -> None:
        self.hits, self.forms, self.goes_on, self.size = hits, forms, goes_on, size
        self.by: dict[frozenset[str], list[tuple[int, int, int, Word]]] = {}

    def told(self, spoken: frozenset[str]) -> list[tuple[int, int, int, Word]]:
        """`by` of these languages."""
        told = self.by[spoken] = [(_NUMBER[word[0]], start, end, word) for start, end, word in _kept(self.heard(spoken))]
        return told

    def heard(self, spoken: frozenset[str]) -> Hits:
        """What may be meant where these languages are spoken; other forms are of the text's own."""
        return [*(hit for hit in self.hits if hit[2][3] in spoken), *self.forms]


def _read(stretch: str, form: Callable[[str], Iterable[tuple[int, int, Word]]] | None) -> _Said | None:
    starts = lexicon().starts(stretch)
    hits = [Hit(*one) for one in starts.whole] if starts else []
    formed = [Hit(*one) for one in form(stretch)] if form else []
    return _Said(hits, formed, starts if starts and starts.goes_on else None, len(stretch)) if starts or formed else None


#: what is listed of a stretch, by the language of the text whose words are known in other forms too
_said = {
    "ar": Memory(lambda stretch: _read(stretch, forms().arabic)),
    "ar-Latn": Memory(lambda stretch: _read(stretch, forms().romanised)),
    "": Memory(lambda stretch: _read(stretch, None)),
}


@lru_cache(1_024)
def _spoken(code: str, confidence: float, shares: tuple[tuple[str, float], ...]) -> frozenset[str]:
    """Of which languages listed words may be meant."""
    language = Language(code, confidence, shares)
    return frozenset(listed for listed in _languages() if may_speak(language, listed))


@cache
def _languages() -> frozenset[str]:
    return frozenset(word.language for _, word in listed())


def _apart(found: list[tuple[int, _Said]], phrases: Hits) -> tuple[list[tuple[int, _Said]], list[tuple[int, _Said]]]:
    """The stretches that a phrase touches, and the others."""
    touched, whole = list[tuple[int, _Said]](), list[tuple[int, _Said]]()
    for one in found:
        at, end = one[0], one[0] + one[1].size
        for hit in phrases:
            if hit[0] < end and at < hit[1]:
                touched.append(one)
                break
        else:
            whole.append(one)
    return touched, whole


def _kept(hits: Hits) -> Hits:
    """Hits without those inside a longer one of their table and cues inside a manner of speaking; in order of place."""
    ranked = sorted([(hit[0], -hit[1], -hit[2][2], number, hit) for number, hit in enumerate(hits)])  # longest first
    kept = list(_longest(ranked))
    if manners := [(start, end) for start, end, word in kept if word[0] == "kinds" and not word[2]]:
        return [hit for hit in kept if hit[2][0] != "cues" or not any(start <= hit[0] and hit[1] <= end for start, end in manners)]
    return kept


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
