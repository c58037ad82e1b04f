"""The crisis pause against real worker processes: after the press nothing is on the wall but what was reported as in flight."""

import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from core import clock
from core.actors import Actor
from core.clock import running
from outbox import decide, pause
from outbox.models import Delivery
from outbox.standing import standing
from tests.outbox.outbox_wall import Desk
from tests.outbox.test_processes import queue

LAUNCHER = Path(__file__).with_name("pause_launcher.py")
MANY, BEFORE = 60, 5


def launch(desk: Desk, worker: str, steps: int = 1) -> subprocess.Popen[str]:
    url = desk.db.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(LAUNCHER), url, str(desk.wall.path), worker, str(steps)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert said(process) == "ready\n"
    return process


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def press(desk: Desk, actor: Actor) -> tuple[pause.Pressed, datetime]:
    """The pause, and the instant at which it was certainly in force."""
    with desk.db.write() as session:
        pressed = pause.press(session, actor, "mourning")
    return pressed, clock.now()


def states(desk: Desk) -> Counter[tuple[str, str]]:
    with desk.db.read() as session:
        return Counter((row.state, row.reason) for row in session.exec(select(Delivery)))


def finish(*processes: subprocess.Popen[str]) -> int:
    """How many deliveries they tried."""
    return sum(int(process.communicate(timeout=120)[0]) for process in processes)


@pytest.mark.parametrize("workers", [1, 3])
def test_a_press_in_the_middle_of_the_work_stops_it_at_once(desk: Desk, manager: Actor, workers: int) -> None:
    with running(clock._system):
        queue(desk, [f"post {n:03}" for n in range(MANY)])
        processes = [launch(desk, f"w{n}") for n in range(workers)]
        for process in processes:
            go_on(process)
        while len(desk.wall.posts()) < BEFORE:
            assert all(process.poll() is None for process in processes)
        pressed, moment = press(desk, manager)
        assert finish(*processes) == MANY
        late = {post["text"] for post in desk.wall.posts() if datetime.fromisoformat(post["at"]) > moment}
        flying = {desk.get(i).body["text"] for i in pressed.in_flight}
        assert late <= flying
        assert len(flying) <= workers
        counted = states(desk)
        assert set(counted) == {("published", ""), ("held", "paused")}
        assert counted["published", ""] == len(desk.wall.posts()) < MANY
        with desk.db.read() as session:
            told = standing(session)
        on_wall = set(desk.wall.texts())
        assert {desk.get(f.delivery).body["text"]: f.fate for f in told.in_flight} == {
            text: "left" if text in on_wall else "stopped" for text in flying
        }
        assert told.held == counted["held", "paused"]


def test_a_press_between_two_steps_of_another_process_keeps_the_second_from_leaving(desk: Desk, manager: Actor) -> None:
    with running(clock._system):
        queue(desk, ["half way"])
        process = launch(desk, "w1", steps=2)
        go_on(process)
        assert said(process) == "made\n"
        pressed, _ = press(desk, manager)
        assert len(pressed.in_flight) == 1
        go_on(process)
        assert finish(process) == 1
        assert (desk.wall.posts(), states(desk)) == ([], {("held", "paused"): 1})
        with desk.db.write() as session:
            pause.lift(session, manager)
        after_lift = launch(desk, "w2", steps=2)
        go_on(after_lift)
        assert (finish(after_lift), desk.wall.posts()) == (0, [])
        with desk.db.write() as session:
            decide.confirm(session, manager, pressed.in_flight)
        confirmed = launch(desk, "w3", steps=2)
        go_on(confirmed)  # it goes on from the step that was kept: nothing is made a second time
        assert (finish(confirmed), desk.wall.texts()) == (1, ["half way"])
