"""The heads in force: what linear models over pieces of words think of a text, and which words made them think so.

An artefact is two files side by side: NAME.npz (whole numbers, no pickle) and NAME.json, its card: data and licences, seed, what
was measured, how scores become chances, and the SHA-256 of the numbers. Heads lean towards an answer; they decide nothing.
"""

import hashlib
import io
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import MajlisError
from core.memory import WORTH
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
_REMEMBERED = 16_384
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
    added: NDArray[np.float64]


def first_column(head: str) -> int:
    """How many answers stand before those of `head`."""
    return sum(len(answers) for before, answers in takewhile(lambda one: one[0] != head, ANSWERS.items()))


class Known:
    """Rows of whole numbers by stretch of text: pieces never reach over a space, and people use the same words again. Full, it
    begins anew; nobody's endless word is kept (core.memory.WORTH). Threads may share it."""

    def __init__(self) -> None:
        self._rows: dict[str, bytes] = {}

    def rows(self, stretches: Sequence[str], ask: Callable[[Sequence[str]], Rows]) -> Rows:
        """One row a stretch; `ask` is called once for all that are not known."""
        known = self._rows
        if fresh := list(set(stretches).difference(known)):
            if len(known) + len(fresh) > _REMEMBERED:
                known = self._rows = {}
                fresh = list(set(stretches))
            made = {stretch: row.tobytes() for stretch, row in zip(fresh, ask(fresh), strict=True)}
            known.update((stretch, row) for stretch, row in made.items() if len(stretch) <= WORTH)
            if any(len(stretch) > WORTH for stretch in made):
                known = {**known, **made}
        whole = np.frombuffer(b"".join(map(known.__getitem__, stretches)), np.int32)
        return whole.reshape(len(stretches), -1)


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
        parts = [self._scored(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
        whole = np.concatenate(parts) if parts else np.empty((0, len(self.bias) + 1))
        found = {"script": whole[:, 0]}
        for head, answers in ANSWERS.items():
            at = 1 + first_column(head)
            found[head] = whole[:, at : at + len(answers)]
        return found

    def lean(self, texts: Sequence[str]) -> Leanings:
        """What the heads think of each folded text; the same for a text alone as in a batch."""
        scores, shares = self.scores(texts), self.card["share"]
        added = [scores[head] * shares[head] for head in ("kind", "topic", "sentiment")]
        weight = np.array([[min(1.0, _words(text) / _ENOUGH)] for text in texts]).reshape(len(texts), 1)
        return Leanings(self._chances(scores).tolist(), np.concatenate(added, axis=1) * weight)

    def _chances(self, scores: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """[texts, CHANCES], as the card calibrates them for a text's script."""
        script = scores["script"].astype(np.int64)
        lines = _lines(self)[script]
        raw = np.concatenate([scores[head] for head in CHANCES], axis=1)
        found: NDArray[np.float64] = (1 / (1 + np.exp(-np.clip(lines[:, :, 0] * raw + lines[:, :, 1], -60, 60)))).round(4)
        return found

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

    def _scored(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """[texts, script + answers] of one batch. Sums of whole numbers: no order of adding can change them."""
        apart = [text[:LONGEST].split(" ") for text in texts]
        rows = self.known.rows([stretch for stretches in apart for stretch in stretches], self._summed)
        sizes = np.fromiter(map(len, apart), np.int64, len(apart))
        sums = np.add.reduceat(rows, np.cumsum(sizes) - sizes, axis=0, dtype=np.int64)
        scripts = sums[:, :1] * 2 > sums[:, 1:2]
        size = np.sqrt(np.maximum(1, sums[:, 2:3]))
        return np.concatenate([scripts, sums[:, 3:] / size * self.scale + self.bias], axis=1)

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


@lru_cache(maxsize=4)
def _lines(of: Heads) -> NDArray[np.float64]:
    """[scripts, CHANCES, slope and shift] as the card has them."""
    return np.array([[of.card["calibration"][head][script] for head in CHANCES] for script in SCRIPTS])


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


def current() -> Heads | None:
    """The heads in force: those that `manage.py train --switch` put there, else the shipped ones; None where there are none.

    That none are there is logged once, and judging goes on by the rules; that this ministry's own are refused too, and the shipped
    ones judge in their place. HeadsRefused where the shipped files were altered.
    """
    return _now(int(time.monotonic()))


@lru_cache(maxsize=1)
def _now(second: int) -> Heads | None:
    del second  # what is in force is looked up once a second: whoever judges sees a switch at once, and pays nothing a text
    path = in_force()
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        _missing(path)
        return None
    try:
        return _loaded(path, stamp)
    except HeadsRefused as refused:
        if path == SHIPPED:
            raise
        _put_aside(path, str(refused.details["why"]))  # an upgrade may have come between: the inbox goes on with what is shipped
        return _loaded(SHIPPED, SHIPPED.stat().st_mtime_ns)


def in_force() -> Path:
    """The .npz that counts now."""
    pointer = folder() / "in-force"
    try:
        name = pointer.read_text("utf-8").strip()
    except OSError:
        return SHIPPED
    return folder() / f"{name}.npz" if name else SHIPPED


def folder() -> Path:
    """Where this ministry's own heads are kept."""
    from core.settings import settings  # takes longer to load than `policy check` may take

    return settings().var_dir / "heads"


def switch(name: str) -> None:
    """Put the heads of that name in force ("" for the shipped ones) and remember what was. FileNotFoundError, HeadsRefused."""
    if name:
        load(folder() / f"{name}.npz")
    _point(name, [*_past(), _pointed()])


def back() -> str:
    """Return to the heads that were in force before; their name, "" for the shipped ones."""
    past = _past()
    name = past.pop() if past else ""
    _point(name, past)
    return name


def _pointed() -> str:
    path = in_force()
    return "" if path == SHIPPED else path.stem


def _past() -> list[str]:
    try:
        return list(json.loads((folder() / "past.json").read_text("utf-8")))
    except OSError:
        return []


def _point(name: str, past: list[str]) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / "past.json").write_text(json.dumps(past), "utf-8")
    fresh = folder() / "in-force.new"
    fresh.write_text(name, "utf-8")
    fresh.replace(folder() / "in-force")
    _now.cache_clear()


@lru_cache(maxsize=2)
def _loaded(path: Path, stamp: int) -> Heads:
    del stamp  # a file that was replaced is read again
    return load(path)


@cache
def _missing(path: Path) -> None:
    _log.warning("no heads there: judging goes on by the rules alone", extra={"file": str(path)})


@cache
def _put_aside(path: Path, why: str) -> None:
    _log.error("these heads are refused, and the shipped ones judge in their place", extra={"file": str(path), "detail": why})


__all__ = ("ANSWERS", "Heads", "HeadsRefused", "Leanings", "back", "current", "folder", "in_force", "load", "switch")
