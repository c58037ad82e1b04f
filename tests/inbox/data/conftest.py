"""A ministry with cases and decisions of past months, and its releases day after day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.clock import Hands
from core.db import Database
from core.models import Account
from inbox import tally
from inbox.models import Case, Decision, Item
from outbox.models import Delivery

#: a working morning of October, long before the tests' own day (24 November 2026)
OCTOBER = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
YESTERDAY = date(2026, 11, 23)


class Office:
    """Rows as they would stand after months of work."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.accounts: dict[str, int] = {}
        self.made = 0

    def account(self, platform: str) -> int:
        """Its account, connected when it is first named."""
        if platform not in self.accounts:
            with self.db.write() as session:
                account = Account(platform=platform, native_id="1")
                session.add(account)
                session.flush()
                self.accounts[platform] = account.id or 0
        return self.accounts[platform]

    def public(self, platform: str, kind: str, times: int, day: date = YESTERDAY) -> None:
        """So many messages that stand in public."""
        account = self.account(platform)
        with self.db.write() as session:
            tally.add(session, {(day, account, "public", kind): times})

    def cases(self, times: int, kind: str = "complaint", platform: str = "facebook", **columns: Any) -> None:
        """So many cases, opened in October unless it is said."""
        account = self.account(platform)
        with self.db.write() as session:
            for _ in range(times):
                self.made += 1
                given = {"topic": "wages", "opened_at": OCTOBER, "account_id": account, **columns}
                session.add(Case(number=f"M-{self.made:05}-00000", kind=kind, **given))

    def decisions(self, times: int, action: str = "hide", clause: str = "abuse", **columns: Any) -> list[tuple[int, int]]:
        """So many decisions of October that the platform carried out: (decision id, item id)."""
        account = self.account("facebook")
        made = []
        with self.db.write() as session:
            for _ in range(times):
                self.made += 1
                native = f"9_{self.made}"
                item = Item(account_id=account, platform="facebook", native_id=native, surface="comment", created_at=OCTOBER)
                delivery = Delivery(account_id=account, kind=action, state=columns.get("delivered", "published"))
                session.add_all([item, delivery])
                session.flush()
                decision = Decision(
                    item_id=columns.get("item_id") or item.id or 0,
                    at=columns.get("at", OCTOBER),
                    actor=columns.get("actor", "worker"),
                    action=action,
                    automatic=columns.get("automatic", True),
                    edition=columns.get("edition", "mohre@2026-11"),
                    clause=clause,
                    delivery_id=delivery.id,
                )
                session.add(decision)
                session.flush()
                made.append((decision.id or 0, decision.item_id))
        return made


@pytest.fixture
def office(db: Database, hands: Hands) -> Office:
    return Office(db)


@pytest.fixture
def hours() -> Callable[[float], datetime]:
    """`hours(3)`: three hours after the morning on which the cases of October were opened."""
    return lambda n: OCTOBER + timedelta(hours=n)
