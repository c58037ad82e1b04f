"""Cursors: opaque JSON text outside, a small dict inside.

`from` in a cursor is the moment before which nothing was wanted when the stream was first read; it stays for good.
"""

import json
from datetime import datetime
from typing import Any

from core.clock import parse, rfc3339
from core.errors import CursorExpired

State = dict[str, Any]


def read(text: str | None, account: str) -> State:
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


def begin(text: str | None, account: str, not_before: datetime | None) -> tuple[State, datetime | None]:
    """The state of a cursor and the moment before which nothing is wanted."""
    state = read(text, account)
    if text is None and not_before:
        state["from"] = rfc3339(not_before)
    return state, parse(state["from"]) if state.get("from") else None


def write(state: State) -> str:
    """The cursor of `state`, without its empty fields."""
    return json.dumps({k: v for k, v in state.items() if v not in (None, "", [], {})}, separators=(",", ":"))


def rewound(text: str, account: str, *positions: str) -> str | None:
    """The cursor without its paging `positions`; None (from the beginning) for one that has none or is not ours."""
    try:
        state = read(text, account)
    except CursorExpired:
        return None
    kept = {k: v for k, v in state.items() if k not in positions}
    return write(kept) if kept != state else None
