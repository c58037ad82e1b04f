"""One reading of one account: what every step of it needs, and how a page is taken in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import update
from sqlmodel import Session, col

from connectors.contract import Connector, Message
from core.db import Database
from core.errors import Unavailable
from core.models import Account
from core.settings import Settings
from inbox.judging import judge_all
from inbox.receive import Received, news, receive
from policies.clauses import Edition

#: messages received in one transaction, so that a clerk's click never waits long for the writer (measured: docs/performance.md)
CHUNK = 200

T = TypeVar("T")


@dataclass(slots=True)
class Reading:
    """`seen`: native ids shown in this reading; `listed`: posts whose comments were listed to their end."""

    db: Database
    account: Account
    connector: Connector
    settings: Settings
    worker: str
    edition: Edition
    key_id: str
    seen: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    new: int = 0
    edited: int = 0
    deleted: int = 0
    shown: int = 0

    def count(self, received: Received) -> None:
        self.new += len(received.new_ids)
        self.edited += received.edited
        self.deleted += received.deleted
        self.shown += received.shown


def take(
    reading: Reading,
    messages: Sequence[Message],
    *,
    fresh: bool = False,
    cost_micros: int = 0,
    finish: Callable[[Session], None] = lambda _session: None,
) -> None:
    """Receive `messages` in transactions of CHUNK; `finish` and the price of the call go with the last one.

    Texts are judged before each transaction is opened.
    """
    for chunk, last in _chunks(messages):
        with reading.db.read() as session:
            unheard = news(session, reading.account, chunk)
        verdicts = judge_all(unheard, reading.edition)
        with reading.db.write() as session:
            received = receive(
                session,
                reading.account,
                chunk,
                reading.edition,
                settings=reading.settings,
                verdicts=verdicts,
                fresh=fresh,
                key_id=reading.key_id,
            )
            if last:
                finish(session)
                if cost_micros:
                    spent = col(Account.spent_usd_micros) + cost_micros
                    session.execute(update(Account).where(col(Account.id) == reading.account.id).values(spent_usd_micros=spent))
        reading.count(received)
    reading.seen.update(message.native_id for message in messages)


def _chunks(messages: Sequence[Message]) -> Iterator[tuple[Sequence[Message], bool]]:
    """Pieces of at most CHUNK and whether it is the last; one empty piece for no messages, so that the cursor is stored."""
    for start in range(0, max(len(messages), 1), CHUNK):
        yield messages[start : start + CHUNK], start + CHUNK >= len(messages)


def twice(call: Callable[[], T]) -> T:
    """`call`, and once more without waiting when the platform was out of reach. Any other error, and the second one, is raised."""
    try:
        return call()
    except Unavailable:
        return call()
