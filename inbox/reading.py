"""One reading of one account: what every step of it needs, and how a page is taken in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from sqlmodel import Session

from connectors.contract import Bill, Connector, Message
from core.db import Database, away
from core.errors import PlatformError, Unavailable
from core.log import logger
from core.models import Account
from core.settings import Settings
from inbox import aside
from inbox.judging import judge_all
from inbox.receive import Received, news, receive
from outbox import budget
from outbox.spending import spend
from policies.clauses import Edition

#: messages received in one transaction, so that a clerk's click never waits long for the writer (measured: docs/performance.md)
CHUNK = 200

T = TypeVar("T")
log = logger("inbox")


@dataclass(slots=True)
class Reading:
    """`seen`: native ids shown in this reading; `listed`: posts whose comments were listed to their end; `poor`: look-ups of little
    worth are left out for the account's budget."""

    db: Database
    account: Account
    connector: Connector
    settings: Settings
    worker: str
    edition: Edition
    key_id: str
    poor: bool = False
    seen: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    new: int = 0
    edited: int = 0
    deleted: int = 0
    shown: int = 0

    def afford(self) -> None:
        """Before each call that is paid for: BudgetReached when the account's month is used up."""
        if budget.watch(self.db, self.account.id or 0, self.settings).state == "stop":
            raise budget.reached(self.account)

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
    bill: Bill = Bill(),  # noqa: B008 (frozen)
    finish: Callable[[Session], object] = lambda _session: None,
) -> None:
    """Receive `messages` in transactions of CHUNK; `finish` and the bill of the call go with the last one.

    Texts are judged before each transaction is opened. A message that we fail at is set aside (inbox.aside) and stops no other.
    """
    for chunk, last in _chunks(messages):
        ended = partial(_end, reading, finish, bill) if last else _nothing
        try:
            reading.count(_receive(reading, chunk, fresh, ended))
        except PlatformError:
            raise
        except Exception as e:
            if away(e):
                raise
            log.exception("page failed", account=reading.account.key)
            _apart(reading, chunk, fresh, ended)
    reading.seen.update(message.native_id for message in messages)


def _receive(reading: Reading, chunk: Sequence[Message], fresh: bool, ended: Callable[[Session], None]) -> Received:
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
        ended(session)
    return received


def _apart(reading: Reading, chunk: Sequence[Message], fresh: bool, ended: Callable[[Session], None]) -> None:
    """The messages one by one: the one we fail at is set aside, the others come in, and the cursor follows them all."""
    for message in chunk:
        try:
            reading.count(_receive(reading, [message], fresh, _nothing))
        except Exception as error:
            if away(error):
                raise
            with reading.db.write() as session:
                aside.put(session, reading.account, message, type(error).__name__)
    with reading.db.write() as session:
        ended(session)


def _end(reading: Reading, finish: Callable[[Session], object], bill: Bill, session: Session) -> None:
    finish(session)
    spend(session, reading.account, bill)


def _nothing(_session: Session) -> None:
    return None


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
