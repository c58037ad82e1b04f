"""The one way into the ledger, and the way out of it before anything left."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid, WrongState
from core.models import Account
from outbox.body import Body
from outbox.guards import ON_QUEUED
from outbox.models import ACTING, PRIORITIES, SAYING, Delivery
from outbox.sought import STILL_HERE
from outbox.states import move
from outbox.windows import way_of

#: smaller goes first: what people wrote, then moderation, then receipts
PRIORITY = dict.fromkeys(SAYING, 0) | dict.fromkeys(ACTING, 5) | dict.fromkeys(("receipt", "mail"), 9)
#: what could not leave for two days is no longer sent by itself: a person is asked
GRACE_S = 2 * 86_400


def enqueue(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    account: Account,
    body: Body = Body(),  # noqa: B008 (frozen)
    target_id: str = "",
    ref: str | None = None,
    at: datetime | None = None,
    grace_s: int | None = None,
    expires_at: datetime | None = None,
    guard: str = "",
    guard_arg: Mapping[str, Any] | None = None,
    priority: int | None = None,
) -> Delivery:
    """Queue one thing to be done on one account at `at` (UTC; now when None). The calling verb has checked its actor.

    The same `ref` again returns the delivery that stands and changes nothing. After `at` + `grace_s` seconds it is `missed`
    instead of sent (default two days), after `expires_at` it is `expired`.
    """
    if kind not in PRIORITY:
        raise Invalid(field="kind", why=f"'{kind}' is none of {', '.join(PRIORITY)}")
    priority = PRIORITY[kind] if priority is None else priority
    if priority not in PRIORITIES:
        raise Invalid(field="priority", why=f"{priority} is none of {PRIORITIES}")
    if kind in ACTING and not target_id:
        raise Invalid(field="target_id", why=f"a {kind} needs the thing it acts on")
    if ref is not None and (standing := by_ref(session, ref)):
        return standing
    moment = at or now()
    delivery = Delivery(
        ref=ref,
        kind=kind,
        account_id=account.id or 0,
        way=way_of(kind, private=body.private),
        target_id=target_id,
        body=body.to_json(),
        fingerprint=body.fingerprint(account.key, target_id),
        priority=priority,
        scheduled_at=moment,
        miss_after=moment + timedelta(seconds=GRACE_S if grace_s is None else grace_s),
        expires_at=expires_at,
        guard=guard,
        guard_arg=dict(guard_arg or {}),
        created_by=actor.label,
    )
    try:
        with session.begin_nested():
            session.add(delivery)
    except IntegrityError:
        if ref is None or (standing := by_ref(session, ref)) is None:
            raise
        return standing  # another process queued it between our look and our insert
    audit.record(
        session, actor, "delivery.queue", f"delivery:{delivery.id}", kind=kind, account=account.key, **({"ref": ref} if ref else {})
    )
    for told in ON_QUEUED:
        told(session, delivery)
    return delivery


def by_ref(session: Session, ref: str) -> Delivery | None:
    """The delivery with this ref, or None."""
    return session.exec(select(Delivery).where(col(Delivery.ref) == ref)).first()


def withdraw(session: Session, actor: Actor, delivery: Delivery, reason: str) -> Delivery:
    """Take back what has not left (`scheduled`, `held`, `missed`); the calling verb has checked its actor. WrongState otherwise,
    also where an earlier try may have brought it there."""
    gone = call_off(session, actor, delivery, reason)
    if gone.state != "cancelled":
        raise WrongState(thing="delivery", state=gone.state, wanted="cancelled")
    return gone


def call_off(session: Session, actor: Actor, delivery: Delivery, reason: str) -> Delivery:
    """What has not left does not leave any more; what an earlier try may have brought there is looked for before it is cancelled
    (outbox.sought). The calling verb has checked its actor. WrongState for what has left."""
    gone = move(session, actor, delivery.id or 0, STILL_HERE, "cancelled", reason=reason)
    if gone is None:
        session.refresh(delivery)
        raise WrongState(thing="delivery", state=delivery.state, wanted="cancelled")
    return gone
