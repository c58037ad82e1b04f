"""A day."""

from __future__ import annotations

from sandbox.world import World


def fill(world: World) -> None: ...
