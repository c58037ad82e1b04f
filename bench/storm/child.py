"""A worker in a process of its own over the house of a storm, killed by SIGKILL at its blows: `python -m bench.storm.child SPEC`.

SPEC is a JSON file (bench.storm.processes writes it). What was struck is appended to a journal before the process dies: the next
one goes on from there.
"""

import json
import logging
import os
import signal
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from bench.storm.blows import Blow, Doom
from bench.storm.strike import Injector, striking
from core import clock
from core.db import Database
from core.log import set_up
from core.settings import load
from core.vault import open_vault
from outbox.accounts import Connections
from outbox.late import sweep
from outbox.reconcile import reconcile_due
from outbox.recover import recover
from outbox.send import send_next


class Door:
    """The sandbox's control door, for one fault at a time."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/__sandbox"

    def arm(self, order: dict[str, Any]) -> object:
        requests.post(f"{self._url}/fault", json=order, timeout=10).raise_for_status()
        return order

    def disarm(self, armed: object) -> bool:
        waiting = requests.get(f"{self._url}/faults", timeout=10).json()
        requests.delete(f"{self._url}/fault", timeout=10)
        return not waiting


def kill() -> None:
    """No clean-up, no flush, no last word."""
    os.kill(os.getpid(), signal.SIGKILL)


def plain(doom: Doom) -> dict[str, Any]:
    return asdict(doom)


def doomed(told: dict[str, Any]) -> Doom:
    """The doom of its plain data."""
    blows = {name: [Blow(**blow) for blow in told[name]] for name in ("sends", "looks")}
    return Doom(told["platform"], told["kind"], told["pictures"], **blows)


def left(dooms: dict[int, Doom], journal: Path) -> dict[int, Doom]:
    """The dooms without what the journal says has been."""
    for line in journal.read_text().splitlines() if journal.exists() else []:
        delivery, looking, what = json.loads(line)
        if what == "used":
            doom = dooms[delivery]
            (doom.looks if looking else doom.sends).pop(0)
    return dooms


def live(spec: dict[str, Any]) -> None:
    """Work until nothing is due, or die."""
    set_up("error")
    logging.disable(logging.CRITICAL)
    settings = load(**spec["settings"])
    journal = Path(spec["journal"])

    def note(delivery: int, looking: bool, what: str) -> None:
        with journal.open("a") as file:
            file.write(json.dumps([delivery, looking, what]) + "\n")

    dooms = left({int(id_): doomed(told) for id_, told in spec["dooms"].items()}, journal)
    injector = Injector(dooms, Door(settings.platform_url), die=kill, note=note, before_claim=spec["before_claim"])
    db, connect = Database(spec["database"]), Connections(settings, open_vault(settings))
    ahead = timedelta(seconds=spec["ahead_s"])
    with clock.running(lambda: clock._system() + ahead), striking(injector):
        recover(db, connect)
        sweep(db)
        while send_next(db, connect, spec["worker"], settings=settings) is not None:
            pass
        reconcile_due(db, connect, spec["worker"], settings=settings)
        while send_next(db, connect, spec["worker"], settings=settings) is not None:
            pass


if __name__ == "__main__":
    live(json.loads(Path(sys.argv[1]).read_text()))
