"""Which heads are in force: the shipped ones, or those this ministry has learned from its own decisions; and the way back."""

import json
import logging
import time
from functools import cache, lru_cache
from pathlib import Path

from policies.heads.heads import SHIPPED, Heads, HeadsRefused, load

_log = logging.getLogger(__name__)


def current() -> Heads | None:
    """The heads in force: those that `manage.py train --switch` put there, else the shipped ones; None where there are none.

    That none are there is logged once, and judging goes on by the rules; that this ministry's own are refused too, and the shipped
    ones judge in their place. HeadsRefused where the shipped files were altered.
    """
    return _now(int(time.monotonic()))


@lru_cache(maxsize=1)
def _now(second: int) -> Heads | None:
    del second  # what is in force is looked up once a second: whoever judges sees a switch at once, and pays nothing a text
    path = in_force()
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        _missing(path)
        return None
    try:
        return _loaded(path, stamp)
    except HeadsRefused as refused:
        if path == SHIPPED:
            raise
        _put_aside(path, str(refused.details["why"]))  # an upgrade may have come between: the inbox goes on with what is shipped
        return _loaded(SHIPPED, SHIPPED.stat().st_mtime_ns) if SHIPPED.exists() else None


def in_force() -> Path:
    """The .npz that counts now."""
    pointer = folder() / "in-force"
    try:
        name = pointer.read_text("utf-8").strip()
    except OSError:
        return SHIPPED
    return folder() / f"{name}.npz" if name else SHIPPED


def folder() -> Path:
    """Where this ministry's own heads are kept."""
    from core.settings import settings  # takes longer to load than `policy check` may take

    return settings().var_dir / "heads"


def switch(name: str) -> None:
    """Put the heads of that name in force ("" for the shipped ones) and remember what was. FileNotFoundError, HeadsRefused."""
    if name:
        load(folder() / f"{name}.npz")
    _point(name, [*_past(), _pointed()])


def back() -> str:
    """Return to the heads that were in force before; their name, "" for the shipped ones."""
    past = _past()
    name = past.pop() if past else ""
    _point(name, past)
    return name


def _pointed() -> str:
    path = in_force()
    return "" if path == SHIPPED else path.stem


def _past() -> list[str]:
    try:
        return list(json.loads((folder() / "past.json").read_text("utf-8")))
    except OSError:
        return []


def _point(name: str, past: list[str]) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / "past.json").write_text(json.dumps(past), "utf-8")
    fresh = folder() / "in-force.new"
    fresh.write_text(name, "utf-8")
    fresh.replace(folder() / "in-force")
    _now.cache_clear()


@lru_cache(maxsize=2)
def _loaded(path: Path, stamp: int) -> Heads:
    del stamp  # a file that was replaced is read again
    return load(path)


@cache
def _missing(path: Path) -> None:
    _log.warning("no heads there: judging goes on by the rules alone", extra={"file": str(path)})


@cache
def _put_aside(path: Path, why: str) -> None:
    _log.error("these heads are refused, and the shipped ones judge in their place", extra={"file": str(path), "detail": why})
