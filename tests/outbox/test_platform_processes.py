"""Real worker processes over the simulated platforms: what a citizen sees there, and what was asked of it, is the truth."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from core import clock
from core.clock import now, running
from core.db import Database
from outbox.models import Delivery
from sandbox import seed, server
from sandbox.clock import Clock
from tests.outbox.platforms import WORDS, Street, street
from tests.outbox.test_processes import ahead_by, ended

LAUNCHER = Path(__file__).with_name("platform_launcher.py")
PLATFORMS = ("facebook", "x", "instagram")
KINDS = ("post", "reply", "receipt", "hide")


@pytest.fixture
def sandbox() -> Iterator[server.Running]:
    with server.start(seed.bare(clock=Clock(source=lambda: now().timestamp()))) as alive:
        yield alive


@pytest.fixture
def streets(db: Database, sandbox: server.Running, tmp_path: Path) -> Iterator[dict[str, Street]]:
    """The three accounts on one sandbox, on the real clock, which other processes share."""
    with running(clock._system):
        yield {p: street(db, None, sandbox, p, tmp_path) for p in PLATFORMS}  # type: ignore[arg-type] # nobody turns this clock


def launch(there: Street, point: str, worker: str, *, only: bool = False) -> subprocess.Popen[str]:
    url = there.db.engine.url.render_as_string(hide_password=False)
    account = [str(there.account.id)] if only else []
    command = [sys.executable, str(LAUNCHER), url, str(there.settings.var_dir), there.running.url, point, worker, *account]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def states(db: Database) -> Counter[str]:
    with db.read() as session:
        return Counter(session.exec(select(Delivery.state)))


@pytest.mark.parametrize("workers", [2, 4])
def test_several_workers_do_everything_once(streets: dict[str, Street], workers: int) -> None:
    one = streets["facebook"]
    comments = []
    for there in streets.values():
        for n in range(16):
            kind = KINDS[n % len(KINDS)]
            there.queue(kind, pictures=int(kind == "post"), text=f"{WORDS} {n}")
            comments += [there.comment] if kind == "hide" else []
    results = ended(*(launch(one, "none", f"w{n}") for n in range(workers)))
    assert [code for code, _ in results] == [0] * workers
    assert sum(tried for _, tried in results) == 48
    assert len([tried for _, tried in results if tried]) > 1, "one worker did everything: nothing was proved"
    assert states(one.db) == {"published": 48}
    for there in streets.values():
        seen = {n: len(there.public(f"{WORDS} {n}")) for n in range(16)}
        assert seen == {n: int(KINDS[n % len(KINDS)] != "hide") for n in range(16)}
    assert all(comment.hidden for comment in comments)
    assert streets["x"].calls("/2/tweets") == 12, "each write to X is paid"
    assert streets["instagram"].calls("/media_publish") == 4


#: where the worker dies -> what may be asked of a person afterwards, by platform and kind
DEATHS: dict[str, set[tuple[str, str]]] = {
    # words in one step: nobody can know whether they left, and they did not; a picture comes before them
    "before_the_request": {(p, "reply") for p in PLATFORMS},
    "after_the_first_step": {("x", "post")},
    "answered_not_classified": set(),
    "answered_not_recorded": set(),
    "recorded": set(),
}


@pytest.mark.parametrize("kind", ["post", "reply"])
@pytest.mark.parametrize("point", DEATHS)
def test_killed_anywhere_nothing_is_there_twice_and_nothing_is_lost(streets: dict[str, Street], point: str, kind: str) -> None:
    stepped = {p for p in PLATFORMS if kind == "post"}  # answers on these platforms are one request, without steps before it
    ids = {p: there.queue(kind, pictures=int(kind == "post")) for p, there in streets.items()}
    launched = [launch(there, point, f"w-{p}", only=True) for p, there in streets.items()]
    dead = {p: code for p, (code, _) in zip(streets, ended(*launched), strict=True)}
    fell = {p for p in PLATFORMS if point != "after_the_first_step" or p in stepped or dead[p]}
    assert {p for p, code in dead.items() if code == -signal.SIGKILL} == fell
    for minutes in range(2, 24, 2):
        with running(ahead_by(timedelta(minutes=minutes))):
            streets["x"].reconcile()
            streets["x"].send()
    for p, there in streets.items():
        row, seen = there.get(ids[p]), there.public()
        asked = (p, kind) in DEATHS[point]
        assert (p, row.state, len(seen)) == (p, "needs_decision" if asked else "published", 0 if asked else 1)
        assert row.external_id == (seen[0].id if seen else "")
