"""A thousand approved posts due in the same second on platforms that take 50 ms for a call: how late each request arrives there, by
the worker and by others that post the same words through the same connectors."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import psutil
from sqlmodel import col, func, select

from bench.punctual import office as offices
from bench.punctual.instant import PLATFORM_S, quantile, states
from bench.punctual.platforms import Simulator, cpu_s, simulated
from bench.punctual.rivals import RIVALS
from bench.punctual.second import another
from bench.stores import opened
from bench.tables import table
from core import clock
from core.db import Database
from core.settings import Settings
from outbox.models import Delivery
from scheduler.timetable import TICKS, Shift
from scheduler.worker import keep_time, prepare

#: platform, how many accounts the posts are spread over by turns, what is said of it, its rounds (all when 0); and whether a second
#: worker takes part, a process of its own
CASES = (
    ("x", 10, "X", 0, False),
    ("x", 10, "X, two workers", 0, True),
    ("instagram", 10, "Instagram (container, then publish)", 1, False),
)
#: how long before the hour whoever works has begun, alone or with a second process: it is lateness that is measured, not the start
AHEAD = {False: timedelta(seconds=5), True: timedelta(seconds=20)}
ROUNDS = 3
PATIENCE_S = 300
HEAD = ("seconds late", "lost", "first", "p50", "p99", "last", "CPU s: own", "simulator")
#: so many calls at once are the floor's measure: 1,000 of 50 ms take 1.0 s
SENDERS = 50


@dataclass
class Watch:
    """Reads the processor's time of our workers and of the simulator now and then, so that it can be told for any instant."""

    simulator: Simulator
    second: psutil.Process | None = None
    read: list[tuple[float, float, float]] = field(default_factory=list)

    def look(self) -> None:
        own_s = time.process_time() + (cpu_s(self.second) if self.second else 0.0)
        self.read.append((time.time(), own_s, self.simulator.cpu_s()))

    def until(self, end: float) -> tuple[float, float]:
        """Seconds of processor from the first reading to the one nearest to `end`: of our workers, of the simulator."""
        at = min(self.read, key=lambda one: abs(one[0] - end))
        return at[1] - self.read[0][1], at[2] - self.read[0][2]


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds late of each request that came in and was taken, smallest first; processor seconds up to the last one."""

    late: Sequence[float]
    own_s: float
    simulator_s: float


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


def until(done: Callable[[], bool], every_s: float = 0.1) -> None:
    """Wait for it, PATIENCE_S at most."""
    deadline = time.monotonic() + PATIENCE_S
    while not done() and time.monotonic() < deadline:
        time.sleep(every_s)


def late(db: Database, simulator: Simulator, platform: str, count: int, folder: Path, *, two: bool = False) -> Round:
    """One round of ours, from an empty database. `two`: by two workers."""
    office = offices.opened(db, simulator, platform, str(folder))
    at = clock.now() + timedelta(hours=1)
    office.approved(count, at, offices.picture(folder) if platform == "instagram" else None)
    ahead = at - AHEAD[two] - clock.now()
    due = (at - ahead).timestamp()  # as the machine's own clock shows it, by which the simulator goes
    shift = Shift(office.settings, db, office.connect, "bench")
    with (
        another(office, ahead) if two else nullcontext() as second,
        clock.running(lambda: datetime.now(UTC) + ahead),
        sending([shift]),
    ):
        watch = Watch(simulator, second)
        assert time.time() < due, "all had begun before"
        until(lambda: time.time() >= due, 0.01)
        watch.look()

        def written() -> bool:
            watch.look()
            return not _open(db)

        until(written)
    assert states(db) == {"published": count}, f"every post went out once: {states(db)}"
    return _round(simulator, platform, due, watch)


def _open(db: Database) -> int:
    with db.read() as session:
        return session.exec(select(func.count()).where(col(Delivery.state).in_(("scheduled", "sending")))).one()


def _round(simulator: Simulator, platform: str, due: float, watch: Watch) -> Round:
    arrived = [one for one in simulator.arrivals(platform) if 200 <= one.status < 300]
    assert len({(one.account, one.what) for one in arrived}) == len(arrived), "nothing went out twice"
    own_s, simulator_s = watch.until(arrived[-1].at if arrived else due)
    return Round([one.at - due for one in arrived], own_s, simulator_s)


def lateness(store: str, count: int, settings: Settings, rounds: int = ROUNDS) -> None:
    """Print how late the requests are: ours by platform, and of the rivals those that this database is for."""
    rows, folder = [], Path(settings.var_dir)
    prepare()
    for platform, accounts, words, most, two in CASES:
        found = []
        with opened(store, min(rounds, most or rounds)) as databases:
            for db in databases:
                with simulated(accounts, PLATFORM_S) as simulator:
                    found.append(late(db, simulator, platform, count, folder, two=two))
                db.dispose()
        rows.append(row(f"Majlis, {words}, {accounts} accounts{'*' * (len(found) < rounds)}", found, count))
    for name, (of, most, rival) in RIVALS.items():
        if of in ("", store):
            found = []
            with opened(store, min(rounds, most or rounds)) as databases:
                for db in databases:
                    with simulated(CASES[0][1], PLATFORM_S) as simulator:
                        office, watch = offices.opened(db, simulator, "x", str(folder)), Watch(simulator)
                        found.append(_round(simulator, "x", rival(office, count, SENDERS, watch.look), watch))
                    db.dispose()
            rows.append(row(f"{name}, X{'*' * (len(found) < rounds)}", found, count))
    floor = count * PLATFORM_S / SENDERS
    title = f"{store}: {count:,} posts due at one instant, a platform of {1000 * PLATFORM_S:.0f} ms, median of {rounds} rounds"
    table(
        f"{title} (of one where marked *); floor at {SENDERS} calls at once {floor:.1f} s, {2 * floor:.1f} s with two calls",
        HEAD,
        rows,
    )


def row(words: str, rounds: Sequence[Round], count: int) -> tuple[str, ...]:
    """One line: the round in the middle by its p99; the most that any round lost."""
    lost = max(count - len(one.late) for one in rounds)
    middle = sorted((one for one in rounds if one.late), key=lambda one: quantile(one.late, 0.99))
    if not middle:
        return (words, str(lost), "", "", "", "", "", "")
    one = middle[len(middle) // 2]
    late = (f"{quantile(one.late, q):.2f}" for q in (0.0, 0.5, 0.99, 1.0))
    return (words, str(lost), *late, f"{one.own_s:.2f}", f"{one.simulator_s:.2f}")
