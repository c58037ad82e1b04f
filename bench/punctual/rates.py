"""Deliveries a second: the whole ledger beside one bare conditional UPDATE a row; and claims alone, by one and several workers."""

import statistics
import time
from collections.abc import Callable
from threading import Thread

from sqlalchemy import update
from sqlmodel import col, select

from bench.punctual.instant import Instant, as_connector, connected, quantile, queue
from bench.stores import opened
from bench.tables import table
from core.clock import now
from core.db import Database
from core.settings import Settings
from outbox.models import Delivery
from outbox.send import send_next, take

ROUNDS = 5
WORKERS = (1, 2, 4)


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
        platform = as_connector(Instant("x:0"))

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


def claims(store: str, count: int, settings: Settings) -> None:
    """Print claims a second by 1, 2 and 4 workers (threads, a connection each): each row is taken by one of them."""
    rows = []
    with opened(store) as (db,):
        accounts = connected(db, 10)
        for workers in WORKERS:
            queue(db, accounts, count, now(), f"claims{workers}")
            taken: list[list[int]] = [[] for _ in range(workers)]

            def work(number: int, mine: list[int]) -> None:
                while (found := take(db, f"w{number}", None, settings)) is not None:
                    mine.append(found)

            threads = [Thread(target=work, args=(n, mine)) for n, mine in enumerate(taken)]
            began = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            took = time.perf_counter() - began
            every = [id_ for mine in taken for id_ in mine]
            assert len(every) == len(set(every)) == count, "every delivery was taken once"
            rows.append((f"{workers}", f"{count / took:,.0f}"))
            with db.write() as session:
                session.connection().execute(update(Delivery).values(state="published"))
        db.dispose()
    table(f"{store}: claims a second, {count:,} due on ten accounts", ("workers", "claims/s"), rows)
