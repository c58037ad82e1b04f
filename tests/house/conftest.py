"""What the guards look at: the files under version control, and our own modules as syntax trees."""

import ast
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.i18n import ROOT

ROOMS = ("core", "connectors", "policies", "outbox", "inbox", "scheduler", "portal", "desk", "console", "migrations")


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: what belongs to the project can't be told from what lies about")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="session")
def trees() -> Mapping[str, ast.Module]:
    """`room/file.py` -> its syntax tree, for all our product code (neither tests nor sandbox nor bench)."""
    files = [*(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), *ROOT.glob("*.py")]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in sorted(files)}
