"""Cursors: opaque JSON text outside, a small dict inside."""

import json
from typing import Any

from core.errors import CursorExpired


def read(text: str | None, account: str) -> dict[str, Any]:
    """What a cursor holds; {} for None. CursorExpired for one that is not ours."""
    if not text:
        return {}
    try:
        state = json.loads(text)
    except ValueError:
        state = None
    if not isinstance(state, dict):
        raise CursorExpired(account=account, detail="unreadable")
    return state


def write(state: dict[str, Any]) -> str:
    """The cursor of `state`, without its empty fields."""
    return json.dumps({k: v for k, v in state.items() if v not in (None, "", [], {})}, separators=(",", ":"))
