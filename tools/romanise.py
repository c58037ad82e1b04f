"""Arabic as people write it in Latin letters, drawn at random with a fixed seed: food for tools/train_spelling.py.

Each text gets one hand (3 or a for ع, kh or 5 for خ, el or al), because people keep to theirs, and vowels where one hears them.
"""

import random
import re

#: what a letter may become; a hand settles on one
LETTERS: dict[str, tuple[str, ...]] = {
    "ب": ("b",), "ت": ("t",), "ث": ("th", "s", "t"), "ج": ("j", "g", "j"), "ح": ("7", "h", "7"), "خ": ("5", "kh", "5", "7'"),
    "د": ("d",), "ذ": ("th", "z", "d", "dh"), "ر": ("r",), "ز": ("z",), "س": ("s",), "ش": ("sh", "sh", "ch", "4"),
    "ص": ("s", "9", "s"), "ض": ("d", "d", "9'", "dh", "th"), "ط": ("t", "6", "t"), "ظ": ("z", "th", "dh", "6'"),
    "ع": ("3", "3", "3", "a", ""), "غ": ("gh", "3'", "8", "gh", "4"), "ف": ("f",), "ق": ("q", "g", "2", "k", "9", "8", "q"),
    "ك": ("k", "k", "k", "c"), "ل": ("l",), "م": ("m",), "ن": ("n",), "ه": ("h",), "گ": ("g",), "چ": ("ch", "tch"), "پ": ("p",),
    "ڤ": ("v",), "ء": ("2", ""), "أ": ("a", "2a", "a", "e"), "إ": ("i", "e", "2e"), "آ": ("a", "2a", "aa"), "ؤ": ("2", "o"),
    "ئ": ("2", "e", "y", "2"), "ى": ("a", "a", "i"), "ة": ("a", "eh", "ah", "e", "a"), "ا": ("a", "a", "aa", "e"),
    "و": ("o", "ou", "oo", "u", "w"), "ي": ("i", "y", "ee", "e", "i"),
}  # fmt: skip
_ARTICLES = ("el", "al", "il", "l", "el", "el ", "al ", "l ", "el-", "al-")
_VOWELS = ("aaaei", "aeeei", "aaeiu", "eeaio", "aaaae")
_LONG = "اويىأإآة"
_WORD = re.compile("[\u0621-\u063a\u0641-\u064a\u067e\u0686\u06a4\u06af]+")
_MARKS = re.compile("[\u0640\u064b-\u0652]")


def romanise(text: str, seed: int) -> str:
    """The Arabic words of `text` in the hand that `seed` draws; everything else is left out."""
    chance = random.Random(seed)  # noqa: S311 - a hand, not a secret
    hand = {letter: chance.choice(ways) for letter, ways in LETTERS.items()}
    article, vowels, heard = chance.choice(_ARTICLES), chance.choice(_VOWELS), chance.choice((0.25, 0.5, 0.65, 0.75))
    return " ".join(_word(word, hand, article, vowels, heard, chance) for word in _WORD.findall(_MARKS.sub("", text)))


def _word(word: str, hand: dict[str, str], article: str, vowels: str, heard: float, chance: random.Random) -> str:
    out = ""
    if word.startswith("و") and len(word) > 3 and chance.random() < 0.8:
        out, word = chance.choice(("w ", "w", "we ", "wa", "wa ")), word[1:]
    if word.startswith("ال") and len(word) > 3:
        out, word = out + article, word[2:]
    elif word.startswith("لل") and len(word) > 3:
        out, word = out + chance.choice(("lel ", "lal", "lil", "ll")), word[2:]
    for at, letter in enumerate(word):
        after = word[at + 1 : at + 2]
        out += _letter(letter, at == 0, after, hand, chance)
        if after and after not in _LONG and letter not in _LONG and chance.random() < heard + (0.25 if at == 0 else 0.0):
            out += chance.choice(vowels)
    return out


def _letter(letter: str, first: bool, after: str, hand: dict[str, str], chance: random.Random) -> str:
    if letter in "وي" and (first or after in ("ا", "ى")):
        opening = chance.choice("ae") if first and after and after not in _LONG and chance.random() < 0.7 else ""
        return ("w" if letter == "و" else "y") + opening
    if not after and letter in "وي":
        return chance.choice(("o", "u", "w", hand[letter]) if letter == "و" else ("i", "y", hand[letter]))
    if first and letter == "ا":
        return chance.choice("aeia")
    return hand[letter] if chance.random() < 0.9 else chance.choice(LETTERS.get(letter, ("",)))
