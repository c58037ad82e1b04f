"""Waves: what is due on one account in the same second goes side by side, everything else one after the other.

A lane begins with one call and doubles while all are confirmed, so that an account which turns out to be blocked or limited is
asked once; no wave is wider than what the platform says its window still takes. What is late by more than a minute keeps its order
strictly: after a standstill nothing bursts. Attempts of a wave are committed in one transaction before the first of its requests
leaves. What the platforms confirmed is noted with the attempts twice a second (what a dying process had not, is read back), a
letter, which nobody can read back, before the next one leaves; outcomes are written together, after LATEST_S at the latest, and at
once where other accounts wait for a lane; any other than a confirmed one is written before the lane goes on. What only has to be
written waits for calls that are due, those of other workers too: on SQLite one may write at a time.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from connectors.contract import Bill, Connector
from core import clock
from core.db import Database, away
from core.errors import MajlisError
from core.log import logger
from core.models import Account
from core.settings import Settings
from outbox.accounts import Connect
from outbox.attempt import AT_ONCE, Ticket, begin_these, call, keep_answers, record_all
from outbox.models import PRIORITIES, Delivery
from outbox.outcome import Outcome, again
from outbox.send import due_at, send_next
from outbox.spending import spend

#: the most calls at once on one account
WIDEST = 8
#: what is later than this goes one after the other
PUNCTUAL = timedelta(seconds=60)
#: what follows from a confirmed outcome waits so long at most for the calls that are due
LATEST_S = 10.0
#: so long after another lane began calls the next of its are awaited (on a busy machine eight calls of 50 ms take so long), looking
#: so often whether something is due here meanwhile
JUST_S, LOOK_S = 0.5, 0.1

#: what the platforms confirmed is noted so often, while other calls are begun
KEEP_S = 0.5
#: what an account's lane takes next: made once, for every wave asks it
_FIRST = (
    select(Delivery)
    .where(col(Delivery.priority) == bindparam("priority"), due_at(bindparam("moment"), bindparam("account")))
    .order_by(col(Delivery.scheduled_at), col(Delivery.id))
    .limit(bindparam("width"))
    .with_for_update(skip_locked=True)
)

log = logger("outbox")


class Told(NamedTuple):
    """What came of a call, and when. `outcome` None: the lease was lost, whoever holds the delivery goes on."""

    ticket: Ticket
    outcome: Outcome | None
    bill: Bill
    at: float

    @property
    def smooth(self) -> bool:
        return self.outcome is not None and self.outcome.state == "published" and self.bill.shut.keys() <= self.ticket.shut.keys()


class Rush:
    """What the lanes of one process know of each other: while others have calls to begin, writing can wait."""

    def __init__(self) -> None:
        self._begun: dict[int, float] = {}

    def begun(self, account_id: int) -> None:
        self._begun[account_id] = time.monotonic()

    def others(self, account_id: int) -> bool:
        """True while another lane has just begun calls."""
        since = time.monotonic() - JUST_S
        return any(at > since for of, at in list(self._begun.items()) if of != account_id)


class Lane:
    """One account's lane in the hands of `worker`. `pool` runs the calls of a wave."""

    def __init__(
        self, db: Database, connect: Connect, worker: str, account_id: int, settings: Settings, pool: Executor, rush: Rush
    ) -> None:
        self._db, self._connect, self._worker, self._settings, self._pool = db, connect, worker, settings, pool
        self._account_id, self._rush, self._width, self._left = account_id, rush, 1, WIDEST
        self._unwritten: list[Told] = []
        self._answers: list[tuple[Ticket, Outcome]] = []
        self._kept = 0.0
        self._latest = min(LATEST_S, settings.lease_s / 4)

    def drain(
        self, go_on: Callable[[], bool], crowded: Callable[[], bool] = lambda: False, elsewhere: Callable[[], bool] = lambda: False
    ) -> int:
        """Send what is due until nothing is, or `go_on` says no before a wave; returns how many were tried. All is written then.

        `crowded`: whether another account waits for this one to end. It then does so as soon as nothing is due here. `elsewhere`:
        whether another worker has calls to begin."""
        tried = 0
        with self._db.read() as session:
            account = session.get_one(Account, self._account_id)
        try:
            while go_on():
                found = self._wave(account, go_on)
                tried += found
                if not found and not self._unwritten:
                    break
                if found:
                    continue
                if not (self._rush.others(self._account_id) or elsewhere()) or self._old() or crowded():
                    self._write()
                else:
                    time.sleep(LOOK_S)
        finally:
            self._write()
        return tried

    def _wave(self, account: Account, go_on: Callable[[], bool]) -> int:
        """Begin what may go side by side, and call; how many were tried. Meanwhile `go_on` is asked, so that whoever keeps the
        account for us hears that we live; what has left is waited for, whatever it says."""
        try:
            connector = self._connect(account)
        except MajlisError:  # it tells, and holds, one by one
            return self._alone()
        try:
            found, tickets = self._begin(connector)
        except Exception as e:
            if away(e):
                raise
            log.exception("check_failed", account=account.key)  # a check of one of them: each by itself, then
            return self._alone()
        self._left, smooth = WIDEST, len(tickets) == found
        calls = {self._pool.submit(self._call, ticket) for ticket in tickets}
        while calls:
            done, calls = wait(calls, timeout=1.0, return_when=FIRST_COMPLETED)
            smooth = all([self._keep(one) for one in done]) and smooth  # noqa: C419 (each is kept, whatever the first was)
            if self._old():
                self._write(AT_ONCE)
            try:
                go_on()
            except Exception as e:
                if not away(e):  # else it is met again by what has to be written
                    raise
        if not smooth:
            self._write()
        self._width = min(2 * self._width, self._left) if smooth else 1
        return found

    def _alone(self) -> int:
        self._width = 1
        tried = send_next(self._db, self._connect, self._worker, only=self._account_id, settings=self._settings)
        return 0 if tried is None else 1

    def _begin(self, connector: Connector) -> tuple[int, list[Ticket]]:
        """Claim and begin in one transaction what is due and may go side by side: how many, and those of them that leave."""
        moment = clock.now()
        asked = {"moment": moment, "account": self._account_id, "width": self._width}
        keeping = time.monotonic() - self._kept > KEEP_S or any(ticket.kind == "mail" for ticket, _ in self._answers)

        def begun(session: Session) -> tuple[int, list[Ticket]]:
            if keeping:
                keep_answers(session, self._answers)
            for priority in PRIORITIES:
                deliveries = beside(session.exec(_FIRST, params={**asked, "priority": priority}).all(), moment)
                if deliveries:
                    self._rush.begun(self._account_id)
                    tickets = begin_these(session, deliveries, self._worker, connector, self._settings, moment, claimed=False)
                    return len(deliveries), tickets
            return 0, []

        begins = self._db.insist(begun)
        if keeping:  # now that it is committed: a check that fails takes the notes back with it
            self._answers, self._kept = [], time.monotonic()
        return begins

    def _old(self) -> bool:
        return bool(self._unwritten) and time.monotonic() - self._unwritten[0].at > self._latest

    def _call(self, ticket: Ticket) -> Told:
        try:
            connector = self._connect(ticket.account)
            connector.heed(ticket.shut)
        except Exception:
            log.exception("account_not_opened", account=ticket.account.key)
            return Told(
                ticket, Outcome("scheduled", "not_opened", not_before=clock.now() + again(ticket.attempt)), Bill(), time.monotonic()
            )
        outcome = call(self._db, connector, ticket, self._worker, self._settings)
        outcome = replace(outcome, at=clock.now()) if outcome else None
        return Told(ticket, outcome, connector.bill(), time.monotonic())

    def _keep(self, done: "Future[Told]") -> bool:
        told = done.result()
        self._left = max(min(self._left, told.bill.left.get(told.ticket.way, WIDEST)), 1)
        self._unwritten.append(told)
        if told.outcome is not None and told.outcome.sent is not None:
            self._answers.append((told.ticket, told.outcome))
        return told.smooth

    def _write(self, most: int | None = None) -> None:
        """Write the outcomes that are not written yet, the oldest first; `most` of them, all when None."""
        if len(self._unwritten) > AT_ONCE and self._answers:  # it takes a while, and who knows how long we live
            with self._db.write() as session:
                keep_answers(session, self._answers)
            self._answers, self._kept = [], time.monotonic()
        unwritten, self._unwritten = self._unwritten[:most], [] if most is None else self._unwritten[most:]
        if not self._unwritten:
            self._answers = []
        known = [(told.ticket, told.outcome, told.bill) for told in unwritten if told.outcome is not None]
        if known:
            record_all(self._db, known, self._worker, self._settings)
        for told in unwritten:
            if told.outcome is None:
                with self._db.write() as session:
                    spend(session, told.ticket.account, told.bill)


def beside(deliveries: Sequence[Delivery], moment: datetime) -> list[Delivery]:
    """The first of these and those after it that may go beside it: punctual posts of one second. In the order given."""
    if not deliveries:
        return []
    first = deliveries[0]
    if first.kind != "post" or moment - first.scheduled_at > PUNCTUAL:
        return [first]
    second = first.scheduled_at.replace(microsecond=0)
    return list(takewhile(lambda one: one.kind == "post" and one.scheduled_at.replace(microsecond=0) == second, deliveries))
