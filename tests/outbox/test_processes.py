"""Many processes, killed anywhere: each delivery is on the wall once, or a person is asked; none is lost, none is stuck."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from core import clock
from core.actors import WORKER
from core.clock import running
from core.models import Account
from core.settings import load
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.models import Delivery
from outbox.reconcile import reconcile_due
from outbox.send import send_due
from tests.outbox.outbox_wall import Desk

LAUNCHER = Path(__file__).with_name("launcher.py")
POINTS = (
    "before_claim",
    "after_claim",
    "after_attempt",
    "after_request",
    "after_platform",
    "before_commit",
    "after_commit",
    "while_reading_back",
)


def launch(desk: Desk, point: str, worker: str, *, lease_s: int = 60, faults: str = "") -> subprocess.Popen[str]:
    arguments = [desk.db.engine.url.render_as_string(hide_password=False), str(desk.wall.path), point, worker, str(lease_s), faults]
    return subprocess.Popen([sys.executable, str(LAUNCHER), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ended(*processes: subprocess.Popen[str]) -> list[tuple[int, int]]:
    """Let them begin together, each try one delivery before any goes on, and wait: of each its exit code and how many it touched.

    Without the second halt the quickest could have done everything before another began: nothing would be proved.
    """
    alive = list(processes)
    for word in ("ready\n", "one\n"):
        said = [(process, process.stdout.readline()) for process in alive if process.stdout]
        assert {line for _, line in said} <= ({word} if word == "ready\n" else {word, ""}), "the dead say nothing"
        alive = [process for process, line in said if line]
        for process in alive:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
    return [(process.returncode, int(out or 0)) for process in processes for out, _ in [process.communicate(timeout=120)]]


@pytest.fixture
def real(desk: Desk) -> Desk:
    """The desk on the real clock, which other processes share."""
    with running(clock._system):
        return desk


def queue(desk: Desk, texts: list[str]) -> None:
    with running(clock._system), desk.db.write() as session:
        account = session.get_one(Account, desk.account.id)
        for text in texts:
            enqueue(session, WORKER, kind="post", account=account, body=Body(text))


def ahead_by(step: timedelta) -> Callable[[], datetime]:
    return lambda: clock._system() + step


def settle(desk: Desk) -> None:
    """As the next worker would, ten minutes and two leases later: nobody waits in a test, so the clock is put forward."""
    settings = load(MAJLIS_VAR_DIR=str(desk.wall.path.parent), MAJLIS_LEASE_S="60", MAJLIS_RECONCILE_STEPS_S="0,1")
    for minutes in range(2, 14, 2):
        with running(ahead_by(timedelta(minutes=minutes))):
            reconcile_due(desk.db, lambda _: desk.connector, "heir", settings=settings)
            send_due(desk.db, lambda _: desk.connector, "heir", settings=settings)


def states(desk: Desk) -> dict[str, str]:
    with desk.db.read() as session:
        return {row.body["text"]: row.state for row in session.exec(select(Delivery))}


def test_two_workers_publish_two_hundred_deliveries_once_each(real: Desk) -> None:
    texts = [f"post {n:03}" for n in range(200)]
    queue(real, texts)
    results = ended(*(launch(real, "none", f"w{n}") for n in (1, 2)))
    assert [code for code, _ in results] == [0, 0]
    assert sum(touched for _, touched in results) == 200
    assert all(touched for _, touched in results), "one worker did everything: nothing was proved"
    assert real.wall.texts() == texts
    assert set(states(real).values()) == {"published"}


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_leaves_nothing_twice_lost_or_stuck(real: Desk, point: str) -> None:
    texts = [f"post {n}" for n in range(6)]
    queue(real, texts)
    faults = "cut_after" if point == "while_reading_back" else ""
    [(code, _)] = ended(launch(real, point, "w1", faults=faults))
    assert code == -signal.SIGKILL
    settle(real)
    on_wall, found = real.wall.texts(), states(real)
    assert len(set(on_wall)) == len(on_wall), "published twice"
    assert {text for text, state in found.items() if state == "published"} == set(on_wall)
    asked = {text for text, state in found.items() if state == "needs_decision"}
    assert set(found.values()) <= {"published", "needs_decision"}, "stuck"
    # whether a request left can't be known when we die right before it: then a person is asked, and only then
    assert asked == ({"post 0"} if point in ("after_attempt", "after_request") else set())


def test_a_worker_that_dies_in_the_middle_of_others_takes_nothing_with_it(real: Desk) -> None:
    texts = [f"post {n:02}" for n in range(60)]
    queue(real, texts)
    processes = [launch(real, point, f"w{n}") for n, point in enumerate(("none", "after_platform", "before_commit", "after_claim"))]
    assert sorted(code for code, _ in ended(*processes)) == [-signal.SIGKILL] * 3 + [0]
    settle(real)
    assert real.wall.texts() == texts
    assert set(states(real).values()) == {"published"}
