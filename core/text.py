"""Text as it is matched and searched: folded, with the way back to the original kept (DESIGN §2.11, §2.14).

`fold` undoes what hides a word without changing it: tashkeel, tatweel, letter variants, presentation forms, invisible and
bidi characters, look-alike letters, HTML entities, letters repeated three times or more (kept once; twice stays, as in الله),
runs of white space (one space). Nothing here knows what any word means.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import chain

from core.letters import LETTERS
from core.memory import Memory
from core.stems import forms

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_RUN = re.compile(r"([^\W\d_])\1\1+|  +")
_SPACES = re.compile("  +")
_SHORT = 1_000
_TATWEEL = "\u0640"
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


class Folded:
    """Folded `text` of a `source`; spans of one map to spans of the other. Offsets are made only when somebody asks.

    `shortened`: a run of letters or spaces was kept once.
    """

    def __init__(self, text: str, source: str, stretches: list[str], *, shortened: bool) -> None:
        self.text = text
        self.source = source
        #: `text` between its spaces; the same words in many texts are the same strings, and cost what they hold but once
        self.stretches = stretches
        self.shortened = shortened

    def __repr__(self) -> str:
        return f"Folded({self.text!r})"

    @cached_property
    def offsets(self) -> list[tuple[int, int]]:
        """For each character of `text` the (start, end) in `source` that it stands for; both never decrease."""
        return _offsets(self.source, self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The code points [start, end) of the source behind [start, end) of the folded text; an empty span stays empty.

        Marks and tatweel on the last letter belong to it.
        """
        if start >= end:
            here = self.offsets[start][0] if start < len(self.offsets) else len(self.source)
            return here, here
        last = self.offsets[end - 1][1]
        while last < len(self.source) and (self.source[last] == _TATWEEL or unicodedata.combining(self.source[last])):
            last += 1
        return self.offsets[start][0], last


def fold(text: str) -> Folded:
    """Fold `text`. Never raises, whatever the string holds; lone surrogates and NUL vanish.

    The last few hundred short texts are remembered: what was just judged is entered into the search index next.
    """
    return _fold_again(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> Folded:
    found = [_folds[stretch] for stretch in text.split(" ")]
    stretches = [letters for letters, _ in found]
    folded, shortened = " ".join(stretches), any(short for _, short in found)
    if "  " in folded:
        folded, shortened, stretches = _SPACES.sub(" ", folded), True, []
    if folded.count(" ") != len(stretches) - 1:  # what lies between two spaces may fold to something with a space in it
        stretches = folded.split(" ")
    return Folded(folded, text, stretches, shortened=shortened)


def _folded(stretch: str) -> tuple[str, bool]:
    """What lies between two spaces, folded, and whether a run in it was kept once. No letter is folded by what is further off."""
    plain = _ENTITY.sub(_decode, stretch) if "&" in stretch else stretch
    letters = plain.translate(LETTERS)
    folded = _RUN.sub(_once, letters)
    shortened = len(folded) != len(letters)
    return (folded, shortened) if folded != stretch else (stretch, shortened)  # one string, remembered once


_folds = Memory(_folded)
_fold_again = lru_cache(512)(_fold)


def words_of(folded: str) -> list[str]:
    """The words of folded text, in order: letters and digits, an apostrophe inside."""
    return _WORD.findall(folded)


#: letters of a word that are searched by: no index holds words of any length (PostgreSQL's ends at 2,046 bytes)
WORD_LONGEST = 200


def search_forms(*texts: str) -> list[str]:
    """What the search index stores of these texts: every folded word once, followed by its light stems where they differ."""
    stretches = [stretch for text in texts for stretch in fold(text).text.split(" ")]
    return list(dict.fromkeys(chain.from_iterable(map(_searched.__getitem__, stretches))))


_searched = Memory(lambda stretch: [form for word in words_of(stretch) for form in forms(word[:WORD_LONGEST])])


def search_words(query: str) -> list[tuple[str, ...]]:
    """For each word of a query the forms of which one must stand in the search column: (the word, its stems…)."""
    return [forms(word[:WORD_LONGEST]) for word in dict.fromkeys(words_of(fold(query).text))]


def _decode(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _once(run: re.Match[str]) -> str:
    return run[0][0]


def _units(source: str) -> Iterator[tuple[str, int, int]]:
    """The source cut into what is folded at once: single characters and whole HTML entities."""
    at = 0
    for entity in _ENTITY.finditer(source) if "&" in source else ():
        yield from ((source[i], i, i + 1) for i in range(at, entity.start()))
        yield html.unescape(entity[0]), *entity.span()
        at = entity.end()
    yield from ((source[i], i, i + 1) for i in range(at, len(source)))


def _offsets(source: str, folded: str) -> list[tuple[int, int]]:
    letters, spans = _letter_by_letter(source)
    if len(letters) == len(folded):
        return spans
    kept: list[tuple[int, int]] = []
    at = 0
    for run in _RUN.finditer(letters):
        kept += spans[at : run.start()]
        kept.append((spans[run.start()][0], spans[run.end() - 1][1]))
        at = run.end()
    return kept + spans[at:]


def _letter_by_letter(source: str) -> tuple[str, list[tuple[int, int]]]:
    """The source folded but for its runs, and for each letter of that where it comes from."""
    plain = source.translate(LETTERS)
    if len(plain) == len(source) and "&" not in source and LETTERS.uneven.isdisjoint(source):
        return plain, list(zip(range(len(source)), range(1, len(source) + 1), strict=True))
    letters: list[str] = []
    spans: list[tuple[int, int]] = []
    for unit, start, end in _units(source):
        for letter in LETTERS[ord(unit)] if len(unit) == 1 else unit.translate(LETTERS):
            letters.append(letter)
            spans.append((start, end))
    return "".join(letters), spans
