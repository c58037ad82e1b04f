"""Arabic in Latin letters and digits (Arabizi) read as the Arabic words that somebody looks for.

Not a transliteration of everything: a Latin word is compared with a vocabulary, first by its consonants (coarsely, because ق is q,
g, k, 2 or 9), then letter by letter with its vowels. What is not in the vocabulary stays as it stands, so nothing is invented.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import product

from core.memory import REMEMBERED, Memory
from core.text import Folded
from policies.views import View

_WORD = re.compile(r"([a-z0-9$']+)(?:-[a-z0-9']+)?")
_LETTER = re.compile("[a-z]")
_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789$'"  # what a Latin word is made of
_LONGEST = 24
_CERTAIN = {"ya": "يا", "enta": "انت", "inta": "انت", "enti": "انت", "inti": "انت", "ente": "انت", "ento": "انتو", "into": "انتو"}
_READINGS = 3  # of one Latin word
#: Latin consonants and the class of sounds each may stand for; pairs first. What is not here is a vowel.
_SOUNDS = re.compile(r"kh|gh|sh|ch|th|dh|dj|[bpfvlmnrhkgqjxsztdc3-9$]")
_CLASS = {
    "kh": "H", "x": "H", "5": "H", "7": "H", "h": "H", "gh": "G", "8": "G", "k": "G", "q": "G", "g": "G", "j": "G", "dj": "G",
    "sh": "C", "ch": "C", "$": "C", "4": "C", "th": "T", "dh": "T", "s": "T", "z": "T", "t": "T", "d": "T", "9": "T", "6": "T",
    "b": "B", "p": "B", "f": "F", "v": "F", "l": "L", "m": "M", "n": "N", "r": "R", "3": "3", "c": "T",
}  # fmt: skip
#: Arabic consonants: their classes (some are written in unlike ways), and how each is spelled.
_LETTERS = {
    "ب": ("B", "b|p"), "ت": ("T", "t"), "ث": ("T", "th|s|t"), "ج": (("G", ""), "j|g|dj|y"), "ح": ("H", "7|h"), "خ": ("H",
    "5|kh|x|7"),
    "د": ("T", "d"), "ذ": ("T", "th|dh|z|d"), "ر": ("R", "r"), "ز": ("T", "z"), "س": ("T", "s"), "ش": ("C", "sh|ch|4|\\$"),
    "ص": ("T", "s|9"), "ض": ("T", "d|dh|9|th"), "ط": ("T", "t|6"), "ظ": ("T", "z|th|dh|6"), "ع": ("3", "3"), "غ": ("G", "gh|8|g"),
    "ف": ("F", "f|v"), "ق": (("G", "T", ""), "q|g|2|8|9|k|j"), "ك": (("G", "C"), "k|ch"), "ل": ("L", "l"), "م": ("M", "m"),
    "ن": ("N", "n"), "ه": ("H", "h"),
}  # fmt: skip
_VOWELS = "[aeiou']{0,2}"
_MOST = 6  # signs for one letter and its vowels
_LONG = {
    "ا": "(?:aa?|e)", "و": f"(?:w{_VOWELS}|oo?|ou|uu?)", "ي": f"(?:yy?{_VOWELS}|ee?|ii?|ei|ey|ai|iy)", "ء": "[2']?", "ئ": "[2y']?",
}  # fmt: skip
_FIRST = {"ا": "[aeiou2']{1,2}", "و": f"(?:w{_VOWELS}|ou?|u)", "ي": f"(?:y{_VOWELS}|i)"}
_FINAL = {"ه": "(?:[aeiu]h?|h)?", "ي": "(?:y|ee?|ii?|ey|aa?h?)"}
_BEFORE = (
    ("", ""), ("el", "ال"), ("al", "ال"), ("il", "ال"), ("l", "ال"), ("w", "و"), ("wa", "و"), ("we", "و"), ("wel", "وال"),
    ("wal", "وال"),
    ("wil", "وال"), ("bel", "بال"), ("bil", "بال"), ("bal", "بال"), ("lel", "لل"), ("lil", "لل"), ("ya", "يا "), ("y", "يا "),
    ("b", "ب"),
    ("li", "ل"), ("hal", "هال"),
)  # fmt: skip
_BEHIND = (
    ("", ""), ("ak", "ك"), ("ek", "ك"), ("ik", "ك"), ("k", "ك"), ("kom", "كم"), ("kum", "كم"), ("km", "كم"), ("kon", "كن"),
    ("kun", "كن"),
    ("ko", "كم"), ("ha", "ها"), ("hom", "هم"), ("hum", "هم"), ("o", "ه"), ("u", "ه"), ("i", "ي"), ("na", "نا"), ("een", "ين"),
    ("in", "ين"),
    ("at", "ات"), ("aat", "ات"),
)  # fmt: skip


class Romanised:
    """Reads Latin words as words of `vocabulary` (folded Arabic). Only read from once it is made; answers are remembered."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        #: by the sign that a spelling begins with, and its consonants
        self._words: dict[tuple[str, str], list[str]] = {}
        for word in sorted(set(vocabulary)):
            for key in product(_firsts(word[0]), _keys(word)) if len(word) > 1 else ():
                self._words.setdefault(key, []).append(word)
        self._known = Memory(self._read)
        self._stretches = Memory(self._in_stretch)

    def views(self, folded: Folded) -> Iterator[View]:
        """The folded text with every Latin word of the vocabulary in Arabic, likeliest readings first; none without one."""
        found = list(self._found(folded.stretches))
        for turn in range(max((len(read) for _, _, read in found), default=0)):
            yield _view(folded, [(start, end, read[min(turn, len(read) - 1)]) for start, end, read in found])

    def _found(self, stretches: list[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        at, known = 0, self._stretches
        for stretch in stretches:
            for start, end, read in known[stretch]:
                yield at + start, at + end, read
            at += len(stretch) + 1

    def _in_stretch(self, stretch: str) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
        words = [word for word in _WORD.finditer(stretch) if len(word[0]) <= _LONGEST and _LETTER.search(word[1])]
        return tuple((*word.span(), read) for word in words if (read := self._known[word[0]]))

    def _read(self, latin: str) -> tuple[str, ...]:
        if latin in _CERTAIN:
            return (_CERTAIN[latin],)
        bare = latin.replace("-", "")
        found: dict[str, float] = {}
        ends = [(behind, pronoun) for behind, pronoun in _BEHIND if bare.endswith(behind)]
        for before, particle in _BEFORE:
            if not bare.startswith(before):
                continue
            for behind, pronoun in ends:
                stem = bare[len(before) : len(bare) - len(behind)]
                for word in self._words.get((stem[0], consonants(stem)), ()) if len(stem) > 1 else ():
                    if _spells(stem, word):
                        found.setdefault(particle + word + pronoun, _strangeness(word, stem) + 0.2 * len(before + behind))
        return tuple(sorted(found, key=lambda word: found[word])[:_READINGS])


def _view(folded: Folded, found: list[tuple[int, int, str]]) -> View:
    letters: list[str] = []
    at: list[int] = []
    altered: list[int] = []
    last = 0
    for start, end, word in found:
        letters += folded.text[last:start]
        at += range(last, start)
        altered += range(len(letters), len(letters) + len(word))
        letters += word
        # the first letter stands for where the word begins and the last for where it ends
        at += (start + n * (end - 1 - start) // max(1, len(word) - 1) for n in range(len(word)))
        last = end
    letters += folded.text[last:]
    at += range(last, len(folded.text))
    return View("transliterated", "plain", "".join(letters), tuple(at), frozenset(altered), folded, only="ar")


def _strangeness(word: str, latin: str) -> float:
    """How far a spelling is from the usual one: ق as k, and long vowels written short or short ones long."""
    odd = "ق" in word and not re.search("[qg289]", latin)
    return odd + 0.5 * abs(len(re.findall("[اوي]", word)) - len(re.findall("aa|ee|oo|ou|ii|ai|ei|[wy]", latin)))


def consonants(latin: str) -> str:
    """The consonants of a Latin word by class; a last h is as good as none."""
    return _once("".join(_CLASS[sound[0]] for sound in _SOUNDS.finditer(latin.removesuffix("h"))))


def _keys(word: str) -> set[str]:
    """All keys under which somebody's spelling of an Arabic word may come."""
    classes = [_LETTERS[letter][0] for letter in word.removesuffix("ه") if letter in _LETTERS]
    return {_once("".join(choice)) for choice in product(*(one if isinstance(one, tuple) else (one,) for one in classes))}


@cache
def _firsts(letter: str) -> set[str]:
    """The signs with which somebody's spelling of a word that begins with this Arabic letter may begin."""
    if letter in _LETTERS:
        return {spelled[0] for spelled in _LETTERS[letter][1].replace("\\", "").split("|")}
    return {sign for sign in _SIGNS if re.match(_FIRST.get(letter) or _LONG.get(letter, ""), sign)}


def _once(key: str) -> str:
    return re.sub(r"(.)\1+", r"\1", key)


def _spells(latin: str, word: str) -> bool:
    """Whether this is a way to write an Arabic word. Letter by letter: to compile a pattern of the whole word takes longer than all
    else, and most words are met once."""
    reached = {0}
    for part in _spelling(word):
        reached = {at + size for at in reached for size in _sizes(part, latin[at : at + _MOST])}
        if not reached:
            return False
    return len(latin) in reached


@lru_cache(REMEMBERED)
def _spelling(word: str) -> tuple[str, ...]:
    """How each letter of an Arabic word may be spelled."""
    parts = []
    for place, letter in enumerate(word):
        if place and place == len(word) - 1 and letter in _FINAL:
            parts.append(_FINAL[letter])
        elif not place and letter in _FIRST:
            parts.append(_FIRST[letter])
        elif letter in _LETTERS:
            parts.append(f"(?:{_LETTERS[letter][1]}){{1,2}}{_VOWELS}")
        else:
            parts.append(_LONG.get(letter, re.escape(letter)))
    return tuple(parts)


@lru_cache(4_096)
def _sizes(part: str, latin: str) -> tuple[int, ...]:
    """How many of these signs, from the first on, may be the spelling of a letter."""
    pattern = _pattern(part)
    return tuple([size for size in range(len(latin) + 1) if pattern.fullmatch(latin, 0, size)])


_pattern = cache(re.compile)
