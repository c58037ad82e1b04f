"""The timetable: what runs how often. A tick only takes rows whose time has come: losing one or running it twice is harmless.

`TICKS` is the one list; scheduler.worker reads it on SQLite, scheduler.spread on PostgreSQL.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event

import scheduler.rooms  # noqa: F401 (registers what every room has to say when something leaves)
from core import audit
from core.actors import WORKER
from core.clock import now
from core.db import Database
from core.settings import Settings
from inbox import index, ingest, retention, webhooks
from inbox.data import release
from outbox import accounts, budget, due, late
from outbox.accounts import Connect
from outbox.reconcile import reconcile_due
from outbox.recover import recover
from outbox.wave import WIDEST, Lane, Rush
from scheduler import almanac, approval, casework, doubting, metrics, posts, reporting, teamwork, unconfirmed
from scheduler.lanes import Lanes, Seats
from scheduler.turns import held_by_others, hold, let_go, since, take_turn

#: accounts that one worker sends for at once, and that it reads at once
LANES_AT_ONCE, READERS = 48, 6
#: how often it is looked what is due, and how far ahead
SEND_S, REACH_S, LONGEST_S = 1.0, 2.0, 8.0
#: how long an account is kept for a worker that says nothing more; one that is calling says so each HELD_S
LANE = timedelta(seconds=20)
#: whoever has one asks so often whether it still does
HELD_S = 1.0


@dataclass(frozen=True, slots=True)
class Shift:
    """What a tick works with. `stopping` is set when the worker shall end: whoever works in a loop looks at it between two rows.

    `begin` has the lanes of these accounts drained by whichever worker is first; None: this one does it, in `lanes`.
    """

    settings: Settings
    db: Database
    connect: Connect
    worker: str
    stopping: Event = field(default_factory=Event)
    begin: Callable[[list[int]], object] | None = None
    lanes: Lanes = field(default_factory=lambda: Lanes("send", LANES_AT_ONCE))
    rush: Rush = field(default_factory=Rush)
    senders: Seats = field(default_factory=lambda: Seats("call", WIDEST))
    readers: Lanes = field(default_factory=lambda: Lanes("read", READERS))


@dataclass(frozen=True, slots=True)
class Tick:
    """`run` is called every `every_s` seconds; never twice at once in one process."""

    name: str
    every_s: float
    run: Callable[[Shift], object]


def pull(shift: Shift) -> None:
    """Read each account every MAJLIS_POLL_S seconds, whoever of the workers it is; one thread an account. More seldom as its
    budget for the month nears its end, and not at all when that is used up (outbox.budget)."""
    usual = now() - timedelta(seconds=shift.settings.poll_s)
    with shift.db.read() as session:
        known, lately = accounts.active(session), since(session, usual)
    for account in known:
        if f"pull:{account.id}" in lately:
            continue
        pace = budget.watch(shift.db, account.id or 0, shift.settings)
        every = timedelta(seconds=shift.settings.poll_s * pace.factor)
        if pace.factor and take_turn(shift.db, f"pull:{account.id}", every, shift.worker):
            shift.readers.start(account.id or 0, partial(_read, shift, account.id or 0))


def _read(shift: Shift, account_id: int) -> None:
    ingest.pull(shift.db, account_id, shift.connect, shift.settings, shift.worker)


def send(shift: Shift) -> None:
    """Start a lane for each account with something due, and wake at the very instant something becomes due within REACH_S: beyond
    the next tick, which on a busy machine comes late or is left out. Ends after LONGEST_S, for whoever waits for its heartbeat."""
    until = time.monotonic() + LONGEST_S
    while not shift.stopping.is_set():
        with shift.db.read() as session:
            waiting, upcoming = due.lanes(session), due.next_due(session)
        start_lanes(shift, waiting)
        ahead = (upcoming - now()).total_seconds() if upcoming else REACH_S
        if ahead >= REACH_S or time.monotonic() > until:
            return
        shift.stopping.wait(min(max(ahead, 0.005), SEND_S / 2))  # what is written meanwhile, to go at once, is seen too


def start_lanes(shift: Shift, waiting: list[int]) -> None:
    """Have each of these accounts' lanes drained, wherever."""
    if shift.begin is not None:
        shift.begin(waiting)
        return
    for account_id in waiting:
        shift.lanes.start(account_id, partial(drain, shift, account_id))


def drain(shift: Shift, account_id: int) -> int:
    """Send what is due on one account, in waves (outbox.wave); returns how many were tried.

    Of all workers one does it at a time, so that posts keep their order and an account that turns out to be blocked or limited
    is asked once, not once a worker. One that dies is succeeded after LANE.
    """
    lane = f"send:{account_id}"
    if not hold(shift.db, lane, LANE, shift.worker):
        return 0
    held, asked = True, time.monotonic()

    def go_on() -> bool:
        """Once the lane is lost it stays so: in the middle of a wave nobody heeds the answer."""
        nonlocal held, asked
        if held and time.monotonic() - asked >= HELD_S:
            asked = time.monotonic()
            held = hold(shift.db, lane, LANE, shift.worker)
        return held and not shift.stopping.is_set()

    def elsewhere() -> bool:
        with shift.db.read() as session:
            theirs = held_by_others(session, "send:", LANE, shift.worker)
            return bool(theirs) and not theirs.isdisjoint(f"send:{one}" for one in due.lanes(session))

    calls = shift.senders.of(account_id)
    mine = Lane(shift.db, shift.connect, shift.worker, account_id, shift.settings, calls, shift.rush)
    tried = mine.drain(go_on, shift.lanes.full, elsewhere)
    let_go(shift.db, lane, shift.worker)
    return tried


def reconcile(shift: Shift) -> None:
    """Every reading back that is due."""
    reconcile_due(shift.db, shift.connect, shift.worker, settings=shift.settings, stopping=shift.stopping)


def look_after(shift: Shift) -> None:
    """Ask blocked accounts whether they are well again, let go on what an approver who is back had said yes to, and say what waits
    for a person's word after a pause."""
    recover(shift.db, shift.connect, settings=shift.settings)
    approval.whole_again(shift.db)
    unconfirmed.tell(shift.db, shift.worker)


def forget(shift: Shift) -> None:
    """Once an hour, whichever worker it is, erase what has been kept long enough; once a day what was erased leaves the files:
    begun again with each tick until it has."""
    if take_turn(shift.db, "retention", timedelta(hours=1), shift.worker):
        retention.sweep(shift.db, shift.settings, stopping=shift.stopping)
    if take_turn(shift.db, "index", timedelta(days=1), shift.worker) and not index.clear(shift.db, shift.stopping):
        let_go(shift.db, "index", shift.worker)


TICKS: tuple[Tick, ...] = (
    Tick("pull", 1, pull),
    Tick("send", SEND_S, send),
    Tick("reconcile", 1, reconcile),
    Tick("webhooks", 1, lambda shift: webhooks.digest(shift.db, shift.settings)),
    Tick("seal", 1, lambda shift: audit.seal(shift.db)),
    Tick("recover", 10, look_after),
    Tick("late", 10, lambda shift: (late.sweep(shift.db), posts.expire_unapproved(shift.db, WORKER))),
    Tick("metrics", 15, lambda shift: metrics.read(shift.db, shift.connect)),
    Tick("reread", 15, lambda shift: doubting.reread(shift.db, shift.settings, worker=shift.worker, stopping=shift.stopping)),
    Tick("almanac", 15, lambda shift: almanac.keep(shift.db, shift.worker)),
    Tick("cases", 15, lambda shift: casework.keep(shift.db, shift.worker, shift.stopping)),
    Tick("teamwork", 10, lambda shift: teamwork.keep(shift.db, shift.worker, shift.stopping)),
    Tick("release", 15, lambda shift: release.make(shift.db, WORKER, shift.settings)),
    Tick("report", 15, lambda shift: reporting.keep(shift.db, shift.settings, shift.worker)),
    Tick("retention", 15, forget),
)
