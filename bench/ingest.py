"""Items a second through the whole way in (receive, judge, route, store; fetching excluded), beside a bare bulk insert.

`python -m bench.ingest [--quick]`. On each store three databases stand side by side: one that holds few items, one that holds
many, and a bare one that takes the very same rows in one statement a transaction. They take turns, five runs each, a new batch
a run, in transactions of inbox.reading.CHUNK items as in production. Receipts are not braked, so that every complaint queues one.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert

from bench.make_items import connect, fill, messages
from bench.stores import STORES, opened
from bench.tables import table
from connectors.contract import Message
from core.clock import now
from core.db import Database
from core.models import Account
from core.settings import Settings, load
from inbox.arrive import reserve
from inbox.index import ITEMS
from inbox.judging import judge_all
from inbox.reading import CHUNK, Reading, take
from inbox.rows import columns
from policies import edition as editions
from policies.judge import ready

RUNS = 5
FEW, MANY, SOME = 10_000, 1_000_000, 100_000
AIM = {"sqlite": 2_000, "postgresql": 1_500}
#: cost per item may not grow by more than this from few stored items to many
GROWTH = 0.20


@dataclass(frozen=True, slots=True)
class Lane:
    """One of the databases that take turns."""

    name: str
    db: Database
    accounts: list[Account]

    def batch(self, run: int, size: int) -> list[Message]:
        """New messages, none of which any run before has brought."""
        page = self.accounts[0]
        said = now() - timedelta(seconds=size)
        return list(messages(page, size, first=10**9 + run * size, said=said, seed=100 + run))


def whole_way(lane: Lane, batch: list[Message], settings: Settings) -> float:
    """Seconds for a page of the batch to be taken in."""
    reading = Reading(lane.db, lane.accounts[0], None, settings, "bench", editions.current(), "")  # type: ignore[arg-type]  # nothing is fetched
    began = time.perf_counter()
    take(reading, batch)
    took = time.perf_counter() - began
    assert reading.new == len(batch), "every message of the batch is new"
    return took


def bare(lane: Lane, batch: list[Message]) -> float:
    """Seconds for the same rows by bulk insert alone: no look, no judgement, no case, no counter, no search entry."""
    moment = now()
    rows = [columns(lane.accounts[0], message, None, moment) for message in batch]
    began = time.perf_counter()
    for start in range(0, len(rows), CHUNK):
        with lane.db.write() as session:
            piece = rows[start : start + CHUNK]
            ids = reserve(session, ITEMS, len(piece))
            full = [
                row | {"id": id_, "thread_key": row["native_id"], "facets": 0, "state": "open"}
                for id_, row in zip(ids, piece, strict=True)
            ]
            session.connection().execute(insert(ITEMS), full)
    return time.perf_counter() - began


def judging(batch: list[Message]) -> float:
    """Seconds of it that judging alone takes."""
    began = time.perf_counter()
    judge_all(batch, editions.current())
    return time.perf_counter() - began


def measure(store: str, many: int, size: int) -> Iterator[tuple[str, list[float]]]:
    """(lane, items a second of each run) for `few`, `many`, `bare` and `judge`."""
    settings = load(MAJLIS_RECEIPT_BRAKE=10**9, MAJLIS_HIDE_BRAKE=10**9)
    with opened(store, 3) as (few_db, many_db, bare_db):
        lanes = [Lane(name, db, connect(db)) for name, db in (("few", few_db), ("many", many_db), ("bare", bare_db))]
        for lane, stored in zip(lanes, (FEW, many, FEW), strict=True):
            fill(lane.db, lane.accounts, stored)
        rates: dict[str, list[float]] = {"few": [], "many": [], "bare": [], "judge": []}
        for run in range(RUNS + 1):
            for lane in lanes[run % 3 :] + lanes[: run % 3]:
                batch = lane.batch(run, size)
                took = bare(lane, batch) if lane.name == "bare" else whole_way(lane, batch, settings)
                rates[lane.name].append(size / took)
            rates["judge"].append(size / judging(lanes[0].batch(run, size)))
        for lane in lanes:
            lane.db.dispose()
    yield from ((name, values[1:]) for name, values in rates.items())  # the first round warms caches and is not counted


def report(store: str, many: int, size: int) -> bool:
    """Measure one store, print its table; True when the aims are reached."""
    rates = {name: statistics.median(values) for name, values in measure(store, many, size)}
    growth = rates["few"] / rates["many"] - 1
    names = {
        "few": f"whole way, {FEW:,} stored",
        "many": f"whole way, {many:,} stored",
        "bare": "bare bulk insert",
        "judge": "judging alone",
    }
    table(
        f"{store}: median of {RUNS} interleaved runs of {size:,} items",
        ("", "items/s", "µs/item", "of bare"),
        [(names[n], f"{r:,.0f}", f"{1e6 / r:,.0f}", f"{rates['bare'] / r:.1f}×") for n, r in rates.items()],
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    good = rates["many"] >= AIM[store] and growth <= GROWTH
    print(
        f"cost per item with {many:,} stored against {FEW:,}: {growth:+.0%} (at most {GROWTH:+.0%}); aim {AIM[store]:,} items/s; "
        f"peak memory of the process {peak:,.0f} MB: {'reached' if good else 'NOT reached'}"
    )
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{SOME:,} items stored instead of {MANY:,}")
    parser.add_argument("--store", choices=STORES, help="only this one")
    given = parser.parse_args()
    ready()  # as a worker does when it starts
    many, size = (SOME, 1_000) if given.quick else (MANY, 4_000)
    reached = [report(store, many, size) for store in STORES if given.store in (None, store)]
    return 0 if all(reached) or given.quick else 1


if __name__ == "__main__":
    raise SystemExit(main())
