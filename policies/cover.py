"""Which places of a text lie inside others, asked many times: a bisection each, however long the text."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from policies.verdict import Span


class Cover:
    """Spans of one text; `(start, end) in cover` is true where one of them holds all of [start, end)."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def __contains__(self, place: Span) -> bool:
        before = bisect_right(self._starts, place[0])
        return before > 0 and self._reach[before - 1] >= place[1]
