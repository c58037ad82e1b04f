"""An item's filterable columns packed into one 64-bit number, so that any combination of filters is decided inside an index.

A filter is then `(facets & mask) = bits`. Open vocabularies (accounts, languages, clauses) are folded into a few bits: two values
may share a code, so a reader confirms the rows he fetched (inbox.search); nothing is ever missed.
"""

from collections.abc import Callable, Mapping
from typing import Any
from zlib import crc32

from connectors.contract import Surface
from policies.verdict import ACTIONS, KINDS, SENTIMENTS, TOPICS

PLATFORMS = ("facebook", "x", "instagram", "portal", "email", "livechat")
STATES = ("open", "answered", "closed", "none", "snoozed")
#: states of what is neither answered nor closed: the fact `waits`
WAITING = ("open", "snoozed")


def _place(values: tuple[str, ...], width: int) -> Callable[[Any], int]:
    codes = {value: at for at, value in enumerate(values, 1)}
    rest = (1 << width) - 1
    return lambda value: codes.get(value, rest)


def _spread(width: int) -> Callable[[Any], int]:
    return lambda value: crc32(str(value).encode()) % (1 << width) if value else 0


#: column -> (bits, code of a value). The order is the layout: append only.
_LAYOUT: Mapping[str, tuple[int, Callable[[Any], int]]] = {
    "platform": (5, _place(PLATFORMS, 5)),
    "account_id": (8, lambda value: int(value) % 256),
    "surface": (4, _place(tuple(Surface), 4)),
    "kind": (4, _place(KINDS, 4)),
    "topic": (6, _place(TOPICS, 6)),
    "language": (8, _spread(8)),
    "clause": (8, _spread(8)),
    "action": (2, _place(ACTIONS, 2)),
    "sentiment": (3, _place(SENTIMENTS, 3)),
    "state": (3, _place(STATES, 3)),
    "private": (1, int),
    "hidden": (1, int),
    "own": (1, int),
    "deleted": (1, int),
    "assigned": (1, int),
    "flagged": (1, int),
    "cased": (1, int),
    "waits": (1, int),
}
_SHIFT: dict[str, int] = {}
for _name, (_bits, _) in _LAYOUT.items():
    _SHIFT[_name] = sum(bits for bits, _ in list(_LAYOUT.values())[: len(_SHIFT)])
COLUMNS = tuple(_LAYOUT)
_PARTS = tuple((name, _SHIFT[name], code) for name, (_, code) in _LAYOUT.items())


def derived(row: Mapping[str, Any]) -> dict[str, bool]:
    """The yes/no facts that follow from the columns of an item."""
    return {
        "assigned": row["assignee_id"] is not None,
        "flagged": row["action"] != "allow",
        "cased": row["case_id"] is not None,
        "waits": row["state"] in WAITING,
    }


def pack(row: Mapping[str, Any]) -> int:
    """The number for an item's columns (`assignee_id` and `case_id` included). Never negative."""
    values = {**row, **derived(row)}
    packed = 0
    for name, shift, code in _PARTS:
        packed |= code(values[name]) << shift
    return packed


def mask(wanted: Mapping[str, Any]) -> tuple[int, int]:
    """(mask, bits) of the filter `wanted`: column of COLUMNS -> value."""
    covering = bits = 0
    for name, value in wanted.items():
        width, code = _LAYOUT[name]
        covering |= ((1 << width) - 1) << _SHIFT[name]
        bits |= code(value) << _SHIFT[name]
    return covering, bits
