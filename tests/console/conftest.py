"""The operator's commands as he runs them: processes of their own, on either database, against the simulated platforms."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox import seed, server
from tests.conftest import ROOT

PATIENCE_S = 120


@dataclass
class Door:
    """`manage.py` with settings of its own."""

    environment: dict[str, str]
    var: Path
    platforms: server.Running | None = None
    more: dict[str, str] = field(default_factory=dict)

    def run(self, *command: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
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
def door(empty_url: str, tmp_path: Path) -> Door:
    """A new installation, its database empty, with no account connected."""
    var = tmp_path / "var"
    plain = {k: v for k, v in os.environ.items() if not k.startswith("MAJLIS_")}
    where = {} if empty_url.startswith("sqlite") else {"MAJLIS_DATABASE_URL": empty_url}  # a file in var/ is the default
    return Door(plain | where | {"MAJLIS_VAR_DIR": str(var), "HOME": str(tmp_path)}, var)


@pytest.fixture
def connected(door: Door) -> Iterator[Door]:
    """The same with the accounts of a sandbox that has a day of traffic on it."""
    with server.start(seed.demo()) as platforms:
        door.environment |= seed.ENVIRONMENT | {"MAJLIS_PLATFORM_URL": platforms.url}
        door.platforms = platforms
        yield door


@pytest.fixture
def bare(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A command that opens no database."""
    return Door({"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MAJLIS_VAR_DIR": str(tmp_path / "var")}, tmp_path / "var").run
