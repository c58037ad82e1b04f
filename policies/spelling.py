"""How words are spelled tells their language: a linear model over the letters of each word, made by tools/train_spelling.py.

One model for words of Latin letters, one for words of Arabic letters. The score of a text is the sum of its words', so the words
that everybody writes are weighed once and remembered. The weights are whole numbers: every machine gives the same answer. What they
were learned from and their hash stand beside them in words/spelling.json.
"""

import re
import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from core.text import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Model = Literal["latin", "arabic"]
#: The answers of each model, in the order of its columns; `other` is every language that we do not answer.
CLASSES: dict[Model, tuple[str, ...]] = {
    "latin": ("en", "tl", "ar-Latn", "ur-Latn", "ml-Latn", "other"),
    "arabic": ("ar", "fa", "ur"),
}
#: All languages that are answered, as editions name them.
LANGUAGES = ("ar", "en", "ur", "hi", "ml", "bn", "tl", "fa", "ar-Latn", "ur-Latn", "ml-Latn")
FILE = Path(__file__).parent / "words" / "spelling.npz"

_LATIN = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*(?:['-][a-z0-9]+)*")
_ARABIC = re.compile("[\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06fa-\u06ff]+")
_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_RUN = 5  # letters in a row that are looked at together
_WORTH = 40  # what is longer is no word of any language
_PLAINLY = 1.5  # a word this far ahead for one language (natural logarithm) is plainly of it


class Weighed(NamedTuple):
    """What one word says: a score for each class, and the class it plainly belongs to, or -1."""

    scores: tuple[float, ...]
    plainly: int


def words(text: str, model: Model) -> list[str]:
    """The words as the model reads them: Latin ones folded, Arabic ones with their own letters (ک is no ك here)."""
    found = _LATIN.findall(fold(text).text) if model == "latin" else _ARABIC.findall(_MARKS.sub("", text))
    return [word for word in found if len(word) <= _WORTH]


def places(word: str, rows: int) -> list[int]:
    """The rows of a table of weights that a word touches: those of its runs of letters, and its own."""
    padded = f"^{word}$".encode()
    size = len(padded)
    runs = [padded[start : start + n] for n in range(1, _RUN + 1) for start in range(size - n + 1)]
    return [zlib.crc32(run) % rows for run in (*runs, b"=" + padded)]


def score(weighed: Sequence[Weighed]) -> list[float]:
    """For each class how much these words (at least one) speak for it, in natural logarithms."""
    size = len(weighed) ** -0.5
    return [sum(column) * size for column in zip(*(word.scores for word in weighed), strict=True)]


@lru_cache(65_536)
def weigh(word: str, model: Model) -> Weighed:
    """What a word says by itself."""
    table, scale = _tables()[model]
    found = places(word, len(table))
    share = scale * len(found) ** -0.5
    scores = [total * share for total in table.take(found, 0).sum(0, "int64").tolist()]
    first, second = sorted(scores, reverse=True)[:2]
    return Weighed(tuple(scores), scores.index(first) if first - second >= _PLAINLY else -1)


@cache
def _tables() -> "dict[Model, tuple[NDArray[np.int8], float]]":
    import numpy as np  # 0.1 s that commands without a text need not wait for

    with np.load(FILE, allow_pickle=False) as stored:
        return {model: (stored[model], float(stored[f"{model}_scale"])) for model in CLASSES}
