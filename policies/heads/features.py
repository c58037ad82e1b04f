"""Pieces of words as numbers: every run of two to five signs inside a word (its borders count as one sign each), and every lone
mark, emoji or sign of punctuation, hashed to a bucket. One extraction serves all heads, and a whole batch is cut at once.

Everything is whole-number arithmetic on code points: a text has the same buckets on every machine.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Codes = NDArray[np.uint32]
#: two to this many buckets: the first half for what is not written in Arabic letters, the second for what is
BITS = 18
#: texts are read to here; no platform lets a comment run on much further
LONGEST = 4_000
_SIZES = 5
_SPACE, _DIGIT, _MARK = ord(" "), ord("0"), 1 << 31
_KNOWN, _ALL = 0x20000, 0x110000  # a sign between the two stands for itself
_SPREAD, _STEP, _FINISH = np.uint32(0x9E3779B1), np.uint32(0x01000193), np.uint32(0x85EBCA6B)
_ARABIC, _ARABIC_SIZE = np.uint32(0x0600), np.uint32(0x0180)
_ADDRESS = re.compile(r"(?:https?://|www\.|\bt\.co/)\S+|@\S+")


class Pieces(NamedTuple):
    """The buckets of the pieces of a batch, text after text: of text t they are `buckets[starts[t] : starts[t] + counts[t]]`.

    `first` and `last` say where each stands in its text, end exclusive.
    """

    buckets: Whole
    starts: Whole
    counts: Whole
    first: Whole
    last: Whole


def pieces(texts: Sequence[str], *, places: bool = False) -> Pieces:
    """The pieces of each folded text; none for a text without letters or signs. Their places only where `places` asks for them."""
    codes, begins = _laid_out(texts)
    values = _values(codes)
    keep = np.empty(len(values), np.bool_)
    keep[:1] = True
    np.not_equal(values[1:], values[:-1], out=keep[1:])  # a sign written twice or more counts once
    keep[begins] = True
    values = values[keep]
    marks = values >= _MARK
    letters = np.where(marks, np.uint32(_SPACE), values)
    valid = _inside(letters, marks)
    opens = np.cumsum(keep, dtype=np.int64)[begins] - 1
    counts = np.add.reduceat(valid.ravel(), opens * _SIZES, dtype=np.int64) if len(opens) else opens
    starts = np.cumsum(counts) - counts
    buckets = _buckets(values, letters)[valid].astype(np.int64)
    nowhere = np.empty(0, np.int64)
    first, last = _places(keep, valid, begins) if places else (nowhere, nowhere)
    return Pieces(buckets, starts, counts, first, last)


def _laid_out(texts: Sequence[str]) -> tuple[Codes, Whole]:
    """All texts one after the other, each between two spaces, as code points; and where each begins."""
    spaced = [f" {_without_addresses(text[:LONGEST])} " for text in texts]
    codes = np.frombuffer("".join(spaced).encode("utf-32-le", "surrogatepass"), np.uint32)
    sizes = np.fromiter(map(len, spaced), np.int64, len(spaced))
    return codes, np.cumsum(sizes) - sizes


def _without_addresses(text: str) -> str:
    # blanks of the same length, so that every place stays where it was
    if "@" in text or "/" in text or "www." in text:
        return _ADDRESS.sub(lambda found: " " * len(found[0]), text)
    return text


def _values(codes: Codes) -> Codes:
    """Letters as they are, digits as one, blanks as one; whatever else stands for itself is told by its highest bit."""
    return _table().take(codes)


@cache
def _table() -> Codes:
    table = np.arange(_ALL, dtype=np.uint32) | np.uint32(_MARK)
    for code in range(_KNOWN):
        category = unicodedata.category(chr(code))
        if category[0] == "L" or (category[0] == "M" and code < 0x1000):
            table[code] = code
        elif category[0] == "N":
            table[code] = _DIGIT
        else:
            table[code] = code | _MARK if category[0] in "PS" else _SPACE
    return table


def _inside(letters: Codes, marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each place and size whether a piece of that size begins there: within one word and its borders, or a lone mark."""
    size = len(letters)
    letter = np.zeros(size + _SIZES, np.bool_)
    np.not_equal(letters, _SPACE, out=letter[:size])
    valid = np.empty((size, _SIZES), np.bool_)
    valid[:, 0] = marks
    longer = letter[:size] | letter[1 : size + 1]
    valid[:, 1] = longer
    for further in range(2, _SIZES):
        longer &= letter[further - 1 : size + further - 1]
        valid[:, further] = longer
    return valid


def _buckets(values: Codes, letters: Codes) -> Codes:
    """The bucket of the piece of each size at each place."""
    size = len(letters)
    spread = np.zeros(size + _SIZES, np.uint32)
    np.multiply(letters, _SPREAD, out=spread[:size])
    found = np.empty((size, _SIZES), np.uint32)
    found[:, 0] = values * _SPREAD
    rolled = spread[:size].copy()
    for further in range(1, _SIZES):
        rolled *= _STEP
        rolled ^= spread[further : size + further]
        found[:, further] = rolled
    found ^= found >> np.uint32(15)
    found *= _FINISH
    found >>= np.uint32(33 - BITS)
    arabic = np.zeros(size + 1, np.bool_)
    np.less(letters - _ARABIC, _ARABIC_SIZE, out=arabic[:size])
    found |= (arabic[:size] | arabic[1:]).astype(np.uint32)[:, None] << np.uint32(BITS - 1)
    return found


def _places(keep: NDArray[np.bool_], valid: NDArray[np.bool_], begins: Whole) -> tuple[Whole, Whole]:
    """Where the pieces stand, without the blank that each text was given before it."""
    at = np.flatnonzero(keep)
    rows, sizes = np.nonzero(valid)
    text = np.searchsorted(begins, at[rows], side="right") - 1
    follows = np.append(at, len(keep))
    origin = begins[text] + 1
    return np.maximum(at[rows] - origin, 0), follows[rows + sizes + 1] - origin
