"""Replays that are running or were run from this desk: one a person, of one edition; kept until the desk is started anew."""

import atexit
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Thread
from typing import Any, Final

from core.actors import Actor
from core.clock import now
from core.i18n import LANGS, ROOT
from policies.clauses import Edition

#: of each kind of change so many examples are listed
LISTED: Final = 20


@dataclass(slots=True)
class Run:
    """One replay. `result` is inbox.replayed.Backtest.plain as JSON gives it back; `failed` says why there is none, by language."""

    ref: str
    sha256: str
    days: int | None
    account: int | None
    began: datetime = field(default_factory=now)
    done: int = 0
    all: int = 0
    result: Mapping[str, Any] | None = None
    failed: Mapping[str, str] | None = None
    process: "subprocess.Popen[str] | None" = None
    reader: Thread | None = None

    @property
    def running(self) -> bool:
        return self.result is None and self.failed is None

    def wait(self, seconds: float) -> None:
        """Until it has ended, at most so long."""
        if self.reader is not None:
            self.reader.join(seconds)


_runs: dict[int, Run] = {}
_lock = Lock()


def of(person: Actor) -> Run | None:
    """The newest replay of this person."""
    return _runs.get(person.user_id or 0)


def start(person: Actor, edition: Edition, *, days: int | None, account: int | None) -> Run:
    """Begin one in a process of its own; one of his that still runs is given up. Needs `policy.propose`."""
    person.require("policy.propose")
    run = Run(edition.ref, edition.sha256, days, account)
    with _lock:
        if (before := _runs.get(person.user_id or 0)) is not None:
            stop(before)
        _runs[person.user_id or 0] = run
    wanted = {"user": person.user_id, "canonical": edition.canonical, "days": days, "account": account, "limit": LISTED}
    run.process = subprocess.Popen(
        [sys.executable, "-m", "desk.replay_run"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    run.reader = Thread(target=_listen, args=(run, run.process, json.dumps(wanted)), daemon=True)
    run.reader.start()
    return run


def stop(run: Run) -> None:
    """Give one up that still runs."""
    if run.running and run.process is not None:
        run.process.terminate()


def stop_all() -> None:
    """None goes on without the desk that began it."""
    for run in list(_runs.values()):
        stop(run)


atexit.register(stop_all)


def _listen(run: Run, process: "subprocess.Popen[str]", wanted: str) -> None:
    """Follow what it tells until it ends; one that ends without a result was stopped, or fell."""
    with process:
        try:
            if process.stdin is not None:
                process.stdin.write(wanted)
                process.stdin.close()
        except BrokenPipeError:
            pass  # it was stopped before it read what to do
        for line in process.stdout or ():
            said = json.loads(line)
            run.done, run.all = said.get("done", run.done), said.get("all", run.all)
            if "result" in said:
                run.result = said["result"]
            elif "failed" in said:
                run.failed = dict(zip(LANGS, said["failed"], strict=True))
    if run.running:
        run.failed = {}
