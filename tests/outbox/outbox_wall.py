"""A platform as small as can be: a file to which every post is one line; many processes share it and a kill forgets nothing.

`Wall` is the platform; `WallConnector` is a second, independent implementation of connectors.contract.Connector over it, with
faults that are injected by name before or after the platform commits. `Desk` queues, sends and looks.
"""

import json
import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import col, select

from connectors.contract import (
    Bill,
    Capabilities,
    Evidence,
    Finding,
    Health,
    Known,
    Message,
    Outgoing,
    Page,
    Reading,
    Sent,
    Steps,
)
from connectors.gate import pass_through
from core import clock, errors
from core.actors import WORKER
from core.db import Database
from core.models import Account, AuditEntry
from core.settings import Settings
from core.vault import Vault
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.models import Attempt, Delivery
from outbox.reconcile import reconcile_due
from outbox.send import send_due
from outbox.summary import Summary


@dataclass
class Wall:
    """What the public sees. Each line: id, account, text, parent, at."""

    path: Path

    def write(self, account: str, text: str, parent: str | None) -> str:
        post = {"id": uuid4().hex, "account": account, "text": text, "parent": parent, "at": clock.now().isoformat()}
        line = (json.dumps(post) + "\n").encode()
        descriptor = os.open(self.path, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        try:
            os.write(descriptor, line)  # one write to O_APPEND is whole, also among processes
        finally:
            os.close(descriptor)
        return str(post["id"])

    def posts(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def texts(self) -> list[str]:
        return sorted(post["text"] for post in self.posts())


ACCOUNT = "x:1"
LATER = datetime(2026, 11, 24, 6, 15, tzinfo=UTC)

#: name -> (does the platform commit?, what the connector raises)
FAULTS: dict[str, tuple[bool, Callable[[], Exception]]] = {
    "refused_connection": (False, lambda: errors.Unavailable(account=ACCOUNT, detail="connect")),
    "limited": (False, lambda: errors.RateLimited(account=ACCOUNT, retry_at=LATER, detail="429")),
    "token": (False, lambda: errors.TokenExpired(account=ACCOUNT, detail="190")),
    "scope": (False, lambda: errors.Disconnected(account=ACCOUNT, detail="10")),
    "credit": (False, lambda: errors.SpendCapReached(account=ACCOUNT, detail="402")),
    "rejected": (False, lambda: errors.Rejected(account=ACCOUNT, detail="187")),
    "not_possible": (False, lambda: errors.NotPossible(account=ACCOUNT, detail="no")),
    "gone": (False, lambda: errors.Gone(account=ACCOUNT, detail="404")),
    "cut_before": (False, lambda: errors.Uncertain(account=ACCOUNT, detail="reset")),
    "cut_after": (True, lambda: errors.Uncertain(account=ACCOUNT, detail="reset")),
    "garbage_after": (True, lambda: errors.Uncertain(account=ACCOUNT, detail="unreadable")),
    "bug_before": (False, lambda: KeyError("id")),
    "bug_after": (True, lambda: KeyError("id")),
}


@dataclass
class WallConnector:
    """One account on the wall. `faults` are met by the next sends, one each; `blind` by the next readings back."""

    wall: Wall
    account: str = ACCOUNT
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(text_limit=280))
    faults: deque[str] = field(default_factory=deque)
    blind: deque[Exception] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)
    well: Exception | None = None
    lag: timedelta = timedelta(0)
    before: Callable[[], None] = lambda: None
    resumable: bool = False
    two_steps: bool = False
    #: what was made first and failed at the platform for good
    failed: set[str] = field(default_factory=set)
    costs: int = 0
    heeded: Mapping[str, datetime] = field(default_factory=dict)
    bills: deque[Bill] = field(default_factory=deque)

    def check(self) -> Health:
        self.calls.append("check")
        if self.well is not None:
            raise self.well
        return Health(self.account.partition(":")[2], "Wall")

    def streams(self) -> tuple[str, ...]:
        return ()

    def fetch(self, stream: str, cursor: str | None, *, not_before: datetime | None = None) -> Page:
        return Page((), "")

    def rewind(self, stream: str, cursor: str) -> str | None:
        return None

    def lookup(self, messages: Sequence[Known]) -> Sequence[Message]:
        return ()

    def count_text(self, text: str) -> int:
        return len(text)

    def _meet(self) -> Exception | None:
        self.before()
        if not self.faults:
            return None
        commits, error = FAULTS[self.faults[0]]
        return None if commits else self._raise(error)

    def _raise(self, error: Callable[[], Exception]) -> Exception:
        self.faults.popleft()
        raise error()

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        self.calls.append("send")
        self._make(steps)
        pass_through()
        self._meet()
        native_id = self.wall.write(self.account, out.text, out.parent_id)
        if self.faults:
            self._raise(FAULTS[self.faults[0]][1])
        return Sent(native_id, f"https://wall.example/{native_id}", self.costs)

    def _make(self, steps: Steps) -> None:
        """With `two_steps`, what nobody sees is made first, as a container is; its id is kept."""
        if self.two_steps and not steps.get("container"):
            pass_through()
            self.calls.append("make")
            steps.keep("container", uuid4().hex)

    def find_existing(self, out: Outgoing, steps: Steps, *, sent_at: datetime, taken: frozenset[str] = frozenset()) -> Evidence:
        self.calls.append("find")
        if self.blind:
            raise self.blind.popleft()
        if self.resumable:
            return Evidence(Finding.RESUMABLE)
        if steps.get("container") in self.failed:
            return Evidence(Finding.REFUSED, detail="container")
        since, until = sent_at - timedelta(seconds=120), clock.now() - self.lag
        found = [
            post
            for post in self.wall.posts()
            if (post["account"], post["text"], post["parent"]) == (self.account, out.text, out.parent_id)
            and since <= datetime.fromisoformat(post["at"]) <= until
            and post["id"] not in taken
        ]
        if len(found) > 1:
            return Evidence(Finding.SEVERAL)
        return Evidence(Finding.FOUND, Sent(found[0]["id"], cost_micros=self.costs)) if found else Evidence(Finding.NOT_FOUND)

    def _act(self, verb: str, native_id: str) -> None:
        self.calls.append(f"{verb} {native_id}")
        pass_through()
        self._meet()
        if self.faults:
            self._raise(FAULTS[self.faults[0]][1])

    def hide(self, native_id: str) -> None:
        self._act("hide", native_id)

    def unhide(self, native_id: str) -> None:
        self._act("unhide", native_id)

    def delete(self, native_id: str) -> None:
        self._act("delete", native_id)

    def bill(self) -> Bill:
        return self.bills.popleft() if self.bills else Bill()

    def heed(self, shut: Mapping[str, datetime]) -> None:
        self.heeded = dict(shut)

    def price(self, text: str, *, reply: bool = False, private: bool = False) -> int:
        return self.costs

    def metrics(self, native_ids: Sequence[str]) -> Sequence[Reading]:
        self.calls.append("metrics")
        return [Reading(native_id, clock.now(), {"likes": 3, "views": 70}) for native_id in native_ids]


@dataclass
class Desk:
    """The outbox of one account on the wall."""

    db: Database
    settings: Settings
    wall: Wall
    connector: WallConnector
    vault: Vault
    account: Account
    worker: str = "w1"
    #: the delivery a test speaks of
    queue_id: int = 0

    def queue(self, text: str = "Good news", kind: str = "post", **more: Any) -> int:
        with self.db.write() as session:
            account = session.get_one(Account, more.pop("account_id", self.account.id))
            delivery = enqueue(session, WORKER, kind=kind, account=account, body=Body(text), **more)
            return delivery.id or 0

    def connect(self, _: Account) -> WallConnector:
        return self.connector

    def send(self) -> Summary:
        return send_due(self.db, self.connect, self.worker, settings=self.settings)

    def reconcile(self) -> Summary:
        return reconcile_due(self.db, self.connect, self.worker, settings=self.settings)

    def get(self, delivery_id: int) -> Delivery:
        with self.db.read() as session:
            return session.get_one(Delivery, delivery_id)

    def state(self, delivery_id: int) -> tuple[str, str]:
        delivery = self.get(delivery_id)
        return delivery.state, delivery.reason

    def attempts(self, delivery_id: int) -> list[tuple[int, str]]:
        with self.db.read() as session:
            rows = session.exec(select(Attempt).where(col(Attempt.delivery_id) == delivery_id).order_by(col(Attempt.no)))
            return [(row.no, row.outcome) for row in rows]

    def audit(self, subject: str) -> list[str]:
        with self.db.read() as session:
            rows = session.exec(select(AuditEntry).where(col(AuditEntry.subject) == subject).order_by(col(AuditEntry.id)))
            return [row.action for row in rows]
