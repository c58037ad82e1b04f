"""Platforms on sockets for a measurement, in a process of their own: `python -m bench.punctual.simulator ACCOUNTS`.

One sandbox an account, each at a port of its own, all served by one loop. Prints their addresses as one line of JSON, and serves
until it is told to end.
"""

import json
import sys
from dataclasses import replace
from typing import Any

import uvicorn

from sandbox import seed, server
from sandbox.app import Receive, Sandbox, Scope, Send


class Ports:
    """Several sandboxes behind one ASGI callable, told apart by the port that was called."""

    def __init__(self, by_port: dict[int, Sandbox]) -> None:
        self._by_port = by_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._by_port[scope["server"][1]](scope, receive, send)


def sandbox(number: int) -> Sandbox:
    """A bare world whose accounts have ids of their own."""
    world = seed.bare()
    for platform in ("x", "instagram"):
        person = world.own(platform)
        world.enrol(replace(person, id=native_id(platform, number)))
    return server.assemble(world)


def native_id(platform: str, number: int) -> str:
    """The id of the account of that number."""
    return str(int({"x": seed.X_USER_ID, "instagram": seed.INSTAGRAM_USER_ID}[platform]) + number)


def main() -> None:
    listeners = [server.listen(server.LOOPBACK, 0) for _ in range(int(sys.argv[1]))]
    ports = [listener.getsockname()[1] for listener in listeners]
    app: Any = Ports({port: sandbox(number) for number, port in enumerate(ports)})
    print(json.dumps([f"http://{server.LOOPBACK}:{port}" for port in ports]), flush=True)
    uvicorn.Server(server.config(app)).run(listeners)


if __name__ == "__main__":
    main()
