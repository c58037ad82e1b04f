"""The whole storm: every scene on both databases, real kills and random ones, and one table of it all."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.stores import opened
from bench.storm.blows import BEFORE_CLAIM, FAULTS, LOOK_POINTS, SEND_POINTS, X_FAULTS
from bench.storm.judge import Verdict
from bench.storm.killer import killed_at_random
from bench.storm.processes import killed_for_real
from bench.storm.scenes import SCENES, Scene, play
from bench.tables import table
from core.db import Database

#: crashes and faults that strike a delivery on the average: so many deliveries make the number that is asked for
PER_DELIVERY = 2.2
#: deliveries of the runs with real processes, by share of all crashes and faults, and posts of the random killer
REAL_SHARE, RANDOM_POSTS = 0.03, 200
Play = Callable[[Database, Path], Verdict]


def runs(seed: int, strikes: int, posts: int) -> Iterator[tuple[str, Play]]:
    """Name and run of each part, for about so many crashes and faults on one database."""
    deliveries = strikes / PER_DELIVERY

    def scene(one: Scene) -> Play:
        count = max(round(one.share * deliveries), 12)
        return lambda db, folder: play(one, db, folder, seed, count)

    for one in SCENES:
        yield one.name, scene(one)
    yield "real processes, kill -9", lambda db, folder: killed_for_real(db, folder, seed, max(round(REAL_SHARE * strikes), 6))
    if posts:
        yield "manage.py worker, kill -9 at random", lambda db, folder: killed_at_random(db, folder, seed, posts)


def storm(stores: Sequence[str], seed: int, strikes: int, posts: int = RANDOM_POSTS) -> Verdict:
    """Print a line for each part with every story of what went wrong, and what struck; the verdict over all."""
    total, rows = Verdict(), []
    for store in stores:
        for name, run in runs(seed, strikes // len(stores), posts):
            began = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="majlis-storm-") as folder, opened(store) as (db,):
                found = run(db, Path(folder))
                db.dispose()
            total.add(found)
            rows.append(_row(f"{store}: {name}", found, time.monotonic() - began))
            print(" · ".join(rows[-1]), flush=True)
            _stories(found)
    rows.append(_row("all", total, 0))
    head = ("", "deliveries", "killed", "faults", "asked", "published", "refused", "twice", "lost", "stuck", "too late", "s")
    table(f"The storm of seed {seed}", head, rows)
    _struck(total)
    print(f"\nmost calls that one wave began together: {total.widest}")
    print(f"longest of unknown outcome: {total.longest_unknown}; answers of the database that failed: {dict(total.errors)}")
    return total


def _row(name: str, found: Verdict, seconds: float) -> tuple[str, ...]:
    ends = (found.ends["published"], found.ends["refused"])
    wrong = (found.duplicates, found.lost, found.stuck, found.late)
    counts = (found.deliveries, found.killed(), found.faults(), found.asked, *ends, *map(len, wrong))
    return (name, *(f"{n:,}" for n in counts), f"{seconds:,.0f}" if seconds else "")


def _stories(found: Verdict) -> None:
    for what in ("duplicates", "lost", "stuck", "late"):
        for story in getattr(found, what):
            print(f"{what}: {story}", flush=True)


def _struck(total: Verdict) -> None:
    told: Counter[str] = total.struck
    points = {BEFORE_CLAIM: BEFORE_CLAIM} | {**SEND_POINTS, **{k: v for k, v in LOOK_POINTS.items() if k not in SEND_POINTS}}
    killed = [(words, f"{told[f'killed {point}']:,}") for point, words in points.items()]
    table("Killed", ("where (before and after a request: reading back too)", "times"), killed)
    named = [
        (name, f"{told[f'fault {name}']:,}") for name in dict.fromkeys((*FAULTS, *X_FAULTS, "stale_read", "disorder", "repeat"))
    ]
    other = [(what, f"{n:,}") for what, n in sorted(told.items()) if not what.startswith(("killed", "fault"))]
    table("Faults (`+`: the platform had done it)", ("", "times"), named + other)
