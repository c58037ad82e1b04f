"""Whole workers, a process each, share the work of one database: each thing once, each paid reading as often as one would."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlmodel import col, select

from core import clock
from core.actors import WORKER
from core.clock import now, running
from core.db import Database
from core.i18n import ROOT
from core.settings import load
from core.vault import open_vault
from outbox.accounts import from_environment, resolve
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.models import Attempt, Delivery
from sandbox import seed, server
from tests.scheduler.conftest import Office
from tests.scheduler.test_worker import ends_within, heard, launch

POLL_S = 5
COUNT = 8


@pytest.fixture
def sandbox() -> Iterator[server.Running]:
    with server.start(seed.bare()) as alive:
        yield alive


def until(met: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.1)


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_share_what_is_due_and_read_paid_accounts_as_one(
    db: Database, sandbox: server.Running, tmp_path: Path, workers: int
) -> None:
    given = {
        **seed.ENVIRONMENT,
        "MAJLIS_VAR_DIR": str(tmp_path / "var"),
        "MAJLIS_KEYS": Fernet.generate_key().decode(),
        "MAJLIS_DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
        "MAJLIS_PLATFORM_URL": sandbox.url,
        "MAJLIS_POLL_S": str(POLL_S),
    }
    settings = load(**given)
    with running(clock._system), db.write() as session:
        from_environment(session, settings, open_vault(settings))
        due = now() + timedelta(seconds=4)
        for n in range(COUNT):
            for platform in ("facebook", "x"):
                at = due + timedelta(seconds=n)  # of one second they would go side by side
                enqueue(session, WORKER, kind="post", account=resolve(session, platform), body=Body(f"خبر {n}"), at=at)
    command = [sys.executable, str(ROOT / "manage.py"), "worker"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    processes = [subprocess.Popen(command, env={**os.environ, **given}, **quiet) for _ in range(workers)]  # type: ignore[call-overload] # mypy reads no mixed mapping
    began = time.monotonic()
    try:

        def published() -> bool:
            with db.read() as session:
                return set(session.exec(select(Delivery.state))) == {"published"}

        until(published)
        until(lambda: time.monotonic() - began > 2.5 * POLL_S)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(60) for process in processes]
    lived = time.monotonic() - began
    assert codes == [0] * workers
    with sandbox.world.lock:
        seen = Counter(
            (e.platform, e.text) for p in ("facebook", "x") for e in sandbox.world.shelf(p, "all") if e.own and e.published
        )
        asked = Counter(r.path for r in sandbox.world.recorder.records if r.family == "x" and r.method == "GET")
        posted = sum(r.path == "/2/tweets" and r.method == "POST" for r in sandbox.world.recorder.records)
    assert seen == {(p, f"خبر {n}"): 1 for p in ("facebook", "x") for n in range(COUNT)}
    assert posted == COUNT, "each write to X is paid"
    mentions = asked[f"/2/users/{seed.X_USER_ID}/mentions"]
    assert 1 <= mentions <= lived / POLL_S + 1, "each reading of X is paid"
    with db.read() as session:
        in_order = session.exec(select(Attempt).order_by(col(Attempt.started_at))).all()
        accounts = {d.id: d.account_id for d in session.exec(select(Delivery))}
    by_account: dict[int, list[Attempt]] = {}
    for attempt in in_order:
        by_account.setdefault(accounts[attempt.delivery_id], []).append(attempt)
    for attempts in by_account.values():
        assert [a.delivery_id for a in attempts] == sorted(a.delivery_id for a in attempts), "posts keep their order"
        for before, after in pairwise(attempts):
            assert before.ended_at
            assert before.ended_at <= after.started_at, "one call at a time on an account"


def test_what_a_killed_worker_held_is_done_by_another(office: Office) -> None:
    """The clock of these workers runs thirty times as fast, so that nobody waits for a lease."""
    with office.db.write() as session:
        for n in range(3):
            enqueue(session, WORKER, kind="post", account=office.accounts["x"], body=Body(f"خبر {n}"), at=office.hands.at)
    first = launch(office, "silent", "30")
    heard(first, "sent")
    first.kill()
    first.wait(30)
    if first.stdout is not None:
        first.stdout.close()
    second = launch(office, "answers", "30")
    until(lambda: sorted(p["text"] for p in office.wall.posts()) == ["خبر 1", "خبر 2"])
    until(lambda: sorted(d.state for d in office.everything()) == ["needs_decision", "published", "published"])
    ends_within(second, 20)
    assert len(office.wall.posts()) == 2, "of what may have left a person is asked, it is not sent again"
