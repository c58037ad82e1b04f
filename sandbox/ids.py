"""Native ids as each platform shapes them, counted up so that the same acts give the same ids."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

X_EPOCH_MS = 1288834974657
COUNTER_BITS = 22


def snowflake_time(post_id: str) -> float:
    """Seconds since the epoch at which X made this id."""
    return ((int(post_id) >> COUNTER_BITS) + X_EPOCH_MS) / 1000


def snowflake_at(seconds: float) -> int:
    """The smallest X id of that moment."""
    return max(0, int(seconds * 1000) - X_EPOCH_MS) << COUNTER_BITS


@dataclass
class Ids:
    """Counters, one a kind. `seed` shifts them, so two worlds can be told apart."""

    seed: int = 1
    counters: dict[str, int] = field(default_factory=dict)

    def next(self, kind: str) -> int:
        self.counters[kind] = self.counters.get(kind, 0) + 1
        return self.counters[kind]

    def snowflake(self, seconds: float) -> str:
        """An X id of that moment: milliseconds in the high bits, a counter below."""
        return str(snowflake_at(seconds) | (self.next("x") & ((1 << COUNTER_BITS) - 1)))

    def number(self, kind: str, base: int) -> str:
        return str(base + self.seed * 1_000_000 + self.next(kind))

    def opaque(self, kind: str, length: int = 24) -> str:
        """A token that looks random and is not: the same counter gives the same token."""
        return hashlib.sha256(f"{self.seed}:{kind}:{self.next(kind)}".encode()).hexdigest()[:length]


def stable_number(text: str) -> int:
    """A number in 0 … 2**64-1 that depends on the text alone (Python's own hash changes with each run)."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
