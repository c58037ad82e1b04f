"""The same storm with real processes and a real kill -9: one worker at a time, succeeded when it is dead, the clock put forward."""

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.storm.blows import Doom
from bench.storm.child import plain
from bench.storm.house import House, Real, house, platforms
from bench.storm.judge import Verdict
from bench.storm.life import Life, weather
from bench.storm.scenes import SCENES, dooms_of
from bench.storm.strike import Injector
from core import clock
from core.db import Database
from core.i18n import ROOT

BATCH = 24
#: a process that has not ended by itself after so long hangs
PATIENCE_S = 120


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
        spec = self.folder / "spec.json"
        spec.write_text(json.dumps(self._spec()))
        self.injector.before_claim = 0
        process = subprocess.run([sys.executable, "-m", "bench.storm.child", str(spec)], cwd=ROOT, timeout=PATIENCE_S, check=False)
        if process.returncode not in (0, -signal.SIGKILL):
            self.errors[f"exit {process.returncode}"] += 1
        self.deaths += process.returncode == -signal.SIGKILL
        return process.returncode

    def _spec(self) -> dict[str, object]:
        times = self.house.times
        assert isinstance(times, Real)
        return {
            "settings": self.house.given,
            "database": self.house.db.url,
            "journal": str(self.folder / "journal"),
            "dooms": {str(id_): plain(doom) for id_, doom in self.injector.dooms.items()},
            "before_claim": self.injector.before_claim,
            "ahead_s": times.ahead_s,
            "worker": self.name(),
        }


def killed_for_real(db: Database, folder: Path, seed: int, count: int) -> Verdict:
    """`count` deliveries by processes that die. `struck` holds what fell, `ends` where the deliveries are."""
    chance, total, times = random.Random(f"{seed} processes"), Verdict(), Real()
    dooms = dooms_of(SCENES[0], seed + 1000, count)
    with platforms(times) as running:
        there = house(db, running, times, folder, chance=chance)
        for start in range(0, count, BATCH):
            total.add(_batch(there, dooms[start : start + BATCH], folder, chance))
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
