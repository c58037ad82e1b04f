"""One worker process over the wall, told by its environment at which point to die (product code knows nothing of it).

POINT is one of the keys of POINTS, `none` for a worker that lives. It says `ready` and waits for a line, sends one delivery and
says `one`; at the next line it sends what else is due, and reads back.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from connectors.contract import Outgoing, Sent, Steps
from core.db import Database
from core.log import set_up
from core.settings import load
from outbox import reconcile, send
from tests.outbox.outbox_wall import FAULTS, Wall, WallConnector


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(function: Callable[..., Any]) -> Callable[..., Any]:
    def killed(*_: Any, **__: Any) -> None:
        die()

    return killed


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    def killed(*args: Any, **more: Any) -> None:
        if function(*args, **more) is not None:
            die()

    return killed


class LeavesAndDies(WallConnector):
    """The request has left; whether the platform takes it is a matter of luck. Here it does not."""

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        die()
        raise AssertionError("dead")


class CommitsAndDies(WallConnector):
    """The platform has it; we die before we hear of it."""

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        sent = super().send(out, steps)
        die()
        return sent


#: point -> (module, name, how it is wrapped), or a connector that dies in the call
POINTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "before_claim": (send, "take", before),
    "after_claim": (send, "take", after),
    "after_attempt": (send, "begin", after),
    "before_commit": (send, "record", before),
    "after_commit": (send, "record", after),
    "while_reading_back": (reconcile, "settle", before),
}
CONNECTORS = {"after_request": LeavesAndDies, "after_platform": CommitsAndDies}


def say(word: str) -> None:
    """Say how far we are, and wait to be told to go on."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
    sys.stdin.readline()


def main(url: str, wall: str, point: str, worker: str, lease_s: str, faults: str) -> None:
    set_up()
    if point in POINTS:
        module, name, how = POINTS[point]
        setattr(module, name, how(getattr(module, name)))
    settings = load(MAJLIS_VAR_DIR=str(Path(wall).parent), MAJLIS_LEASE_S=lease_s, MAJLIS_RECONCILE_STEPS_S="0,1")
    connector = CONNECTORS.get(point, WallConnector)(Wall(Path(wall)))
    connector.faults.extend(name for name in faults.split(",") if name in FAULTS)
    db = Database(url)
    say("ready")  # whoever works beside us begins at the same moment
    first = send.send_next(db, lambda _: connector, worker, settings=settings)
    say("one")  # and has had its turn before anyone goes on
    summary = send.send_due(db, lambda _: connector, worker, settings=settings)
    reconcile.reconcile_due(db, lambda _: connector, worker, settings=settings)
    sys.stdout.write(f"{summary.touched + int(first is not None)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
