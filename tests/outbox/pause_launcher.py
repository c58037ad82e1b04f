"""One worker process over the wall whose requests take a while, so that a press may come in their midst.

`pause_launcher.py URL WALL WORKER STEPS`: one step a delivery, or two, with what nobody sees made and kept first. It says
`ready` and waits for a line; with two steps it says `made` after the first one and waits again. At the end: how many it tried.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from connectors.contract import Outgoing, Sent, Steps
from core.db import Database
from core.log import set_up
from core.settings import load
from outbox import send
from tests.outbox.launcher import say
from tests.outbox.outbox_wall import Wall, WallConnector

#: how long a platform takes to answer
ANSWER_S = 0.01


class Slow(WallConnector):
    """Answers after a while, as a platform does."""

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        sent = super().send(out, steps)
        time.sleep(ANSWER_S)
        return sent


class HalfWay(WallConnector):
    """Stands still between its two steps until it is told to go on."""

    def _make(self, steps: Steps) -> None:
        new = steps.get("container") is None
        super()._make(steps)
        if new:
            say("made")


def main(url: str, wall: str, worker: str, steps: str) -> None:
    set_up()
    settings = load(MAJLIS_VAR_DIR=str(Path(wall).parent), MAJLIS_LEASE_S="60", MAJLIS_RECONCILE_STEPS_S="0,1")
    kind = HalfWay if steps == "2" else Slow
    connector, db = kind(Wall(Path(wall)), two_steps=steps == "2"), Database(url)
    say("ready")
    summary = send.send_due(db, lambda _: connector, worker, settings=settings)
    sys.stdout.write(f"{summary.touched}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
