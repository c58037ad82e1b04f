"""A storm."""

from __future__ import annotations

from typing import Any

from sandbox.world import World


def brew(world: World, order: dict[str, Any]) -> dict[str, Any]:
    return {}
