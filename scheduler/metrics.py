"""Reading back how our posts do, often at first and then ever more seldom; every reading is kept, none is changed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, update
from sqlmodel import Session, col, select

from connectors.contract import Reading
from connectors.errors import OF_ONE
from connectors.unread import unexpected
from core.bulk import insert_new
from core.clock import now
from core.db import Database
from core.errors import MajlisError, PlatformError
from core.log import logger
from core.models import Account
from inbox.models import Item
from outbox.accounts import Connect, healthy, note_health
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from outbox.spending import spend
from outbox.windows import heed
from scheduler.models import Metric, Turn, Watched
from scheduler.turns import TURNS

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: ages of a post at which it is read; after the last one no more
AGES = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY)
AT_ONCE, ITEMS_AT_ONCE = 100, 20_000
MARK = "metrics:find_new"

WATCHED: Table = Watched.__table__  # type: ignore[attr-defined] # SQLModel sets it
METRICS: Table = Metric.__table__  # type: ignore[attr-defined] # SQLModel sets it

log = logger("scheduler")


def next_reading(published_at: datetime, moment: datetime) -> datetime | None:
    """The first age after `moment`, as an instant; None when the post is too old to be read again."""
    return next((published_at + age for age in AGES if published_at + age > moment), None)


def read(db: Database, connect: Connect) -> int:
    """Read what is due, an account at a time; returns how many posts were read. A failing account does not stop the others."""
    find_new(db)
    total = 0
    for account, native_ids in _take(db):
        try:
            connector = connect(account)
            with db.read() as session:
                heed(session, account, connector)
            try:
                readings = connector.metrics(native_ids)
            finally:
                with db.write() as session:
                    spend(session, account, connector.bill())
        except PlatformError as e:
            log.warning("metrics_not_read", account=account.key, code=e.code)
            if not isinstance(e, OF_ONE):
                with db.write() as session:
                    note_health(session, account, e)
            continue
        except MajlisError as e:
            log.warning("account_not_opened", account=account.key, code=e.code)
            continue
        except Exception as e:
            log.exception("metrics_failed", account=account.key)
            with db.write() as session:
                note_health(session, account, unexpected(account.key, e))
            continue
        with db.write() as session:
            keep(session, account.id or 0, readings)
        total += len(readings)
    return total


def keep(session: Session, account_id: int, readings: Sequence[Reading]) -> None:
    """Add readings to the series; the same reading twice is one."""
    rows = [
        {"account_id": account_id, "native_id": r.native_id, "name": name, "at": r.at, "value": value}
        for r in readings
        for name, value in r.values.items()
    ]
    insert_new(session, METRICS, rows, unique=("account_id", "native_id", "name", "at"))
    for reading in readings:
        session.connection().execute(
            update(Watched)
            .where(col(Watched.account_id) == account_id, col(Watched.native_id) == reading.native_id)
            .values(values=dict(reading.values), read_at=reading.at)
        )


def find_new(db: Database) -> int:
    """Watch posts of ours that stand on our pages but did not leave by the outbox (written in the platform's own app).

    Goes through new items once, by id; how far it came stands in its turn, from where a thousand ids are looked at again, because
    a lower id may be committed after a higher one.
    """
    with db.read() as session:
        turn = session.get(Turn, MARK)
        newest = session.exec(select(func.max(Item.id))).one() or 0
        start = turn.mark if turn else 0
        if newest <= start:
            return 0
        until = min(newest, start + ITEMS_AT_ONCE)
        between = col(Item.id).between(start - 1000, until)
        recent = col(Item.created_at) >= now() - AGES[-1]
        ours = select(Item.account_id, Item.native_id, Item.created_at).where(
            between, recent, col(Item.own), col(Item.surface) == "post", ~col(Item.deleted)
        )
        found = [(account_id, native_id, at) for account_id, native_id, at in session.exec(ours)]
    with db.write() as session:
        insert_new(session, TURNS, [{"name": MARK, "at": now(), "worker": "", "mark": 0}], unique=("name",))
        session.connection().execute(update(Turn).where(col(Turn.name) == MARK).values(at=now(), mark=until))
        return len(watch(session, found))


def watch(session: Session, posts: Sequence[tuple[int, str, datetime]]) -> list[object]:
    """Begin to read these (account id, native id, published at); those watched already are left as they are."""
    moment = now()
    rows: list[dict[str, Any]] = [
        {"account_id": a, "native_id": n, "published_at": at, "next_at": next_reading(at, moment), "values": {}}
        for a, n, at in posts
    ]
    return insert_new(session, WATCHED, rows, unique=("account_id", "native_id"))


def _take(db: Database) -> list[tuple[Account, list[str]]]:
    """What is due, by account, with its next reading already set: whoever dies now loses one reading, nothing more."""
    moment = now()
    with db.read() as session:
        if session.exec(select(func.min(Watched.next_at)).where(col(Watched.next_at) <= moment)).one() is None:
            return []
    by_account: defaultdict[int, list[str]] = defaultdict(list)
    with db.write() as session:
        due = select(Watched).where(col(Watched.next_at) <= moment).order_by(col(Watched.next_at)).limit(AT_ONCE)
        for row in session.exec(due.with_for_update(skip_locked=True)).all():
            row.next_at = next_reading(row.published_at, moment)
            session.add(row)
            by_account[row.account_id].append(row.native_id)
        accounts = [session.get_one(Account, account_id) for account_id in by_account]
    return [(a, by_account[a.id or 0]) for a in accounts if healthy(a) and not (a.retry_at and a.retry_at > moment)]


def _published(session: Session, delivery: Delivery) -> None:
    if delivery.state == "published" and delivery.external_id and delivery.published_at:
        watch(session, [(delivery.account_id, delivery.external_id, delivery.published_at)])


ON_SETTLED.setdefault("post", []).append(_published)
