"""The operator's commands as he runs them, on either database, against the simulated platforms.

Every command is a process of its own. Most are copies of one that has loaded the program before (tests/console/doorkeeper.py);
what an interpreter does on its way there is held by `test_shim.py`, which starts `manage.py` itself.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sandbox import seed, server
from tests.conftest import ROOT

PATIENCE_S = 120


class Doorkeeper:
    """The process that becomes commands, one after the other."""

    def __init__(self) -> None:
        ours, its = socket.socketpair()
        plain = {k: v for k, v in os.environ.items() if not k.startswith("MAJLIS_")}
        with its:
            command = [sys.executable, "tests/console/doorkeeper.py", str(its.fileno())]
            self.process = subprocess.Popen(command, cwd=ROOT, env=plain, pass_fds=[its.fileno()])
        self.asked = Connection(ours.detach())

    def run(self, command: list[str], environment: dict[str, str], given: str) -> subprocess.CompletedProcess[str]:
        """As `subprocess.run`: the command's end, and what it wrote."""
        with TemporaryDirectory(prefix="majlis-door-") as folder:
            files = [Path(folder) / name for name in ("in", "out", "err")]
            for file, text in zip(files, (given, "", ""), strict=True):
                file.write_text(text, "utf-8")
            self.asked.send((command, environment, tuple(map(str, files))))
            if not self.asked.poll(PATIENCE_S):
                self.end()
                raise TimeoutError(command)
            code = self.asked.recv()
            return subprocess.CompletedProcess(command, code, *(file.read_text("utf-8") for file in files[1:]))

    def end(self) -> None:
        self.asked.close()
        self.process.wait(PATIENCE_S)


@pytest.fixture(scope="session")
def doorkeeper() -> Iterator[Doorkeeper]:
    """One for all commands of this session."""
    keeper = Doorkeeper()
    yield keeper
    keeper.end()


@dataclass
class Door:
    """`manage.py` with settings of its own."""

    environment: dict[str, str]
    var: Path
    keeper: Doorkeeper
    platforms: server.Running | None = None
    more: dict[str, str] = field(default_factory=dict)

    def run(self, *command: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return self.keeper.run(list(command), self.environment | settings, given)

    def started(self, *command: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        """The same by an interpreter of its own."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.environment | settings, input=given, text=True, capture_output=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip

    def told(self, *command: str, code: int = 0, **settings: str) -> Any:
        """The one JSON object a command printed; it must end with `code`."""
        done = self.run(*command, "--json", **settings)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def lines(self, *command: str) -> list[dict[str, Any]]:
        done = self.run(*command, "--jsonl")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def door(empty_url: str, tmp_path: Path, doorkeeper: Doorkeeper) -> Door:
    """A new installation, its database empty, with no account connected."""
    var = tmp_path / "var"
    plain = {k: v for k, v in os.environ.items() if not k.startswith("MAJLIS_")}
    where = {} if empty_url.startswith("sqlite") else {"MAJLIS_DATABASE_URL": empty_url}  # a file in var/ is the default
    return Door(plain | where | {"MAJLIS_VAR_DIR": str(var), "HOME": str(tmp_path)}, var, doorkeeper)


@pytest.fixture
def connected(door: Door) -> Iterator[Door]:
    """The same with the accounts of a sandbox that has a day of traffic on it."""
    with server.start(seed.demo()) as platforms:
        door.environment |= seed.ENVIRONMENT | {"MAJLIS_PLATFORM_URL": platforms.url}
        door.platforms = platforms
        yield door


@pytest.fixture
def bare(tmp_path: Path, doorkeeper: Doorkeeper) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A command that opens no database."""
    var = tmp_path / "var"
    return Door({"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MAJLIS_VAR_DIR": str(var)}, var, doorkeeper).run
