"""An account on the wall (tests/outbox/wall.py), people who may decide, and one way to queue, send and look."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import col, select

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from wall import ACCOUNT, Wall, WallConnector  # noqa: E402 (its folder is put on the path first)

from core.auth import OPERATING, WORKER, Actor, abilities_of  # noqa: E402
from core.clock import Hands  # noqa: E402
from core.db import Database  # noqa: E402
from core.models import Account, AuditEntry  # noqa: E402
from core.settings import Settings, load  # noqa: E402
from core.vault import Vault  # noqa: E402
from outbox import guards  # noqa: E402
from outbox.accounts import add_account  # noqa: E402
from outbox.body import Body  # noqa: E402
from outbox.enqueue import enqueue  # noqa: E402
from outbox.models import Attempt, Delivery  # noqa: E402
from outbox.reconcile import reconcile_due  # noqa: E402
from outbox.send import send_due  # noqa: E402
from outbox.summary import Summary  # noqa: E402


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
    people: dict[str, Actor] = field(default_factory=dict)

    def queue(self, text: str = "Good news", kind: str = "post", **more: Any) -> int:
        with self.db.write() as session:
            account = session.get_one(Account, more.pop("account_id", self.account.id))
            delivery = enqueue(session, WORKER, kind=kind, account=account, body=Body(text), **more)
            return delivery.id or 0

    def send(self) -> Summary:
        return send_due(self.db, lambda _: self.connector, self.worker, settings=self.settings)

    def reconcile(self) -> Summary:
        return reconcile_due(self.db, lambda _: self.connector, self.worker, settings=self.settings)

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


MANAGER = Actor("user:5", abilities_of(["manager"]), 5, "Maryam")


@pytest.fixture
def manager() -> Actor:
    return MANAGER


@pytest.fixture
def vault() -> Vault:
    return Vault((Fernet.generate_key().decode(),))


@pytest.fixture
def desk(db: Database, hands: Hands, tmp_path: Path, vault: Vault) -> Desk:
    platform, _, native_id = ACCOUNT.partition(":")
    with db.write() as session:
        account = add_account(session, OPERATING, platform, native_id, {"access_token": "t"}, vault=vault)
    wall = Wall(tmp_path / "wall.jsonl")
    settings = load(MAJLIS_VAR_DIR=str(tmp_path / "var"))
    return Desk(db, settings, wall, WallConnector(wall), vault, account)


@pytest.fixture
def registries() -> Iterator[None]:
    """What a test registers is gone after it."""
    before = dict(guards.GUARDS), dict(guards.FILLERS), {k: list(v) for k, v in guards.ON_SETTLED.items()}
    yield
    for registry, content in zip((guards.GUARDS, guards.FILLERS, guards.ON_SETTLED), before, strict=True):
        registry.clear()  # type: ignore[attr-defined] # a dict, whatever its values
        registry.update(content)  # type: ignore[attr-defined]
