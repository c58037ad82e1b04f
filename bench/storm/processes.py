"""The same storm with real processes and a real kill -9: one worker at a time, succeeded when it is dead, the clock put forward."""

import json
import multiprocessing
import random
import signal
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.storm.blows import Doom
from bench.storm.child import Spec, live
from bench.storm.house import House, Real, house, platforms
from bench.storm.judge import Verdict
from bench.storm.life import Life, weather
from bench.storm.scenes import SCENES, dooms_of
from bench.storm.strike import Injector
from core import clock
from core.db import Database

BATCH = 24
#: a process that has not ended by itself after so long hangs
PATIENCE_S = 120
#: forks each worker from a process that has only imported what it needs, and what bench.publish, which is imported in each, does
STARTING = multiprocessing.get_context("forkserver")
STARTING.set_forkserver_preload(["bench.storm.child", "bench.punctual.lateness"])


@dataclass
class Processes(Life):
    """A life whose workers are processes; what struck stands in a journal in `folder`."""

    folder: Path = Path()
    deaths: int = 0

    def round(self) -> None:
        for _ in range(60):
            if self._one() == 0:
                return
            self.house.times.forward(1)

    def _one(self) -> int:
        process = STARTING.Process(target=live, args=(self._spec(),))
        self.injector.before_claim = 0
        process.start()
        process.join(PATIENCE_S)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"a worker has not ended within {PATIENCE_S} s")
        if process.exitcode not in (0, -signal.SIGKILL):
            self.errors[f"exit {process.exitcode}"] += 1
        self.deaths += process.exitcode == -signal.SIGKILL
        return process.exitcode

    def _spec(self) -> Spec:
        house, injector = self.house, self.injector
        assert isinstance(house.times, Real)
        journal, ahead_s = self.folder / "journal", house.times.ahead_s
        return Spec(house.given, house.db.url, journal, injector.dooms, injector.before_claim, ahead_s, self.name())


def killed_for_real(db: Database, folder: Path, seed: int, count: int) -> Verdict:
    """`count` deliveries by processes that die. `struck` holds what fell, `ends` where the deliveries are."""
    chance, total, times = random.Random(f"{seed} processes"), Verdict(), Real()
    dooms = [dooms_of(scene, seed + 1000, count) for scene in SCENES[:2]]  # by turns: any kind, and posts in waves
    with platforms(times) as running:
        there = house(db, running, times, folder, chance=chance)
        for start in range(0, count, BATCH):
            part = dooms[start // BATCH % 2][start : start + BATCH]
            total.add(_batch(there, part, folder, chance))
    return total


def _batch(there: House, dooms: list[Doom], folder: Path, chance: random.Random) -> Verdict:
    (folder / "journal").unlink(missing_ok=True)
    injector = Injector({}, there, before_claim=chance.randrange(2))
    life = Processes(there, injector, folder=folder)
    with clock.running(there.times.ours):
        found = weather(there, dooms, injector, life)
    struck = (json.loads(line) for line in (folder / "journal").read_text().splitlines())
    found.struck.update(Counter(what for _, _, what in struck if what != "used"))
    assert found.killed() == life.deaths, f"{found.killed()} deaths in the journal, {life.deaths} processes died of SIGKILL"
    there.wanted.clear()
    return found
