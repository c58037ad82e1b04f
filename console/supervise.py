"""Run several processes as one: prefixed logs, restart with a growing pause, a clean end.

A child that dies is started again after 1, 2, 4 … 30 seconds; one that lived a minute starts anew at 1. On SIGINT or SIGTERM all
get SIGTERM, and SIGKILL after ten seconds, so that no process is left behind.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.ending import set_on_signal
from core.i18n import ROOT

LIVED = 60.0
LONGEST_PAUSE = 30.0
PATIENCE = 10.0


@dataclass
class Child:
    """A process to be kept alive: its name (the log prefix) and command."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    pause: float = 1.0
    start_at: float = 0.0


@dataclass
class Supervisor:
    """Keeps `children` running until `stop` is called or a signal arrives."""

    children: list[Child]
    environment: Mapping[str, str]
    stopping: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], float] = time.monotonic

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(  # noqa: S603 (our own command lines)
            list(child.command),
            cwd=ROOT,
            env=dict(self.environment),
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            errors="replace",
        )
        child.started = self.clock()
        threading.Thread(target=self._relay, args=(child.name, child.process), daemon=True).start()

    @staticmethod
    def _relay(name: str, process: subprocess.Popen[str]) -> None:
        if process.stdout is None:
            return
        with process.stdout as lines:
            for text in lines:
                sys.stderr.write(f"{name:<8}| {text}")
                sys.stderr.flush()

    def start(self) -> None:
        for child in self.children:
            self._start(child)

    def tend(self) -> None:
        """One round: start again whoever died and has waited long enough."""
        for child in self.children:
            if child.process is None and self.clock() >= child.start_at:
                self._start(child)
            elif child.process is not None and (code := child.process.poll()) is not None:
                lived = self.clock() - child.started
                child.pause = 1.0 if lived > LIVED else min(child.pause * 2, LONGEST_PAUSE)
                child.start_at = self.clock() + child.pause
                child.process = None
                sys.stderr.write(f"{child.name:<8}| ended with {code}; starting again in {child.pause:.0f} s\n")

    def stop(self) -> None:
        """End all children; returns when none is left."""
        alive = [c.process for c in self.children if c.process is not None and c.process.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def run(self) -> None:
        """Until a signal comes. Children are started by the caller (`start`) so that he can wait for them first."""
        set_on_signal(self.stopping)
        try:
            while not self.stopping.wait(0.5):
                self.tend()
        finally:
            self.stop()


def own(*arguments: str) -> list[str]:
    """The command line of one of our own commands, in this interpreter."""
    return [sys.executable, "manage.py", *arguments]
