"""A worker in a process of its own over the house of a storm, killed by SIGKILL at its blows.

What was struck is appended to a journal before the process dies: the next one goes on from there.
"""

import json
import logging
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from bench.storm.blows import PLATFORMS, Doom
from bench.storm.life import work
from bench.storm.strike import Injector, striking
from core import clock
from core.db import Database
from core.log import set_up
from core.settings import load
from core.vault import open_vault
from outbox.accounts import Connections


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


def left(dooms: dict[int, Doom], journal: Path) -> dict[int, Doom]:
    """The dooms without what the journal says has been."""
    for line in journal.read_text().splitlines() if journal.exists() else []:
        delivery, looking, what = json.loads(line)
        if what == "used":
            doom = dooms[delivery]
            (doom.looks if looking else doom.sends).pop(0)
    return dooms


@dataclass(frozen=True, slots=True)
class Spec:
    """What a worker is told: settings by variable name, what is before each delivery, and how far its clock is ahead."""

    settings: Mapping[str, str]
    database: str
    journal: Path
    dooms: dict[int, Doom]
    before_claim: int
    ahead_s: float
    worker: str


def live(spec: Spec) -> None:
    """Work until nothing is due, or die."""
    set_up("error")
    logging.disable(logging.CRITICAL)
    settings = load(**spec.settings)

    def note(delivery: int, looking: bool, what: str) -> None:
        with spec.journal.open("a") as file:
            file.write(json.dumps([delivery, looking, what]) + "\n")

    dooms = left(spec.dooms, spec.journal)
    injector = Injector(dooms, Door(settings.platform_url), die=kill, note=note, before_claim=spec.before_claim)
    db, connect = Database(spec.database), Connections(settings, open_vault(settings))
    ahead = timedelta(seconds=spec.ahead_s)
    with clock.running(lambda: clock._system() + ahead), striking(injector):
        work(db, connect, spec.worker, settings, lanes=len(PLATFORMS))
