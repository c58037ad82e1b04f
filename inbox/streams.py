"""The rows that remember how far each stream of an account has been read."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, or_, update
from sqlmodel import Session, col

from core.clock import now
from core.errors import PlatformError, RateLimited
from core.models import Account
from inbox.models import Stream
from outbox.look import APART

STREAMS: Table = Stream.__table__  # type: ignore[attr-defined]  # SQLModel sets it


def begin(session: Session, account: Account, name: str, worker: str, lease: timedelta, *, take_over: bool) -> Stream | None:
    """The stream's row, leased to `worker`; None while another reader holds it (unless `take_over`).

    The lease only spares the platform a second reader: two readers at once store nothing twice and lose nothing. One that ends
    later than a lease can was given by a clock that stood ahead, and holds nothing.
    """
    unread = {"account_id": account.id, "name": name, "shown": 0, "problem": "", "worker": ""}
    _insert(session, unread)
    until = col(Stream.lease_until)
    over = or_(until.is_(None), until <= now(), until > now() + lease + APART, col(Stream.worker) == worker)
    free = () if take_over else (over,)
    leased = session.connection().execute(
        update(Stream)
        .where(col(Stream.account_id) == account.id, col(Stream.name) == name, *free)
        .values(worker=worker, lease_until=now() + lease)
    )
    return session.get(Stream, (account.id, name), populate_existing=True) if leased.rowcount else None


def keep(session: Session, account: Account, name: str, cursor: str | None, shown: int, lease: timedelta) -> None:
    """Store the cursor in the transaction of the rows it covers, and hold the lease on."""
    session.connection().execute(
        update(Stream)
        .where(col(Stream.account_id) == account.id, col(Stream.name) == name)
        .values(cursor=cursor, shown=col(Stream.shown) + shown, lease_until=now() + lease)
    )


def finish(session: Session, account: Account, name: str, error: PlatformError | None) -> None:
    """The reading of a stream ended: at its end, or by `error`."""
    values = {
        "worker": "",
        "lease_until": None,
        "problem": error.code if error else "",
        "retry_at": error.retry_at if isinstance(error, RateLimited) else None,
    }
    if error is None:
        values["read_at"] = now()
    session.connection().execute(
        update(Stream).where(col(Stream.account_id) == account.id, col(Stream.name) == name).values(values)
    )


def _insert(session: Session, row: Mapping[str, Any]) -> None:
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.connection().execute(dialect.insert(STREAMS).values(row).on_conflict_do_nothing())
