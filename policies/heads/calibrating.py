"""From scores to chances: the curve through both, where to say yes, and how far chances are from what is true."""

import math
from collections.abc import Sequence

import numpy as np

from policies.heads.fitting import Real


def platt(scores: Real, truth: Real, weight: Real) -> tuple[float, float]:
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


def threshold(chances: Real, truth: Real, weight: Real) -> float:
    """The chance from which it is said so that macro F1 is highest."""

    def quality(least: float) -> float:
        said = chances >= least
        hit, miss = float(weight[said & (truth == 1)].sum()), float(weight[~said & (truth == 1)].sum())
        wrong, right = float(weight[said & (truth == 0)].sum()), float(weight[~said & (truth == 0)].sum())
        return 2 * hit / (2 * hit + miss + wrong) + 2 * right / (2 * right + miss + wrong)

    return max((round(step / 100, 2) for step in range(5, 96)), key=quality)


def calibration_error(chances: Sequence[float], truth: Sequence[bool]) -> float:
    """How far chances are from shares, in ten bins of equal width, weighted by how many fall in each."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, true in zip(chances, truth, strict=True):
        bins.setdefault(min(9, int(chance * 10)), []).append((chance, true))
    return sum(abs(sum(c - t for c, t in found)) for found in bins.values()) / max(1, len(chances))
