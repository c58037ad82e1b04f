"""Heads from examples: learned with a fixed order, measured on what was held out, written as an artefact with its card.

The same examples give the same bytes. Learned anew from everything, or further from heads that are there (`base`), where only this
ministry's own decisions are at hand.
"""

import hashlib
import io
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import MajlisError
from core.text import fold
from policies.heads.examples import LICENCES, MASS, Example
from policies.heads.features import BITS, Pieces, pieces
from policies.heads.fitting import Fitted, Real, fit, rarity, scored
from policies.heads.heads import ANSWERS, SCRIPTS, Heads, load

#: How far each head may follow its examples.
STRENGTH = {"offence": 2.0, "kind": 3.0, "topic": 3.0, "sentiment": 1.0}
#: What a head's scores count beside those of the words, chosen by cross-validation on the half for tuning (docs/decisions/0011).
SHARE = {"kind": 0.0, "topic": 0.35, "sentiment": 1.0}
#: The share of insults among texts for which chances are calibrated.
PRIOR = 0.2
_FEWEST = 20


class NothingToLearn(MajlisError):
    """Too few examples: `texts`, `wanted`."""

    code = "nothing_to_learn"


@dataclass(frozen=True, slots=True)
class Made:
    """An artefact: the bytes of its .npz and of its card."""

    numbers: bytes
    card: bytes

    def write(self, folder: Path, name: str) -> Heads:
        """Write both files and read them back."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.npz"
        path.write_bytes(self.numbers)
        path.with_suffix(".json").write_bytes(self.card)
        return load(path)


def train(examples: Iterable[Example], base: Heads | None = None) -> Made:
    """Learn every head from the examples that are not held out. NothingToLearn where there are fewer than twenty.

    With `base`, what it knows is kept and only moved; heads without examples stay as they are.
    """
    every = list(dict.fromkeys(examples))
    learned = [one for one in every if not one.held]
    if len(learned) < _FEWEST:
        raise NothingToLearn(texts=len(learned), wanted=_FEWEST)
    by_head = {head: [one for one in learned if one.head == head] for head in ANSWERS}
    if base is None and (bare := [head for head, found in by_head.items() if len(found) < _FEWEST]):
        raise NothingToLearn(texts=min(len(by_head[head]) for head in bare), wanted=_FEWEST)
    rare = base.table[:, 0] if base else rarity(_pieces(sorted({one.text for one in learned})))
    arrays, scale, bias = {"rare": rare}, list[float](), list[float]()
    calibration = base.card["calibration"] if base else {}
    for head, found in by_head.items():
        learnt = _learnt(head, found, rare, base)
        whole, steps = _shortened(learnt.weights)
        arrays[head] = whole
        scale += steps
        bias += learnt.bias.tolist()
        if head == "offence" and base is None:
            calibration = _calibrated(found, rare)
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, scale=np.array(scale), bias=np.array(bias), **arrays)
    numbers = packed.getvalue()
    card = {
        "sha256": hashlib.sha256(numbers).hexdigest(),
        "bits": BITS,
        "seed": "none: nothing is drawn by lot; the parts are told by the SHA-256 of each text",
        "base": base.card["sha256"] if base else None,
        "strength": STRENGTH,
        "share": base.card["share"] if base else SHARE,
        "calibration": calibration,
        "prior": PRIOR,
        "data": _data(every) + (base.card["data"] if base else []),
    }
    made = Heads("", card, _table(arrays), np.array(scale), np.array(bias))
    card["held"] = measured(made, every)
    return Made(numbers, json.dumps(card, ensure_ascii=False, indent=1).encode() + b"\n")


def measured(heads: Heads, examples: Iterable[Example]) -> dict[str, dict[str, dict[str, float]]]:
    """For each head and source what the heads do on the held examples: how many there are, accuracy, macro F1, and for offence how
    far chances are from what is true (expected calibration error)."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    held = [one for one in examples if one.held]
    for head, source in sorted({(one.head, one.source) for one in held}):
        chosen = [one for one in held if (one.head, one.source) == (head, source)]
        found.setdefault(head, {})[source] = _figures(heads, head, chosen)
    return found


def answers(heads: Heads, head: str, texts: Sequence[str]) -> list[str]:
    """What one head alone would answer for each text."""
    folded = [fold(text).text for text in texts]
    if head == "offence":
        return ["offence" if chance >= heads.card["calibration"]["threshold"] else "" for chance in heads.lean(folded).offence]
    return [ANSWERS[head][best] for best in heads.scores(folded)[head].argmax(1)]


def macro(truth: Sequence[str], given: Sequence[str]) -> float:
    """The mean F1 over the answers that occur in `truth`."""
    both, said = Counter(t for t, g in zip(truth, given, strict=True) if t == g), Counter(given)
    meant = Counter(truth)
    return sum(2 * both[answer] / (meant[answer] + said[answer]) for answer in meant) / max(1, len(meant))


def calibration_error(chances: Sequence[float], truth: Sequence[bool]) -> float:
    """How far chances are from shares, in ten bins of equal width, weighted by how many fall in each."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, true in zip(chances, truth, strict=True):
        bins.setdefault(min(9, int(chance * 10)), []).append((chance, true))
    return sum(abs(sum(c - t for c, t in found)) for found in bins.values()) / max(1, len(chances))


def _figures(heads: Heads, head: str, chosen: list[Example]) -> dict[str, float]:
    truth = [one.answer for one in chosen]
    given = answers(heads, head, [one.text for one in chosen])
    found = {
        "texts": float(len(chosen)),
        "accuracy": sum(map(str.__eq__, truth, given)) / len(chosen),
        "macro_f1": macro(truth, given),
    }
    if head == "offence":
        chances = heads.lean([fold(one.text).text for one in chosen]).offence
        found["calibration_error"] = calibration_error(chances, [one.answer == "offence" for one in chosen])
    return {name: round(value, 4) for name, value in found.items()}


def _learnt(head: str, found: list[Example], rare: NDArray[np.int8], base: Heads | None) -> Fitted:
    """Weights for the raw pieces of a head; with `base` its own where nothing is new."""
    if base is None:
        return _fitted(head, found, rare)
    place = 1 + sum(len(ANSWERS[before]) for before in list(ANSWERS)[: list(ANSWERS).index(head)])
    columns = slice(place, place + len(ANSWERS[head]))
    known = Fitted(base.table[:, columns] * base.scale[place - 1 : columns.stop - 1], base.bias[place - 1 : columns.stop - 1])
    if len(found) < _FEWEST:
        return known
    start = base.scores([fold(one.text).text for one in found])[head]
    moved = _fitted(head, found, rare, start)
    return Fitted(known.weights + moved.weights, known.bias + moved.bias)


def _fitted(head: str, found: list[Example], rare: NDArray[np.int8], start: Real | None = None) -> Fitted:
    return fit(_pieces([one.text for one in found]), rare, _truth(head, found), _weight(found), STRENGTH[head], start)


def _pieces(texts: Sequence[str]) -> Pieces:
    return pieces([fold(text).text for text in texts])


def _truth(head: str, found: list[Example]) -> Real:
    return np.array([[float(one.answer == answer) for answer in ANSWERS[head]] for one in found])


def _weight(found: list[Example], prior: float | None = None) -> Real:
    """What each example counts: all of a source together its mass, shared evenly among its answers (or by `prior` of offence)."""
    sure: defaultdict[tuple[str, str], float] = defaultdict(float)
    size = Counter(one.source for one in found)
    for one in found:
        sure[one.source, one.answer] += one.sure
    kinds = Counter(source for source, _ in sure)

    def share(one: Example) -> float:
        if prior is None or kinds[one.source] != 2:
            return 1 / kinds[one.source]
        return prior if one.answer == "offence" else 1 - prior

    return np.array(
        [one.sure / sure[one.source, one.answer] * share(one) * MASS.get((one.head, one.source), size[one.source]) for one in found]
    )


def _calibrated(found: list[Example], rare: NDArray[np.int8]) -> dict[str, Any]:
    """For each script slope and shift that turn scores of texts not learned from into chances, and where offence begins."""
    scores, parts = np.zeros(len(found)), np.array([one.part for one in found])
    for part in sorted(set(parts.tolist())):
        rest = [one for one in found if one.part != part]
        fitted = _fitted("offence", rest, rare)
        these = np.flatnonzero(parts == part)
        scores[these] = scored(_pieces([found[at].text for at in these]), rare, fitted)[:, 0]
    cut = _pieces([one.text for one in found])
    arabic = np.array(
        [
            2 * int((cut.buckets[start : start + count] >> (BITS - 1)).sum()) > int(count)
            for start, count in zip(cut.starts, cut.counts, strict=True)
        ]
    )
    truth = np.array([float(one.answer == "offence") for one in found])
    chances = np.zeros(len(found))
    calibration: dict[str, Any] = {}
    weight = _weight(found, PRIOR)
    for number, script in enumerate(SCRIPTS):
        these = np.flatnonzero(arabic == bool(number))
        slope, shift = _platt(scores[these], truth[these], weight[these])
        calibration[script] = [round(slope, 6), round(shift, 6)]
        chances[these] = 1 / (1 + np.exp(-(slope * scores[these] + shift)))
    calibration["threshold"] = _best(chances, truth, weight)
    return calibration


def _platt(scores: Real, truth: Real, weight: Real) -> tuple[float, float]:
    """Slope and shift of the logistic curve through scores and truth, by Newton's method."""
    if not len(scores):
        return 1.0, 0.0
    slope, shift = 1.0, 0.0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(slope * scores + shift, -60, 60)))
        error, bend = (chance - truth) * weight, np.maximum(chance * (1 - chance), 1e-6) * weight
        first, second = float((error * scores).sum()) + 1e-3 * (slope - 1), float(error.sum())
        a, b, c = float((bend * scores * scores).sum()) + 1e-3, float((bend * scores).sum()), float(bend.sum())
        determinant = a * c - b * b
        if not math.isfinite(determinant) or abs(determinant) < 1e-12:
            break
        down, across = (c * first - b * second) / determinant, (a * second - b * first) / determinant
        slope, shift = slope - down, shift - across
        if abs(down) + abs(across) < 1e-9:
            break
    return slope, shift


def _best(chances: Real, truth: Real, weight: Real) -> float:
    """The chance from which offence is said so that macro F1 is highest."""

    def quality(threshold: float) -> float:
        said = chances >= threshold
        hit, miss = float(weight[said & (truth == 1)].sum()), float(weight[~said & (truth == 1)].sum())
        wrong, right = float(weight[said & (truth == 0)].sum()), float(weight[~said & (truth == 0)].sum())
        return 2 * hit / (2 * hit + miss + wrong) + 2 * right / (2 * right + miss + wrong)

    return max((round(step / 100, 2) for step in range(5, 96)), key=quality)


def _shortened(weights: Real) -> tuple[NDArray[np.int8], list[float]]:
    """Weights as whole numbers -127…127 and the step of each answer; the few that are larger are cut off."""
    whole, steps = np.zeros(weights.shape, np.int8), list[float]()
    for number, column in enumerate(weights.T):
        some = np.sort(np.abs(column[column != 0]))
        step = float(some[int(len(some) * 0.9995)]) / 127 if len(some) else 1.0
        whole[:, number] = np.clip(np.rint(column / step), -127, 127)
        steps.append(step)
    return whole, steps


def _table(arrays: dict[str, NDArray[np.int8]]) -> NDArray[np.int8]:
    return np.ascontiguousarray(np.concatenate([arrays["rare"][:, None], *(arrays[head] for head in ANSWERS)], axis=1))


def _data(every: list[Example]) -> list[dict[str, Any]]:
    """What was learned from and what was held, by source."""
    lines = []
    for source in sorted({one.source for one in every}):
        mine = [one for one in every if one.source == source]
        origin, licence = LICENCES[source]
        counted = {
            head: {
                "learned": sum(not one.held for one in mine if one.head == head),
                "held": sum(one.held for one in mine if one.head == head),
            }
            for head in ANSWERS
            if any(one.head == head for one in mine)
        }
        lines.append({"source": source, "origin": origin, "licence": licence, "texts": counted})
    return lines
