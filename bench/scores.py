"""How right answers are: shares and F1, as every bench of the judge counts them."""

from collections.abc import Hashable, Sequence


def accuracy(wanted: Sequence[Hashable], given: Sequence[Hashable]) -> float:
    """The share of answers that are the wanted ones."""
    return sum(w == g for w, g in zip(wanted, given, strict=True)) / len(wanted) if wanted else 0.0


def f1(wanted: Sequence[Hashable], given: Sequence[Hashable], answer: Hashable) -> float:
    """F1 of one answer; 0 where it was neither wanted nor given."""
    both = sum(w == g == answer for w, g in zip(wanted, given, strict=True))
    total = sum(w == answer for w in wanted) + sum(g == answer for g in given)
    return 2 * both / total if total else 0.0


def macro_f1(wanted: Sequence[Hashable], given: Sequence[Hashable]) -> float:
    """The mean F1 over the answers that are wanted at all."""
    answers = sorted(set(wanted), key=str)
    return sum(f1(wanted, given, answer) for answer in answers) / len(answers) if answers else 0.0
