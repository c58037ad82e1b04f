"""Children live together, are started again when they die, and leave nothing behind."""

import os
import subprocess
import sys
import threading

import psutil
import pytest

from console import supervise
from console.supervise import Child, Supervisor

FOREVER = [sys.executable, "-c", "import signal; signal.pause()"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\nwhile True: signal.pause()",
]
ENDS = [sys.executable, "-c", "raise SystemExit(3)"]


def running(supervisor: Supervisor) -> "subprocess.Popen[str] | None":
    """The first child's process as it is now."""
    return supervisor.children[0].process


def test_a_child_that_died_is_started_again_after_a_pause(capsys: pytest.CaptureFixture[str]) -> None:
    hands = [0.0]
    supervisor = Supervisor([Child("short", ENDS)], os.environ, clock=lambda: hands[0])
    supervisor.start()
    child = supervisor.children[0]
    first = child.process
    assert first is not None
    first.wait()
    supervisor.tend()
    assert running(supervisor) is None
    assert "ended with 3" in capsys.readouterr().err
    supervisor.tend()
    assert running(supervisor) is None, "it must wait its pause out"
    hands[0] = child.start_at + 0.1
    supervisor.tend()
    assert running(supervisor) is not None
    supervisor.stop()


def test_stopping_ends_every_child() -> None:
    supervisor = Supervisor([Child("one", FOREVER), Child("two", FOREVER)], os.environ)
    supervisor.start()
    ids = [c.process.pid for c in supervisor.children if c.process]
    supervisor.stop()
    assert not any(psutil.pid_exists(pid) for pid in ids)


def test_a_child_that_ignores_the_request_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = threading.Event()

    def relay(_name: str, process: object) -> None:
        with process.stdout as lines:  # type: ignore[attr-defined] # a Popen with a pipe
            lines.readline()
            ready.set()

    monkeypatch.setattr(Supervisor, "_relay", staticmethod(relay))
    monkeypatch.setattr(supervise, "PATIENCE", 0.3)
    supervisor = Supervisor([Child("stubborn", STUBBORN)], os.environ)
    supervisor.start()
    assert ready.wait(10)
    process = supervisor.children[0].process
    assert process is not None
    supervisor.stop()
    assert process.poll() == -9
