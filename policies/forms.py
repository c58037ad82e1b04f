"""Listed Arabic words in forms that no list holds: verbs with person, tense, voice and negation, and words in Latin letters.

A verb is listed by its stem (`~` in policies/words): وصل stands for يوصل، بتوصلني، ماوصلوش. A word in Latin letters is found by its
consonants, because nobody spells vowels alike: el mortab, mourattab, murttab.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Generic, TypeVar

_PERSON = ("", "ا", "ي", "ت", "ن", "م", "ان", "ين", "تن", "ات", "يت", "تت", "نت", "مت", "ست", "است", "يست", "تست", "نست", "مست")
_TENSE = ("", "ب", "ه", "ح", "س", "ك", "ما", "م", "ماب", "مب", "لي", "لا")
_BEFORE = frozenset(conj + tense + person for conj, tense, person in product(("", "و", "ف"), _TENSE, _PERSON))
_DOER = ("", "ت", "و", "وا", "تو", "توا", "تم", "نا", "ون", "ين", "ن", "تي", "ان", "تن")
_OBJECT = ("", "ه", "ها", "هم", "هن", "ك", "كم", "كن", "ني", "نا", "لي", "له", "لها", "لنا", "لهم", "لك", "لكم", "ش", "هاش", "نيش",
           "ناش", "ليش", "لناش", "هوش", "كش")  # fmt: skip
_AFTER = frozenset(doer + thing for doer, thing in product(_DOER, _OBJECT))
_LONGEST_BEFORE, _LONGEST_AFTER = max(map(len, _BEFORE)), max(map(len, _AFTER))
_SHORTEST_KEY = 3
_ARABIC_WORD = re.compile("[\u0620-\u06d3]{3,40}")
_LATIN_WORD = re.compile(r"[a-z\d']{3,40}")

_ARABIC_KEY = str.maketrans(
    {"ث": "t", "ط": "t", "ت": "t", "ب": "b", "ج": "j", "ح": "h", "ه": "h", "خ": "x", "د": "d", "ض": "d", "ذ": "d", "ظ": "d",
     "ر": "r", "ز": "z", "س": "s", "ص": "s", "ش": "c", "غ": "G", "ف": "f", "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n"}
)  # fmt: skip
_LATIN_PAIRS = (("kh", "x"), ("sh", "c"), ("ch", "c"), ("gh", "G"), ("dh", "d"), ("th", "t"), ("7'", "x"), ("3'", "G"))
_LATIN_KEY = str.maketrans({"5": "x", "7": "h", "8": "G", "9": "s", "6": "t", "p": "b", "v": "f", "4": "c", "3": "", "'": ""})
_NOT_CONSONANT = re.compile("[^bcdfhjklmnqrstxzGg2]")
_TWICE = re.compile(r"(.)\1+")
_ARTICLE = re.compile(r"^(?:w|b|l|f|bi|li|wa|fi|3al|ha)?[ae]?l-?(?=[a-z\d]{3})")

Meaning = TypeVar("Meaning")


class Forms(Generic[Meaning]):
    """Words listed as (word, meaning); `~` before one marks the stem of a verb."""

    def __init__(self, entries: Iterable[tuple[str, Meaning]]) -> None:
        self._verbs: dict[str, list[Meaning]] = {}
        self._keys: dict[str, list[Meaning]] = {}
        for word, meaning in entries:
            if word.startswith("~"):
                self._verbs.setdefault(word[1:], []).append(meaning)
            elif len(key := _arabic_key(word)) >= _SHORTEST_KEY and meaning not in self._keys.setdefault(key, []):
                self._keys[key].append(meaning)

    def arabic(self, stretch: str) -> Iterator[tuple[int, int, Meaning]]:
        """Where in a stretch of text without spaces a word of Arabic letters is a form of a listed verb, and its meaning."""
        return _found(_ARABIC_WORD, stretch, self._verb)

    def romanised(self, stretch: str) -> Iterator[tuple[int, int, Meaning]]:
        """The same for words of Latin letters and Arabic ones."""
        return _found(_LATIN_WORD, stretch, self._latin)

    def _verb(self, word: str) -> tuple[Meaning, ...]:
        """What a folded word in Arabic letters means as a form of a listed verb; the longest stem is taken."""
        longest, meant = 1, tuple[Meaning, ...]()
        for first in range(min(len(word) - longest, _LONGEST_BEFORE + 1)):
            if word[:first] not in _BEFORE:
                continue
            for end in range(len(word), max(first + longest, len(word) - _LONGEST_AFTER - 1), -1):
                if (found := self._verbs.get(word[first:end])) and word[end:] in _AFTER:
                    longest, meant = end - first, tuple(found)
                    break
        return meant

    def _latin(self, word: str) -> tuple[Meaning, ...]:
        """What a folded word in Latin letters means as an Arabic one."""
        found: dict[Meaning, None] = {}
        for key in _latin_keys(word):
            found.update(dict.fromkeys(self._keys.get(key, ())))
        return tuple(found)


def _found(
    pattern: re.Pattern[str], stretch: str, meant: Callable[[str], tuple[Meaning, ...]]
) -> Iterator[tuple[int, int, Meaning]]:
    return ((*word.span(), meaning) for word in pattern.finditer(stretch) for meaning in meant(word[0]))


def _arabic_key(word: str) -> str:
    return _TWICE.sub(r"\1", _NOT_CONSONANT.sub("", word.translate(_ARABIC_KEY)).removesuffix("h"))


def _latin_keys(word: str) -> Iterator[str]:
    for spelled in dict.fromkeys((word, _ARTICLE.sub("", word))):
        plain = spelled
        for pair, letter in _LATIN_PAIRS:
            plain = plain.replace(pair, letter)
        plain = _NOT_CONSONANT.sub("", plain.translate(_LATIN_KEY)).removesuffix("h")
        for hard, stop in product("qj" if "g" in plain else "g", ("q", "") if "2" in plain else "2"):
            key = _TWICE.sub(r"\1", plain.replace("g", hard).replace("2", stop))
            if len(key) >= _SHORTEST_KEY:
                yield key
