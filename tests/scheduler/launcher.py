"""A whole worker in a process of its own over the wall of tests/outbox: `launcher.py URL WALL VAR answers|silent SPEED`.

Says `sent` when the first request has left. `silent`: the platform never answers it. Its clock runs SPEED times as fast as ours.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from connectors.contract import Connector, Outgoing, Sent, Steps
from core import clock
from core.models import Account
from core.settings import load
from scheduler import worker
from tests.outbox.outbox_wall import Wall, WallConnector

START = datetime(2026, 11, 24, 6, 0, 1, tzinfo=UTC)  # as in tests/conftest.py, a second later


def told() -> None:
    """One write: two accounts may send at the same instant, and `print` writes the word and its end apart."""
    os.write(sys.stdout.fileno(), b"sent\n")


class Telling(WallConnector):
    """Says when a request has left."""

    silent = False

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        if self.silent:
            told()
            time.sleep(600)
        sent = super().send(out, steps)
        told()
        return sent


def main(url: str, wall: str, var: str, mode: str, speed: str) -> None:
    """Work until SIGTERM, on a clock that begins where the tests' clock stands."""

    def connect(account: Account) -> Connector:
        made = Telling(Wall(Path(wall)), account.key)
        made.silent = mode == "silent"
        return made

    began = time.monotonic()
    setattr(worker, "Connections", lambda *_: connect)  # noqa: B010 (the platforms stand in the test's file)
    with clock.running(lambda: START + timedelta(seconds=float(speed) * (time.monotonic() - began))):
        worker.run(load(MAJLIS_VAR_DIR=var, MAJLIS_DATABASE_URL=url))


if __name__ == "__main__":
    main(*sys.argv[1:])
