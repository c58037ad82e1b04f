"""Figures that grow with time, the same for the same entry at the same age."""

from __future__ import annotations

import math

from sandbox.entries import Entry
from sandbox.ids import stable_number
from sandbox.world import World

HALF_DAY = 43_200.0


def grown(world: World, entry: Entry, name: str, least: int, most: int) -> int:
    """A count that starts at 0, reaches most of its size in a day, and never falls."""
    size = least + stable_number(f"{entry.id}:{name}") % (most - least + 1)
    age = max(0.0, world.clock.now() - entry.created)
    return int(size * (1 - math.exp(-age / HALF_DAY)))


def views(world: World, entry: Entry) -> int:
    return (
        grown(world, entry, "views", 900, 24_000) if entry.own and entry.kind == "post" else grown(world, entry, "views", 10, 400)
    )


def likes(world: World, entry: Entry) -> int:
    extra = grown(world, entry, "likes", 12, 480) if entry.own and entry.kind == "post" else 0
    return extra + len(entry.likes)


def reach(world: World, entry: Entry) -> int:
    return int(views(world, entry) * 0.78)


def shares(world: World, entry: Entry) -> int:
    return grown(world, entry, "shares", 2, 60) if entry.own and entry.kind == "post" else 0


def saved(world: World, entry: Entry) -> int:
    return grown(world, entry, "saved", 1, 90) if entry.own and entry.kind == "post" else 0


def clicks(world: World, entry: Entry) -> int:
    return grown(world, entry, "clicks", 5, 300) if entry.own and entry.kind == "post" else 0


def answers(world: World, entry: Entry) -> int:
    """How many visible comments or replies hang beneath it: all of them for a post, the direct ones for a comment."""
    shelf = world.shelf(entry.platform, "stream" if entry.kind == "post" else "replies", entry.id)
    return sum(1 for child in shelf if not child.deleted)
