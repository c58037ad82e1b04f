"""Reading back how our posts do, often at first and then ever more seldom; every reading is kept, none is changed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, func, or_, update
from sqlmodel import Session, col, select

from connectors import platform_of
from connectors.contract import Reading
from connectors.errors import OF_ONE
from connectors.unread import unexpected
from core.bulk import insert_new
from core.clock import now
from core.db import Database
from core.errors import MajlisError, PlatformError, RateLimited
from core.log import logger
from core.models import Account
from core.settings import settings as current
from inbox.models import Item
from outbox.accounts import Connect, healthy, note_health
from outbox.budget import pace
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from outbox.spending import spend
from outbox.windows import heed, reading_rests
from scheduler.models import Metric, Turn, Watched
from scheduler.turns import TURNS

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: ages of a post at which it is read; after the last one no more
AGES = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY)
#: what could not be read is asked for again after so long, and no more of a post so old
AGAIN, GIVEN_UP = HOUR, AGES[-1] + timedelta(days=7)
AT_ONCE, ITEMS_AT_ONCE = 400, 20_000
MARK = "metrics:find_new"

WATCHED: Table = Watched.__table__  # type: ignore[attr-defined] # SQLModel sets it
METRICS: Table = Metric.__table__  # type: ignore[attr-defined] # SQLModel sets it

log = logger("scheduler")


def next_reading(published_at: datetime, moment: datetime) -> datetime | None:
    """The first age after `moment`, as an instant; None when the post is too old to be read again."""
    return next((published_at + age for age in AGES if published_at + age > moment), None)


def read(db: Database, connect: Connect) -> int:
    """Read what is due, an account at a time; returns how many posts were read. A failing account does not stop the others; what
    could not be read, for whatever reason, is read at its next age or after AGAIN, whichever comes first."""
    find_new(db)
    total = 0
    for account, native_ids in _take(db):
        try:
            readings = _ask(connect, db, account, native_ids)
            with db.write() as session:
                keep(session, account.id or 0, readings)
                _go_on(session, account, native_ids)
        except PlatformError as e:
            log.warning("metrics_not_read", account=account.key, code=e.code)
            with db.write() as session:
                if isinstance(e, OF_ONE):
                    _go_on(session, account, native_ids)
                    continue
                note_health(session, account, e)
                if isinstance(e, RateLimited):
                    _again(session, account, native_ids, e.retry_at)
            continue
        except MajlisError as e:
            log.warning("account_not_opened", account=account.key, code=e.code)
            continue
        except Exception as e:
            log.exception("metrics_failed", account=account.key)
            with db.write() as session:
                note_health(session, account, unexpected(account.key, e))
            continue
        total += len(readings)
    return total


def _ask(connect: Connect, db: Database, account: Account, native_ids: Sequence[str]) -> Sequence[Reading]:
    connector = connect(account)
    with db.read() as session:
        heed(session, account, connector)
    try:
        return connector.metrics(native_ids)
    finally:
        with db.write() as session:
            spend(session, account, connector.bill())


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


def watch(session: Session, posts: Sequence[tuple[int, str, datetime]], *, measured: bool = True) -> list[object]:
    """Begin to read these (account id, native id, published at); those watched already are left as they are. `measured` False: the
    platform keeps no figures of such a thing (a comment of ours), it is only known to stand there."""
    moment = now()
    rows: list[dict[str, Any]] = [
        {
            "account_id": account_id,
            "native_id": native_id,
            "published_at": at,
            "next_at": next_reading(at, moment) if measured else None,
            "values": {},
        }
        for account_id, native_id, at in posts
    ]
    return insert_new(session, WATCHED, rows, unique=("account_id", "native_id"))


def _take(db: Database) -> list[tuple[Account, list[str]]]:
    """What is due, by account, no more of one than its platform is asked for in one go; it is due again soon, so that no other
    worker reads it too, and nothing is lost where this one fails. What can't be read now stays due."""
    moment, by_account = now(), defaultdict[int, list[str]](list)
    with db.read() as session:
        if session.exec(select(Watched.id).where(col(Watched.next_at) <= moment).limit(1)).first() is None:
            return []  # most of the time: nothing is locked for that
    with db.write() as session:
        accounts = {account.id or 0: account for account in session.exec(select(Account)) if _may_read(session, account, moment)}
        most = {id_: platform_of(account.platform, account.backend).figures_at_once for id_, account in accounts.items()}
        due = select(Watched).where(col(Watched.next_at) <= moment, col(Watched.account_id).in_(accounts))
        for row in session.exec(due.order_by(col(Watched.next_at)).limit(AT_ONCE).with_for_update(skip_locked=True)).all():
            if len(by_account[row.account_id]) < most[row.account_id]:
                again, age = moment + AGAIN, next_reading(row.published_at, moment)
                row.next_at = min(age or again, again) if row.published_at + GIVEN_UP > moment else None
                session.add(row)
                by_account[row.account_id].append(row.native_id)
    return [(accounts[id_], native_ids) for id_, native_ids in by_account.items()]


def _may_read(session: Session, account: Account, moment: datetime) -> bool:
    """Figures are of little worth beside what people write: they are left out while the account's budget is nearly used up."""
    rests = account.retry_at is not None and account.retry_at > moment
    return healthy(account) and not rests and reading_rests(session, account) is None and not pace(session, account, current()).poor


def _again(session: Session, account: Account, native_ids: Sequence[str], at: datetime) -> None:
    """What could not be read is read then, unless it is due sooner; a post that is too old by now, once more."""
    later = or_(col(Watched.next_at).is_(None), col(Watched.next_at) > at)
    session.connection().execute(update(Watched).where(*_these(account, native_ids), later).values(next_at=at))


def _go_on(session: Session, account: Account, native_ids: Sequence[str]) -> None:
    """They were asked for and the platform answered, be it that it does not tell: the next reading is that of their next age."""
    moment = now()
    for row in session.exec(select(Watched).where(*_these(account, native_ids)).with_for_update()).all():
        row.next_at = next_reading(row.published_at, moment)
        session.add(row)


def _these(account: Account, native_ids: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (col(Watched.account_id) == account.id, col(Watched.native_id).in_(native_ids), col(Watched.gone_at).is_(None))


def _published(session: Session, delivery: Delivery) -> None:
    if delivery.state == "published" and delivery.external_id and delivery.published_at:
        account = session.get_one(Account, delivery.account_id)
        comment = bool(delivery.target_id) and platform_of(account.platform, account.backend).corrected_by == "comment"
        watch(session, [(delivery.account_id, delivery.external_id, delivery.published_at)], measured=not comment)


ON_SETTLED.setdefault("post", []).append(_published)
