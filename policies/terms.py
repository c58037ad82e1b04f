"""Terms found in folded text, whole words only, in one pass (Aho-Corasick over the first words, then a look at the next).

How a term is written: as people write it, in any spelling (it is folded like the text). `a|b c|d` stands for all four phrases.
In Arabic script a word may carry attached particles and pronouns (والراتب، رواتبنا) unless the term begins with `=`. A
trailing `*` lets the last word go on (`delay*`).
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

import ahocorasick

from core.memory import Memory
from core.text import fold

_PROCLITICS = frozenset(
    ("", "و", "ف", "ب", "ك", "ل", "ال", "وال", "فال", "بال", "كال", "لل", "ولل", "فلل", "وب", "ول", "وك", "فب", "فل",
     "وبال", "يال", "هال", "وهال", "بهال", "لهال", "عال", "يا", "ويا")
)  # fmt: skip
_ENCLITICS = frozenset(
    ("", "ه", "ها", "هم", "هن", "ك", "كم", "كن", "ي", "نا", "ني", "ا", "ات", "ين", "ون", "ان", "كو", "اتي", "اتك",
     "اته", "اتها", "اتنا", "اتكم", "اتهم", "هما", "وا", "تي", "تك", "ته", "تنا", "تها", "تهم", "تكم", "ش", "ء")
)  # fmt: skip
_LEAD = re.compile(r"[\w'\-\u0900-\u0dff]+")
# one more than any particle or pronoun is long: what is longer is none, and is not read to its end
_LONGEST = 1 + max(map(len, _PROCLITICS | _ENCLITICS))
_NOTHING = frozenset[str]()  # an empty one of its own for each word took 200 bytes

Payload = TypeVar("Payload")


class Hit(NamedTuple, Generic[Payload]):
    """A term at [start, end) of the folded text, its attached particles included, and what it was entered with."""

    start: int
    end: int
    payload: Payload


class _Entry(NamedTuple, Generic[Payload]):
    """One way to go on after a first word: `rest` holds what may stand in each place after it; `ended` asks for a pronoun."""

    rest: tuple[frozenset[str], ...]
    bare: bool
    open: bool
    ended: bool
    payload: Payload


class _Head(NamedTuple, Generic[Payload]):
    """A first word and all terms that begin with it."""

    length: int
    arabic: bool
    open: bool
    entries: tuple[_Entry[Payload], ...]


#: A term that stands, or may go on, in a stretch of text without spaces: where it starts there, where its first word ends, itself.
_Start = tuple[int, int, _Entry[Payload]]


class Starts(NamedTuple, Generic[Payload]):
    """What a stretch holds: `whole` are terms of one word (start, end, payload); of those that may only begin there `seconds` tells
    which go on with a word, `open` those whose second word may have more letters; `goes_on` where there is any of them."""

    whole: tuple[tuple[int, int, Payload], ...]
    seconds: dict[str, list[_Start[Payload]]]
    open: tuple[_Start[Payload], ...]
    goes_on: bool


class _Lead(NamedTuple):
    """The word with which a stretch begins; `alone` where it is the whole stretch; what is left of an Arabic one without what may
    be attached before it (`bare`), and behind it too (`ended`)."""

    word: str
    alone: bool
    bare: frozenset[str]
    ended: frozenset[str]


class Terms(Generic[Payload]):
    """An automaton over `entries` of (term, payload). Nothing that may be asked of it changes, so threads may share it.

    `shape` is what a view does to text beyond folding (policies/views.py); terms and particles go through it too. A term that
    has no letters raises ValueError. What a stretch between two spaces holds is remembered: people use the same words again.
    """

    def __init__(self, entries: Iterable[tuple[str, Payload]], shape: Callable[[str], str] = str) -> None:
        self._before = frozenset(map(shape, _PROCLITICS))
        self._after = frozenset(map(shape, _ENCLITICS))
        self._leading = frozenset(particle[0] for particle in self._before if particle)
        heads: dict[str, list[_Entry[Payload]]] = {}
        for term, payload in entries:
            first, *rest = places(term, shape)
            entry = _Entry(tuple(rest), term.startswith("="), term.endswith("*"), False, payload)
            for head in first:
                heads.setdefault(head, []).append(entry)
                if head.endswith("ه") and not (rest or entry.bare or entry.open):
                    # ta marbuta before a pronoun: شركة, شركتنا
                    heads.setdefault(head[:-1] + "ت", []).append(entry._replace(ended=True))
        self._automaton = ahocorasick.Automaton()
        for head, found in heads.items():
            goes_on = any(entry.open and not entry.rest for entry in found)
            self._automaton.add_word(head, _Head(len(head), arabic(head[0]), goes_on, tuple(found)))
        self._size = len(heads)
        if heads:
            self._automaton.make_automaton()
        self._known = Memory(self.starts)
        self._leads = Memory(self._lead)

    def __len__(self) -> int:
        return self._size

    def attached(self, text: str) -> bool:
        """True for what may stand before an Arabic word and belong to it: nothing, a conjunction, a preposition, the article."""
        return text in self._before

    def hits(self, text: str) -> list[Hit[Payload]]:
        """Every whole-word occurrence in folded `text`, in order of the end of its first word; overlapping ones too."""
        return self.hits_in(text.split(" "))

    def hits_in(self, stretches: list[str]) -> list[Hit[Payload]]:
        """`hits` in a text that is given by what stands between its spaces."""
        found: list[Hit[Payload]] = []
        if not self._size:
            return found
        at, known = 0, self._known
        for place, stretch in enumerate(stretches, start=1):
            if starts := known[stretch]:
                for start, end, payload in starts[0]:
                    found.append(Hit(at + start, at + end, payload))
                if starts[3] and place < len(stretches):
                    self.go_on(stretches, place, at, starts, found)
            at += len(stretch) + 1
        return found

    def go_on(self, stretches: list[str], place: int, at: int, starts: Starts[Payload], found: list[Hit[Payload]]) -> None:
        """Add the terms of several words that begin in the stretch at `at` and go on with the next, number `place`."""
        lead, seconds = self._leads[stretches[place]], starts[1]  # the next word is read once for all terms that begin here
        if lead[0] in seconds or starts[2] or (lead[3] and not seconds.keys().isdisjoint(lead[3])):
            behind = at + len(stretches[place - 1]) + 1
            for start, _, entry in self._going_on(lead, starts):
                if reached := self._follow(stretches, place, behind, entry):
                    found.append(Hit(at + start, reached, entry.payload))

    def starts(self, stretch: str) -> Starts[Payload] | None:
        """The terms of one word that stand in a stretch without spaces, and those of several words that may begin there."""
        found: list[_Start[Payload]] = []
        size, seen = len(stretch), 0
        for last, head in self._automaton.iter(stretch):
            end = last + 1
            start = end - head.length
            first = start
            if start and in_word(stretch[start - 1]):
                if not head.arabic:
                    continue
                first = word_start(stretch, start)
                if stretch[first:start] not in self._before:
                    continue
            if seen < end:  # a long word is walked once, however many terms stand in it
                seen = end
                while seen < size and in_word(stretch[seen]):
                    seen += 1
            whole = seen == end
            joined = head.arabic and stretch[end : min(seen, end + _LONGEST)] in self._after
            if whole or joined or head.open:
                for entry in head.entries:
                    if entry.bare and first != start:
                        continue
                    if (end == size if entry.rest else not entry.ended) if whole else _goes_on(entry, joined):
                        found.append((first, seen, entry))
        if not found:
            return None
        seconds: dict[str, list[_Start[Payload]]] = {}
        opened: list[_Start[Payload]] = []
        for start in found:
            entry = start[2]
            if len(entry.rest) == 1 and entry.open:
                opened.append(start)
            elif entry.rest:
                for word in entry.rest[0]:
                    seconds.setdefault(word, []).append(start)
        whole = tuple((first, end, entry.payload) for first, end, entry in found if not entry.rest)
        return Starts(whole, seconds, tuple(opened), bool(seconds or opened))

    def _going_on(self, following: _Lead, starts: Starts[Payload]) -> Iterable[_Start[Payload]]:
        """The terms beginning in `starts` that may go on with this word, or with what is left of it without its particles."""
        direct = starts.seconds.get(following.word, ())
        if not following.ended or not (stems := starts.seconds.keys() & following.ended):
            return [*direct, *starts.open] if starts.open else direct
        every = [*direct, *(start for stem in stems for start in starts.seconds[stem]), *starts.open]
        return {id(start): start for start in every}.values()  # each once, whichever of its words stands there

    def _follow(self, stretches: list[str], place: int, at: int, entry: _Entry[Payload]) -> int:
        """Where a term ends whose second word should be the next one, at `at`; 0 where something else stands there."""
        left = len(entry.rest)
        for stretch, words in zip(stretches[place : place + left], entry.rest, strict=False):
            lead, left = self._leads[stretch], left - 1
            if not self._stands(lead, words, entry, is_last=not left) or (left and not lead.alone):
                return 0
            if not left:
                return at + len(lead.word)
            at += len(stretch) + 1
        return 0

    def _stands(self, lead: _Lead, words: frozenset[str], entry: _Entry[Payload], *, is_last: bool) -> bool:
        if lead.word in words:
            return True
        if is_last and entry.open and any(lead.word.startswith(one) for one in words):
            return True
        return not (entry.bare or words.isdisjoint(lead.ended if is_last else lead.bare))

    def _lead(self, stretch: str) -> _Lead:
        found = _LEAD.match(stretch)
        word = found[0] if found else ""
        if not word or not arabic(word[0]):
            return _Lead(word, word == stretch, _NOTHING, _NOTHING)
        bare = [word[cut:] for cut in range(1, 4) if word[:cut] in self._before] if word[0] in self._leading else []
        ended = [stem[:-cut] for stem in (word, *bare) for cut in range(1, 4) if stem[-cut:] in self._after]
        return _Lead(word, word == stretch, frozenset(bare) or _NOTHING, frozenset((*bare, *ended)) or _NOTHING)


def _goes_on(entry: _Entry[Any], joined: bool) -> bool:
    """True where a term of one word stands although its word has more letters behind it; `joined`: these are a pronoun."""
    return not entry.rest and (entry.open or (joined and not entry.bare))


def in_word(letter: str) -> bool:
    """True for what holds a word together: letters, digits and the vowel signs of Indic scripts."""
    return letter.isalnum() or ("\u0900" <= letter <= "\u0dff" and letter not in "।॥")


def arabic(letter: str) -> bool:
    """True for a folded letter of the Arabic script."""
    return "\u0620" <= letter <= "\u06d3"


def word_start(text: str, start: int) -> int:
    """Where the word around `start` begins, or a place before `start` that is too far off for any particle to reach."""
    first = start
    while first and start - first < _LONGEST and in_word(text[first - 1]):
        first -= 1
    return first


def places(term: str, shape: Callable[[str], str] = str) -> list[frozenset[str]]:
    """For each place of a phrase the folded words that may stand there; ValueError for a term without letters, or with ﷺ."""
    found = [frozenset(shape(_folded(word)) for word in place.split("|")) for place in term.strip("=*").split()]
    if not found or not all(all(place) for place in found):
        raise ValueError(f"a term without letters: {term!r}")
    if any(" " in word for place in found for word in place):
        raise ValueError(f"a sign that stands for several words, to be written out: {term!r}")
    return found


@lru_cache(maxsize=8_192)
def _folded(word: str) -> str:
    # an edition's terms are made ready once for every shape, and words come back in many terms
    return fold(word).text.strip()
