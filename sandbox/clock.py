"""The sandbox's own time, so that tests decide what time it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass
class Clock:
    """Seconds since the epoch, UTC: the host's time plus `offset`, or exactly `frozen_at` while frozen."""

    offset: float = 0.0
    frozen_at: float | None = None
    source: Callable[[], float] = time.time

    def now(self) -> float:
        if self.frozen_at is not None:
            return self.frozen_at
        return self.source() + self.offset

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`; a frozen clock stays frozen at its new time."""
        if self.frozen_at is not None:
            self.frozen_at += seconds
        else:
            self.offset += seconds

    def set(self, at: float) -> None:
        if self.frozen_at is not None:
            self.frozen_at = at
        else:
            self.offset = at - self.source()

    def freeze(self, at: float | None = None) -> None:
        self.frozen_at = self.now() if at is None else at

    def release(self) -> None:
        """Run again from where the frozen clock stood."""
        if self.frozen_at is not None:
            at, self.frozen_at = self.frozen_at, None
            self.set(at)


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def rfc3339(seconds: float) -> str:
    """2026-11-20T10:00:00Z, whole seconds."""
    return moment(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def x_time(seconds: float) -> str:
    """2026-11-20T10:00:00.000Z, as X writes it: milliseconds that are always zero."""
    return moment(seconds).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def graph_time(seconds: float) -> str:
    """2026-11-20T10:00:00+0000, as the Graph API writes it."""
    return moment(seconds).strftime("%Y-%m-%dT%H:%M:%S+0000")


def parse(text: str) -> float:
    """Seconds since the epoch of an RFC 3339 text or a unix number; ValueError for anything else."""
    try:
        return float(text)
    except ValueError:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
