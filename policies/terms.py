"""Terms found in folded text, whole words only, in one pass (Aho-Corasick).

How a term is written: as people write it, in any spelling (it is folded like the text). `a|b c|d` stands for all four phrases.
In Arabic script the word may carry attached particles and pronouns (والراتب، رواتبنا) unless the term begins with `=`. A
trailing `*` lets the last word go on (`delay*`), a leading `*` lets the first word begin earlier.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Generic, NamedTuple, TypeVar

import ahocorasick

from core.text import fold

_PROCLITICS = frozenset(
    ("", "و", "ف", "ب", "ك", "ل", "ال", "وال", "فال", "بال", "كال", "لل", "ولل", "فلل", "وب", "ول", "وك", "فب", "فل",
     "وبال", "يال", "هال", "وهال", "بهال", "لهال", "عال", "يا", "ويا")
)  # fmt: skip
_ENCLITICS = frozenset(
    ("", "ه", "ها", "هم", "هن", "ك", "كم", "كن", "ي", "نا", "ني", "ا", "ات", "ين", "ون", "ان", "كو", "اتي", "اتك",
     "اته", "اتها", "اتنا", "اتكم", "اتهم", "هما", "وا", "تي", "تك", "ته", "تنا", "تها", "تهم", "تكم", "ش", "ء")
)  # fmt: skip

Payload = TypeVar("Payload")


class Hit(NamedTuple, Generic[Payload]):
    """A term at [start, end) of the folded text, its attached particles included, and what it was entered with."""

    start: int
    end: int
    payload: Payload


class _Entry(NamedTuple, Generic[Payload]):
    length: int
    opens: bool
    closes: bool
    bare: bool
    inflected: bool
    payload: Payload


class Terms(Generic[Payload]):
    """An automaton over `entries` of (term, payload). Immutable once made, so threads may share it.

    `shape` is what a view does to text beyond folding (policies/views.py); terms and particles go through it too. A term that
    has no letters raises ValueError.
    """

    def __init__(self, entries: Iterable[tuple[str, Payload]], shape: Callable[[str], str] = str) -> None:
        self._proclitics = frozenset(map(shape, _PROCLITICS))
        self._enclitics = frozenset(map(shape, _ENCLITICS))
        keys: dict[str, list[_Entry[Payload]]] = {}
        for term, payload in entries:
            for key, inflected in _keys(term):
                shaped = shape(key)
                entry = _Entry(len(shaped), term[0] == "*", term[-1] == "*", term[0] == "=", inflected, payload)
                keys.setdefault(shaped, []).append(entry)
        self._automaton = ahocorasick.Automaton()
        for key, found in keys.items():
            self._automaton.add_word(key, tuple(found))
        self._size = len(keys)
        if keys:
            self._automaton.make_automaton()

    def __len__(self) -> int:
        return self._size

    def hits(self, text: str) -> list[Hit[Payload]]:
        """Every whole-word occurrence in folded `text`, in order of its end; overlapping ones too."""
        found: list[Hit[Payload]] = []
        if not self._size:
            return found
        for last, entries in self._automaton.iter(text):
            end = last + 1
            for entry in entries:
                if edges := self._edges(text, end - entry.length, end, entry):
                    found.append(Hit(edges[0], edges[1], entry.payload))
        return found

    def _edges(self, text: str, start: int, end: int, entry: _Entry[Payload]) -> tuple[int, int] | None:
        first, last = word_edges(text, start, end)
        if first == start and last == end:
            return None if entry.inflected else (first, last)
        attached = arabic(text[start]) and not entry.bare
        if first < start and not entry.opens and not (attached and text[first:start] in self._proclitics):
            return None
        if entry.inflected and last == end:
            return None
        if last > end and not entry.closes and not (attached and text[end:last] in self._enclitics):
            return None
        return first, last


def word_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """[start, end) widened to the ends of the words it touches."""
    size = len(text)
    while start and in_word(text[start - 1]):
        start -= 1
    while end < size and in_word(text[end]):
        end += 1
    return start, end


def attached(text: str) -> bool:
    """True for what may stand before an Arabic word and belong to it: nothing, a conjunction, a preposition, the article."""
    return text in _PROCLITICS


def in_word(letter: str) -> bool:
    """True for what holds a word together: letters, digits and the vowel signs of Indic scripts."""
    return letter.isalnum() or ("\u0900" <= letter <= "\u0dff" and letter not in "।॥")


def arabic(letter: str) -> bool:
    """True for a folded letter of the Arabic script."""
    return "\u0620" <= letter <= "\u06d3"


def _keys(term: str) -> Iterator[tuple[str, bool]]:
    """The folded phrases a term stands for; True with those that need an ending (ta marbuta before a pronoun: شركتنا)."""
    words = [word.split("|") for word in term.strip("=*").split()]
    for choice in product(*words):
        key = fold(" ".join(choice)).text.strip()
        if not key:
            raise ValueError(f"a term without letters: {term!r}")
        yield key, False
        if key[-1] == "ه" and not term.startswith("=") and not term.endswith("*"):
            yield key[:-1] + "ت", True
