"""Names that sound like a bad word: Dick Van Dyke, Dr. Randi Weingarten, a series called ابن الكلب."""

import re

from policies.verdict import Span

_CAPITAL = r"[A-Z][a-z]+"
_WHOLE = re.compile(rf"{_CAPITAL}(?:[ -]{_CAPITAL})*")
_BEFORE = re.compile(rf"(?:\b(?:Mr|Ms|Mrs|Miss|Dr|Prof|Sheikh|Engr?)\.? |(?<![.!?:] )(?<!^)\b({_CAPITAL})[ -])$")
_AFTER = re.compile(rf"[ -]({_CAPITAL})\b")
# without a word that begins small, capitals tell nothing
_SMALL = re.compile(r"\b[a-z]{2,}")
_CALLED = re.compile(r"(?:مسلسل|فيلم|فلم|رواية|كتاب|أغنية|اغنية|مسرحية)\s+[«\"]?$")
_NEAR = 24


def named(source: str, span: Span) -> bool:
    """True where [start, end) of a text as it was written looks like part of somebody's name, or like the title of a work: somebody
    looks at it, for in capitals one can also insult."""
    start, end = span
    before, word = source[max(0, start - _NEAR) : start], source[start:end]
    if _CALLED.search(before):
        return True
    if not (_WHOLE.fullmatch(word) and _SMALL.search(source)):
        return False
    return bool(_BEFORE.search(before) or _AFTER.match(source, end))
