"""The ledger's memory of one delivery's half-way ids (connectors.contract.Steps)."""

from collections.abc import Mapping
from datetime import timedelta

from sqlmodel import col, select

from core.clock import now
from core.db import Database
from outbox.models import Delivery


class LeaseLostError(Exception):
    """Somebody else has taken the delivery meanwhile: whoever gets this stops and sends nothing more."""


class Memory:
    """Keeps ids for the worker that holds the delivery; each `keep` is committed before it returns and renews the lease.

    Only the `attempt` under way keeps: once that is read back, or another has begun, what is missing stays missing, so that reading
    back may conclude from it that the next request never left."""

    def __init__(
        self, db: Database, delivery_id: int, worker: str, lease: timedelta, known: Mapping[str, str], attempt: int
    ) -> None:
        self._db, self._id, self._worker, self._lease, self._attempt = db, delivery_id, worker, lease, attempt
        self._known = dict(known)

    def get(self, name: str) -> str | None:
        return self._known.get(name)

    def keep(self, name: str, value: str) -> None:
        """Commit `name` = `value`. LeaseLostError when the delivery is no longer this worker's."""
        with self._db.write() as session:
            mine = select(Delivery).where(
                col(Delivery.id) == self._id,
                col(Delivery.worker) == self._worker,
                col(Delivery.lease_until) > now(),
                col(Delivery.state) == "sending",
                col(Delivery.attempts) == self._attempt,
            )
            delivery = session.exec(mine.with_for_update()).first()
            if delivery is None:
                raise LeaseLostError(name)
            self._known[name] = value
            delivery.steps = dict(self._known)
            delivery.lease_until = now() + self._lease
            session.add(delivery)
