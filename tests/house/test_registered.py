"""Whoever sends knows every room's last-moment check: a guard nobody registered would hold a citizen's answer."""

import ast
import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

DOORS = ("scheduler.worker", "console.passes", "desk.pages.problems")


def _named() -> set[str]:
    """Every guard that an `enqueue(...)` of ours names."""
    found = set()
    for room in ("inbox", "scheduler"):
        for path in (ROOT / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "guard":
                    value = node.value
                    found.add(str(value.value) if isinstance(value, ast.Constant) else f"{path.stem}.{ast.unparse(value)}")
    return found


@pytest.mark.parametrize("door", DOORS)
def test_a_process_that_sends_has_every_guard_filler_and_hook(door: str) -> None:
    code = (
        f"import {door}, json; from outbox.guards import GUARDS, FILLERS, ON_SETTLED;"
        "print(json.dumps([sorted(GUARDS), sorted(FILLERS), {k: len(v) for k, v in ON_SETTLED.items()}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    guards, fillers, hooks = json.loads(done.stdout)
    assert set(guards) >= {name for name in _named() if "." not in name} | {"post_approved"}
    assert fillers == ["later", "mail", "notice_link", "receipt", "report", "told_link"]
    assert set(hooks) >= {"post", "reply", "private_reply", "receipt", "hide", "unhide"}
