"""Faults on order: what goes wrong, where, how often. The app carries them out (sandbox/app.py)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any, Literal

Family = Literal["x", "graph", "igp", "webhook"]

X_ONLY = ("429_old", "usage_capped", "credits_depleted", "over_capacity")
"""X's other ways to refuse: the older body, the month's cap, no credits left, and words that are no JSON."""
BEFORE = (
    "429",
    "429_no_headers",
    "5xx",
    "401",
    "drop_before",
    "html_502",
    "bad_json",
    "empty_200",
    "rate_window",
    "answer",
    *X_ONLY,
)
"""Nothing is stored. With `committed` html_502, bad_json, empty_200 and answer store first and spoil only the answer."""
AFTER = ("drop_after", "half_after", "slow_after", "commit_then_500")
"""The act is stored, the answer is lost, cut, late or a lie."""
LISTS = ("stale_read", "expired_cursor", "disorder", "repeat")
"""The list itself misbehaves."""
WEBHOOKS = ("duplicate_delivery", "out_of_order", "bad_signature")
KINDS = BEFORE + AFTER + LISTS + WEBHOOKS


@dataclass
class Fault:
    """Strikes requests of `family` (empty: any) whose method and path match, after letting `after_n` pass, `times` times.

    `seconds` is the delay of slow_after and the blindness of stale_read; `status` the answer of 5xx. The kind `answer` gives
    `status`, `body` (JSON; a text goes out as it is) and `headers` as ordered: any refusal a platform knows can be acted out.
    """

    kind: str
    family: str = ""
    method: str = ""
    path_regex: str = ""
    times: int = 1
    after_n: int = 0
    seconds: float = 3.0
    status: int = 503
    committed: bool = False
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def matches(self, family: str, method: str, path: str) -> bool:
        return (
            self.family in ("", family)
            and (self.kind not in X_ONLY or family == "x")
            and self.method.upper() in ("", method)
            and (not self.path_regex or re.search(self.path_regex, path) is not None)
        )


#: parts of a fault that are numbers: what kind, and from where to where
NUMBERS: dict[str, tuple[type, float, float]] = {
    "times": (int, 1, 1_000_000),
    "after_n": (int, 0, 1_000_000),
    "status": (int, 100, 599),
    "seconds": (float, 0, 3600),
}


def _check(order: dict[str, Any]) -> None:
    """ValueError for a part of the wrong kind: it would break every request it strikes."""
    for part, (kind, least, most) in NUMBERS.items():
        value = order.get(part, least)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole or (kind is float and isinstance(value, float))) or not least <= value <= most:
            raise ValueError(f"{part} is a {'whole ' if kind is int else ''}number from {least:g} to {most:g}, not {value!r}")
    for part in ("kind", "family", "method", "path_regex"):
        if not isinstance(order.get(part, ""), str):
            raise ValueError(f"{part} is a text, not {order[part]!r}")
    if not isinstance(order.get("committed", False), bool):
        raise ValueError(f"committed is true or false, not {order['committed']!r}")
    headers = order.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(text, str) for pair in headers.items() for text in pair):
        raise ValueError(f"headers are texts by name, not {headers!r}")


def fault(order: dict[str, Any]) -> Fault:
    """A fault from JSON; `slow_after:2.5` is short for seconds 2.5. ValueError says what is wrong with the order."""
    order = dict(order)
    kind, _, seconds = str(order.get("kind", "")).partition(":")
    if seconds:
        order["seconds"] = float(seconds)
    order["kind"] = kind
    unknown = set(order) - {f.name for f in fields(Fault)}
    if unknown:
        raise ValueError(f"no such part of a fault: {', '.join(sorted(unknown))}")
    if kind not in KINDS:
        raise ValueError(f"no such fault: {kind!r}; known: {', '.join(KINDS)}")
    _check(order)
    made = Fault(**order)
    if made.family not in ("", "x", "graph", "igp", "webhook"):
        raise ValueError(f"no such family: {made.family!r}")
    if kind in X_ONLY and made.family not in ("", "x"):
        raise ValueError(f"only X answers with {kind}")
    try:
        re.compile(made.path_regex)
    except re.error as problem:
        raise ValueError(f"path_regex: {problem}") from problem
    return made


class Faults:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def clear(self) -> None:
        self.waiting.clear()

    def add(self, kind: str, **order: Any) -> Fault:
        made = fault({"kind": kind, **order})
        self.waiting.append(made)
        return made

    def strike(self, family: str, method: str, path: str, kinds: tuple[str, ...] = KINDS) -> Fault | None:
        """The first fault due for this request, used up by one; every matching fault before it counts the request."""
        for candidate in self.waiting:
            if candidate.kind not in kinds or not candidate.matches(family, method, path):
                continue
            if candidate.after_n > 0:
                candidate.after_n -= 1
                continue
            candidate.times -= 1
            if candidate.times <= 0:
                self.waiting.remove(candidate)
            return candidate
        return None
