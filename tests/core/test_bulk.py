"""Many rows and values at once, the same on both databases."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import col, select

from core.bulk import FEW, add_up, among, insert_all, insert_new
from core.clock import now
from core.db import Database
from core.models import Account, AuditEntry
from inbox.models import Tally, Webhook

ACCOUNTS: Any = Account.__table__  # type: ignore[attr-defined]  # SQLModel sets it
ENTRIES: Any = AuditEntry.__table__  # type: ignore[attr-defined]  # SQLModel sets it
TALLIES: Any = Tally.__table__  # type: ignore[attr-defined]  # SQLModel sets it
WEBHOOKS: Any = Webhook.__table__  # type: ignore[attr-defined]  # SQLModel sets it
DAY = {"day": date(2026, 11, 27), "name": "kind"}


def rows(*native_ids: str) -> list[dict[str, Any]]:
    return [{"platform": "x", "native_id": native_id, "created_at": now()} for native_id in native_ids]


@pytest.mark.parametrize("count", [0, 1, 40_000])
def test_a_value_is_among_any_number_of_values(db: Database, count: int) -> None:
    with db.write() as session:
        insert_all(session, ACCOUNTS, rows("0", "7", "'; --"))
    with db.read() as session:
        texts = select(Account.native_id).where(among(session, col(Account.native_id), [str(n) for n in range(count)]))
        numbers = select(Account.id).where(among(session, col(Account.id), range(count)))
        assert len(session.exec(texts).all()) == {0: 0, 1: 1}.get(count, 2)
        assert len(session.exec(numbers).all()) == {0: 0, 1: 0}.get(count, 3)


def test_new_rows_get_the_defaults_of_the_model_whether_few_or_many(db: Database) -> None:
    many = [str(n) for n in range(10, 11 + FEW)]
    with db.write() as session:
        insert_all(session, ACCOUNTS, rows("1"))
        insert_new(session, ACCOUNTS, rows("2"), unique=("platform", "native_id"))
        insert_all(session, ACCOUNTS, [])
        insert_all(session, ACCOUNTS, rows(*many))
    with db.read() as session:
        stored = session.exec(select(Account).order_by(col(Account.id))).all()
    assert [account.native_id for account in stored] == ["1", "2", *many]
    own = {"id", "native_id", "created_at", "sealed_at"}
    plain = Account(platform="x", native_id="1").model_dump(exclude=own)
    assert [account.model_dump(exclude=own) for account in stored] == [plain] * len(stored)


def test_only_new_rows_are_inserted_and_named(db: Database) -> None:
    with db.write() as session:
        first = insert_new(session, ACCOUNTS, rows("1"), unique=("platform", "native_id"))
        both = insert_new(session, ACCOUNTS, rows("1", "2", "2"), unique=("platform", "native_id"))
        none = insert_new(session, ACCOUNTS, [], unique=("platform", "native_id"))
    assert [tuple(row)[1:] for row in first] == [("x", "1")]
    assert [tuple(row)[1:] for row in both] == [("x", "2")]
    assert none == []


def test_bytes_times_and_documents_come_back_as_they_were(db: Database) -> None:
    at = datetime(2026, 11, 27, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=4)))
    odd = "ع'\"\\ \t\n{}$1%s"
    entry = {"at": at, "actor": odd, "action": "a", "subject": "s:1", "detail": {odd: [1, None, 2**40, odd]}}
    hook = {"family": "x", "digest": "d", "body": bytes(range(256)), "received_at": at}
    with db.write() as session:
        insert_new(session, ENTRIES, [entry], unique=("id",))
        insert_all(session, ENTRIES, [entry])
        insert_new(session, WEBHOOKS, [hook], unique=("digest",))
    with db.read() as session:
        stored = session.exec(select(AuditEntry)).all()
        assert len(stored) == 2
        for one in stored:
            assert (one.at, one.actor, one.detail) == (at.astimezone(UTC), odd, entry["detail"])
        assert session.exec(select(Webhook.body)).one() == hook["body"]


def test_a_counter_grows_by_what_is_added(db: Database) -> None:
    unique = ("day", "account_id", "name", "value")
    with db.write() as session:
        insert_all(session, ACCOUNTS, rows("1"))
        account_id = session.exec(select(Account.id)).one()
        for counts in ({"a": 2, "b": 1}, {"b": -1, "c": 5}, {}):
            marks = [{**DAY, "account_id": account_id, "value": value, "count": count} for value, count in counts.items()]
            add_up(session, TALLIES, marks, unique=unique, counter="count")
    with db.read() as session:
        assert dict(session.exec(select(Tally.value, Tally.count)).all()) == {"a": 2, "b": 0, "c": 5}


def test_what_the_database_refuses_is_told_as_an_insert_would_tell_it(db: Database) -> None:
    twice, unknown = rows("1", "1"), {**DAY, "account_id": 1, "value": "a", "count": None}
    with pytest.raises(IntegrityError), db.write() as session:
        insert_all(session, ACCOUNTS, twice)
    with pytest.raises(IntegrityError), db.write() as session:
        insert_new(session, ACCOUNTS, [row | {"platform": None} for row in twice], unique=("platform", "native_id"))
    with pytest.raises(IntegrityError), db.write() as session:
        add_up(session, TALLIES, [unknown], unique=("day", "account_id", "name", "value"), counter="count")
    if db.dialect == "postgresql":
        with pytest.raises(DataError), db.write() as session:
            insert_all(session, ACCOUNTS, rows("a\0b"))
