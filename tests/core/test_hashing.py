"""What it costs to try a password. Everywhere else in the tests it is hashed with less work (`cheap_passwords`)."""

import subprocess
import sys

from argon2 import Type, extract_parameters

from core import auth
from tests.conftest import ROOT

HASH = "from core import auth; print(auth._hasher.hash('long-enough-1'))"
#: RFC 9106, second choice: passes, KiB, lanes
LEAST = (3, 65_536, 4)


def work(hashed: str) -> tuple[Type, int, int, int]:
    asked = extract_parameters(hashed)
    return asked.type, asked.time_cost, asked.memory_cost, asked.parallelism


def test_a_password_is_hashed_with_as_much_work_as_its_standard_asks_for() -> None:
    done = subprocess.run([sys.executable, "-c", HASH], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    hashed = done.stdout.strip()
    kind, *asked = work(hashed)
    assert kind is Type.ID
    assert all(one >= least for one, least in zip(asked, LEAST, strict=True))
    assert work(auth._NOBODYS) == work(hashed), "an unknown name takes as long as a known one"
    assert auth._matches(hashed, "long-enough-1")
    assert not auth._matches(hashed, "long-enough-2")
