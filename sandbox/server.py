"""Running the sandbox: in a thread for tests, in the foreground for the demo. Loopback only."""

from __future__ import annotations

import ipaddress
import socket
import threading
from dataclasses import dataclass
from types import TracebackType

import uvicorn

from sandbox import seed
from sandbox.app import Sandbox
from sandbox.citizens import Citizens
from sandbox.control import Control
from sandbox.webhooks import Webhooks
from sandbox.world import World

LOOPBACK = "127.0.0.1"


@dataclass
class Running:
    """A sandbox that answers at `url` until `stop`."""

    url: str
    world: World
    webhooks: Webhooks
    citizens: Citizens
    server: uvicorn.Server
    thread: threading.Thread

    def stop(self) -> None:
        self.citizens.stop()
        self.webhooks.close()
        self.server.should_exit = True
        self.thread.join(10)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()


def start(world: World | None = None, *, port: int = 0, host: str = LOOPBACK) -> Running:
    """A sandbox in a thread of this process; without a `world` a bare one (accounts and tokens, nothing said yet).

    Raises ValueError for an address that is not loopback, OSError for a port that is taken.
    """
    listener = listen(host, port)
    world = world or seed.bare()
    sandbox = assemble(world)
    server = uvicorn.Server(config(sandbox))
    thread = threading.Thread(target=server.run, args=([listener],), name="sandbox", daemon=True)
    thread.start()
    bound = listener.getsockname()[1]
    return Running(f"http://{host}:{bound}", world, sandbox.webhooks, sandbox.control.citizens, server, thread)


def run(
    port: int = 8099, *, host: str = LOOPBACK, world: World | None = None, citizens: bool = False, every_s: float = 4.0
) -> None:
    """A sandbox in the foreground until interrupted, seeded with a day of traffic unless a world is given."""
    listener = listen(host, port)
    sandbox = assemble(world or seed.demo())
    if citizens:
        sandbox.control.citizens.start(every_s)
    try:
        uvicorn.Server(config(sandbox)).run([listener])
    finally:
        sandbox.control.citizens.stop()
        sandbox.webhooks.close()


def assemble(world: World) -> Sandbox:
    """The application around a world: webhooks and citizens listen to it."""
    webhooks = Webhooks(world)
    citizens = Citizens(world)
    world.listeners[:] = [webhooks, citizens.hear]
    return Sandbox(world, webhooks, Control(world, webhooks, citizens))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address; ValueError for any other."""
    address = LOOPBACK if host == "localhost" else host
    try:
        loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(f"the sandbox listens on loopback only, not on {host}")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # naming TCP makes asyncio set TCP_NODELAY on what it accepts: without it every answer waits 40 ms for an ACK
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


def config(sandbox: Sandbox) -> uvicorn.Config:
    return uvicorn.Config(sandbox, log_level="critical", access_log=False, lifespan="off", ws="none", http="h11", loop="asyncio")
