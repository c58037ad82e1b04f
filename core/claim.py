"""Taking rows so that no two workers hold the same one (DESIGN §2.2).

A claim is one conditional UPDATE with a lease: on SQLite the write lock makes it exclusive, on PostgreSQL FOR UPDATE SKIP
LOCKED does. Whoever comes back after the lease lost the row: `still_mine` tells before anything irreversible is done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session

from core.clock import now


class Held(Protocol):
    """What says who holds a row, and until when."""

    @property
    def worker(self) -> str: ...
    @property
    def lease_until(self) -> datetime | None: ...


def claim(
    session: Session,
    table: Any,
    due: ColumnElement[bool],
    *,
    worker: str,
    lease: timedelta,
    order_by: Sequence[Any],
    limit: int = 1,
    **values: Any,
) -> list[int]:
    """Take up to `limit` rows for which `due` holds and set `worker`, `lease_until` and `values`; returns their ids.

    `table` has columns id, worker, lease_until. The caller commits at once and calls nobody before that.
    """
    # a CTE, because PostgreSQL may run a plain subquery with LIMIT once for each row it joins, and then takes them all
    first = select(table.c.id).where(due).order_by(*order_by).limit(limit).with_for_update(skip_locked=True)
    waiting = first.cte("waiting").prefix_with("MATERIALIZED")
    taken = (
        update(table)
        .where(table.c.id.in_(select(waiting.c.id)), due)
        .values(worker=worker, lease_until=now() + lease, **values)
        .returning(table.c.id)
    )
    return sorted(session.connection().execute(taken).scalars())


def still_mine(row: Held, worker: str, moment: datetime) -> bool:
    """True while `worker` holds the row and its lease has not run out at `moment`."""
    return row.worker == worker and row.lease_until is not None and row.lease_until > moment
