"""What commands write: data on stdout, words for people on stderr."""

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

from core.clock import rfc3339


def plain(value: Any) -> Any:
    """Values JSON does not know: times as RFC 3339 in UTC, dataclasses as objects, sets as sorted lists."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


#: ends of a line to some readers, though not to JSON
ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def line(value: Any) -> None:
    """One JSON value on stdout, one line for every reader: a citizen's own line separators are escaped."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=plain).translate(ENDS) + "\n")


def lines(values: Iterable[Mapping[str, Any]]) -> None:
    """JSON lines on stdout; memory stays constant."""
    for value in values:
        line(value)


def say(text: str = "") -> None:
    """Words for the person at the terminal (stderr, so that stdout carries data only)."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def report(value: Mapping[str, Any], *, as_json: bool) -> None:
    """A result: JSON, or `name: value` lines for people."""
    if as_json:
        line(value)
        return
    for name, shown in value.items():
        text = json.dumps(shown, ensure_ascii=False, default=plain) if isinstance(shown, (dict, list, tuple)) else str(shown)
        sys.stdout.write(f"{name}: {text}\n")
