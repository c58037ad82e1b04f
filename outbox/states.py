"""The states of a delivery and the one way from one to the next (DESIGN §2.3).

Owner and exit of every state that is not final:
`scheduled` the worker, until `miss_after`; `sending` the worker, until its lease ends; `uncertain` the reading back, until its
last step and a few tries more; `held` the account's owner or the approver, `missed` and `needs_decision` whoever has the ability
`delivery.decide`: all three are on the problems board until a person acts. Without one `held` and `missed` expire (an event when it
begins, all else after look.PATIENCE), and `needs_decision` is looked for a last time and cancelled after the same time.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, literal, update
from sqlmodel import Session, col

from core import audit
from core.actors import Actor
from core.clock import now
from core.workflow import workflow
from outbox.guards import settled
from outbox.look import PATIENCE
from outbox.models import Delivery

DELIVERY = workflow(
    "delivery",
    scheduled="sending published held missed expired cancelled refused",
    sending="published refused held scheduled uncertain",
    uncertain="published refused scheduled held needs_decision",
    needs_decision="published refused scheduled cancelled",
    held="scheduled published missed expired cancelled",
    missed="scheduled published expired cancelled",
    published="",
    refused="",
    expired="",
    cancelled="",
)
STATES = tuple(DELIVERY.moves)
FINAL = tuple(state for state in STATES if DELIVERY.final(state))
#: in these the platform may hold something we have not confirmed
AT_LARGE = ("sending", "uncertain", "needs_decision")
#: these wait for a person; one that never comes must not keep them for ever
WAITING = ("held", "missed")
#: reaching one of these is told to the room that queued it (outbox.guards.ON_SETTLED)
SETTLED = (*FINAL, "needs_decision")


EXPIRES_AT = Delivery.__table__.c.expires_at.type  # type: ignore[attr-defined] # SQLModel does not declare it


def move(
    session: Session, actor: Actor, delivery_id: int, frm: Iterable[str], to: str, *also: ColumnElement[bool], **values: Any
) -> Delivery | None:
    """Move a delivery from one of `frm` to `to` by one conditional update; None when it was no longer there (someone was faster).

    The lease is given up, hooks of the room above run and the audit entry `delivery.<to>` is written, all in this transaction.
    """
    origins = tuple(frm)
    if wrong := [state for state in origins if to not in DELIVERY.moves[state]]:
        raise ValueError(f"a delivery does not go from {wrong} to {to}")
    if to in WAITING and "expires_at" not in values:
        values["expires_at"] = func.coalesce(col(Delivery.expires_at), literal(now() + PATIENCE, EXPIRES_AT))
    changed = session.connection().execute(
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state).in_(origins), *also)
        .values({"state": to, "worker": "", "lease_until": None, **values})
    )
    if changed.rowcount != 1:
        return None
    delivery = session.get_one(Delivery, delivery_id, populate_existing=True)
    facts: dict[str, Any] = {"reason": delivery.reason} if delivery.reason else {}
    if to == "published":
        facts |= {"external_id": delivery.external_id} | ({"late_minutes": late} if (late := delivery.late_minutes) else {})
    audit.record(session, actor, f"delivery.{to}", f"delivery:{delivery_id}", **facts)
    if to in SETTLED:
        settled(session, delivery)
    return delivery
