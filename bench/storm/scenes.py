"""The runs of a storm, each from its own seed: how many workers, what else goes wrong, and whose clock is right."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench.stores import restarting
from bench.storm.blows import Doom, cells
from bench.storm.house import House, Times, house, platforms
from bench.storm.judge import Verdict
from bench.storm.life import Life, storm
from bench.storm.trouble import troubled
from core.db import Database
from outbox.models import Delivery

BATCH = 48
HOUR = 3600
#: X's lists show a post only after the whole window of reading back is over
LAG_S = 1000.0


@dataclass(frozen=True, slots=True)
class Scene:
    """`share` of all deliveries; `shape` makes of a cell what this scene is about (None: not for this scene)."""

    name: str
    share: float
    workers: int = 1
    shape: Callable[[Doom, random.Random], Doom | None] = lambda doom, chance: doom
    jumps: bool = False
    lag_s: float = 0.0
    trouble: bool = False


def jumping(doom: Doom, chance: random.Random) -> Doom:
    """An hour forward or back right before a request leaves, beside all else."""
    return replace(doom, sends=[replace(blow, jump_s=chance.choice((0, HOUR, -HOUR))) for blow in doom.sends])


def listed_late(doom: Doom, chance: random.Random) -> Doom | None:
    """Words on X whose outcome is unknown."""
    return doom if doom.platform == "x" and doom.kind in ("post", "reply", "receipt") else None


def in_waves(doom: Doom, chance: random.Random) -> Doom | None:
    """Posts alone, all of one second, most of which meet nothing: an account's waves get wide before one is struck."""
    if doom.kind != "post":
        return None
    return doom if chance.random() < 0.3 else replace(doom, sends=[], looks=[])


SCENES = (
    Scene("one worker", 0.36),
    Scene("posts of one second", 0.08, shape=in_waves),
    Scene("two workers", 0.12, workers=2),
    Scene("four workers", 0.12, workers=4),
    Scene("clock jumped an hour", 0.14, shape=jumping, jumps=True),
    Scene("X lists later than the window", 0.08, shape=listed_late, lag_s=LAG_S),
    Scene("database in trouble", 0.10, workers=2, trouble=True),
)


def dooms_of(scene: Scene, seed: int, count: int) -> list[Doom]:
    """The first `count` cells that are of this scene."""
    chance = random.Random(f"{seed} {scene.name}")
    shaped = (scene.shape(doom, chance) for doom in cells(seed + len(scene.name)))
    return list(islice((doom for doom in shaped if doom is not None), count))


def play(scene: Scene, db: Database, folder: Path, seed: int, count: int) -> Verdict:
    """One scene on one empty database, which is not shared: it may be restarted."""
    restart = restarting(db) if scene.trouble and db.dialect == "postgresql" else lambda: None
    chance = random.Random(f"{seed} {scene.name}")
    dooms, total, times = dooms_of(scene, seed, count), Verdict(), Times()
    with platforms(times) as running:
        running.world.config.visible_delay_s = scene.lag_s
        there = house(db, running, times, folder, chance=chance)
        for start in range(0, count, BATCH):
            with _trouble(scene, db, restart, chance, total):
                part = dooms[start : start + BATCH]
                total.add(
                    storm(there, part, workers=scene.workers, unborn=chance.randrange(3), settle=lambda life: _settle(scene, life))
                )
            _calm(there)
    return total


@contextmanager
def _trouble(scene: Scene, db: Database, restart: Callable[[], None], chance: random.Random, told: Verdict) -> Iterator[None]:
    with troubled(db, restart, chance, told) if scene.trouble else nullcontext():
        yield


def _settle(scene: Scene, life: Life) -> None:
    house, chance = life.house, life.house.chance

    def between(number: int) -> None:
        if house.times.skew and chance.random() < 0.2:
            house.times.jump(0)

    def patient(life: Life, row: Delivery) -> None:
        """Whoever is asked looks for himself only after hours: what is there is found without him."""
        asked = row.sent_at or row.scheduled_at
        if house.times.at() - asked > timedelta(hours=3):
            life.decide(row)

    if scene.jumps:
        life.between, life.slack = between, timedelta(hours=4)  # each jump back makes every wait an hour longer
    if scene.lag_s:
        life.person = patient


def _calm(there: House) -> None:
    there.times.skew = timedelta(0)
    with there.platforms.world.lock:
        there.platforms.world.faults.clear()
