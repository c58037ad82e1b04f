"""A thousand posts due in the same second on a platform that takes 50 ms: how late each request leaves, by worker and by others."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

from bench.punctual.instant import PLATFORM_S, Instant, as_connector, connected, quantile, queue, states
from bench.punctual.rivals import RIVALS
from bench.stores import opened
from bench.tables import table
from core.clock import now
from core.db import Database
from core.models import Account
from core.settings import Settings
from scheduler.timetable import TICKS, Shift
from scheduler.worker import keep_time

#: accounts the posts are spread over, by turns; and how many calls a post takes there
CASES = ((10, 1), (20, 1), (10, 2))
AHEAD = timedelta(seconds=5)
ROUNDS = 3
PATIENCE_S = 300
HEAD = ("seconds late", "lost", "first", "p50", "p99", "last")
#: so many calls at once are the floor's measure: 1,000 of 50 ms take 1.0 s
SENDERS = 50


@contextmanager
def sending(shifts: Sequence[Shift]) -> Iterator[None]:
    """Workers' loops with their `send` tick alone."""
    ticks = tuple(tick for tick in TICKS if tick.name == "send")
    threads = [Thread(target=keep_time, args=(shift, ticks)) for shift in shifts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for shift in shifts:
            shift.stopping.set()
        for thread in threads:
            thread.join()


def until(done: Callable[[], bool]) -> None:
    """Wait for it, PATIENCE_S at most."""
    deadline = time.monotonic() + PATIENCE_S
    while not done() and time.monotonic() < deadline:
        time.sleep(0.1)


def late(db: Database, accounts: Sequence[Account], count: int, calls: int, settings: Settings, mark: str) -> list[float]:
    """Seconds between the instant all were due and the request that makes each public, smallest first."""
    platforms = {a.id: Instant(a.key, PLATFORM_S, calls) for a in accounts}
    shift = Shift(settings, db, lambda account: as_connector(platforms[account.id]), f"bench-{mark}")
    with sending([shift]):
        time.sleep(2)  # whoever works has begun: it is lateness that is measured, not the start
        at = now() + AHEAD
        queue(db, accounts, count, at, mark)
        until(lambda: sum(len(p.called) for p in platforms.values()) >= count)
        until(lambda: "sending" not in states(db))  # what is confirmed is written
    assert set(states(db)) == {"published"}, f"every post went out once: {states(db)}"
    return sorted((moment - at).total_seconds() for p in platforms.values() for moment, _ in p.called)


def lateness(store: str, count: int, settings: Settings, rounds: int = ROUNDS) -> None:
    """Print how late the requests are: ours by accounts and calls a post, and on PostgreSQL the rivals too."""
    rows = []
    for accounts, calls in CASES:
        found = []
        for number in range(rounds):
            with opened(store) as (db,):
                found.append(late(db, connected(db, accounts), count, calls, settings, f"late{number}"))
                db.dispose()
        rows.append(row(f"Majlis, {accounts} accounts, {calls} call{'s' * (calls > 1)} a post", found, count))
    for name, (of, rival) in RIVALS.items():
        if of in ("", store):
            found = []
            for _ in range(rounds):
                with opened(store) as (db,):
                    found.append(rival(db, count, SENDERS, PLATFORM_S))
                    db.dispose()
            rows.append(row(name, found, count))
    floor = count * PLATFORM_S / SENDERS
    title = f"{store}: {count:,} posts due at one instant, a platform of {1000 * PLATFORM_S:.0f} ms, median of {rounds} rounds"
    table(f"{title}; floor at {SENDERS} calls at once {floor:.1f} s, {2 * floor:.1f} s with two calls", HEAD, rows)


def row(words: str, rounds: Sequence[Sequence[float]], count: int) -> tuple[str, ...]:
    """One line: the round in the middle by its p99; the most that any round lost."""
    lost = max(count - len(found) for found in rounds)
    middle = sorted((found for found in rounds if found), key=lambda found: quantile(found, 0.99))
    if not middle:
        return (words, str(lost), "", "", "", "")
    found = middle[len(middle) // 2]
    return (words, str(lost), *(f"{quantile(found, q):.2f}" for q in (0.0, 0.5, 0.99, 1.0)))
