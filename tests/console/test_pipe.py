"""Whoever reads a command's output may leave before its end (`| head`)."""

import os
import subprocess
import sys

from tests.conftest import ROOT
from tests.console.conftest import Door


def test_a_reader_who_leaves_is_no_error(connected: Door) -> None:
    connected.told("sync")
    for command in ("items", "deliveries"):
        reads, writes = os.pipe()
        os.close(reads)
        run = [sys.executable, "manage.py", command]
        env = connected.environment
        done = subprocess.run(run, cwd=ROOT, env=env, stdout=writes, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
        os.close(writes)
        assert (done.returncode, done.stderr) == (141, "")
