"""The staff desk with a full inbox, beside a bare Streamlit page with the same widgets. `python -m bench.desk [--quick]`.

A million items are stored (`--quick`: a hundred thousand), with people of every role. Told are the processor's time of the server
for one interaction; the milliseconds until what was asked for has run, one person alone and many who act once a second; in a real
browser the time from the click on a row until its thread is painted, and the first load; the memory of a session; and every page
for every role, without a browser. The bare page (bench/bare.py) stands in the same run twice: as Streamlit ships it, and with its
collection of garbage made as cheap as the desk's. `--over DIR` keeps the house there, or takes the one that is there.
"""

import argparse
import asyncio
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psutil

from bench.desk_pages import every_page
from bench.desk_sight import Painted, painted
from bench.inbox import quantile
from bench.make_items import connect, fill
from bench.seats import Seat, sit
from bench.tables import table
from console.ports import free_port
from core import auth
from core.actors import OPERATING, ROLES
from core.db import Database, open_database
from core.settings import load
from migrations import create_schema

MANY, SOME = 1_000_000, 100_000
CROWDS = {20: 30.0, 50: 100.0}
CPU_MS, SEEN_MS, SEEN_LATE_MS = 10.0, 80.0, 150.0
PASSWORD = "a password of the bench"  # noqa: S105 (nobody else's)
LIST, VIEWS, KIND = "inbox_list", "inbox_views", "at:inbox:kind"
BARE = {"bare": (), "bare, frozen": ("--frozen",)}


@dataclass
class Served:
    """A running server and who may sit at it."""

    port: int
    process: psutil.Process
    tokens: Sequence[str]


@dataclass
class Told:
    """What was measured of one server: milliseconds of processor and of waiting by interaction, by crowd, in a browser; MiB."""

    cpu: dict[str, float] = field(default_factory=dict)
    alone: dict[str, list[float]] = field(default_factory=dict)
    crowd: dict[int, list[float]] = field(default_factory=dict)
    painted: Painted = field(default_factory=Painted)
    session: float = 0.0
    memory: float = 0.0
    widgets: int = 0


def furnished(folder: Path, total: int) -> Database:
    """The house: `total` items and people of every role; what is there already is taken as it is."""
    settings = load(MAJLIS_VAR_DIR=str(folder))
    db = open_database(settings)
    if not (folder / "full").exists():
        create_schema(db)
        fill(db, connect(db), total)
        with db.write() as session:
            for role in ROLES:
                auth.add_user(session, OPERATING, role, PASSWORD, [role])
            for n in range(max(CROWDS)):
                auth.add_user(session, OPERATING, f"clerk.{n}", PASSWORD, ["agent", "moderator"])
        (folder / "full").touch()
    return db


@contextmanager
def served(command: Sequence[str], folder: Path, tokens: Sequence[str]) -> Iterator[Served]:
    """A server in a process of its own, once it answers."""
    port = free_port(8901, set())
    environment = {**os.environ, "MAJLIS_VAR_DIR": str(folder)}
    with (folder / "server.log").open("w") as log:
        whole = [sys.executable, "-m", *command, "--port", str(port)]
        process = subprocess.Popen(whole, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            for _ in range(600):
                with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                    break
                time.sleep(0.1)
            yield Served(port, psutil.Process(process.pid), tokens)
        finally:
            process.terminate()
            process.wait(20)


def spent(server: Served) -> float:
    """Milliseconds of processor the server has used."""
    return sum(server.process.cpu_times()[:2]) * 1000


Deed = Callable[[Seat, int], Awaitable[float]]


async def open_row(seat: Seat, n: int) -> float:
    rows = seat.rows(LIST)
    return await seat.tell(LIST, "open", rows[n % len(rows)])


async def turn_view(seat: Seat, n: int) -> float:
    return await seat.tell(VIEWS, "view", ("open", "all", "review", "unassigned")[n % 4])


async def narrow(seat: Seat, n: int) -> float:
    return await seat.choose(KIND, ("complaint", "inquiry", "praise")[n % 3])


async def reload(seat: Seat, _n: int) -> float:
    return await seat.enter("view=all")


DEEDS: dict[str, Deed] = {"open a row": open_row, "another view": turn_view, "narrow to a kind": narrow, "the whole page": reload}


async def alone(server: Served, times: int, told: Told) -> None:
    """One person, one interaction after the other."""
    seat = await sit(server.port, server.tokens[0], "inbox")
    await seat.enter("view=all")
    told.widgets = sum(seat.kinds.values())
    for name, deed in DEEDS.items():
        if deed is narrow and KIND not in seat.parts:
            continue
        for n in range(4):  # warm, as a server is after its first minute
            await deed(seat, n)
        before, took = spent(server), []
        for n in range(times):
            took.append(await deed(seat, n))
        told.cpu[name], told.alone[name] = (spent(server) - before) / times, took
        await seat.enter("view=all")
    await seat.line.close()


async def act(seat: Seat, seconds: int, chance: random.Random) -> list[float]:
    """Once a second: mostly the next row, now and then another view. A second that is late waits for nobody."""
    await asyncio.sleep(chance.random())
    took, begun = [], time.monotonic()
    for n in range(seconds):
        await asyncio.sleep(max(0.0, begun + n - time.monotonic()))
        due = begun + n
        await (turn_view if chance.random() < 0.1 else open_row)(seat, n)
        took.append((time.monotonic() - due) * 1000)
    return took


async def crowd(server: Served, many: int, seconds: int) -> list[float]:
    """Milliseconds from when `many` people wanted something until it had run."""
    seats = [await sit(server.port, server.tokens[n % len(server.tokens)], "inbox") for n in range(many)]
    for seat in seats:
        await seat.enter("view=all")
    together = await asyncio.gather(*(act(seat, seconds, random.Random(n)) for n, seat in enumerate(seats)))
    for seat in seats:
        await seat.line.close()
    return [ms for one in together for ms in one]


async def weighed(server: Served, many: int) -> tuple[float, float]:
    """(MiB a session, MiB of the server with `many` of them)."""
    before = server.process.memory_info().rss
    seats = [await sit(server.port, server.tokens[n % len(server.tokens)], "inbox") for n in range(many)]
    for seat in seats:
        await seat.enter("view=all")
        await open_row(seat, 1)
    after = server.process.memory_info().rss
    for seat in seats:
        await seat.line.close()
    return (after - before) / many / 2**20, after / 2**20


def measured(server: Served, times: int, seconds: int, clicks: int) -> Told:
    """Everything about one server."""
    told = Told()
    asyncio.run(alone(server, times, told))
    told.session, told.memory = asyncio.run(weighed(server, 50))
    for many in CROWDS:
        told.crowd[many] = asyncio.run(crowd(server, many, seconds))
    told.painted = painted(f"http://127.0.0.1:{server.port}/inbox?view=all", server.tokens[0], clicks)
    return told


def _rows(found: dict[str, Told]) -> list[tuple[str, ...]]:
    """A line for each figure: name, the desk's, the bare pages', the aim, whether it is reached."""
    lines: list[tuple[str, list[float], float]] = []
    every = list(found.values())
    for name in every[0].cpu:
        aim = 0.0 if name == "the whole page" else CPU_MS
        lines.append((f"{name}: processor, ms", [one.cpu.get(name, 0.0) for one in every], aim))
        for share, called in ((0.5, "median"), (0.95, "p95")):
            values = [quantile(one.alone[name], share) if name in one.alone else 0.0 for one in every]
            lines.append((f"{name}: alone, {called}, ms", values, 0.0))
    for many, aim in CROWDS.items():
        for share, called in ((0.5, "median"), (0.95, "p95")):
            values = [quantile(one.crowd[many], share) for one in every]
            lines.append((f"{many} people, one deed a second: {called}, ms", values, aim if share > 0.9 else 0.0))
    for share, called, aim in ((0.5, "median", SEEN_MS), (0.95, "p95", SEEN_LATE_MS)):
        lines.append((f"click to painted thread: {called}, ms", [quantile(one.painted.clicks, share) for one in every], aim))
    lines.append(("first load, nothing kept, ms", [one.painted.first for one in every], 0.0))
    lines.append(("load again, ms", [one.painted.again for one in every], 0.0))
    lines.append(("memory of a session, MiB", [one.session for one in every], 0.0))
    lines.append(("memory of the server with 50, MiB", [one.memory for one in every], 0.0))
    lines.append(("elements on the page", [float(one.widgets) for one in every], 0.0))
    return [_line(*line) for line in lines]


def _line(name: str, values: Sequence[float], aim: float) -> tuple[str, ...]:
    told = [f"{value:.1f}" if value < 100 else f"{value:.0f}" for value in values]
    return (name, *told, f"{aim:.0f}" if aim else "", ("yes" if values[0] <= aim else "NO") if aim else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{SOME:,} items instead of {MANY:,}, fewer tries")
    parser.add_argument("--over", type=Path, help="keep the house in this folder, or take the one that is there")
    given = parser.parse_args()
    total, times, seconds, clicks = (SOME, 40, 8, 20) if given.quick else (MANY, 200, 30, 100)
    with tempfile.TemporaryDirectory(prefix="majlis-desk-") as temporary:
        folder = given.over or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        db = furnished(folder, total)
        tokens = [auth.sign_in(db, f"clerk.{n}", PASSWORD) for n in range(max(CROWDS))]
        found: dict[str, Told] = {}
        with served(("desk.serve",), folder, tokens) as server:
            found["desk"] = measured(server, times, seconds, clicks)
        for name, flags in BARE.items():
            with served(("bench.bare", *flags), folder, tokens) as server:
                found[name] = measured(server, times, seconds, clicks)
        db.dispose()
        rows = _rows(found)
        table(f"{total:,} items, SQLite, one process of the desk", ("", *found, "aim", "reached"), rows)
        pages = every_page(folder, PASSWORD)
    table("every page for every role, whole, without a browser", ("page", "roles", "p50 ms", "max ms", "raised"), pages)
    reached = all(row[-1] != "NO" for row in rows) and all(row[-1] == "0" for row in pages)
    return 0 if reached or given.quick else 1


if __name__ == "__main__":
    raise SystemExit(main())
