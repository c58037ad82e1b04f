"""What many people ask for again within moments is worked out once: values kept for some seconds, for all of this process."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from core.db import Database
from desk import store

T = TypeVar("T")

_KEPT: dict[str, tuple[Database, float, Any]] = {}


def kept(key: str, seconds: float, make: Callable[[], T]) -> T:
    """What `make` gave for `key` within so many seconds, else what it gives now. Of two who ask at once both may make it."""
    known = _KEPT.get(key)
    if known is not None and known[0] is store.database() and time.monotonic() - known[1] < seconds:
        value: T = known[2]
        return value
    fresh = make()
    _KEPT[key] = (store.database(), time.monotonic(), fresh)
    return fresh
