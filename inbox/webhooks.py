"""Webhooks: a verified body is stored before the answer and digested later by the same way in; the poller stays the truth.

What a webhook tells is only the first news of it, told twice and in any order. A body that nobody understands, and one that we
fail at, is kept with its problem and stops nothing (inbox.aside). What must be asked for by id (a mention beneath a stranger's
picture, which no list leads to) waits as a row of its own until the account is read next (inbox.told).
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Table, select, update
from sqlmodel import Session, col

from connectors.contract import Bill, Message, Surface
from connectors.webhooks import Event, Events, meta, x
from core.bulk import among, insert_new
from core.clock import now
from core.db import Database, away
from core.log import logger
from core.models import Account
from core.settings import Settings
from core.vault import open_vault
from inbox import told
from inbox.editions import in_force
from inbox.index import ITEMS
from inbox.judging import judge_all
from inbox.models import Stream, Webhook
from inbox.reading import CHUNK
from inbox.receive import news, receive
from inbox.steps import one_of
from outbox.spending import spend
from policies.clauses import Edition

log = logger("inbox")

WEBHOOKS: Table = Webhook.__table__  # type: ignore[attr-defined]  # SQLModel sets it
FAMILIES: dict[str, Callable[[bytes], Events]] = {"meta": meta, "x": x}
AT_ONCE = 20
#: family of rows that remember what was gone before we ever held it
GONE = "gone"


def store(session: Session, family: str, raw: bytes) -> bool:
    """Keep a body whose signature the caller has verified; False when the very same body is kept already. The caller commits
    before it answers. Invalid for an unknown family."""
    one_of("family", family, FAMILIES)
    digest = hashlib.sha256(family.encode() + b"\n" + raw).hexdigest()
    row = {"family": family, "digest": digest, "body": raw, "received_at": now(), "problem": ""}
    return bool(insert_new(session, WEBHOOKS, [row], unique=("digest",)))


def digest(db: Database, settings: Settings) -> int:
    """Take in the stored bodies that wait, oldest first; returns how many. Several processes at once do no harm.

    All is judged by the edition now in force. What we fail at in a body is told by its problem and stops nothing else in it. Only
    when the database itself fails does it wait for the next time.
    """
    done = 0
    key_id = open_vault(settings).current
    while ids := _waiting(db):
        with db.read() as session:
            edition = in_force(session)
        for id_ in ids:
            done += _digest(Work(db, settings, edition, key_id, id_))
    return done


@dataclass(slots=True)
class Work:
    """One body being taken in. `problems`: what is told of it in the end, each once."""

    db: Database
    settings: Settings
    edition: Edition
    key_id: str
    id: int
    problems: dict[str, None] = field(default_factory=dict)

    def failed(self, error: Exception) -> None:
        log.exception("webhook failed", webhook=self.id)
        self.problems[f"failed:{type(error).__name__}"] = None


def _waiting(db: Database) -> Sequence[int]:
    waiting = (WEBHOOKS.c.done_at.is_(None), WEBHOOKS.c.family.in_(list(FAMILIES)))
    with db.read() as session:
        step = select(WEBHOOKS.c.id).where(*waiting).order_by(WEBHOOKS.c.id).limit(AT_ONCE)
        return session.connection().execute(step).scalars().all()


def _digest(work: Work) -> int:
    """One body, in transactions of CHUNK messages, marked done by whoever is first; 1, or 0 where another was."""
    with work.db.read() as session:
        row = session.get(Webhook, work.id)
    if row is None or row.done_at is not None:
        return 0
    events = FAMILIES[row.family](row.body)
    for piece in _pieces(events):
        try:
            _take(work, piece)
        except Exception as error:  # told by the body's problem; the others of the piece come in one by one
            if away(error):
                raise
            _apart(work, piece, error)
    for part in events.quarantined:
        work.problems[f"unread:{part}"] = None
    problem = "; ".join(work.problems) or ("" if events else "nothing_in_it")
    with work.db.write() as session:
        mine = update(WEBHOOKS).where(WEBHOOKS.c.id == work.id, WEBHOOKS.c.done_at.is_(None))
        settled = session.connection().execute(mine.values(done_at=now(), problem=problem[:200])).rowcount
    if problem and settled:
        log.info("webhook", webhook=work.id, code=problem)
    return settled


def _pieces(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """The events in their order: up to CHUNK messages of one account together, everything else by itself."""
    held: list[Event] = []
    for event in events:
        plain = event.message is not None and event.removed_id is None and event.look is None
        if held and (not plain or event.account != held[0].account or len(held) == CHUNK):
            yield held
            held = []
        if plain:
            held.append(event)
        else:
            yield [event]
    if held:
        yield held


def _apart(work: Work, piece: Sequence[Event], error: Exception) -> None:
    """The events of a piece one by one: what we fail at stays in the body as it came, the others come in."""
    if len(piece) == 1:
        work.failed(error)
        return
    for event in piece:
        try:
            _take(work, [event])
        except Exception as failure:
            if away(failure):
                raise
            work.failed(failure)


def _take(work: Work, piece: Sequence[Event]) -> None:
    """One piece in one transaction; its texts are judged before."""
    with work.db.read() as session:
        account = _account(session, piece[0].account)
        if account is None:
            work.problems["unknown_account"] = None
            return
        told_of = [event.message for event in piece if event.message is not None]
        messages = _still_there(session, account, told_of)
        unheard = news(session, account, messages)
    verdicts = judge_all(unheard, work.edition)
    with work.db.write() as session:
        spend(session, account, Bill(things={thing: price for event in piece for thing, price in event.charged.items()}))
        receive(session, account, messages, work.edition, settings=work.settings, verdicts=verdicts, key_id=work.key_id)
        for event in piece:
            if event.removed_id is not None:
                _remove(session, account, event.removed_id, work)
            if event.look is not None:
                told.keep(session, account, event.look)
        if any(event.reread is not None for event in piece):
            _look_again(session, account)


def _account(session: Session, key: str) -> Account | None:
    platform, _, native_id = key.partition(":")
    where = (col(Account.platform) == platform, col(Account.native_id) == native_id, col(Account.active))
    return session.execute(select(Account).where(*where)).scalar()


def _remove(session: Session, account: Account, native_id: str, work: Work) -> None:
    """What is gone: a tombstone for what we hold. Of the rest it is remembered, because news come in any order: what is told of it
    later is old (`_still_there`)."""
    c = ITEMS.c
    found = select(c.surface, c.author_id, c.created_at, c.own).where(c.account_id == account.id, c.native_id == native_id)
    row = session.connection().execute(found).first()
    if row is None:
        body = json.dumps({"account": account.key, "native_id": native_id}).encode()
        gone = {"family": GONE, "digest": _gone(account, native_id), "body": body, "received_at": now(), "done_at": now()}
        insert_new(session, WEBHOOKS, [{**gone, "problem": ""}], unique=("digest",))
        return
    tombstone = Message(account.key, native_id, Surface(row.surface), row.author_id, "", row.created_at, own=row.own, deleted=True)
    receive(session, account, [tombstone], work.edition, settings=work.settings, key_id=work.key_id)


def _still_there(session: Session, account: Account, messages: Sequence[Message]) -> list[Message]:
    """Those of `messages` of which no webhook told before that they are gone. Lists of the platform are not asked this: they show
    what is there."""
    names = {_gone(account, message.native_id): message for message in messages}
    known = select(WEBHOOKS.c.digest).where(among(session, WEBHOOKS.c.digest, set(names)))
    gone = set(session.connection().execute(known).scalars()) if names else set()
    return [message for message in messages if _gone(account, message.native_id) not in gone]


def _gone(account: Account, native_id: str) -> str:
    return hashlib.sha256(f"{GONE}\n{account.key}\n{native_id}".encode("utf-8", "surrogatepass")).hexdigest()


def _look_again(session: Session, account: Account) -> None:
    """The webhook said that something changed but not what: recent items are looked up with the next reading."""
    streams = (col(Stream.account_id) == account.id, col(Stream.name) == "recheck:hour")
    session.connection().execute(update(Stream).where(*streams).values(read_at=None))
