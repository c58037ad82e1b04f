"""How deliveries stand right before a request of theirs leaves: one question for all that are about to call (core.together)."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, bindparam, exists, func, select
from sqlmodel import col

from core.db import Database
from core.models import Account
from core.together import Together
from outbox import pause
from outbox.models import Delivery

_IDS = "ids"
_key = Delivery.__table__.c.id  # type: ignore[attr-defined] # SQLModel sets it


def _stands(these: ColumnElement[bool]) -> Select[Any]:
    columns = (_key, col(Delivery.worker), col(Delivery.lease_until), col(Delivery.expires_at), col(Account.active))
    paused = exists().where(*pause.later_than(bindparam("told")))
    stopped = col(Delivery.guard_arg)["stopped"].as_boolean()
    return select(*columns, paused, stopped).where(these, col(Account.id) == col(Delivery.account_id))


#: made once, for it is asked before every request
_STANDS = {
    "sqlite": _stands(_key.in_(select(func.json_each(bindparam(_IDS)).table_valued("value").c.value))),
    "postgresql": _stands(_key == any_(bindparam(_IDS, type_=ARRAY(BigInteger)))),
}


class Asked(NamedTuple):
    """A delivery, and since when a pause would not be known to whoever sends it."""

    delivery_id: int
    told: datetime


class Stands(NamedTuple):
    """Whose the delivery is and until when, after what hour nobody wants it, whether its account is in use, whether a pause may
    have been in force since, and whether what it is part of was cancelled while it was under way."""

    worker: str = ""
    lease_until: datetime | None = None
    expires_at: datetime | None = None
    active: bool = True
    paused: bool = False
    stopped: bool | None = None


_asking: "WeakKeyDictionary[Database, Together[Asked, Stands]]" = WeakKeyDictionary()
_lock = Lock()


def stands(db: Database, delivery_id: int, told: datetime) -> Stands:
    """How it stands now. One that is not there is nobody's."""
    with _lock:
        together = _asking.setdefault(db, Together())
    return together.ask(Asked(delivery_id, told), partial(_ask, db))


def _ask(db: Database, these: Sequence[Asked]) -> list[Stands]:
    ids = [one.delivery_id for one in these]
    given = {_IDS: json.dumps(ids) if db.dialect == "sqlite" else ids, "told": min(one.told for one in these)}
    with db.asking.connect() as connection:
        found = {row[0]: Stands(*row[1:]) for row in connection.execute(_STANDS[db.dialect], given)}
    return [found.get(id_, Stands()) for id_ in ids]
