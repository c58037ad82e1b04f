"""Walls."""

from __future__ import annotations

from sandbox.http import Reply, Request
from sandbox.world import World


def serve(world: World, request: Request, name: str) -> Reply:
    return Reply(200, "")
