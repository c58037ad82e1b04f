"""Digits written as words ("zero five zero…", صفر خمسة صفر, "double five"), put in place as digits without moving anything else."""

import re

#: fills the place of the letters of a word whose digit stands at its start
FILL = "~"
#: no number of a person goes without one of these
MARKS = ("zero", "صفر", "double")
_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "صفر": 0, "واحد": 1, "واحده": 1, "اثنين": 2, "اثنان": 2, "اتنين": 2, "ثنين": 2, "ثلاثه": 3, "تلاته": 3, "ثلاث": 3, "اربعه": 4,
    "اربع": 4, "خمسه": 5, "خمس": 5, "سته": 6, "ست": 6, "سبعه": 7, "سبع": 7, "ثمانيه": 8, "تمانيه": 8, "ثمان": 8,
    "تسعه": 9, "تسع": 9,
}  # fmt: skip
_ONE = rf"(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_PIECE = rf"(?:(?:double |triple )?{_ONE}(?![^\W_])|[0-9]+(?![^\W_]))"
_RUN = re.compile(rf"(?<![^\W_]){_PIECE}(?:[ \-,.]{{1,3}}{_PIECE}){{3,}}")
_WORD = re.compile(rf"(?:(double|triple) )?({_ONE})(?![^\W_])|,")


def as_digits(text: str) -> str:
    """Folded `text` with rows of four or more digits in words as digits; as long as before, each at the place of its word."""
    return _RUN.sub(lambda run: _WORD.sub(_digit, run[0]), text)


def _digit(word: re.Match[str]) -> str:
    if word[0] == ",":
        return " "
    digit = str(_WORDS[word[2]])
    ahead = {"double": digit, "triple": digit * 2}.get(word[1], "")
    return ahead.ljust(len(word[1] or ""), FILL) + (" " if word[1] else "") + digit.ljust(len(word[2]), FILL)
