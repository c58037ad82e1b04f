"""One worker process over the simulated platforms, told at which point to die (product code knows nothing of it).

`platform_launcher.py URL VAR PLATFORM_URL POINT WORKER [ACCOUNT]`: the account's deliveries, all when none is named.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.db import Database
from core.log import set_up
from core.settings import load
from core.vault import open_vault
from outbox import attempt, send
from outbox.accounts import Connections
from outbox.memory import Memory
from tests.outbox.launcher import say


def dying(function: Callable[..., Any], *, first: bool) -> Callable[..., Any]:
    """Die in its place, or after it."""

    def killed(*args: Any, **more: Any) -> None:
        if not first:
            function(*args, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    return killed


#: point -> (where, name, before it?)
POINTS: dict[str, tuple[Any, str, bool]] = {
    "before_the_request": (send, "call", True),
    "after_the_first_step": (Memory, "keep", False),
    "answered_not_recorded": (send, "record", True),
    "recorded": (send, "record", False),
    "answered_not_classified": (attempt, "published", True),
}


def main(url: str, var: str, platform_url: str, point: str, worker: str, account: str = "") -> None:
    """Say `ready` and wait, send one, say `one` and wait, send what else is due, then say how many were tried."""
    set_up()
    if point in POINTS:
        where, name, first = POINTS[point]
        setattr(where, name, dying(getattr(where, name), first=first))
    settings = load(MAJLIS_VAR_DIR=var, MAJLIS_PLATFORM_URL=platform_url, MAJLIS_LEASE_S="60")
    db, connect = Database(url), Connections(settings, open_vault(settings))
    only = int(account) if account else None
    say("ready")
    tried = int(send.send_next(db, connect, worker, only=only, settings=settings) is not None)
    say("one")
    while send.send_next(db, connect, worker, only=only, settings=settings) is not None:
        tried += 1
    sys.stdout.write(f"{tried}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
