"""The worker: its loop survives whatever a tick raises, shows by heartbeats that it lives, and ends soon after SIGTERM."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlmodel import select

from core.db import Database
from core.models import Heartbeat
from outbox.models import Delivery
from policies.heads.heads import HeadsRefused
from scheduler import worker
from scheduler.pulse import Beat, once
from scheduler.timetable import Shift, Tick
from scheduler.worker import keep_time
from tests.scheduler.conftest import Office

LAUNCHER = Path(__file__).with_name("launcher.py")


@contextmanager
def keeping(shift: Shift, *ticks: Tick) -> Iterator[None]:
    """The worker's loop in a thread."""
    thread = Thread(target=keep_time, args=(shift, ticks))
    thread.start()
    try:
        yield
    finally:
        shift.stopping.set()
        thread.join(30)
        assert not thread.is_alive()


def shift_of(office: Office) -> Shift:
    return Shift(office.settings, office.db, office.connect, "w1")


def test_the_loop_survives_a_tick_that_fails_and_the_others_go_on(office: Office) -> None:
    runs = {"fails": 0, "works": 0}
    enough = Event()

    def fails(_: Shift) -> None:
        runs["fails"] += 1
        raise ZeroDivisionError

    def works(_: Shift) -> None:
        runs["works"] += 1
        if runs["fails"] > 2 and runs["works"] > 2:
            enough.set()

    with keeping(shift_of(office), Tick("fails", 0.05, fails), Tick("works", 0.05, works)):
        assert enough.wait(30)


def test_a_tick_is_never_run_twice_at_once_and_missed_beats_melt_into_one(office: Office) -> None:
    inside, most, done = [0], [0], Event()
    count = [0]

    def slow(_: Shift) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        count[0] += 1
        time.sleep(0.12)  # six beats long
        inside[0] -= 1
        if count[0] == 4:
            done.set()

    began = time.monotonic()
    with keeping(shift_of(office), Tick("slow", 0.02, slow)):
        assert done.wait(30)
    assert most == [1]
    assert count[0] <= (time.monotonic() - began) / 0.12 + 1


def beats(db: Database) -> dict[str, tuple[str, str]]:
    with db.read() as session:
        return {b.name: (b.at.isoformat(), b.worker) for b in session.exec(select(Heartbeat))}


def test_a_tick_that_works_leaves_a_heartbeat_and_one_that_fails_leaves_it_to_age(office: Office) -> None:
    shift = shift_of(office)
    broken = [False]

    def run(_: Shift) -> None:
        if broken[0]:
            raise RuntimeError

    once(shift, Tick("send", 1, run), Beat("send", "w1"))
    first = beats(office.db)
    assert first == {"send": (office.hands.at.isoformat(), "w1")}
    broken[0] = True
    office.hands.forward(minutes=5)
    once(shift, Tick("send", 1, run), Beat("send", "w1"))
    assert beats(office.db) == first
    broken[0] = False
    once(shift, Tick("send", 1, run), Beat("send", "w2"))
    assert beats(office.db) == {"send": (office.hands.at.isoformat(), "w2")}


def test_after_the_signal_no_tick_begins(office: Office) -> None:
    shift = shift_of(office)
    shift.stopping.set()
    once(shift, Tick("send", 1, lambda _: 1 / 0), Beat("send", "w1"))
    assert beats(office.db) == {}


def test_names_of_workers_differ_even_in_one_process() -> None:
    assert len({worker.worker_name() for _ in range(50)}) == 50


def launch(office: Office, mode: str, speed: str = "1") -> subprocess.Popen[str]:
    url = office.db.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(LAUNCHER), url, str(office.wall.path), str(office.settings.var_dir), mode, speed]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def heard(process: subprocess.Popen[str], word: str) -> None:
    """Wait until the process says `word`."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"it ended without saying {word}")


def ends_within(process: subprocess.Popen[str], seconds: float) -> int:
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(60)
    finally:
        if process.poll() is None:
            process.kill()
        if process.stdout is not None:
            process.stdout.close()
    assert time.monotonic() - began < seconds
    return code


def test_a_worker_publishes_what_is_due_and_ends_soon_after_sigterm(office: Office) -> None:
    office.scheduled("x", "facebook", at=office.hands.at)
    process = launch(office, "answers")
    heard(process, "sent")
    assert ends_within(process, worker.PATIENCE_S + 8) == 0
    assert [d.state for d in office.everything()].count("published") >= 1


def test_a_platform_that_never_answers_does_not_keep_a_worker_from_ending(office: Office) -> None:
    office.scheduled("x", at=office.hands.at)
    process = launch(office, "silent")
    heard(process, "sent")
    assert ends_within(process, worker.PATIENCE_S + 8) == 0
    with office.db.read() as session:
        assert session.exec(select(Delivery.state)).all() == ["sending"], "reconcile settles what was in flight"


def test_a_judge_that_cannot_be_loaded_does_not_keep_posts_from_going_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise HeadsRefused(file="shipped.npz", why="its SHA-256 is not the one on its card")

    monkeypatch.setattr(worker, "ready", broken)
    worker.prepare()
    said = capsys.readouterr()
    assert "judge not ready" in said.out + said.err
