"""Ports to listen on and doors to knock at."""

import socket
import time
import urllib.error
import urllib.request
from errno import EADDRINUSE

from core.errors import ConfigurationError, WrongOption
from core.why import Why, of_system


def listening_at(given: int | None, setting: int = 0, variable: str = "") -> int:
    """The port to listen on: `given` with --port, else the setting's. Refused by the name of that option or variable when it can't
    be had on loopback."""
    port = given or setting
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError as e:
            taken = e.errno == EADDRINUSE
            why = Why("port_taken", port=port) if taken else Why("port_refused", port=port, cause=of_system(e))
            raise (WrongOption(name="--port", why=why) if given else ConfigurationError(name=variable, why=why)) from None
    return port


def free_port(wanted: int, taken: set[int]) -> int:
    """`wanted`, or the next port on loopback that nobody listens on; remembered in `taken`."""
    for port in range(wanted, wanted + 200):
        if port in taken:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        taken.add(port)
        return port
    raise OSError(f"no free port from {wanted}")


def answers(url: str) -> bool:
    """True when something answers at `url` (any status below 500)."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own loopback address)
            return True
    except urllib.error.HTTPError as e:
        return e.code < 500
    except OSError:
        return False


def wait_for(urls: list[str], seconds: float) -> list[str]:
    """Wait until all `urls` answer; returns those that do not within `seconds`."""
    deadline = time.monotonic() + seconds
    waiting = list(urls)
    while waiting and time.monotonic() < deadline:
        waiting = [url for url in waiting if not answers(url)]
        if waiting:
            time.sleep(0.2)
    return waiting
