"""A house in a storm: the simulated platforms on a socket, a database, and `manage.py` in processes that may be killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core import clock
from sandbox import control, seed, server, truth
from sandbox.storm import brew

LAUNCHER = Path(__file__).with_name("launcher.py")
WINDOW_S = 1000  # longer than a rate window of X (15 minutes) or of the sandbox's Graph
PATIENCE_S = 90

Line = dict[str, Any]


@dataclass
class House:
    """`ahead_s`: how far the clocks of platforms and house have been put forward."""

    platforms: server.Running
    url: str
    var: Path
    ahead_s: float = 0.0
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def clock(self) -> datetime:
        """This instant by the house's clock."""
        return clock._system() + timedelta(seconds=self.ahead_s)

    def order(self, name: str, **order: Any) -> Any:
        """One order at the sandbox's control door."""
        door = control.Control(self.platforms.world, self.platforms.webhooks, self.platforms.citizens)
        with self.platforms.world.lock:
            return door.posts[name](order)

    def storm(self, **order: Any) -> dict[str, int]:
        with self.platforms.world.lock:
            made: dict[str, int] = brew(self.platforms.world, order)
        return made

    def start(self, *command: str) -> subprocess.Popen[str]:
        """`manage.py COMMAND` as a process of its own."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MAJLIS_")}
        environment |= seed.ENVIRONMENT | {
            "MAJLIS_PLATFORM_URL": self.platforms.url,
            "MAJLIS_DATABASE_URL": self.url,
            "MAJLIS_VAR_DIR": str(self.var),
            "MAJLIS_LOG_LEVEL": "error",
        }
        arguments = [sys.executable, str(LAUNCHER), str(self.ahead_s), *command]
        process = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def kill_after(self, process: subprocess.Popen[str], calls: int) -> bool:
        """Kill -9 once the platforms have had `calls` more requests; False when the process had ended by itself."""
        recorder = self.platforms.world.recorder
        wanted, deadline = recorder.count + calls, time.monotonic() + PATIENCE_S
        while recorder.count < wanted and process.poll() is None:
            assert time.monotonic() < deadline, "the process hangs"
            time.sleep(0.002)  # a condition is waited for: a request that arrives at the sandbox
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert not errors
        return process.returncode == -signal.SIGKILL

    def faults(self) -> set[str]:
        """The kinds of fault that struck."""
        return {record.fault for record in self.platforms.world.recorder.records if record.fault}

    def next_window(self) -> None:
        """Put both clocks forward, so that rate windows are over."""
        self.ahead_s += WINDOW_S
        self.platforms.world.clock.advance(WINDOW_S)

    def listen(self, at_most: int = 8) -> list[Line]:
        """`manage.py sync` again and again, each in the next rate window, until a pass is complete; what each pass told."""
        passes: list[Line] = []
        while not passes or not passes[-1]["complete"]:
            assert len(passes) < at_most, passes[-1]
            if passes:
                self.next_window()
            passes.append(told(self.start("sync", "--json")))
        return passes

    def stored(self) -> list[Line]:
        """What `manage.py items --jsonl` lists."""
        out, errors = self.start("items", "--jsonl").communicate(timeout=PATIENCE_S)
        assert out, errors
        return [json.loads(line) for line in out.splitlines()]

    def truth(self) -> list[Line]:
        with self.platforms.world.lock:
            return list(truth.rows(self.platforms.world))


def told(process: subprocess.Popen[str]) -> Line:
    """What a pass printed; it must have ended by itself."""
    out, errors = process.communicate(timeout=PATIENCE_S)
    assert out, errors
    line: Line = json.loads(out)
    return line


def keyed(lines: list[Line]) -> dict[tuple[str, str], Line]:
    return {(line["account"], line["native_id"]): line for line in lines}


def difference(stored: list[Line], true: list[Line]) -> list[str]:
    """What is missing, too much, twice or told otherwise: empty when the stored set equals the truth exactly."""
    have, want = keyed(stored), keyed(true)
    found = [f"twice: {len(stored) - len(have)} lines"] if len(have) != len(stored) else []
    found += [f"missing: {want[key]}" for key in sorted(want.keys() - have.keys())]
    found += [f"too much: {have[key]}" for key in sorted(have.keys() - want.keys())]
    for key in sorted(have.keys() & want.keys()):
        found += [
            f"{key}.{name}: {have[key][name]!r}, not {value!r}" for name, value in want[key].items() if have[key][name] != value
        ]
    return found


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house on each database in turn, nothing said yet."""
    with server.start(seed.bare()) as platforms:
        made = House(platforms, database_url, tmp_path / "var")
        yield made
        for process in made.processes:
            if process.poll() is None:
                process.kill()
                process.communicate()
