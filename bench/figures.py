"""What the desk's figures cost at a million items and two hundred thousand cases, over a fortnight and over ninety days.

`python -m bench.figures [--quick] [--store sqlite|postgresql]`: each query of a part of the page, the median of its rounds by the
clock and of this process's own processor time (on SQLite all of the work, which neighbours disturb less), beside the naive count of
the same days over all their counters. The figures read counters and cases alone, so nothing else is stored.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from bench.make_items import OFFICE, PLATFORMS, connect, judged
from bench.stores import STORES, opened
from bench.tables import table
from core.bulk import insert_all
from core.clock import now
from core.db import Database
from inbox import figures, punctual, response, surges, tally, transparency
from inbox.arrive import CASES
from inbox.tally import TALLIES, today

MANY, SOME, DAYS, ROUNDS = 1_000_000, 100_000, 1000, 15
AIM_MS = 10.0
SPANS = (14, 90)


def fill(db: Database, count: int) -> None:
    """The counters of `count` items over DAYS days, and a case for every fifth: answered within hours or days, a few late."""
    accounts, chance = [account.id or 0 for account in connect(db)], Random(1)
    start, each = now() - timedelta(days=DAYS), count // DAYS
    for day in range(DAYS):
        marks: Counter[tally.Mark] = Counter()
        cases: list[dict[str, Any]] = []
        for _ in range(each):
            said = start + timedelta(days=day, seconds=chance.randrange(86_400))
            row = _row(chance, accounts[chance.randrange(len(PLATFORMS))], said)
            marks.update(tally.said(row, tally.day_of(said)))
            if row["kind"] == "complaint":
                cases.append(_case(chance, said, f"M-{day:05}-{len(cases):05}"))
        with db.write() as session:
            tally.add(session, marks)
            insert_all(session, CASES, cases)


def _row(chance: Random, account_id: int, said: datetime) -> dict[str, Any]:
    row = judged(chance) | {"account_id": account_id, "created_at": said, "deleted": False, "case_id": None, "answered_at": None}
    if row["state"] == "answered":
        row["answered_at"] = said + timedelta(hours=chance.expovariate(0.2))
    return row | {"in_hours": OFFICE.open_at(said)}


def _case(chance: Random, said: datetime, number: str) -> dict[str, Any]:
    waits, due = chance.random() < 0.02, said + timedelta(days=3)
    met = None if waits else said + timedelta(hours=chance.expovariate(0.03))
    told = {"first_due_at": due, "due_at": due + timedelta(days=7), "first_reply_at": met, "resolved_at": met}
    ends = {"state": "received" if waits else "closed", "next_due_at": due if waits else None, "opened_at": said}
    return {"number": number, "kind": "complaint", "department": chance.choice(("a", "b", "")), **told, **ends}


def parts(days: int) -> dict[str, Callable[[Session], object]]:
    """Name -> what it reads, over so many days until today."""
    last, first = today(), today() - timedelta(days=days - 1)
    since = now() - timedelta(days=days)
    return {
        "messages a day": lambda session: figures.by_day(session, first, last),
        "by topic": lambda session: figures.split(session, "topic", first, last),
        "by hour": lambda session: figures.split(session, "hour", first, last),
        "response times": lambda session: response.response(session, first, last),
        "surges": lambda session: surges.surges(session, first, last),
        "moderation": lambda session: transparency.by_clause(session, first, last),
        "dates kept": lambda session: punctual.promised(session, since, now()),
        "who holds what": punctual.board,
        "naive: all counters of the days": lambda session: session.connection().execute(
            select(TALLIES.c.name, TALLIES.c.value, func.sum(TALLIES.c.count))
            .where(TALLIES.c.day >= first, TALLIES.c.day <= last)
            .group_by(TALLIES.c.name, TALLIES.c.value)
        ).all(),
    }  # fmt: skip


def timed(db: Database, call: Callable[[Session], object]) -> tuple[float, float]:
    """Median milliseconds of ROUNDS rounds after one that warms up, each in a session of its own: by the clock, of processor."""
    clock, work = [], []
    for _ in range(ROUNDS + 1):
        with db.read() as session:
            began = time.perf_counter(), time.thread_time()
            call(session)
            clock.append((time.perf_counter() - began[0]) * 1000)
            work.append((time.thread_time() - began[1]) * 1000)
    return statistics.median(clock[1:]), statistics.median(work[1:])


def report(store: str, count: int) -> bool:
    """Measure one store, print its table; True when every aim is reached by the fortnight."""
    with opened(store) as (db,):
        fill(db, count)
        if store == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        spans = [{name: timed(db, call) for name, call in parts(days).items()} for days in SPANS]
        db.dispose()
    rows, missed, by = [], False, 1 if store == "sqlite" else 0
    for name in spans[0]:
        aimed = not name.startswith("naive")
        over = aimed and spans[0][name][by] > AIM_MS
        missed |= over
        cells = [f"{number:.1f}" for span in spans for number in span[name]]
        rows.append([name, *cells, "" if not aimed else "NO" if over else "yes"])
    head = ["ms", *(f"{days} days, {what}" for days in SPANS for what in ("clock", "processor")), f"{AIM_MS:.0f} ms a fortnight"]
    table(f"Figures of {count:,} items ({store})", head, rows)
    return not missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{SOME:,} items instead of {MANY:,}")
    parser.add_argument("--store", choices=STORES, help="only this one")
    given = parser.parse_args()
    reached = [report(store, SOME if given.quick else MANY) for store in STORES if given.store in (None, store)]
    return 0 if all(reached) or given.quick else 1


if __name__ == "__main__":
    raise SystemExit(main())
