"""Many deliveries of one account in one step: the receipts of a page of items. Same promise as `outbox.enqueue.enqueue`."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Table
from sqlmodel import Session

from core import audit
from core.actors import Actor
from core.bulk import insert_new
from core.clock import now
from core.models import Account
from outbox.body import Body
from outbox.enqueue import GRACE_S, PRIORITY
from outbox.models import Delivery
from outbox.windows import way_of

DELIVERIES: Table = Delivery.__table__  # type: ignore[attr-defined]  # SQLModel sets it


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to be done. `ref` names the deed: a standing delivery of that ref is left as it is. `guard`: outbox.guards."""

    kind: str
    ref: str
    target_id: str
    body: Body
    guard: str = ""
    guard_arg: Mapping[str, Any] = field(default_factory=dict)


def enqueue_many(session: Session, actor: Actor, account: Account, orders: Sequence[Order]) -> dict[str, int]:
    """Queue all of them now; {ref: delivery id} of those that are new. One audit entry for all, with the digest of their refs.

    The calling verb has checked its actor.
    """
    if not orders:
        return {}
    moment = now()
    rows = [_row(actor, account, order, moment) for order in orders]
    new = {ref: int(id_) for id_, ref in insert_new(session, DELIVERIES, rows, unique=("ref",))}
    refs = "\n".join(sorted(new))
    audit.record(
        session,
        actor,
        "delivery.queue",
        f"account:{account.id}",
        count=len(new),
        digest=hashlib.sha256(refs.encode()).hexdigest(),
    )
    return new


def _row(actor: Actor, account: Account, order: Order, moment: Any) -> dict[str, Any]:
    return {
        "ref": order.ref,
        "kind": order.kind,
        "account_id": account.id,
        "way": way_of(order.kind, private=order.body.private),
        "target_id": order.target_id,
        "body": order.body.to_json(),
        "fingerprint": order.body.fingerprint(account.key, order.target_id),
        "priority": PRIORITY[order.kind],
        "scheduled_at": moment,
        "miss_after": moment + timedelta(seconds=GRACE_S),
        "guard": order.guard,
        "guard_arg": dict(order.guard_arg),
        "created_by": actor.label,
        "created_at": moment,
    }
