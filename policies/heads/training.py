"""Heads from examples: learned with a fixed order, measured on what was held out, written as an artefact with its card.

The same examples give the same bytes. Learned anew from everything, or further from heads that are there (`base`), where only this
ministry's own decisions are at hand.
"""

import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import MajlisError
from core.text import fold
from policies import language, topics
from policies.clauses import CHANCES
from policies.heads.calibrating import calibration_error, platt, threshold
from policies.heads.examples import LICENCES, MASS, Example
from policies.heads.features import BITS, Pieces, pieces
from policies.heads.fitting import Fitted, Real, fit, rarity, scored
from policies.heads.heads import ANSWERS, SCRIPTS, Heads, first_column, load

#: How far each head may follow its examples.
STRENGTH = {"offence": 2.0, "kind": 20.0, "topic": 20.0, "sentiment": 20.0}
#: What a head's scores count beside those of the words (policies/topics.py), chosen on a part of what was written to be learned
#: from (docs/decisions/0011). These heads learn only what the words leave open.
SHARE = {"kind": 1.0, "topic": 2.0, "sentiment": 1.0}
_STRENGTH = 3.0  # of the others
#: Sources a head learns from in a second round, on top of what all others taught it and together with them: too few to be heard
#: in the first (docs/judgement.md has what either way gives). Chances are calibrated on the first.
LATER = {"offence": ("groups",)}
#: The share of insults among texts for which chances are calibrated, and of whatever else is told by its chance.
PRIOR = {"offence": 0.2}
_PRIOR = 0.06
_FEWEST = 20
_NEVER = [0.0, -60.0]  # slope and shift of a head that has learned nothing


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
    if base is None and (bare := [head for head in STRENGTH if len(by_head[head]) < _FEWEST]):
        raise NothingToLearn(texts=min(len(by_head[head]) for head in bare), wanted=_FEWEST)
    rare = base.table[:, 0] if base else rarity(_pieces(sorted({one.text for one in learned})))
    arrays, scale, bias = {"rare": rare}, list[float](), list[float]()
    calibration = (
        base.card["calibration"] if base else {head: _calibrated(head, _first(head, by_head[head]), rare) for head in CHANCES}
    )
    for head, found in by_head.items():
        learnt = _learnt(head, found, rare, base)
        whole, steps = _shortened(learnt.weights)
        arrays[head] = whole
        scale += steps
        bias += learnt.bias.tolist()
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, scale=np.array(scale), bias=np.array(bias), **arrays)
    numbers = packed.getvalue()
    card = {
        "sha256": hashlib.sha256(numbers).hexdigest(),
        "bits": BITS,
        "seed": "none: nothing is drawn by lot; the parts are told by the SHA-256 of each text",
        "base": base.card["sha256"] if base else None,
        "later": {} if base else LATER,
        "strength": {head: STRENGTH.get(head, _STRENGTH) for head in ANSWERS},
        "share": base.card["share"] if base else SHARE,
        "calibration": calibration,
        "prior": {head: PRIOR.get(head, _PRIOR) for head in CHANCES},
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
    """What one head answers for each text, together with the words where those are asked too."""
    folded = [fold(text).text for text in texts]
    if head in CHANCES:
        return [head if chance >= heads.card["calibration"][head]["threshold"] else "" for chance in _chances(heads, head, texts)]
    scores = heads.scores(folded)[head]
    words = _by_words(head, texts, heads.card["share"][head])
    return [ANSWERS[head][best] for best in (scores if words is None else scores + words).argmax(1)]


def _chances(heads: Heads, head: str, texts: Sequence[str]) -> list[float]:
    column = CHANCES.index(head)
    return [row[column] for row in heads.lean([fold(text).text for text in texts]).chances]


def macro(truth: Sequence[str], given: Sequence[str]) -> float:
    """The mean F1 over the answers that occur in `truth`."""
    both, said = Counter(t for t, g in zip(truth, given, strict=True) if t == g), Counter(given)
    meant = Counter(truth)
    return sum(2 * both[answer] / (meant[answer] + said[answer]) for answer in meant) / max(1, len(meant))


def _figures(heads: Heads, head: str, chosen: list[Example]) -> dict[str, float]:
    truth = [one.answer for one in chosen]
    given = answers(heads, head, [one.text for one in chosen])
    found = {
        "texts": float(len(chosen)),
        "accuracy": sum(map(str.__eq__, truth, given)) / len(chosen),
        "macro_f1": macro(truth, given),
    }
    if head in CHANCES:
        chances = _chances(heads, head, [one.text for one in chosen])
        found["calibration_error"] = calibration_error(chances, [one.answer == head for one in chosen])
    return {name: round(value, 4) for name, value in found.items()}


def _learnt(head: str, found: list[Example], rare: NDArray[np.int8], base: Heads | None) -> Fitted:
    """Weights for the raw pieces of a head; with `base` its own where nothing is new."""
    share = (base.card["share"] if base else SHARE).get(head, 0.0)
    words = _by_words(head, [one.text for one in found], share)
    if base is None and len(found) < _FEWEST:
        return Fitted(np.zeros((len(rare), len(ANSWERS[head]))), np.zeros(len(ANSWERS[head])))
    if base is None:
        return _in_rounds(head, found, rare, words)
    columns = slice(first_column(head), first_column(head) + len(ANSWERS[head]))
    known = Fitted(base.table[:, 1:][:, columns] * base.scale[columns], base.bias[columns])
    if len(found) < _FEWEST:
        return known
    start = base.scores([fold(one.text).text for one in found])[head] + (0 if words is None else words)
    moved = _fitted(head, found, rare, start)
    return Fitted(known.weights + moved.weights, known.bias + moved.bias)


def _first(head: str, found: list[Example]) -> list[Example]:
    """What a head learns from in its first round."""
    return [one for one in found if one.source not in LATER.get(head, ())]


def _in_rounds(head: str, found: list[Example], rare: NDArray[np.int8], words: Real | None) -> Fitted:
    first = _first(head, found)
    if len(first) == len(found):
        return _fitted(head, found, rare, words)
    fitted = _fitted(head, first, rare)
    moved = _fitted(head, found, rare, scored(_pieces([one.text for one in found]), rare, fitted))
    return Fitted(fitted.weights + moved.weights, fitted.bias + moved.bias)


def _by_words(head: str, texts: Sequence[str], share: float) -> Real | None:
    """[texts, answers]: what the words of each text score, in the measure of a head of this share; None: words don't count."""
    if not (share and texts):
        return None
    folded = [fold(text) for text in texts]
    readings = topics.read_many(folded, [language.detect(text) for text in texts], explain=False)
    return np.array([list(one.scored(head).values()) for one in readings]) / share


def _fitted(head: str, found: list[Example], rare: NDArray[np.int8], start: Real | None = None) -> Fitted:
    strength = STRENGTH.get(head, _STRENGTH)
    return fit(_pieces([one.text for one in found]), rare, _truth(head, found), _weight(found), strength, start)


def _pieces(texts: Sequence[str]) -> Pieces:
    return pieces([fold(text).text for text in texts])


def _truth(head: str, found: list[Example]) -> Real:
    return np.array([[float(one.answer == answer) for answer in ANSWERS[head]] for one in found])


def _weight(found: list[Example], prior: float | None = None) -> Real:
    """What each example counts: all of a source together its mass, shared evenly among its answers (or by `prior` of the one
    that is asked for)."""
    sure: defaultdict[tuple[str, str], float] = defaultdict(float)
    size = Counter(one.source for one in found)
    for one in found:
        sure[one.source, one.answer] += one.sure
    kinds = Counter(source for source, _ in sure)

    def share(one: Example) -> float:
        if prior is None or kinds[one.source] != 2:
            return 1 / kinds[one.source]
        return prior if one.answer else 1 - prior

    return np.array(
        [one.sure / sure[one.source, one.answer] * share(one) * MASS.get((one.head, one.source), size[one.source]) for one in found]
    )


def _calibrated(head: str, found: list[Example], rare: NDArray[np.int8]) -> dict[str, Any]:
    """For each script slope and shift that make chances of the scores of unlearned texts; and from which chance on it is said."""
    if len(found) < _FEWEST:
        return {**dict.fromkeys(SCRIPTS, _NEVER), "threshold": 1.0}
    scores, parts = np.zeros(len(found)), np.array([one.part for one in found])
    for part in sorted(set(parts.tolist())):
        rest = [one for one in found if one.part != part]
        fitted = _fitted(head, rest, rare)
        these = np.flatnonzero(parts == part)
        scores[these] = scored(_pieces([found[at].text for at in these]), rare, fitted)[:, 0]
    cut = _pieces([one.text for one in found])
    arabic = np.array(
        [
            2 * int((cut.buckets[start : start + count] >> (BITS - 1)).sum()) > int(count)
            for start, count in zip(cut.starts, cut.counts, strict=True)
        ]
    )
    truth = np.array([float(one.answer == head) for one in found])
    chances = np.zeros(len(found))
    calibration: dict[str, Any] = {}
    weight = _weight(found, PRIOR.get(head, _PRIOR))
    for number, script in enumerate(SCRIPTS):
        these = np.flatnonzero(arabic == bool(number))
        slope, shift = platt(scores[these], truth[these], weight[these])
        calibration[script] = [round(slope, 6), round(shift, 6)]
        chances[these] = 1 / (1 + np.exp(-(slope * scores[these] + shift)))
    calibration["threshold"] = threshold(chances, truth, weight)
    return calibration


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
