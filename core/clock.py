"""The one clock. Everything stored is UTC; Asia/Dubai only at the doors (DESIGN §2.10)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DUBAI = ZoneInfo("Asia/Dubai")


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """This instant, aware, in UTC, to the microsecond."""
    return _source()


@contextmanager
def running(source: Callable[[], datetime]) -> Iterator[None]:
    """Let `source` be the clock of the whole process for the duration (tests, replays)."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


class Hands:
    """A clock moved by hand: `hands = Hands(start)`, `with running(hands): hands.forward(minutes=5)`."""

    def __init__(self, start: datetime) -> None:
        self.at = aware(start)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **step: float) -> datetime:
        """Move on by `timedelta(**step)` and return the new instant."""
        self.at += timedelta(**step)
        return self.at


def aware(moment: datetime) -> datetime:
    """`moment` in UTC; raises ValueError for one without a zone, because guessing the zone loses posts by hours."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment.isoformat()}")
    return moment.astimezone(UTC)


def rfc3339(moment: datetime) -> str:
    """`2026-11-24T20:37:34Z`; with microseconds only where there are any."""
    return aware(moment).isoformat().replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """RFC 3339 text (offset or Z obligatory) to an aware UTC datetime; ValueError otherwise."""
    return aware(datetime.fromisoformat(text.strip()))


def in_dubai(moment: datetime) -> datetime:
    """The same instant on a Dubai wall clock."""
    return aware(moment).astimezone(DUBAI)
