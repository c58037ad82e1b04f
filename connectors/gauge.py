"""What a platform's answer tells of its rate windows: which are used up, and until when (PLATFORMS 1.1, 1.2, 3).

X counts each kind of call by itself and says what is left; Meta counts an account's calls together, over a rolling hour, and says
how much of its allowance is used. A window is left alone before it is empty, so that no call is made only to be refused.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.transport import Answer
from core.clock import now

#: (kind of call, its answer) -> windows that are used up now (connectors.contract.Bill.shut)
Gauge = Callable[[str, Answer], Mapping[str, datetime]]

#: the window of every call where a platform counts them together, that of listening alone, and that of what belongs to sending
EVERY, READ, SPEAK = "", "read", "speak"
#: the window of posts alone, where their number has a limit of its own (a RateLimited that names it as `window` is of it alone)
POSTS = "post"
X_WINDOWS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
#: one part in so many of a window of X is left for whoever calls in the same instant
SPARE = 100
META_HEADERS = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
META_SHARES = frozenset({"call_count", "total_cputime", "total_time", "acc_id_util_pct"})
#: per cent of Meta's allowance from which reading rests (what people wrote may still leave), and from which everything does
READING_RESTS, FULL = 90, 100
REST, HOUR = timedelta(minutes=15), timedelta(hours=1)
LONGEST = timedelta(hours=25)


def x(kind: str, answer: Answer) -> dict[str, datetime]:
    """The window of this kind of call, while nothing (or no more than the spare part) is left of it."""
    ends = [end for name in X_WINDOWS if (end := _x_end(answer.headers, name)) is not None]
    return {kind: max(ends)} if ends else {}


def _x_end(headers: Mapping[str, str], name: str) -> datetime | None:
    left, limit, reset = (number(headers.get(f"{name}-{part}")) for part in ("remaining", "limit", "reset"))
    if left is None or reset is None or left > max(limit or 0, 0) // SPARE:
        return None
    return _ahead(reset)


def left(answer: Answer) -> int | None:
    """How many more calls of the answered kind X takes in this window, less the spare part; None where it is not told."""
    known, limit = (number(answer.headers.get(f"{X_WINDOWS[0]}-{part}")) for part in ("remaining", "limit"))
    return None if known is None else max(known - max(limit or 0, 0) // SPARE, 0)


def _ahead(reset: int) -> datetime | None:
    """An end in seconds since 1970, when it lies ahead and not absurdly far."""
    moment = now()
    at = datetime.fromtimestamp(reset, UTC) if 0 < reset < 2**34 else moment
    return at if moment < at <= moment + LONGEST else None


def meta(kind: str, answer: Answer) -> dict[str, datetime]:
    """Every call, while Meta names a time to wait or all is used; reading, while nearly all is."""
    rows = list(_usage(answer.headers))
    minutes = max((number(row.get("estimated_time_to_regain_access")) or 0 for row in rows), default=0)
    used = max((share for row in rows for name in META_SHARES if (share := number(row.get(name))) is not None), default=0)
    if minutes > 0:
        return {EVERY: now() + min(timedelta(minutes=min(minutes, 10**6)), LONGEST)}
    if used >= FULL:
        return {EVERY: now() + HOUR}
    return {READ: now() + REST} if used >= READING_RESTS else {}


def _usage(headers: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Each object of figures in the usage headers; what can't be read tells nothing."""
    for name in META_HEADERS:
        try:
            told = json.loads(headers.get(name) or "{}")
        except (ValueError, RecursionError):
            continue
        if not isinstance(told, dict):
            continue
        yield told
        yield from (row for rows in told.values() if isinstance(rows, list) for row in rows if isinstance(row, dict))


def silent(kind: str, answer: Answer) -> dict[str, datetime]:
    """A platform that tells nothing of its windows."""
    return {}


def number(value: Any) -> int | None:
    """A whole number as headers tell it; None for anything else."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
