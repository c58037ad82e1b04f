"""Pages and their cursors, the same for all platforms: a place in time, not an offset, so nothing slips between pages."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.entries import Entry
from sandbox.http import Request
from sandbox.ids import stable_number
from sandbox.shelf import Key
from sandbox.world import World

Walk = Callable[[Key | None], Iterator[tuple[Key, Entry]]]


class CursorRefused(Exception):
    """The cursor is not ours or has expired; each platform says so in its own words."""


@dataclass(frozen=True)
class Page:
    """`next` is None on the last page; `here` is a cursor for this page's own first item."""

    items: list[Entry]
    next: str | None
    here: str | None


@dataclass(frozen=True)
class Cursor:
    key: Key
    issued: float
    again: tuple[Key, ...] = ()
    passed: int = 0


def write(cursor: Cursor) -> str:
    text = json.dumps([cursor.key, round(cursor.issued, 3), cursor.again, cursor.passed], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(token: str) -> Cursor:
    try:
        key, issued, again, passed = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return Cursor((int(key[0]), int(key[1])), float(issued), tuple((int(a), int(b)) for a, b in again), int(passed))
    except (ValueError, TypeError, IndexError) as problem:
        raise CursorRefused(token) from problem


def visible(world: World, request: Request) -> Callable[[Entry], bool]:
    """Whether lists show an entry now: not deleted, and older than the platform's read-back lag."""
    horizon = world.clock.now() - request.lag_s
    return lambda entry: not entry.deleted and entry.visible_at <= horizon


def cut(
    world: World,
    request: Request,
    walk: Walk,
    shown: Callable[[Entry], bool],
    size: int,
    token: str | None,
    cap: int | None = None,
) -> Page:
    """A page of at most `size` entries from `walk(place)`; `cap` ends the list after that many items in all.

    Acts out disorder (shuffled inside the page) and repetition (items of the last page delivered again).
    CursorRefused where the token is foreign, expired, or a fault says so.
    """
    cursor = read(token) if token else None
    now = world.clock.now()
    if cursor and ("expired_cursor" in request.twists or now - cursor.issued > world.config.cursor_ttl_s):
        raise CursorRefused(token)
    if world.config.page_size:
        size = min(size, world.config.page_size)
    again = _again(walk, cursor, shown) if cursor else []
    passed = cursor.passed if cursor else 0
    fresh: list[tuple[Key, Entry]] = []
    more = False
    room = max(1, size - len(again))
    for key, entry in walk(cursor.key if cursor else None):
        if not shown(entry):
            continue
        if cap is not None and passed + len(fresh) >= cap:
            break
        if len(fresh) == room:
            more = True
            break
        fresh.append((key, entry))
    following = None
    if more:
        repeats = tuple(key for key, entry in fresh if _repeats(world, request, entry))[: max(0, size // 2)]
        following = write(Cursor(fresh[-1][0], now, repeats, passed + len(fresh)))
    items = again + [entry for _, entry in fresh]
    if world.config.disorder or "disorder" in request.twists:
        random.Random(stable_number(token or "first")).shuffle(items)
    here = write(Cursor(fresh[0][0], now)) if fresh else None
    return Page(items, following, here)


def _again(walk: Walk, cursor: Cursor, shown: Callable[[Entry], bool]) -> list[Entry]:
    wanted = set(cursor.again)
    if not wanted:
        return []
    found = []
    for key, entry in walk(None):
        if key in wanted:
            wanted.discard(key)
            if shown(entry):
                found.append(entry)
        if not wanted or key == cursor.key:
            break
    return found


def _repeats(world: World, request: Request, entry: Entry) -> bool:
    if "repeat" in request.twists:
        return stable_number(entry.id) % 3 == 0
    return stable_number(entry.id) % 1000 < world.config.repeat_rate * 1000
