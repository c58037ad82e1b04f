"""The states of a delivery and the one way from one to the next (DESIGN §2.3).

Owner and exit of every state that is not final:
`scheduled` the worker, until `miss_after`; `sending` the worker, until its lease ends; `uncertain` the reading back, until its
last step and a few tries more; `held` the account's owner or the approver, `missed` and `needs_decision` whoever has the ability
`delivery.decide`: all three are on the problems board until a person acts. Without one `held` and `missed` expire (an event when it
begins, all else after look.PATIENCE), and `needs_decision` is looked for a last time and cancelled after the same time. What may
stand by an earlier try is looked for before it ends (outbox.sought). `expired` and `cancelled` are the end, unless a platform says
afterwards that a try had brought it there.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, literal, update
from sqlmodel import Session, col

from core import audit
from core.actors import Actor
from core.clock import now
from core.workflow import workflow
from outbox import sought
from outbox.guards import settled
from outbox.look import PATIENCE
from outbox.models import Delivery
from outbox.sought import MAY_STAND, STILL_HERE

DELIVERY = workflow(
    "delivery",
    scheduled="sending published held missed uncertain expired cancelled refused",
    sending="published refused held scheduled uncertain",
    uncertain="published refused scheduled held needs_decision expired cancelled",
    needs_decision="published refused scheduled expired cancelled",
    held="scheduled published missed uncertain expired cancelled",
    missed="scheduled published uncertain expired cancelled",
    published="",
    refused="",
    expired="published",
    cancelled="published",
)
STATES = tuple(DELIVERY.moves)
#: nobody wants it any more
ENDED = ("expired", "cancelled")
FINAL = ("published", "refused", *ENDED)
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

    The lease is given up, hooks of the room above run and the audit entry `delivery.<to>` is written, all in this transaction. What
    would end while a copy of it may stand is `uncertain` instead, and ends once that was looked for.
    """
    origins = tuple(frm)
    if wrong := [state for state in origins if to not in DELIVERY.moves[state]]:
        raise ValueError(f"a delivery does not go from {wrong} to {to}")
    if to in WAITING and "expires_at" not in values:
        values["expires_at"] = func.coalesce(col(Delivery.expires_at), literal(now() + PATIENCE, EXPIRES_AT))
    known = (~MAY_STAND,) if to in ENDED else ()
    changed = session.connection().execute(
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state).in_(origins), *also, *known)
        .values({"state": to, "worker": "", "lease_until": None, **values})
    )
    if changed.rowcount != 1:
        return _seek(session, actor, delivery_id, to, *also, col(Delivery.state).in_(origins), **values) if known else None
    delivery = session.get_one(Delivery, delivery_id, populate_existing=True)
    facts: dict[str, Any] = {"reason": delivery.reason} if delivery.reason else {}
    if to == "published":
        facts |= {"external_id": delivery.external_id} | ({"late_minutes": late} if (late := delivery.late_minutes) else {})
    audit.record(session, actor, f"delivery.{to}", f"delivery:{delivery_id}", **facts)
    if to in SETTLED:
        settled(session, delivery)
    return delivery


def _seek(session: Session, actor: Actor, delivery_id: int, to: str, *also: ColumnElement[bool], **values: Any) -> Delivery | None:
    anew = {**values, "look_at": now(), "looks": 0, "blind": 0}
    found = move(session, actor, delivery_id, STILL_HERE, "uncertain", *also, MAY_STAND, **anew)
    if found is not None:
        sought.begin(found, to)
        session.add(found)
        session.flush()
    return found
