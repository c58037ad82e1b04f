"""Waves: what is due on one account in the same second goes side by side, everything else one after the other.

A lane begins with one call and doubles while all are confirmed, so that an account which turns out to be blocked or limited is
asked once; no wave is wider than what the platform says its window still takes. What is late by more than a minute keeps its order
strictly: after a standstill nothing bursts. Attempts of a wave are committed in one transaction before the first of its requests
leaves, confirmed outcomes are written together, at the latest after LATEST_S; any other outcome is written before the lane goes on.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from connectors.contract import Bill, Connector, Sent
from core import clock
from core.db import Database
from core.errors import MajlisError
from core.log import logger
from core.models import Account
from core.settings import Settings
from outbox.accounts import Connect
from outbox.attempt import Ticket, begin_all, call, record_all
from outbox.models import PRIORITIES, Delivery
from outbox.outcome import Outcome, again
from outbox.send import begun, due_at, put_aside
from outbox.spending import spend

#: the most calls at once on one account
WIDEST = 8
#: what is later than this goes one after the other
PUNCTUAL = timedelta(seconds=60)
#: what follows from a confirmed outcome waits so long at most for the calls that are due
LATEST_S = 3.0

log = logger("outbox")


class Told(NamedTuple):
    """What came of a call. `outcome` None: the lease was lost, whoever holds the delivery goes on."""

    ticket: Ticket
    outcome: Outcome | None
    bill: Bill

    @property
    def smooth(self) -> bool:
        return self.outcome is not None and self.outcome.state == "published" and not self.bill.shut


class Lane:
    """One account's lane in the hands of `worker`. `pool` runs the calls of a wave."""

    def __init__(self, db: Database, connect: Connect, worker: str, account_id: int, settings: Settings, pool: Executor) -> None:
        self._db, self._connect, self._worker, self._settings, self._pool = db, connect, worker, settings, pool
        self._account_id, self._width, self._left = account_id, 1, WIDEST
        self._unwritten: list[Told] = []
        self._answers: list[tuple[Ticket, Sent]] = []
        self._since, self._latest = 0.0, min(LATEST_S, settings.lease_s / 4)

    def drain(self, go_on: Callable[[], bool]) -> int:
        """Send what is due until nothing is, or `go_on` says no before a wave; returns how many were tried. All is written then."""
        tried = 0
        try:
            while go_on():
                ids = take(self._db, self._worker, self._account_id, self._settings, self._width)
                if not ids:
                    break
                tried += len(ids)
                self._left = WIDEST
                self._width = min(2 * self._width, self._left) if self._send(ids) else 1
        finally:
            self._write()
        return tried

    def _send(self, ids: Sequence[int]) -> bool:
        """One wave; True when every call of it was confirmed."""
        with self._db.read() as session:
            account = session.get_one(Account, self._account_id)
        try:
            connector = self._connect(account)
        except MajlisError as e:
            for delivery_id in ids:
                put_aside(self._db, delivery_id, account, self._worker, e)
            return False
        tickets = self._begin(ids, connector)
        calls = {self._pool.submit(self._call, ticket) for ticket in tickets}
        smooth = len(tickets) == len(ids)
        while calls:
            done, calls = wait(calls, timeout=1.0, return_when=FIRST_COMPLETED)
            smooth = all([self._keep(one) for one in done]) and smooth  # noqa: C419 (each is kept, whatever the first was)
            if self._unwritten and time.monotonic() - self._since > self._latest:
                self._write()
        if not smooth:
            self._write()
        return smooth

    def _begin(self, ids: Sequence[int], connector: Connector) -> list[Ticket]:
        if len(ids) > 1 or self._answers:
            try:
                answers, self._answers = self._answers, []
                return begin_all(self._db, ids, self._worker, connector, self._settings, answers)
            except SQLAlchemyError:
                raise
            except Exception:
                log.exception("check_failed")  # one of them: each by itself, then, and only that one is held
        found = (begun(self._db, delivery_id, self._worker, connector, self._settings) for delivery_id in ids)
        return [ticket for ticket in found if ticket is not None]

    def _call(self, ticket: Ticket) -> Told:
        try:
            connector = self._connect(ticket.account)
            connector.heed(ticket.shut)
        except Exception:
            log.exception("account_not_opened", account=ticket.account.key)
            return Told(ticket, Outcome("scheduled", "not_opened", not_before=clock.now() + again(ticket.attempt)), Bill())
        outcome = call(self._db, connector, ticket, self._worker, self._settings)
        return Told(ticket, outcome, connector.bill())

    def _keep(self, done: "Future[Told]") -> bool:
        told = done.result()
        self._left = max(min(self._left, told.bill.left.get(told.ticket.way, WIDEST)), 1)
        if not self._unwritten:
            self._since = time.monotonic()
        self._unwritten.append(told)
        if told.outcome is not None and told.outcome.sent is not None:
            self._answers.append((told.ticket, told.outcome.sent))
        return told.smooth

    def _write(self) -> None:
        """Write all outcomes that are not written yet."""
        unwritten, self._unwritten, self._answers = self._unwritten, [], []
        known = [(told.ticket, told.outcome, told.bill) for told in unwritten if told.outcome is not None]
        if known:
            record_all(self._db, known, self._worker, self._settings)
        for told in unwritten:
            if told.outcome is None:
                with self._db.write() as session:
                    spend(session, told.ticket.account, told.bill)


def take(db: Database, worker: str, account_id: int, settings: Settings, most: int) -> list[int]:
    """Claim the account's next due row and those that may go beside it, `most` in all; in the order of outbox.send.take."""
    moment = clock.now()
    due = due_at(moment, account_id)
    columns = (col(Delivery.id), col(Delivery.kind), col(Delivery.scheduled_at))
    order = (col(Delivery.scheduled_at), col(Delivery.id))
    with db.write() as session:
        for priority in PRIORITIES:
            of_this = select(*columns).where(col(Delivery.priority) == priority, due).order_by(*order).limit(most)
            ids = beside(session.connection().execute(of_this.with_for_update(skip_locked=True)).all(), moment)
            if ids:
                lease = {"worker": worker, "lease_until": moment + timedelta(seconds=settings.lease_s)}
                session.connection().execute(update(Delivery).where(col(Delivery.id).in_(ids)).values(lease))
                return ids
    return []


def beside(rows: Sequence[Row[int | None, str, datetime]], moment: datetime) -> list[int]:
    """The ids of the first of these rows and of those after it that may go beside it: punctual posts of one second."""
    if not rows:
        return []
    _, kind, first = rows[0]
    alone = kind != "post" or moment - first > PUNCTUAL
    second = first.replace(microsecond=0)
    ids: list[int] = []
    for id_, kind, at in rows:
        if ids and (alone or kind != "post" or at.replace(microsecond=0) != second):
            break
        ids.append(id_ or 0)
    return ids
