"""A restart with a thousand overdue posts: none lost, order kept on each account, those too late asked about."""

import time
from datetime import timedelta

from bench.punctual.instant import PLATFORM_S, Instant, as_connector, connected, queue, states
from bench.punctual.lateness import sending, until
from bench.stores import opened
from bench.tables import table
from core.clock import now
from core.settings import Settings
from outbox.late import sweep
from scheduler.timetable import Shift

ACCOUNTS = 10


def overdue(store: str, count: int, settings: Settings) -> None:
    """Print what became of them. A tenth was due so long ago that a person must be asked."""
    late, old = count - count // 10, count // 10
    with opened(store) as (db,):
        accounts = connected(db, ACCOUNTS)
        moment = now()
        grace = timedelta(hours=1)
        queue(db, accounts, old, moment - timedelta(days=1), "old", apart=timedelta(seconds=1), grace=grace)
        queue(db, accounts, late, moment - timedelta(minutes=50), "late", apart=timedelta(seconds=1), grace=grace)
        platforms = {a.id: Instant(a.key, PLATFORM_S) for a in accounts}
        shift = Shift(settings, db, lambda account: as_connector(platforms[account.id]), "bench")
        began = time.perf_counter()
        with sending([shift]):
            sweep(db)
            until(lambda: sum(len(p.called) for p in platforms.values()) >= late)
            took = time.perf_counter() - began
            until(lambda: "sending" not in states(db))
            written = time.perf_counter() - began
            time.sleep(1.5)  # nothing more comes
        found = states(db)
        db.dispose()
    in_order = all([t for _, t in p.called] == sorted(t for _, t in p.called) for p in platforms.values())
    once = len({(p.account, t) for p in platforms.values() for _, t in p.called}) == sum(len(p.called) for p in platforms.values())
    assert found == {"published": late, "missed": old}, found
    assert in_order, "posts of an account keep their order"
    assert once, "nothing leaves twice"
    rows = [
        ("published in order, once", f"{late:,}"),
        ("too old: asked about", f"{old:,}"),
        ("lost", "0"),
        ("seconds until the last has left", f"{took:.1f}"),
        ("seconds until its answer is written", f"{written:.1f}"),
    ]
    table(f"{store}: the worker starts with {count:,} overdue posts on {ACCOUNTS} accounts", ("", ""), rows)
