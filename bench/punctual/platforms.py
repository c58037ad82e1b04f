"""The platforms of a measurement: sandboxes in another process (bench.punctual.simulator), each call of which takes a set time."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil

from core.i18n import ROOT

#: the call that makes a post public, by platform: how its path ends
PUBLISHING = {"x": "/2/tweets", "instagram": "/media_publish"}
FAMILY = {"x": "x", "instagram": "graph"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call that makes a post public, as it came in: seconds since the epoch, and the platform's answer to it."""

    account: int
    at: float
    status: int
    what: str


def cpu_s(process: psutil.Process) -> float:
    """Seconds of processor that a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


@dataclass(frozen=True, slots=True)
class Simulator:
    """One platform an account, by the account's number."""

    urls: Sequence[str]
    process: psutil.Process

    def cpu_s(self) -> float:
        """Seconds of processor it has used."""
        return cpu_s(self.process)

    def arrivals(self, platform: str) -> list[Arrival]:
        """Every call that came in to make something public, in order."""
        found = []
        for number, url in enumerate(self.urls):
            for one in _ask(f"{url}/__sandbox/requests?family={FAMILY[platform]}&method=POST")["requests"]:
                if one["path"].endswith(PUBLISHING[platform]):
                    what = one["body"].get("text") or one["body"].get("creation_id", "")
                    found.append(Arrival(number, one["at"], one["status"] or 0, what))
        return sorted(found, key=lambda one: one.at)


@contextmanager
def simulated(accounts: int, answers_after_s: float) -> Iterator[Simulator]:
    """So many accounts' platforms, nothing said yet. No rate window is in the way and nothing is refused for being said twice."""
    command = [sys.executable, "-m", "bench.punctual.simulator", str(accounts)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            urls = json.loads(process.stdout.readline())
            for url in urls:
                _ask(
                    f"{url}/__sandbox/config",
                    answer_delay_s=answers_after_s,
                    rate_limits={"create": 10**6},
                    graph_calls_per_hour=10**6,
                    instagram_quota=10**6,
                    x_duplicate_filter=False,
                )
            yield Simulator(urls, psutil.Process(process.pid))
        finally:
            process.terminate()


def _ask(url: str, **order: Any) -> Any:
    data = json.dumps(order).encode() if order else None
    request = urllib.request.Request(url, data, {"content-type": "application/json"})  # noqa: S310 (loopback, see simulator)
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (the same)
        return json.load(answer)
