"""Workers that live, die and are succeeded, minute after minute of a clock that is put forward, until all is settled."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock, Thread
from time import sleep
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

import scheduler.rooms  # noqa: F401 (registers what every room has to say when something leaves)
from bench.storm.blows import Doom
from bench.storm.house import House
from bench.storm.judge import Verdict, Watch, copies, judge
from bench.storm.strike import Crash, Injector, striking
from core import clock
from core.actors import OPERATING
from core.db import Database
from core.errors import MajlisError, SpendCapReached
from core.models import Account
from core.settings import Settings
from outbox import decide, due, tending
from outbox.accounts import Connections
from outbox.late import sweep
from outbox.look import UNKNOWN_MOST
from outbox.models import Channel, Delivery, Window
from outbox.reconcile import reconcile_due
from outbox.recover import EVERY, recover
from outbox.send import send_next
from outbox.states import FINAL
from outbox.wave import WIDEST, Lane, Rush

#: rounds after which what is still open is stuck; each begins when the next thing can happen, an hour later at most
ROUNDS = 120
LONGEST_PAUSE_S = 3600.0
#: so many workers at most die one after the other in one round
LIVES = 100
#: the posts of a storm are due so long after they are begun to be written, all in one second: they leave in waves
AHEAD = timedelta(minutes=10)
#: what is due within so many seconds of each other is done in one round
TOGETHER_S = 3.0


T = TypeVar("T")


def work(db: Database, connect: Connections, worker: str, settings: Settings, lanes: int = 1) -> None:
    """Until nothing is due; `lanes` accounts at once."""
    recover(db, connect)
    sweep(db)
    send(db, connect, worker, settings, lanes)
    reconcile_due(db, connect, worker, settings=settings)
    send(db, connect, worker, settings, lanes)


def send(db: Database, connect: Connections, worker: str, settings: Settings, lanes: int) -> None:
    """What is due: by turns as the worker sends, in waves by account, and as `publish --due` does, one after the other.

    Harder than the worker, which takes an account's lane for itself (scheduler.timetable.drain): here all drain it at once, so that
    nothing but the claims of the rows keeps them apart."""
    if int(worker[1:]) % 2:
        with db.read() as session:
            waiting = due.lanes(session)
        rush = Rush()

        def drain(account_id: int) -> None:
            with ThreadPoolExecutor(WIDEST) as calls:
                Lane(db, connect, worker, account_id, settings, calls, rush).drain(lambda: True)

        with ThreadPoolExecutor(lanes) as pool:
            list(pool.map(drain, waiting))
    while send_next(db, connect, worker, settings=settings) is not None:
        pass


def patiently(ask: Callable[[], T]) -> T:
    """What `ask` tells, once the database is there again."""
    while True:
        try:
            return ask()
        except SQLAlchemyError:
            sleep(0.02)


@dataclass
class Life:
    """How the workers of one storm live. `person` acts when somebody asks; `between` happens after each round."""

    house: House
    injector: Injector
    workers: int = 1
    person: Callable[["Life", Delivery], None] = lambda life, row: life.decide(row)
    between: Callable[[int], None] = lambda number: None
    errors: Counter[str] = field(default_factory=Counter)
    #: how much later than its deadline a delivery may be settled: what the storm itself takes, deaths and wrong clocks
    slack: timedelta = timedelta(minutes=10)
    born: int = 0
    lock: Lock = field(default_factory=Lock)

    def name(self) -> str:
        with self.lock:
            self.born += 1
            return f"w{self.born}"

    def round(self) -> None:
        """All workers work until nothing is due; one that dies is succeeded at once by another of its kind."""
        threads = [Thread(target=self._succeed) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _succeed(self) -> None:
        for _ in range(LIVES):
            try:
                work(self.house.db, self.house.connections(), self.name(), self.house.settings)
            except Crash:
                continue
            except SQLAlchemyError as e:  # the database is away, locked or full: the tick fails, the next one comes
                self.errors[type(e).__name__] += 1
                sleep(0.02)
                continue
            return

    def decide(self, row: Delivery) -> None:
        """A person looks at the platform: what stands there is adopted, what does not is published again."""
        house = self.house
        there = copies(house, house.wanted[row.id or 0])
        with suppress(MajlisError), house.db.write() as session:
            merged = session.get_one(Delivery, row.id)
            if there and row.state == "needs_decision":
                found = there[0] if there != ["done"] else f"done-{row.id}"
                decide.adopt(session, house.staff.manager, merged, found, house.connections())
            else:
                decide.publish_again(session, house.staff.manager, merged)

    def pay(self) -> None:
        """Whoever looks after accounts buys credit where there is none, and says so."""
        with self.house.db.read() as session:
            poor = select(Account).join(Channel, col(Channel.account_id) == col(Account.id))
            accounts = session.exec(poor.where(col(Channel.block) == SpendCapReached.code)).all()
        for account in accounts:
            with suppress(MajlisError):
                tending.examine(self.house.db, OPERATING, account, self.house.connections()(account))

    def ask(self, rows: Sequence[Delivery]) -> None:
        self.pay()
        for row in rows:
            if row.state in decide.ASKS:
                self.person(self, row)


def pause_s(house: House, rows: Sequence[Delivery]) -> float:
    """True seconds until something can happen again: a lease, a wait, a look or a window ends, a blocked account is asked."""
    moment = house.times.ours()
    upcoming = [house.times.ours() + timedelta(seconds=LONGEST_PAUSE_S)]
    for row in rows:
        if row.state not in FINAL:
            look_at = row.look_at if row.state == "uncertain" else None  # what waits for a person is looked for every hour
            upcoming += [at for at in (row.scheduled_at, row.not_before, row.lease_until, look_at) if at is not None]
    with house.db.read() as session:
        upcoming += session.exec(select(Window.retry_at)).all()
        upcoming += [account.retry_at for account in session.exec(select(Account)) if account.retry_at is not None]
        upcoming += [c.checked_at + EVERY for c in session.exec(select(Channel)) if c.block and c.checked_at is not None]
    return (min(at for at in upcoming if at > moment) - moment).total_seconds() + TOGETHER_S


def weather(house: House, dooms: list[Doom], injector: Injector, life: Life) -> Verdict:
    """Queue the doomed, let the workers live until everything is settled, and judge."""
    hour = house.times.ours() + AHEAD
    queued = {id_: doom for doom in dooms for id_ in [patiently(lambda: house.queue(doom, hour))]}  # noqa: B023 (called at once)
    injector.dooms.update(queued)
    house.times.forward((hour - house.times.ours()).total_seconds())
    watch = Watch(UNKNOWN_MOST + life.slack)
    rows = patiently(house.rows)
    for number in range(ROUNDS):
        life.round()
        rows = patiently(house.rows)
        watch.look(rows, house.times.at())
        patiently(lambda: life.ask(rows))  # noqa: B023 (called at once)
        if all(row.state in FINAL for row in rows):
            break
        life.between(number)
        house.times.forward(patiently(lambda: pause_s(house, rows)))  # noqa: B023 (called at once)
    found = judge(house, rows)
    found.asked, found.longest_unknown = len(watch.asked), watch.longest
    found.late = [f"{i} of unknown outcome for longer than {watch.most}" for i in sorted(watch.late)]
    found.errors.update(life.errors)
    return found


def storm(
    house: House,
    dooms: list[Doom],
    *,
    workers: int = 1,
    unborn: int = 0,
    settle: Callable[[Life], None] = lambda life: None,
) -> Verdict:
    """One batch on the storm's clock. `unborn`: so many workers die before their first claim; `settle` may change the life."""

    def passing() -> None:
        house.times.forward(0.2 / workers)

    injector = Injector({}, house, passing, house.times.jump, before_claim=unborn)
    life = Life(house, injector, workers)
    settle(life)
    with clock.running(house.times.ours), striking(injector):
        found = weather(house, dooms, injector, life)
    found.struck.update(injector.struck)
    found.widest = injector.widest
    house.wanted.clear()
    return found
