"""What the inbox's tests share: an account, messages as a connector would give them, and people who work."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlmodel import Session, col, select

import inbox.said  # noqa: F401  # registers its hook, as scheduler.rooms does where deliveries are settled
from connectors.contract import Can, Connector, Message, Surface
from core.actors import OPERATING, Actor
from core.auth import actor_of, add_user
from core.clock import Hands
from core.db import Database
from core.models import Account
from core.settings import Settings
from inbox.ingest import Pulled, pull
from inbox.models import Item, Stream
from inbox.receive import Received, receive
from policies import edition as editions
from tests.inbox.platform import Listed
from tests.outbox.platforms import opened as opened  # a fixture, as the next
from tests.outbox.platforms import sandbox as sandbox

SAID = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)

Say = Callable[..., Message]


@pytest.fixture
def say() -> Say:
    """`say(id, text, **fields)`: a Facebook comment under post `p1`, one minute after the one before."""
    count = 0

    def one(native_id: str, text: str = "متى موعد التسجيل؟", **fields: Any) -> Message:
        nonlocal count
        count += 1
        given: dict[str, Any] = {
            "account": "facebook:100",
            "surface": Surface.COMMENT,
            "author_id": f"u-{native_id}",
            "author_name": "سالم",
            "created_at": SAID + timedelta(minutes=count),
            "parent_id": "p1",
            "root_id": "p1",
            "permalink": f"https://facebook.test/{native_id}",
            "can": Can(reply=True, reply_privately=True, hide=True, delete=True),
        }
        return Message(native_id=native_id, text=text, **{**given, **fields})

    return one


@pytest.fixture
def account(db: Database) -> Account:
    """A connected Facebook page."""
    with db.write() as session:
        page = Account(platform="facebook", native_id="100", name="الوزارة")
        session.add(page)
    return page


class Desk:
    """The inbox of one test: `take(messages)` receives them in one transaction."""

    def __init__(self, db: Database, account: Account, settings: Settings) -> None:
        self.db, self.account, self.settings = db, account, settings

    def take(self, *messages: Message, **options: Any) -> Received:
        with self.db.write() as session:
            return receive(session, self.account, messages, editions.current(), settings=self.settings, **options)


@pytest.fixture
def desk(db: Database, account: Account, settings: Settings, hands: Hands) -> Desk:
    return Desk(db, account, settings)


def _person(session: Session, name: str, *roles: str) -> Actor:
    return actor_of(add_user(session, OPERATING, name, "long-enough-1", roles, name.title()))


@pytest.fixture
def agent(db: Database) -> Actor:
    """Noura, who answers."""
    with db.write() as session:
        return _person(session, "noura", "agent", "moderator")


@pytest.fixture
def colleague(db: Database) -> Actor:
    """Khalid, who answers too."""
    with db.write() as session:
        return _person(session, "khalid", "agent")


class Ear:
    """Listens to a platform in memory: `hear()` is one reading of the account."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.platform = desk, Listed()

    def hear(self, *, full: bool = False) -> Pulled:
        connect = cast("Callable[[Account], Connector]", lambda _account: self.platform)
        return pull(self.desk.db, self.desk.account.id or 0, connect, self.desk.settings, "w1", full=full)

    def stored(self) -> list[str]:
        with self.desk.db.read() as session:
            return list(session.exec(select(Item.native_id).order_by(col(Item.id))))

    def stream(self, name: str = "comments") -> Stream:
        with self.desk.db.read() as session:
            return session.get_one(Stream, (self.desk.account.id, name))


@pytest.fixture
def ear(desk: Desk) -> Ear:
    return Ear(desk)
