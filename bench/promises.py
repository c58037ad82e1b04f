"""The figures behind the public's promises and one month of open data, with two hundred thousand cases stored.

`python -m bench.promises [--quick] [--store sqlite|postgresql]`: each query of the commitments page, the page's figures as a whole,
and drawing up the release of a month, beside the same with a thousand cases.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import Table

from bench.stores import STORES, opened
from bench.tables import table
from core.actors import WORKER
from core.bulk import insert_all
from core.clock import Hands, running
from core.db import Database
from core.models import Account
from core.settings import load
from inbox.data.release import drawn_up, make
from inbox.models import Case, CaseEvent
from policies.verdict import KINDS, TOPICS
from scheduler.measures import MEASURES, measured

NOW = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
CASES: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel sets it
EVENTS: Table = CaseEvent.__table__  # type: ignore[attr-defined]  # SQLModel sets it
DAYS, AT_ONCE, ROUNDS = 730, 5000, 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--store", choices=STORES, default="sqlite")
    options = parser.parse_args()
    sizes = (1_000, 20_000 if options.quick else 200_000)
    with opened(options.store, len(sizes)) as databases, running(Hands(NOW)):
        found = [_timed(db, size) for db, size in zip(databases, sizes, strict=True)]
    rows = [[name, *(f"{1000 * one[name]:,.1f} ms" for one in found)] for name in found[0]]
    table(f"Figures over cases ({options.store})", ["what", *(f"{size:,} cases" for size in sizes)], rows)


def _timed(db: Database, size: int) -> dict[str, float]:
    """Name -> median seconds."""
    fill(db, size)
    settings = load()
    with running(Hands(NOW - timedelta(days=31))):
        make(db, WORKER, settings)  # all that was over a month ago is published
    times: dict[str, float] = {}
    with db.read() as session:
        for queries in MEASURES.values():
            for query in queries:
                since = NOW - timedelta(days=query.days)
                times[query.name] = _median(partial(query.count, session, since))
        times["the page's figures"] = _median(lambda: measured(session))
        times["the release of a month"] = _median(lambda: drawn_up(session, date(2026, 11, 1), settings))
    return times


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def fill(db: Database, size: int) -> None:
    """Cases of two years, most of them answered, a tenth open, each with its receipt."""
    draw = Random(7)
    with db.write() as session:
        account = Account(platform="facebook", native_id="1")
        session.add(account)
        session.flush()
        account_id = account.id
    for first in range(1, size + 1, AT_ONCE):
        ids = range(first, min(first + AT_ONCE, size + 1))
        with db.write() as session:
            insert_all(session, CASES, [_case(draw, id_, account_id, size) for id_ in ids])
            events = [{"case_id": id_, "at": NOW, "actor": "worker", "what": "receipt_sent"} for id_ in ids]
            insert_all(session, EVENTS, events)


def _case(draw: Random, id_: int, account_id: int | None, size: int) -> dict[str, object]:
    opened_at = NOW - timedelta(days=DAYS * (size - id_) / size)
    ended = draw.random() < 0.9
    return {
        "id": id_,
        "number": f"M-{id_:010}",
        "kind": draw.choice(KINDS[:3]),
        "topic": draw.choice(TOPICS),
        "state": "resolved" if ended else "received",
        "account_id": account_id,
        "opened_at": opened_at,
        "first_due_at": opened_at + timedelta(days=3),
        "next_due_at": opened_at + timedelta(days=draw.randint(1, 9)),
        "due_at": opened_at + timedelta(days=15),
        "first_reply_at": opened_at + timedelta(hours=draw.randint(1, 90)) if ended else None,
        "resolved_at": opened_at + timedelta(days=draw.randint(1, 20)) if ended else None,
        "outcome": draw.choice(("solved", "declined", "accepted")) if ended else "",
        "outcome_reason": "." if ended else "",
        "rating": draw.randint(1, 5) if ended else None,
        "rated_at": opened_at + timedelta(days=21) if ended else None,
    }


if __name__ == "__main__":
    main()
