"""One letter at a time: what each code point becomes in folded text (DESIGN §2.11).

Folding is for finding, never for showing. Per code point, in this order: compatibility decomposition (NFKD, which undoes
presentation forms, full-width, mathematical and circled letters), marks and invisible characters dropped, case folded,
digits of every script to ASCII, then the letter tables below. Vowel signs of Indic scripts are letters here and stay.
"""

import sys
import unicodedata

# Arabic as it is spelled in haste, in the Gulf, and on Persian and Urdu keyboards. The hamza on its own (ء) stays: it is what
# tells the town كلباء from an insult.
_ARABIC = {
    "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ى": "ي", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ه",
    "ک": "ك", "ڪ": "ك", "ګ": "ك", "گ": "ك", "ڭ": "ك", "ݣ": "ك", "چ": "ك", "ی": "ي", "ې": "ي", "ے": "ي", "ێ": "ي", "ۍ": "ي",
    "پ": "ب", "ٹ": "ت", "ټ": "ت", "ٺ": "ت", "ڈ": "د", "ډ": "د", "ڑ": "ر", "ړ": "ر", "ڕ": "ر", "ژ": "ز", "ښ": "ش",
    "ڤ": "ف", "ڨ": "ق", "ڵ": "ل", "ں": "ن", "ڼ": "ن", "ۆ": "و", "ۇ": "و", "ۈ": "و", "ۋ": "و", "ۊ": "و", "ڢ": "ف", "ڧ": "ق",
}  # fmt: skip

# Letters of other alphabets that a reader takes for Latin ones (after case folding).
_LOOKALIKES = {
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ё": "e", "һ": "h", "н": "h", "і": "i", "ї": "i", "ј": "j", "к": "k",
    "ӏ": "l", "м": "m", "о": "o", "р": "p", "ԛ": "q", "ѕ": "s", "т": "t", "υ": "u", "ѵ": "v", "ԝ": "w", "х": "x", "у": "y",
    "α": "a", "β": "b", "ϲ": "c", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "χ": "x",
    "σ": "o",
    "γ": "y", "ω": "w", "ı": "i", "ɩ": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ɡ": "g", "ɑ": "a", "æ": "ae", "œ": "oe",
    "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g", "ʜ": "h", "ɪ": "i", "ᴊ": "j", "ᴋ": "k", "ʟ": "l",
    "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z",
}  # fmt: skip

_LUNATE = "\u03f2\u03f9"

_PUNCTUATION = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "−": "-",
                "‐": "-", "⁃": "-", "،": ",", "؛": ";", "؟": "?", "٫": ".", "٬": ",", "۔": "."}  # fmt: skip

# Look like nothing, are not in category Cf: fillers, the braille blank and the tatweel.
_BLANKS = frozenset("ـ\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5")

_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670),
    (0x06D6, 0x06DC), (0x06DF, 0x06E4), (0x06E7, 0x06E8), (0x06EA, 0x06ED), (0x093C, 0x093C), (0x09BC, 0x09BC),
    (0x0898, 0x089F), (0x08CA, 0x08E1), (0x08E3, 0x08FF), (0x1AB0, 0x1ACE), (0x1DC0, 0x1DFF), (0x20D0, 0x20F0),
    (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
)  # fmt: skip


def _solid_capital(code: int) -> str | None:
    # white-on-black circled and squared capitals have no decomposition
    for first in (0x1F150, 0x1F170):
        if first <= code < first + 26:
            return chr(ord("a") + code - first)
    return None


def _invisible(part: str, code: int) -> bool:
    marks = any(low <= code <= high for low, high in _MARKS)
    return marks or part in _BLANKS or unicodedata.category(part) in {"Cf", "Cc", "Cs"}


def fold_letter(letter: str) -> str:
    """What one code point becomes: usually one character, none for what is invisible, several for ligatures (ﷲ)."""
    if solid := _solid_capital(ord(letter)):
        return solid
    if letter in _LUNATE:
        return "c"  # decomposes to a sigma, which nobody takes for it
    out = []
    for part in unicodedata.normalize("NFKD", letter).casefold():
        code = ord(part)
        if part.isspace():
            out.append(" ")
        elif _invisible(part, code):
            continue
        elif (digit := unicodedata.decimal(part, None)) is not None:
            out.append(str(digit))
        else:
            out.append(_ARABIC.get(part) or _LOOKALIKES.get(part) or _PUNCTUATION.get(part) or part)
    return "".join(out)


class Letters(dict[int, str]):
    """A table for `str.translate` that fills itself; `uneven` collects the characters that don't become exactly one."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        letter = sys.intern(fold_letter(chr(code)))
        if len(letter) != 1:
            self.uneven.add(chr(code))
        self[code] = letter
        return letter


LETTERS = Letters()
