"""The heads in force: what linear models over pieces of words think of a text, and which words made them think so.

An artefact is two files side by side: NAME.npz (whole numbers, no pickle) and NAME.json, its card: data and licences, seed, what
was measured, how scores become chances, and the SHA-256 of the numbers. Heads lean towards an answer; they decide nothing.
"""

import hashlib
import io
import json
import logging
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.columns import Columns
from core.errors import MajlisError
from core.memory import REMEMBERED, WORTH
from policies.clauses import CHANCES
from policies.heads.features import BITS, LONGEST, pieces
from policies.verdict import KINDS, SENTIMENTS, TOPICS, Span

Rows = NDArray[np.int32]

_log = logging.getLogger(__name__)

SHIPPED = Path(__file__).parent / "shipped.npz"
#: What each head answers.
ANSWERS: dict[str, tuple[str, ...]] = {
    "offence": ("offence",),
    "kind": KINDS,
    "topic": TOPICS,
    "sentiment": SENTIMENTS,
    **{head: (head,) for head in CHANCES if head != "offence"},
}
#: The scripts whose scores are calibrated apart: the halves of the buckets.
SCRIPTS = ("other", "arabic")
_BATCH = 256
_ENOUGH = 3  # words from which on pieces count in full beside what is listed
_WORDS = 4  # at most so many words explain a text
_WEIGHTY = 0.35  # of the heaviest word's weight


class HeadsRefused(MajlisError):
    """The artefact can't be read or isn't the one its card was written for: `file`, `why`."""

    code = "heads_refused"


class Leanings(NamedTuple):
    """Of each text how likely is what each of CHANCES asks (0…1), and what to add to the words' scores (log odds): [texts,
    answers], in the order of kinds, topics and sentiments."""

    chances: list[list[float]]
    added: list[list[float]]


def _places() -> dict[str, slice]:
    ends = list(accumulate(map(len, ANSWERS.values())))
    return {head: slice(end - len(answers), end) for (head, answers), end in zip(ANSWERS.items(), ends, strict=True)}


#: where the answers of each head stand among all
_PLACES = _places()
#: of a stretch: its pieces of Arabic letters, all its pieces, how much they count, and what they say for every answer
_COLUMNS = Columns(3 + sum(map(len, ANSWERS.values())), 32)
#: the heads whose scores are added to those of the words; one behind the other, as the readings have them
_ADDED = ("kind", "topic", "sentiment")


def first_column(head: str) -> int:
    """How many answers stand before those of `head`."""
    place: int = _PLACES[head].start
    return place


class Known:
    """Sums by stretch of text: pieces never reach over a space, and people use the same words again. All columns of a stretch are
    one long number (core.columns): adding up those of a text costs less than to call numpy once. Full, it begins anew; nobody's
    endless word is kept (core.memory.WORTH). Threads may share it."""

    def __init__(self) -> None:
        self._sums: dict[str, int] = {}

    def sums(self, texts: Sequence[Sequence[str]], ask: Callable[[Sequence[str]], Rows]) -> list[int]:
        """For each text, given by its stretches, their sum; `ask` is called once for all stretches that are not known."""
        known = self._sums
        if fresh := list(set().union(*texts).difference(known)):
            if len(known) + len(fresh) > REMEMBERED:
                known = self._sums = {}
                fresh = list(set().union(*texts))
            made = dict(zip(fresh, map(_COLUMNS.packed, ask(fresh).tolist()), strict=True))
            known.update((stretch, sums) for stretch, sums in made.items() if len(stretch) <= WORTH)
            if any(len(stretch) > WORTH for stretch in made):
                known = {**known, **made}
        return [sum(map(known.__getitem__, stretches)) for stretches in texts]


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """One artefact, ready to be asked. Nothing in it changes, so threads may share it.

    `table` [buckets, 1 + answers]: how much a piece counts (squared), then its weight for every answer of every head.
    """

    name: str
    card: dict[str, Any]
    table: NDArray[np.int8]
    scale: NDArray[np.float64]
    bias: NDArray[np.float64]
    known: Known = field(default_factory=Known)

    def scores(self, texts: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """For each head the raw scores [texts, answers] of folded texts; of one script or the other is told by `script`."""
        found = [(script, *scores) for script, scores in self._scored(texts)]
        whole = np.array(found, np.float64).reshape(len(found), len(self.bias) + 1)
        return {"script": whole[:, 0], **{head: whole[:, 1:][:, place] for head, place in _PLACES.items()}}

    def lean(self, texts: Sequence[str]) -> Leanings:
        """What the heads think of each folded text; the same for a text alone as in a batch."""
        ask = _asking(self)
        chances, added = list[list[float]](), list[list[float]]()
        for text, (script, scores) in zip(texts, self._scored(texts), strict=True):
            weight = min(1.0, _words(text) / _ENOUGH)
            added.append([score * share * weight for score, share in zip(scores[ask.added], ask.shares, strict=True)])
            chances.append([_chance(slope * scores[at] + shift) for at, slope, shift in ask.chances[script]])
        return Leanings(chances, added)

    def why(self, text: str, head: str = "offence") -> tuple[Span, ...]:
        """Where in a folded text the words stand that speak most for what `head` (of CHANCES) asks, in order."""
        found, column = pieces([text], places=True), first_column(head)
        weight = self.table[found.buckets, 1 + column] * (self.scale[column] / np.maximum(1, found.last - found.first))
        letters = np.zeros(len(text) + 1)
        np.add.at(letters, np.minimum(found.first, len(text)), weight)
        np.subtract.at(letters, np.minimum(found.last, len(text)), weight)
        sums = np.append(0.0, np.cumsum(np.cumsum(letters)[:-1]))
        words, at = list[tuple[float, int, int]](), 0
        for word in text.split(" "):
            end = at + len(word)
            words.append((float(sums[end] - sums[at]), at, end))
            at = end + 1
        heaviest = sorted((word for word in words if word[0] > 0), reverse=True)[:_WORDS]
        kept = [word for word in heaviest if word[0] >= _WEIGHTY * heaviest[0][0]]
        return tuple((start, end) for _, start, end in sorted(kept, key=lambda word: word[1]))

    def _scored(self, texts: Sequence[str]) -> Iterator[tuple[bool, list[float]]]:
        """Of each text whether it is written in Arabic letters, and the score of every answer. Sums of whole numbers: no order of
        adding can change them."""
        steps = list(zip(self.scale.tolist(), self.bias.tolist(), strict=True))
        for at in range(0, len(texts), _BATCH):
            for sums in self.known.sums([text[:LONGEST].split(" ") for text in texts[at : at + _BATCH]], self._summed):
                arabic, parts, squares, *columns = _COLUMNS.unpacked(sums)
                root = math.sqrt(max(1, squares))
                yield arabic * 2 > parts, [column / root * step + bias for column, (step, bias) in zip(columns, steps, strict=True)]

    def _summed(self, stretches: Sequence[str]) -> Rows:
        """[stretches, arabic + all pieces + columns of the table]: how many pieces of each stretch there are, and their sums."""
        found = pieces(stretches)
        sums = np.zeros((len(stretches), 2 + self.table.shape[1]), np.int32)
        some = found.counts > 0
        if some.any():
            begins = found.starts[some]  # an empty one has no place of its own, and would end the one before it too early
            sums[some, 0] = np.add.reduceat(found.buckets >> (BITS - 1), begins)
            sums[some, 2:] = np.add.reduceat(self.table.take(found.buckets, 0), begins, axis=0, dtype=np.int32)
        sums[:, 1] = found.counts
        return sums


def _words(text: str) -> int:
    return text.count(" ") + 1 if any(map(str.isalpha, text)) else 0


class _Asking(NamedTuple):
    """What is asked of the scores: which are added to the words' and their shares; and for each script of which score, by what
    slope and shift, each of CHANCES is made."""

    added: slice
    shares: list[float]
    chances: tuple[list[tuple[int, float, float]], ...]


@lru_cache(maxsize=4)
def _asking(of: Heads) -> _Asking:
    """As the card has them."""
    calibration, share = of.card["calibration"], of.card["share"]
    return _Asking(
        slice(_PLACES[_ADDED[0]].start, _PLACES[_ADDED[-1]].stop),
        [float(share[head]) for head in _ADDED for _ in ANSWERS[head]],
        tuple(
            [(first_column(head), float(slope), float(shift)) for head in CHANCES for slope, shift in [calibration[head][script]]]
            for script in SCRIPTS
        ),
    )


def _chance(raw: float) -> float:
    return round(1 / (1 + math.exp(-min(60.0, max(-60.0, raw)))) * 1e4) / 1e4


def load(path: Path) -> Heads:
    """The artefact of this .npz and its card. FileNotFoundError without it, HeadsRefused where it isn't what the card says."""
    card_path = path.with_suffix(".json")
    numbers = path.read_bytes()
    try:
        card = json.loads(card_path.read_text("utf-8"))
    except ValueError as wrong:
        raise HeadsRefused(file=card_path, why=f"the card is no JSON: {wrong}") from wrong
    if hashlib.sha256(numbers).hexdigest() != card.get("sha256"):
        raise HeadsRefused(file=path, why="its SHA-256 is not the one on its card")
    if card.get("bits") != BITS:
        raise HeadsRefused(file=path, why=f"it was made for 2^{card.get('bits')} buckets, this release has 2^{BITS}")
    with np.load(io.BytesIO(numbers), allow_pickle=False) as arrays:
        if other := [head for head, answers in ANSWERS.items() if head not in arrays or arrays[head].shape[1] != len(answers)]:
            raise HeadsRefused(file=path, why=f"it was made for another release: {', '.join(other)}")
        table = np.concatenate([arrays["rare"][:, None], *(arrays[head] for head in ANSWERS)], axis=1)
        return Heads(path.stem, card, np.ascontiguousarray(table), arrays["scale"], arrays["bias"])


__all__ = ("ANSWERS", "Heads", "HeadsRefused", "Leanings", "load")
