"""The public door with a full house behind it, beside the same door over an empty one. `python -m bench.portal [--quick]`.

A million items with two hundred thousand cases are stored (`--quick`: fifty thousand with ten thousand). Each door runs as it does
in service, a process of its own; CLIENTS connections ask it one page after the other, each request from another address, so that
the limits on tries stand and are not met. Told are requests a second, the time by which half and 99 of 100 were answered, the
processor's time the door took for one, and its memory; full it may be SLOWER times what it is empty, by requests a second and by
processor. Lists of cases at the desk are measured in the service layer.
"""

import argparse
import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import text
from sqlmodel import col, select

from bench.inbox import quantile
from bench.make_items import connect, fill, settle
from bench.stores import STORES, opened
from bench.tables import table
from core.db import Database
from core.models import Account
from core.settings import load
from core.vault import Vault, open_vault
from inbox import caseload
from inbox.caseload import Load
from inbox.cases import secret_of
from inbox.models import Case

MANY, SOME, FEW = 1_000_000, 50_000, 100
CLIENTS, SLOWER, AIM_LIST_MS = 4, 1.5, 20.0
#: a tenth of the cases is worked on, with dates around today; each has its first step
ALIVE = (
    "UPDATE cases SET state = CASE id % 3 WHEN 0 THEN 'received' WHEN 1 THEN 'in_progress' ELSE 'waiting' END WHERE id % 10 = 0",
    "UPDATE cases SET first_due_at = opened_at, next_due_at = opened_at, due_at = opened_at WHERE id % 10 = 0",
    "UPDATE cases SET department = 'wages' WHERE id % 7 = 0",
    "UPDATE cases SET grade = 'urgent' WHERE id % 50 = 0",
    "INSERT INTO case_events (case_id, at, actor, what, public, note, data)"
    " SELECT id, opened_at, 'worker', 'received', {true}, '', '{{}}' FROM cases",
    "INSERT INTO case_events (case_id, at, actor, what, public, note, data)"
    " SELECT id, opened_at, 'worker', 'receipt_sent', {true}, '', '{{}}' FROM cases",
)


@dataclass(frozen=True)
class Door:
    """A running portal over one database, and the cases that may be asked for: (number, secret)."""

    port: int
    process: psutil.Process
    known: Sequence[tuple[str, str]]


def furnish(db: Database, total: int) -> None:
    """Store `total` items with their cases and steps."""
    fill(db, connect(db), total)
    with db.write() as session:
        session.add(Account(platform="portal", native_id="forms"))
        for statement in ALIVE:
            true = "1" if db.dialect == "sqlite" else "true"
            session.connection().execute(text(statement.format(true=true)))
    settle(db)


def secrets_of(db: Database, vault: Vault, count: int) -> list[tuple[str, str]]:
    """Numbers and secrets of `count` cases from all over the table."""
    chance = random.Random(5)
    with db.read() as session:
        ids = list(session.exec(select(Case.id)))
        chosen = chance.sample(ids, min(count, len(ids)))
        return [(case.number, secret_of(case, vault)) for case in session.exec(select(Case).where(col(Case.id).in_(chosen)))]


@contextmanager
def door(db: Database, folder: Path) -> Iterator[Door]:
    """The portal over `db` in a process of its own."""
    settings = load(MAJLIS_VAR_DIR=str(folder))
    known = secrets_of(db, open_vault(settings), 500)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = db.engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg:", "postgresql:")
    chosen = {"MAJLIS_VAR_DIR": str(folder), "MAJLIS_DATABASE_URL": url, "MAJLIS_TRUSTED_PROXIES": "127.0.0.1"}
    command = [sys.executable, "manage.py", "portal", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **chosen}, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Door(port, psutil.Process(process.pid), known)
    finally:
        process.terminate()
        process.wait(10)


Path_ = Callable[[random.Random], str]


def paths(one: Door) -> dict[str, tuple[int, Path_]]:
    """What is asked for -> (status that is right, a path of that kind)."""
    return {
        "form: complaint": (200, lambda _: "/en/complaint"),
        "form: track": (200, lambda _: "/track"),
        "tracking: a case": (200, lambda chance: "/track/" + "/".join(chance.choice(one.known))),
        "tracking: a wrong secret": (404, lambda chance: f"/track/{chance.choice(one.known)[0]}/{'0' * 26}"),
    }


def ask(one: Door, status: int, path: Path_, count: int, seed: int) -> list[float]:
    """Milliseconds of `count` requests on one connection, one after the other."""
    chance, took = random.Random(seed), []
    line = http.client.HTTPConnection("127.0.0.1", one.port, timeout=30)
    for _ in range(count):
        from_ = {"x-forwarded-for": f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"}
        begun = time.perf_counter()
        line.request("GET", path(chance), headers=from_)
        answer = line.getresponse()
        answer.read()
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.status == status, f"{answer.status} instead of {status}"
    line.close()
    return took


def load_on(one: Door, status: int, path: Path_, count: int) -> tuple[float, list[float]]:
    """(requests a second, milliseconds of each) with CLIENTS connections at once."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        parts = list(pool.map(lambda seed: ask(one, status, path, count // CLIENTS, seed), range(1, CLIENTS + 1)))
    took = [ms for part in parts for ms in part]
    return len(took) / (time.perf_counter() - begun), took


@dataclass(frozen=True)
class Told:
    """What one kind of page took: requests a second, milliseconds of each, processor milliseconds of one, MiB of the door."""

    rate: float
    took: Sequence[float]
    cpu: float
    memory: float


def measured(db: Database, count: int) -> dict[str, Told]:
    """Kind of page -> what it took."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="majlis-door-") as folder, door(db, Path(folder)) as one:
        for name, (status, path) in paths(one).items():
            ask(one, status, path, 20, 0)  # warm, as a server is after its first minute
            before = sum(one.process.cpu_times()[:2])
            rate, took = load_on(one, status, path, count)
            cpu = (sum(one.process.cpu_times()[:2]) - before) * 1000 / len(took)
            found[name] = Told(rate, took, cpu, one.process.memory_info().rss / 2**20)
    return found


def lists(db: Database, times: int) -> list[tuple[str, ...]]:
    """Pages of 50 cases at the desk: each view, its first page and ten further ones, and its counts."""
    rows = []
    for view in caseload.VIEWS:
        for given in (Load(view, me=7), Load(view, me=7, department="wages"), Load(view, me=7, grade="urgent", kind="complaint")):
            took: list[float] = []
            for _ in range(times):
                after = None
                for _ in range(10):
                    begun = time.perf_counter()
                    with db.read() as session:
                        shown = caseload.page(session, given, after)
                    took.append((time.perf_counter() - begun) * 1000)
                    if (after := shown.next) is None:
                        break
            narrowed = " ".join(one for one in (given.department, given.grade, given.kind) if one)
            rows.append(_line(f"{view} {narrowed}".strip(), took))
    begun = time.perf_counter()
    with db.read() as session:
        caseload.counts(session, Load(me=7))
    return [*rows, _line("counts of five views", [(time.perf_counter() - begun) * 1000])]


def _door(name: str, empty: Told, full: Told) -> tuple[str, ...]:
    """A row: the empty house beside the full one."""
    told = [(empty.rate, full.rate), *((quantile(empty.took, at), quantile(full.took, at)) for at in (0.5, 0.99))]
    told += [(empty.cpu, full.cpu), (empty.memory, full.memory)]
    by_rate, by_cpu = empty.rate / full.rate, full.cpu / empty.cpu
    figures = [f"{value:.1f}" if value < 100 else f"{value:.0f}" for pair in told for value in pair]
    return (name, *figures, f"{by_rate:.2f}×", f"{by_cpu:.2f}×", "yes" if max(by_rate, by_cpu) <= SLOWER else "NO")


def _line(name: str, took: Sequence[float]) -> tuple[str, ...]:
    p95 = quantile(took, 0.95)
    return (
        name,
        str(len(took)),
        f"{quantile(took, 0.5):.2f}",
        f"{p95:.2f}",
        f"{max(took):.2f}",
        "yes" if p95 <= AIM_LIST_MS else "NO",
    )


def report(store: str, total: int, count: int, times: int) -> bool:
    """Measure one store, print its tables; True when every aim is reached."""
    with opened(store, 2) as (empty, full):
        furnish(empty, FEW)
        furnish(full, total)
        before, after = measured(empty, count), measured(full, count)
        desk = lists(full, times)
        with full.read() as session:
            stored = session.connection().execute(text("SELECT count(*) FROM cases")).scalar_one()
        empty.dispose()
        full.dispose()
    rows = [_door(name, before[name], told) for name, told in after.items()]
    title = f"{store}: {total:,} items, {stored:,} cases; {CLIENTS} connections, one process of the portal; empty | full"
    pairs = ("req/s", "", "p50 ms", "", "p99 ms", "", "CPU ms", "", "MiB", "")
    table(title, ("", *pairs, "by rate", "by CPU", f"≤ {SLOWER}×"), rows)
    head = ("list of cases, 50 a page", "n", "p50 ms", "p95 ms", "max ms", f"≤ {AIM_LIST_MS:.0f} ms")
    table(f"{store}: lists at the desk, service layer, a session a page", head, desk)
    return all(row[-1] != "NO" for row in [*rows, *desk])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{SOME:,} items instead of {MANY:,}")
    parser.add_argument("--store", choices=STORES, help="only this one")
    given = parser.parse_args()
    total, count, times = (SOME, 400, 3) if given.quick else (MANY, 4000, 10)
    reached = [report(store, total, count, times) for store in STORES if given.store in (None, store)]
    return 0 if all(reached) or given.quick else 1


if __name__ == "__main__":
    raise SystemExit(main())
