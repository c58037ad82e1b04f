"""Logistic regression over pieces of words in numpy alone: the same texts in the same order give the same weights, bit for bit."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policies.heads.features import BITS, Pieces

Real = NDArray[np.float64]
_MEMORY, _STEPS, _CLOSE = 8, 150, 1e-4


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights [buckets, labels] for scaled pieces, and what is added for each label."""

    weights: Real
    bias: Real


def rarity(found: Pieces) -> NDArray[np.int8]:
    """How much a piece counts, squared, 0…127: the rarer among the texts of its script the more; 0 for what was never seen."""
    owner = np.repeat(np.arange(len(found.counts), dtype=np.int64), found.counts)
    once = np.unique(owner << BITS | found.buckets)
    seen = np.bincount(once & ((1 << BITS) - 1), minlength=1 << BITS).reshape(2, -1)
    texts = [len(np.unique(once[(once >> (BITS - 1) & 1) == script] >> BITS)) for script in (0, 1)]
    rare = (np.log((1 + np.array(texts)[:, None]) / (1 + seen)) + 1) ** 3
    scaled = np.rint(rare / rare.max(1, keepdims=True) * 127).astype(np.int8)
    return np.where(seen > 0, np.maximum(scaled, 1), 0).astype(np.int8).ravel()


class Texts:
    """Texts made ready to be learned from: their pieces, and how heavy each weighs in its text."""

    def __init__(self, found: Pieces, rare: NDArray[np.int8]) -> None:
        self.known, self.buckets = np.unique(found.buckets, return_inverse=True)
        self.scale = np.sqrt(rare[self.known].astype(np.float64))
        self.starts, self.counts = np.minimum(found.starts, len(found.buckets)), found.counts
        squared = _sums(rare.astype(np.float64)[found.buckets], found.starts, found.counts)
        self.size = 1 / np.sqrt(np.maximum(squared, 1))

    def scores(self, weights: Real) -> Real:
        """[texts, labels] for weights [known pieces, labels]."""
        scaled = weights * self.scale[:, None]
        columns = [_sums(column[self.buckets], self.starts, self.counts) * self.size for column in scaled.T]
        return np.stack(columns, axis=1)

    def back(self, errors: Real) -> Real:
        """[known pieces, labels]: what each piece has to do with errors [texts, labels]."""
        each = [np.repeat(column * self.size, self.counts) for column in errors.T]
        columns = [np.bincount(self.buckets, weights=one, minlength=len(self.known)) * self.scale for one in each]
        return np.stack(columns, axis=1)


def fit(found: Pieces, rare: NDArray[np.int8], truth: Real, weight: Real, strength: float, start: Real | None = None) -> Fitted:
    """Learn `truth` [texts, labels] (rows sum to 1; a single label: 0…1) of texts that count by `weight`.

    The smaller `strength`, the smaller the weights. `start` holds scores that are there already: only what they lack is learned.
    """
    texts = Texts(found, rare)
    labels = truth.shape[1]
    shape = (len(texts.known), labels)
    known = np.zeros_like(truth) if start is None else start

    def cost(flat: Real) -> tuple[float, Real]:
        weights, bias = flat[labels:].reshape(shape), flat[:labels]
        chances, loss = _chances(texts.scores(weights) + bias + known, truth)
        errors = (chances - truth) * weight[:, None]
        slope = np.concatenate([errors.sum(0) * strength, (texts.back(errors) * strength + weights).ravel()])
        return float((loss * weight).sum()) * strength + 0.5 * float((weights * weights).sum()), slope

    flat = least(cost, np.zeros(labels + shape[0] * labels))
    whole = np.zeros((1 << BITS, labels))
    whole[texts.known] = flat[labels:].reshape(shape) * texts.scale[:, None]
    return Fitted(whole, flat[:labels])


def scored(found: Pieces, rare: NDArray[np.int8], fitted: Fitted) -> Real:
    """[texts, labels]: the scores of texts by what was fitted."""
    size = 1 / np.sqrt(np.maximum(1, _sums(rare.astype(np.float64)[found.buckets], found.starts, found.counts)))
    columns = [_sums(column[found.buckets], found.starts, found.counts) * size for column in fitted.weights.T]
    return np.stack(columns, axis=1) + fitted.bias


def _chances(scores: Real, truth: Real) -> tuple[Real, Real]:
    """What the scores give each label, and how far each text is from its truth."""
    if scores.shape[1] == 1:
        loss = np.logaddexp(0, scores) - truth * scores
        return 1 / (1 + np.exp(-np.clip(scores, -500, 500))), loss[:, 0]
    shifted = scores - scores.max(1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    return np.exp(logs), -(truth * logs).sum(1)


def least(cost: Callable[[Real], tuple[float, Real]], start: Real) -> Real:
    """Where `cost` (value, slope) is least, by limited-memory BFGS with a backtracking search."""
    at = start
    value, slope = cost(at)
    past: deque[tuple[Real, Real, float]] = deque(maxlen=_MEMORY)
    first = float(np.abs(slope).max()) or 1.0
    for _ in range(_STEPS):
        if float(np.abs(slope).max()) <= _CLOSE * first:
            break
        way = _way(slope, past)
        descent = _dot(way, slope)
        step = 1.0 if past else min(1.0, 1.0 / float(np.abs(slope).sum()) * 10)
        for _ in range(30):
            there = at + step * way
            lower, steeper = cost(there)
            if lower <= value + 1e-4 * step * descent:
                break
            step /= 2
        else:
            break
        moved, turned = there - at, steeper - slope
        if (bent := _dot(moved, turned)) > 1e-12:
            past.append((moved, turned, bent))
        at, value, slope = there, lower, steeper
    return at


def _way(slope: Real, past: deque[tuple[Real, Real, float]]) -> Real:
    way = -slope
    shares = []
    for moved, turned, bent in reversed(past):
        share = _dot(moved, way) / bent
        shares.append(share)
        way = way - share * turned
    if past:
        _, turned, bent = past[-1]
        way = way * (bent / _dot(turned, turned))
    for (moved, turned, bent), share in zip(past, reversed(shares), strict=True):
        way = way + (share - _dot(turned, way) / bent) * moved
    return way


def _dot(left: Real, right: Real) -> float:
    # not BLAS: its sums may depend on how many cores there are
    return float((left * right).sum())


def _sums(values: Real, starts: NDArray[np.int64], counts: NDArray[np.int64]) -> Real:
    """The sum of each text's values; 0 for a text without any."""
    return np.where(counts > 0, np.add.reduceat(np.append(values, 0.0), starts), 0.0)
