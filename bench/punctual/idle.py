"""What a hundred thousand scheduled posts cost a worker that has nothing to do: its CPU and memory beside those with none."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import psutil
from cryptography.fernet import Fernet

from bench.punctual.instant import connected, queue
from bench.stores import opened
from bench.tables import table
from core.clock import now
from core.i18n import ROOT

WARM_S, MEASURED_S = 25.0, 30.0


def idle(store: str, count: int, folder: Path) -> None:
    """Print CPU share and memory of `manage.py worker` without posts and with `count` of them, due from tomorrow on."""
    rows = []
    for planned in (0, count):
        with opened(store) as (db,):
            accounts = connected(db, 10)
            with db.write() as session:
                for account in accounts:
                    account.active = False  # nothing is read: it is the plan that is measured
                    session.add(account)
            if planned:
                queue(db, accounts, planned, now() + timedelta(days=1), "planned", apart=timedelta(seconds=60))
            rows.append((f"{planned:,} planned", *_measured(db.engine.url.render_as_string(hide_password=False), folder)))
            db.dispose()
    table(f"{store}: an idle worker over {MEASURED_S:.0f} s", ("", "CPU of one core", "memory MB"), rows)


def _measured(url: str, folder: Path) -> tuple[str, str]:
    given = {
        "MAJLIS_DATABASE_URL": url,
        "MAJLIS_VAR_DIR": str(folder / "idle"),
        "MAJLIS_KEYS": Fernet.generate_key().decode(),
        "MAJLIS_LOG_LEVEL": "error",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "worker"]
    with subprocess.Popen(command, env={**os.environ, **given}, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        watched = psutil.Process(process.pid)
        time.sleep(WARM_S)
        before, began = watched.cpu_times(), time.monotonic()
        time.sleep(MEASURED_S)
        after, took = watched.cpu_times(), time.monotonic() - began
        memory = watched.memory_info().rss
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    used = after.user + after.system - before.user - before.system
    return f"{100 * used / took:.1f} %", f"{memory / 2**20:.0f}"
