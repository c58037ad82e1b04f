"""A press office: three accounts on the wall of tests/outbox, somebody who writes, somebody else who approves."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from PIL import Image
from sqlmodel import Session, col, select

from connectors.contract import Capabilities
from core.actors import OPERATING, Actor
from core.auth import actor_of
from core.clock import Hands
from core.db import Database
from core.models import Account, AuditEntry, User
from core.settings import Settings, load
from core.vault import Vault
from outbox.accounts import Connections, add_account
from outbox.models import Delivery
from outbox.send import send_due
from outbox.summary import Summary
from scheduler import posts, queueing
from scheduler.models import Post
from tests.outbox.outbox_wall import Wall, WallConnector

PLATFORMS = ("facebook", "x", "instagram")


@dataclass
class Office:
    """The posts of a ministry. `connectors` stand on the wall, one an account, by platform."""

    db: Database
    settings: Settings
    hands: Hands
    wall: Wall
    vault: Vault
    accounts: dict[str, Account]
    connectors: dict[str, WallConnector]
    author: Actor
    approver: Actor
    worker: str = "w1"
    seen: list[str] = field(default_factory=list)

    def connect(self, account: Account) -> WallConnector:
        return self.connectors[account.platform]

    def real(self) -> Connections:
        """The platforms' own connectors, for counting and limits; they make no call."""
        return Connections(self.settings, self.vault)

    def ids(self, *platforms: str) -> list[int]:
        return [self.accounts[p].id or 0 for p in platforms or PLATFORMS]

    def draft(self, *platforms: str, text: str = "خبر", **more: Any) -> int:
        """A post of the author's for these platforms (Facebook and X when none is named), in one language for a reason."""
        texts = dict.fromkeys(self.ids(*platforms or ("facebook", "x")), text)
        with self.db.write() as session:
            given = {"kind": "news", "title": "خبر", "texts": texts, "pair_why": "تجربة", **more}
            return posts.draft(session, self.author, **given).id or 0

    def do(self, verb: Any, post_id: int, *args: Any, by: Actor | None = None, **more: Any) -> None:
        """One verb in a transaction of its own, as a door would."""
        with self.db.write() as session:
            verb(session, by or self.author, session.get_one(Post, post_id), *args, **more)

    def approve(self, post_id: int, **more: Any) -> None:
        self.do(posts.approve, post_id, by=self.approver, settings=self.settings, **more)

    def scheduled(self, *platforms: str, at: datetime | None = None, **more: Any) -> int:
        """A post that another person approved for `at` (an hour from now when None)."""
        post_id = self.draft(*platforms, at=at or self.hands.at + timedelta(hours=1), **more)
        self.do(posts.submit, post_id)
        self.approve(post_id)
        return post_id

    def send(self) -> Summary:
        return send_due(self.db, self.connect, self.worker, settings=self.settings)

    def post(self, post_id: int) -> Post:
        with self.db.read() as session:
            return session.get_one(Post, post_id)

    def deliveries(self, post_id: int) -> list[tuple[str, str]]:
        """State and reason of what carries the post now."""
        with self.db.read() as session:
            return [(d.state, d.reason) for d in queueing.deliveries(session, session.get_one(Post, post_id))]

    def everything(self) -> list[Delivery]:
        with self.db.read() as session:
            return list(session.exec(select(Delivery).order_by(col(Delivery.id))))

    def audit(self, subject: str) -> list[str]:
        with self.db.read() as session:
            rows = session.exec(select(AuditEntry).where(col(AuditEntry.subject) == subject).order_by(col(AuditEntry.id)))
            return [row.action for row in rows]


def person(session: Session, name: str, *roles: str) -> Actor:
    """A member of staff who never signs in here, so that no password need be hashed."""
    user = User(username=name, display_name=name.title(), password_hash="", roles=list(roles))
    session.add(user)
    session.flush()
    return actor_of(user)


@pytest.fixture
def office(db: Database, hands: Hands, tmp_path: Path) -> Office:
    settings, vault = load(MAJLIS_VAR_DIR=str(tmp_path / "var")), Vault((Fernet.generate_key().decode(),))
    wall = Wall(tmp_path / "wall.jsonl")
    with db.write() as session:
        accounts = {
            p: add_account(session, OPERATING, p, "1", {"access_token" if p == "x" else "token": "t"}, vault=vault)
            for p in PLATFORMS
        }
        author, approver = person(session, "noura", "author"), person(session, "khalid", "approver")
    connectors = {p: WallConnector(wall, f"{p}:1", Capabilities()) for p in PLATFORMS}
    return Office(db, settings, hands, wall, vault, accounts, connectors, author, approver)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photograph with the camera's own notes in it."""
    path = tmp_path / "photo.jpg"
    image = Image.new("RGB", (40, 30), (0, 98, 51))
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    image.save(path, exif=exif)
    return path
