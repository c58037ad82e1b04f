"""What a pause that is over still holds, said by the worker: it waits for a person, and nobody should have to find that out."""

from datetime import timedelta

from core.db import Database
from core.log import logger
from outbox import pause
from outbox.standing import held
from scheduler.turns import take_turn

#: said so often while something waits, by one of all workers
EVERY = timedelta(hours=1)

log = logger("scheduler")


def tell(db: Database, worker: str) -> int:
    """Say how many wait for a person's word after the pause; returns that number, 0 when it was not said now."""
    with db.read() as session:
        count = 0 if pause.in_force(session) else held(session)
    if not count or not take_turn(db, "unconfirmed", EVERY, worker):
        return 0
    log.warning("waits_for_confirmation", count=count)
    return count
