"""Webhooks: a verified body is stored before the answer and digested later by the same way in; the poller stays the truth.

What a webhook tells is only the first news of it. A body that nobody understands, and one that we fail at, is kept with its
problem and stops nothing (inbox.aside). What must be asked for by id (a mention beneath a stranger's picture, which no list leads
to) waits as a row of its own until the account is read next (inbox.told).
"""

import hashlib
from collections.abc import Callable, Sequence

from sqlalchemy import Table, select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from connectors.contract import Bill, Message, Surface
from connectors.webhooks import Events, meta, x
from core.bulk import insert_new
from core.clock import now
from core.db import Database
from core.errors import Invalid
from core.log import logger
from core.models import Account
from core.settings import Settings
from core.vault import open_vault
from inbox import told
from inbox.editions import in_force
from inbox.index import ITEMS
from inbox.models import Stream, Webhook
from inbox.receive import receive
from outbox.spending import spend
from policies.clauses import Edition

log = logger("inbox")

WEBHOOKS: Table = Webhook.__table__  # type: ignore[attr-defined]  # SQLModel sets it
FAMILIES: dict[str, Callable[[bytes], Events]] = {"meta": meta, "x": x}
AT_ONCE = 20


def store(session: Session, family: str, raw: bytes) -> bool:
    """Keep a body whose signature the caller has verified; False when the very same body is kept already. The caller commits
    before it answers. Invalid for an unknown family."""
    if family not in FAMILIES:
        raise Invalid(field="family", why=f"'{family}' is none of {', '.join(FAMILIES)}")
    digest = hashlib.sha256(family.encode() + b"\n" + raw).hexdigest()
    row = {"family": family, "digest": digest, "body": raw, "received_at": now(), "problem": ""}
    return bool(insert_new(session, WEBHOOKS, [row], unique=("digest",)))


def digest(db: Database, settings: Settings) -> int:
    """Take in the stored bodies that wait, oldest first; returns how many. Several processes at once do no harm.

    All is judged by the edition now in force. A body whose digesting fails is set aside with its problem. Only when the database
    itself fails does it wait for the next time.
    """
    done = 0
    key_id = open_vault(settings).current
    while ids := _waiting(db):
        with db.read() as session:
            edition = in_force(session)
        for id_ in ids:
            try:
                with db.write() as session:
                    done += _digest(session, id_, settings, edition, key_id)
            except OperationalError:
                raise
            except Exception as error:
                log.exception("webhook failed", webhook=id_)
                with db.write() as session:
                    _settle(session, session.get_one(Webhook, id_), f"failed:{type(error).__name__}")
    return done


def _waiting(db: Database) -> Sequence[int]:
    waiting = (WEBHOOKS.c.done_at.is_(None), WEBHOOKS.c.family.in_(list(FAMILIES)))
    with db.read() as session:
        step = select(WEBHOOKS.c.id).where(*waiting).order_by(WEBHOOKS.c.id).limit(AT_ONCE)
        return session.connection().execute(step).scalars().all()


def _settle(session: Session, row: Webhook, problem: str) -> None:
    row.done_at, row.problem = now(), problem[:200]
    session.add(row)
    if problem:
        log.info("webhook", webhook=row.id, code=problem)


def _digest(session: Session, id_: int, settings: Settings, edition: Edition, key_id: str) -> int:
    """One body in one transaction, marked done with it."""
    row = session.get(Webhook, id_, with_for_update=True, populate_existing=True)
    if row is None or row.done_at is not None:
        return 0  # another process was faster
    events = FAMILIES[row.family](row.body)
    strangers = 0
    for event in events:
        account = _account(session, event.account)
        if account is None:
            strangers += 1
            continue
        if event.charged:
            spend(session, account, Bill(things=event.charged))
        if event.message is not None:
            receive(session, account, [event.message], edition, settings=settings, key_id=key_id)
        if event.removed_id is not None:
            gone = [tombstone for tombstone in [_tombstone(session, account, event.removed_id)] if tombstone is not None]
            receive(session, account, gone, edition, settings=settings, key_id=key_id)
        if event.look is not None:
            told.keep(session, account, event.look)
        if event.reread is not None:
            _look_again(session, account)
    problems = [f"unread:{part}" for part in events.quarantined] + (["unknown_account"] if strangers else [])
    _settle(session, row, "; ".join(problems) or ("" if events else "nothing_in_it"))
    return 1


def _account(session: Session, key: str) -> Account | None:
    platform, _, native_id = key.partition(":")
    where = (col(Account.platform) == platform, col(Account.native_id) == native_id, col(Account.active))
    return session.execute(select(Account).where(*where)).scalar()


def _tombstone(session: Session, account: Account, native_id: str) -> Message | None:
    """The message that says the item is gone; None for one we never held."""
    c = ITEMS.c
    found = select(c.surface, c.author_id, c.created_at, c.own).where(c.account_id == account.id, c.native_id == native_id)
    row = session.connection().execute(found).first()
    if row is None:
        return None
    return Message(account.key, native_id, Surface(row.surface), row.author_id, "", row.created_at, own=row.own, deleted=True)


def _look_again(session: Session, account: Account) -> None:
    """The webhook said that something changed but not what: recent items are looked up with the next reading."""
    streams = (col(Stream.account_id) == account.id, col(Stream.name) == "recheck:hour")
    session.connection().execute(update(Stream).where(*streams).values(read_at=None))
