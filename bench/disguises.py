"""Ways in which people hide a word from a machine and show it to a reader, for benches and tests. Each is (word, chance) -> word.

`chance` is a seeded generator, so the same seed hides the same words in the same way. Words that a way can't change come back
as they are.
"""

import re
import unicodedata
from collections.abc import Callable
from random import Random

Disguise = Callable[[str, Random], str]
_ARABIC = re.compile("[\u0621-\u064a]")
_LETTER = re.compile(r"[^\W\d_]")
_VOWEL_SIGNS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670"
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_EMOJI = "🙂🔥🐶💩❤🤡"
_SWAPS = {"ا": "أإآٱا", "أ": "اإآ", "إ": "اأآ", "ي": "ىيئ", "ى": "ي", "ة": "هة", "ه": "ةه", "و": "ؤو", "ئ": "يى", "ؤ": "و"}
_FOREIGN = {"ك": "کڪگ", "ي": "یېێ", "ه": "ہھە", "و": "ۆۇۋ", "ر": "ړڕ", "ل": "ڵ", "ف": "ڤ", "ب": "پ", "ن": "ڼ", "د": "ډ"}
_DIGITS = {"ه": "٥5", "و": "9٩", "ح": "7", "ع": "3٣", "ا": "|1", "o": "0", "i": "1!", "e": "3", "a": "4@", "s": "5$", "t": "7"}
_DOTLESS = str.maketrans("بتثنيئجخذزشضظغفقة", "ٮٮٮںىىححدرسصطعڡٯه")
_HOMOGLYPHS = {
    "a": "аɑα",
    "e": "еε",
    "o": "оοø",
    "i": "іıι",
    "c": "сϲ",
    "p": "рρ",
    "s": "ѕ",
    "t": "тτ",
    "u": "υ",
    "h": "һ",
    "k": "кκ",
}
_ARABIZI = {
    "ا": ("a", "aa"), "أ": ("a",), "إ": ("e", "i"), "آ": ("a",), "ب": ("b",), "ت": ("t",), "ث": ("th",), "ج": ("j", "g"),
    "ح": ("7", "h"), "خ": ("5", "kh"), "د": ("d",), "ذ": ("th", "z", "dh"), "ر": ("r",), "ز": ("z",), "س": ("s",), "ش": ("sh",),
    "ص": ("s", "9"), "ض": ("d", "dh"), "ط": ("t", "6"), "ظ": ("z", "th"), "ع": ("3",), "غ": ("gh", "8"), "ف": ("f",),
    "ق": ("q", "g", "2"), "ك": ("k",), "ل": ("l",), "م": ("m",), "ن": ("n",), "ه": ("h",), "ة": ("a", "eh"), "و": ("o", "w", "oo"),
    "ي": ("i", "y", "ee"), "ى": ("a",), "ئ": ("2", "y"), "ؤ": ("2", "o"), "ء": ("2",), " ": (" ",),
}  # fmt: skip


def _between(word: str, sign: Callable[[], str]) -> str:
    """`word` with `sign` between its letters."""
    return "".join(letter + (sign() if n + 1 < len(word) else "") for n, letter in enumerate(word))


def _inside(word: str, sign: str, chance: Random) -> str:
    """`word` with one `sign` somewhere inside."""
    if len(word) < 3:
        return word
    at = chance.randrange(1, len(word))
    return word[:at] + sign + word[at:]


def _swapped(word: str, table: dict[str, str], chance: Random, share: float = 1.0) -> str:
    return "".join(chance.choice(table[c]) if c in table and chance.random() < share else c for c in word)


def _presentation(word: str) -> str:
    """Arabic letters as their initial, medial, final or isolated forms."""
    out = []
    for n, letter in enumerate(word):
        before = n > 0 and word[n - 1] not in "اأإآدذرزوؤةىء" and _ARABIC.match(word[n - 1])
        after = n + 1 < len(word) and _ARABIC.match(word[n + 1]) and letter not in "اأإآدذرزوؤةىء"
        form = ("<medial>" if after else "<final>") if before else ("<initial>" if after else "<isolated>")
        out.append(_FORMS.get((form, letter), letter))
    return "".join(out)


def _forms() -> dict[tuple[str, str], str]:
    found = {}
    for code in range(0xFE70, 0xFEFD):
        form, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        if letters and " " not in letters:
            found[form, chr(int(letters, 16))] = chr(code)
    return found


_FORMS = _forms()


def _spaced(word: str, sign: str) -> str:
    return _between(word, lambda: sign) if len(word) > 2 else word


def _repeated(word: str, chance: Random) -> str:
    letters = [n for n, c in enumerate(word) if _LETTER.match(c)]
    if not letters:
        return word
    at = chance.choice(letters)
    return word[:at] + word[at] * chance.randint(3, 6) + word[at + 1 :]


def _styled(word: str, first_small: int) -> str:
    return "".join(chr(first_small + ord(c) - 97) if "a" <= c <= "z" else c for c in word.lower())


def arabizi(word: str, chance: Random) -> str:
    """An Arabic word in Latin letters and digits, short vowels guessed."""
    out = []
    for n, letter in enumerate(word):
        if letter in "اأإ" and (n == 0 or word[n - 1] == " "):
            out.append(chance.choice("aei"))
            continue
        out.append(chance.choice(_ARABIZI.get(letter, ("",))))
        following = word[n + 1 : n + 2]
        if letter not in "اوىيةأإآؤئ " and following and following not in "اوىيةأإآؤئ " and (n == 0 or chance.random() < 0.5):
            out.append(chance.choice("aaei"))
    return "".join(out)


ARABIC: dict[str, Disguise] = {
    "none": lambda word, chance: word,
    "tatweel": lambda word, chance: _between(word, lambda: "ـ" * chance.randint(1, 3)),
    "tashkeel": lambda word, chance: "".join(letter + chance.choice(_VOWEL_SIGNS) for letter in word),
    "zero-width": lambda word, chance: _between(word, lambda: chance.choice(_ZERO_WIDTH)),
    "bidi": lambda word, chance: _between(word, lambda: chance.choice(_BIDI)),
    "presentation forms": lambda word, chance: _presentation(word),
    "letter variants": lambda word, chance: _swapped(word, _SWAPS, chance),
    "Persian, Urdu, Kurdish letters": lambda word, chance: _swapped(word, _FOREIGN, chance),
    "repeated": _repeated,
    "spaced": lambda word, chance: _spaced(word, " "),
    "dotted": lambda word, chance: _spaced(word, "."),
    "dashed": lambda word, chance: _spaced(word, chance.choice("-_")),
    "starred": lambda word, chance: _inside(word, "*", chance),
    "emoji inside": lambda word, chance: _inside(word, chance.choice(_EMOJI), chance),
    "Latin letter inside": lambda word, chance: _inside(word, chance.choice("xzo"), chance),
    "tatweel and dot": lambda word, chance: _inside(word, "ـ.ـ", chance),
    "look-alike digits": lambda word, chance: _swapped(word, _DIGITS, chance),
    "dotless": lambda word, chance: word.translate(_DOTLESS),
    "HTML entities": lambda word, chance: "".join(f"&#{ord(c)};" if chance.random() < 0.6 else c for c in word),
    "hashtag": lambda word, chance: f"#{word}",
}
LATIN: dict[str, Disguise] = {
    name: ARABIC[name]
    for name in (
        "none", "zero-width", "bidi", "repeated", "spaced", "dotted", "dashed", "starred", "emoji inside", "look-alike digits",
        "HTML entities", "hashtag",
    )
} | {
    "homoglyphs": lambda word, chance: _swapped(word.lower(), _HOMOGLYPHS, chance),
    "full-width": lambda word, chance: _styled(word, 0xFF41),
    "mathematical": lambda word, chance: _styled(word, chance.choice((0x1D41A, 0x1D4EA, 0x1D5BA, 0x1D68A))),
    "circled": lambda word, chance: _styled(word, 0x24D0),
}  # fmt: skip


def applied(name: str, phrase: str, chance: Random) -> str:
    """Every word of a phrase hidden in one way. Spaced words stand two spaces apart; a hashtag takes the phrase as one."""
    way = ARABIC.get(name) or LATIN[name]
    words = phrase.split()
    if name == "hashtag":
        return "#" + re.sub(r"[^\w]", "", "_".join(words))
    if name == "spaced":
        return f" {'  '.join(way(word, chance) for word in words)} "
    return " ".join(way(word, chance) for word in words)
