"""What the ledger costs, and how late posts are that are all due in the same second.

`python -m bench.publish [--quick] [--store NAME]`. First: deliveries a second by claim, last-moment check, attempt, call and record
(three transactions) against a platform that answers at once, beside one bare conditional UPDATE and commit a row on the same
database in the same run; the two take turns. Second: the worker's own `send` tick with all posts due at one instant and a platform
that takes 50 ms, beside what that platform alone would take: accounts are served side by side, each account one post at a time.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from sqlalchemy import insert, update
from sqlmodel import col, func, select

from bench.stores import STORES, opened
from bench.tables import table
from connectors.contract import Capabilities, Connector, Outgoing, Sent, Steps
from core.clock import now
from core.db import Database
from core.log import set_up
from core.models import Account
from core.settings import Settings, load
from outbox.body import Body
from outbox.models import Delivery
from outbox.send import TABLE, send_next
from scheduler.timetable import TICKS, Shift
from scheduler.worker import keep_time

ROUNDS = 5
PLATFORM_S = 0.050
#: a ministry's accounts, and as many as one worker serves side by side
ACCOUNTS = (3, 16)
AHEAD = timedelta(seconds=3)


@dataclass
class Instant:
    """A platform in this process that takes `takes_s` for a post and notes when it was called. Only `send` is ever asked of it."""

    account: str
    takes_s: float = 0.0
    capabilities: Capabilities = field(default_factory=Capabilities)
    called: list[datetime] = field(default_factory=list)

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        self.called.append(now())
        time.sleep(self.takes_s)
        return Sent(f"{self.account}-{out.text}")


def connector(account: str, takes_s: float = 0.0) -> tuple[Instant, Connector]:
    """The platform, and the same as the outbox sees it."""
    made = Instant(account, takes_s)
    return made, made  # type: ignore[return-value]  # it has no more of the contract than a bench asks of it


def connected(db: Database, count: int) -> list[Account]:
    with db.write() as session:
        session.add_all([Account(platform="x", native_id=str(n)) for n in range(count)])
    with db.read() as session:
        return list(session.exec(select(Account).order_by(col(Account.id))))


def queue(db: Database, accounts: Sequence[Account], count: int, at: datetime, mark: str) -> None:
    """`count` posts due at `at`, by turns on the accounts."""
    rows = [
        {
            "kind": "post", "account_id": accounts[n % len(accounts)].id, "body": Body(f"{mark}-{n}").to_json(), "priority": 0,
            "state": "scheduled", "scheduled_at": at, "miss_after": at + timedelta(days=2), "created_by": "bench", "created_at": at,
        }
        for n in range(count)
    ]  # fmt: skip
    with db.write() as session:
        session.connection().execute(insert(TABLE), rows)


def timed(step: Callable[[], bool]) -> list[float]:
    """Seconds of each step until one says there is nothing more."""
    took: list[float] = []
    while True:
        began = time.perf_counter()
        more = step()
        if not more:
            return took
        took.append(time.perf_counter() - began)


def bare(db: Database) -> Callable[[], bool]:
    """One conditional UPDATE and its commit a row: what no ledger on this database can be faster than."""
    with db.read() as session:
        waiting = list(session.exec(select(Delivery.id).where(col(Delivery.state) == "scheduled").order_by(col(Delivery.id))))

    def step() -> bool:
        if not waiting:
            return False
        mine = (col(Delivery.id) == waiting.pop(), col(Delivery.state) == "scheduled")
        with db.write() as session:
            return session.connection().execute(update(Delivery).where(*mine).values(state="published")).rowcount == 1

    return step


def rates(store: str, count: int, settings: Settings) -> None:
    """Print deliveries a second of the ledger and of the bare UPDATE."""
    found: dict[str, list[list[float]]] = {"ledger": [], "bare": []}
    with opened(store) as (db,):
        accounts = connected(db, 1)
        _, platform = connector("x:0")

        def ledger() -> bool:
            return send_next(db, lambda _: platform, "bench", settings=settings) is not None

        for round_ in range(ROUNDS + 1):
            for name in ("ledger", "bare") if round_ % 2 else ("bare", "ledger"):
                queue(db, accounts, count, now(), f"{name}{round_}")
                found[name].append(timed(ledger if name == "ledger" else bare(db)))
                assert len(found[name][-1]) == count, "every delivery was taken once"
        db.dispose()
    rows = []
    for name, words in (("ledger", "claim, check, attempt, call, record"), ("bare", "bare conditional UPDATE and commit")):
        rounds = found[name][1:]  # the first warms caches and is not counted
        steps = sorted(s for round_ in rounds for s in round_)
        rate = statistics.median(count / sum(round_) for round_ in rounds)
        rows.append((words, f"{rate:,.0f}", *(f"{1000 * quantile(steps, q):.2f}" for q in (0.5, 0.99))))
    head = ("", "deliveries/s", "p50 ms", "p99 ms")
    table(f"{store}: median of {ROUNDS} rounds by turns, {count:,} deliveries each, one worker, one account", head, rows)


def quantile(ordered: Sequence[float], q: float) -> float:
    return ordered[min(int(q * len(ordered)), len(ordered) - 1)]


@contextmanager
def sending(shift: Shift) -> Iterator[None]:
    """The worker's loop with its `send` tick alone."""
    ticks = tuple(tick for tick in TICKS if tick.name == "send")
    thread = Thread(target=keep_time, args=(shift, ticks))
    thread.start()
    try:
        yield
    finally:
        shift.stopping.set()
        thread.join()


def late(db: Database, accounts: Sequence[Account], count: int, settings: Settings) -> list[float]:
    """Seconds between the instant all were due and each call, smallest first."""
    platforms = {a.id: connector(a.key, PLATFORM_S) for a in accounts}
    shift = Shift(settings, db, lambda account: platforms[account.id][1], "bench")
    at = now() + AHEAD
    queue(db, accounts, count, at, f"late{len(accounts)}")
    deadline = time.monotonic() + 600
    with sending(shift):
        while sum(len(p.called) for p, _ in platforms.values()) < count and time.monotonic() < deadline:
            time.sleep(0.2)
    with db.read() as session:
        states = dict(session.exec(select(Delivery.state, func.count()).group_by(Delivery.state)).all())
    assert states == {"published": count}, f"every post went out once: {states}"
    return sorted((moment - at).total_seconds() for p, _ in platforms.values() for moment in p.called)


def alone(accounts: int, count: int) -> list[float]:
    """The same without any database: each account's posts one after the other, accounts side by side."""
    began = time.perf_counter()

    def one(number: int) -> list[float]:
        found = []
        for _ in range(number, count, accounts):
            found.append(time.perf_counter() - began)
            time.sleep(PLATFORM_S)
        return found

    with ThreadPoolExecutor(accounts) as pool:
        return sorted(s for found in pool.map(one, range(accounts)) for s in found)


def lateness(store: str, count: int, settings: Settings) -> None:
    """Print how late the calls are."""
    rows = []
    for many in ACCOUNTS:
        with opened(store) as (db,):
            found = late(db, connected(db, many), count, settings)
            db.dispose()
        for words, seconds in ((f"worker, {many} accounts", found), (f"platform alone, {many} accounts", alone(many, count))):
            rows.append((words, *(f"{quantile(seconds, q):.2f}" for q in (0.0, 0.5, 0.99, 1.0))))
    head = ("seconds late", "first", "p50", "p99", "last")
    table(f"{store}: {count:,} posts due at one instant, a platform that takes {1000 * PLATFORM_S:.0f} ms", head, rows)


def main() -> int:
    """Measure, on both stores unless one is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--store", choices=STORES, help="only this one")
    given = parser.parse_args()
    set_up("error")
    with TemporaryDirectory(prefix="majlis-bench-var-") as folder:
        settings = load(MAJLIS_VAR_DIR=str(Path(folder)))
        for store in STORES:
            if given.store in (None, store):
                rates(store, 100 if given.quick else 1000, settings)
                lateness(store, 100 if given.quick else 1000, settings)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
