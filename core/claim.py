"""Taking rows so that no two workers hold the same one (DESIGN §2.2).

A claim is one conditional UPDATE with a lease: on SQLite the write lock makes it exclusive, on PostgreSQL FOR UPDATE SKIP
LOCKED does. Whoever comes back after the lease lost the row: `still_mine` tells before anything irreversible is done.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Exists, bindparam, exists, select, update
from sqlmodel import Session

from core.clock import now


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


def still_mine(table: Any) -> Exists:
    """SQL condition, true while a worker holds a row and its lease has not run out; to be given as `of`, `worker` and `at`."""
    held = (table.c.id == bindparam("of"), table.c.worker == bindparam("worker"), table.c.lease_until > bindparam("at"))
    return exists().where(*held)
