"""From outside: whole workers (`manage.py worker`) publish approved posts over three platforms, and answer and hide what was heard
there, killed at random moments."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet

from bench.storm.blows import PLATFORMS, Doom
from bench.storm.house import House, Real, house, platforms
from bench.storm.judge import Verdict, Watch, judge
from bench.storm.life import Life, patiently
from bench.storm.strike import Injector
from core import clock
from core.db import Database
from core.i18n import ROOT
from outbox.look import UNKNOWN_MOST
from outbox.states import FINAL

WORKERS = 2
#: seconds a worker lives at least and at most, from its start; and how long all of it may take
LIFE_S, PATIENCE_S = (4.0, 12.0), 900
KILLS = 30
#: seconds between two posts' hours, so that every kill finds something on its way
APART_S = 0.6
#: they were approved so long before, and it takes about so many seconds a post to prepare them now
BEFORE, PREPARED_S = timedelta(hours=1), 0.2
#: one in so many is no post but done about what a citizen said, decided right at its hour
OTHER, ABOUT = 4, ("reply", "hide", "private_reply")
#: of each request, so that a kill falls into the middle of one
ANSWERS_AFTER_S = 0.08


class Workers:
    """Processes that are killed when their time has come, and succeeded."""

    def __init__(self, there: House, chance: random.Random) -> None:
        self._chance, self.kills = chance, 0
        self._environment = {**os.environ, **there.given}
        self._alive: list[tuple[subprocess.Popen[bytes], float]] = []

    def keep(self) -> None:
        """Kill whose time has come, while KILLS is not reached; have WORKERS of them."""
        for process, until in list(self._alive):
            if time.monotonic() >= until and self.kills < KILLS:
                process.send_signal(signal.SIGKILL)
                process.wait()
                self.kills += 1
            if process.poll() is not None:
                self._alive.remove((process, until))
        while len(self._alive) < WORKERS:
            self._alive.append((self._start(), time.monotonic() + self._chance.uniform(*LIFE_S)))

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "manage.py"), "worker"]
        return subprocess.Popen(command, env=self._environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        for process, _ in self._alive:
            process.kill()
            process.wait()


def killed_at_random(db: Database, folder: Path, seed: int, posts: int) -> Verdict:
    """So many `posts`, some of them answers and hides instead, two workers, KILLS kills, leases of seconds: on the machine's own
    clock."""
    chance, times = random.Random(f"{seed} random"), Real()
    with platforms(times) as running:
        given = {
            "MAJLIS_LEASE_S": "6",
            "MAJLIS_READ_TIMEOUT_S": "3",
            "MAJLIS_RECONCILE_STEPS_S": "1,3,6",
            "MAJLIS_POLL_S": "3600",
            "MAJLIS_LOG_LEVEL": "error",
            "MAJLIS_KEYS": Fernet.generate_key().decode(),
            "MAJLIS_DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
        }
        there = house(db, running, times, folder, chance=chance, **given)
        first = times.at() + timedelta(seconds=posts * PREPARED_S)
        for n in range(posts):
            platform, hour = PLATFORMS[n % 3], first + timedelta(seconds=n * APART_S)
            if n % OTHER:
                doom, decided = Doom(platform, "post", chance.randint(int(platform == "instagram"), 2)), times.at() - BEFORE
            else:
                doom, decided = Doom(platform, chance.choice(ABOUT)), hour
            with clock.running(lambda: decided):  # noqa: B023 (called at once)
                there.queue(doom, hour)
        with running.world.lock:
            running.world.faults.add("slow_after", method="POST", times=10**6, seconds=ANSWERS_AFTER_S)
        return _watched(there, chance)


def _watched(there: House, chance: random.Random) -> Verdict:
    watch, life = Watch(UNKNOWN_MOST), Life(there, Injector({}, there))
    workers = Workers(there, chance)
    deadline = time.monotonic() + PATIENCE_S
    try:
        while time.monotonic() < deadline:
            workers.keep()
            time.sleep(0.05)
            rows = patiently(there.rows)
            watch.look(rows, there.times.at())
            patiently(lambda: life.ask(rows))  # noqa: B023 (called at once)
            if all(row.state in FINAL for row in rows):
                break
    finally:
        workers.stop()
    found = judge(there, patiently(there.rows))
    found.asked, found.longest_unknown = len(watch.asked), watch.longest
    found.struck["killed at a random moment"] = workers.kills
    return found
