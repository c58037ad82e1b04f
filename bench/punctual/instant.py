"""Platforms in this process that take a set time for each call and note when it was made; accounts and bare deliveries for them.

For what the ledger alone costs. How late real posts are over real connectors: bench.punctual.lateness."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlmodel import col, select

from connectors.contract import Bill, Capabilities, Connector, Outgoing, Sent, Steps
from connectors.gate import pass_through
from core.clock import now
from core.db import Database
from core.models import Account
from outbox.body import Body
from outbox.models import Delivery
from outbox.send import TABLE

PLATFORM_S = 0.050


@dataclass
class Instant:
    """Takes `takes_s` for each post; `called` holds the moment of each call. Only `send` is ever asked."""

    account: str
    takes_s: float = 0.0
    capabilities: Capabilities = field(default_factory=Capabilities)
    called: list[tuple[datetime, str]] = field(default_factory=list)

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        pass_through()
        self.called.append((now(), out.text))
        time.sleep(self.takes_s)
        return Sent(f"{self.account}-{out.text}")

    def heed(self, shut: Mapping[str, datetime]) -> None:
        """No window is ever used up."""

    def bill(self) -> Bill:
        return Bill(writes=1)


def as_connector(platform: Instant) -> Connector:
    """The same as the outbox sees it."""
    return platform  # type: ignore[return-value]  # it has no more of the contract than a bench asks of it


def connected(db: Database, count: int, platform: str = "x") -> list[Account]:
    with db.write() as session:
        session.add_all([Account(platform=platform, native_id=str(n)) for n in range(count)])
    with db.read() as session:
        return list(session.exec(select(Account).order_by(col(Account.id))))


def queue(
    db: Database,
    accounts: Sequence[Account],
    count: int,
    at: datetime,
    mark: str,
    *,
    apart: timedelta = timedelta(0),
    grace: timedelta = timedelta(days=2),
) -> None:
    """`count` posts due at `at` (each `apart` after the one before), by turns on the accounts."""
    rows = [
        {
            "kind": "post", "account_id": accounts[n % len(accounts)].id, "body": Body(f"{mark}-{n:06}").to_json(), "priority": 0,
            "state": "scheduled", "scheduled_at": at + n * apart, "miss_after": at + n * apart + grace, "created_by": "bench",
            "created_at": at,
        }
        for n in range(count)
    ]  # fmt: skip
    with db.write() as session:
        for start in range(0, count, 1000):
            session.connection().execute(insert(TABLE), rows[start : start + 1000])


def states(db: Database) -> dict[str, int]:
    """How many deliveries are in which state."""
    found: dict[str, int] = {}
    with db.read() as session:
        for state in session.exec(select(Delivery.state)):
            found[state] = found.get(state, 0) + 1
    return found


def quantile(ordered: Sequence[float], q: float) -> float:
    return ordered[min(int(q * len(ordered)), len(ordered) - 1)]
