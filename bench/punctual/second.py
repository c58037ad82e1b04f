"""One more worker of the press office, in a process of its own: `python -m bench.punctual.second SPEC`, until it is told to end.

SPEC is JSON: the database, the folder of the settings, each account's platform by its id, and how far the clock is put forward. It
says one line once it is ready to begin.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psutil

from bench.punctual.office import Office, at
from connectors.contract import Connector
from core import clock
from core.db import Database
from core.ending import set_on_signal
from core.i18n import ROOT
from core.log import set_up
from core.models import Account
from core.settings import load
from core.vault import open_vault
from outbox.accounts import Connections
from scheduler.timetable import TICKS, Shift
from scheduler.worker import keep_time, prepare


@dataclass(frozen=True, slots=True)
class Doors:
    """How this process opens each account, by its id."""

    opened: Mapping[int, Connections]

    def __call__(self, account: Account) -> Connector:
        return self.opened[account.id or 0](account)


@contextmanager
def another(office: Office, ahead: timedelta) -> Iterator[psutil.Process]:
    """A worker beside this one, ready when this begins."""
    spec = {
        "database": office.db.engine.url.render_as_string(hide_password=False),
        "var_dir": str(office.settings.var_dir),
        "urls": {str(id_): its.platform_url for id_, its in office.placed.items()},
        "ahead_s": ahead.total_seconds(),
    }
    command = [sys.executable, "-m", "bench.punctual.second", json.dumps(spec)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def main() -> None:
    spec = json.loads(sys.argv[1])
    set_up("error")
    settings = load(MAJLIS_VAR_DIR=spec["var_dir"])
    vault, ahead = open_vault(settings), timedelta(seconds=spec["ahead_s"])
    doors = Doors({int(id_): Connections(at(url, spec["var_dir"]), vault) for id_, url in spec["urls"].items()})
    shift = Shift(settings, Database(spec["database"]), doors, f"second:{os.getpid()}")
    set_on_signal(shift.stopping)
    prepare()
    print("ready", flush=True)
    with clock.running(lambda: datetime.now(UTC) + ahead):
        keep_time(shift, tuple(tick for tick in TICKS if tick.name == "send"))


if __name__ == "__main__":
    main()
