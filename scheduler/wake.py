"""Waking a lane on PostgreSQL: a job for procrastinate (scheduler.spread), in the transaction of the row that is due.

The jobs are courtesy. One that is lost costs a second (the tick `send` looks at the rows themselves), one too many finds nothing.
SQLite has no way to call another process: there the tick looks each second.
"""

from collections.abc import Iterable

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, text
from sqlmodel import Session

from core.clock import now
from core.db import Database
from outbox.guards import ON_QUEUED
from outbox.models import Delivery

#: the PostgreSQL schema of procrastinate, and the queue and task of a lane
SCHEMA, LANES, LANE = "procrastinate", "lanes", "lane"

_DEFER = text(
    f"""SELECT {SCHEMA}.procrastinate_defer_jobs_v1(array_agg(ROW(
          '{LANES}', '{LANE}', 0, '{LANE}:' || lane, NULL, jsonb_build_object('account_id', lane), NULL
        )::{SCHEMA}.procrastinate_job_to_defer_v1))
        FROM unnest(:lanes) AS lane
        WHERE NOT EXISTS (
          SELECT 1 FROM {SCHEMA}.procrastinate_jobs WHERE lock = '{LANE}:' || lane AND status::text = ANY(:standing)
        ) HAVING count(*) > 0"""  # noqa: S608 (our own names)
).bindparams(bindparam("lanes", type_=ARRAY(BigInteger)), bindparam("standing", type_=ARRAY(Text)))


def queued(session: Session, delivery: Delivery) -> None:
    """What is due at once is told to the workers when the transaction commits; an account once a transaction."""
    woken: set[int] = session.info.setdefault("woken", set())
    if session.get_bind().dialect.name != "postgresql" or delivery.scheduled_at > now() or delivery.account_id in woken:
        return
    woken.add(delivery.account_id)
    session.connection().execute(_DEFER, {"lanes": [delivery.account_id], "standing": ["todo"]})


def wake(db: Database, lanes: Iterable[int]) -> None:
    """Have these accounts' lanes drained by whoever of the workers is first, but for those that somebody drains already."""
    wanted = list(lanes)
    if wanted:
        with db.write() as session:
            session.connection().execute(_DEFER, {"lanes": wanted, "standing": ["todo", "doing"]})


ON_QUEUED.append(queued)
