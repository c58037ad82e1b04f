"""The first copy of what a person had tried "again": while nobody knows whether it stands, no delivery ends without a look for it.

A pause, a block or a check may keep the second try here until nobody wants it any more. Then it does not end at once: the platform
is read, what stands is adopted, what certainly does not stand ends as it was to end, and all else is put before a person. Nothing
of it leaves any more.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, false, func, or_
from sqlmodel import col

from core.clock import now, parse, rfc3339
from outbox.guards import Refusal
from outbox.models import SAYING, Delivery

#: nothing is under way of what is in one of these
STILL_HERE = ("scheduled", "held", "missed")
#: a letter is not among them: nobody can look where it went
_SOUGHT = tuple(kind for kind in SAYING if kind != "mail")
#: tried again by itself although the first may have come (connectors.matching.ASKED_ONCE)
_ONCE = "private_reply"
#: what an earlier try made half-way, beside what the next one makes
_EARLIER = "earlier:"

#: SQL condition on deliveries: `may_stand`. Never NULL, for it is also asked the other way about
MAY_STAND = and_(
    col(Delivery.state).in_(STILL_HERE),
    col(Delivery.kind).in_(_SOUGHT),
    col(Delivery.first_sent_at).is_not(None),
    or_(col(Delivery.kind) == _ONCE, func.coalesce(col(Delivery.first_sent_at) < col(Delivery.cleared_at), false())),
)


def may_stand(delivery: Delivery) -> bool:
    """True for what is here again by a person's word, or by ours, while nobody knows what came of a try before it."""
    first, cleared = delivery.first_sent_at, delivery.cleared_at
    unknown = first is not None and (delivery.kind == _ONCE or (cleared is not None and first < cleared))
    return unknown and delivery.kind in _SOUGHT and delivery.state in STILL_HERE


def still_here(delivery: Delivery) -> bool:
    """True while nothing of it can be seen, or on its way: it can be taken back and changed."""
    return delivery.state in STILL_HERE and not may_stand(delivery)


def begin(delivery: Delivery, state: str) -> None:
    """A step of outbox.states.move: it was to end in `state` for the reason it has now, and is looked for before."""
    delivery.guard_arg = {**delivery.guard_arg, "stopped": True, "ends": [state, delivery.reason], "sought_since": rfc3339(now())}
    delivery.steps = before(delivery.steps) or delivery.steps


def end_of(delivery: Delivery) -> Refusal | None:
    """How it ends where its copy does not stand; None for what is not looked for to end it."""
    ends = delivery.guard_arg.get("ends")
    return Refusal(*ends) if ends else None


def asked_since(delivery: Delivery) -> datetime:
    """From when a person has look.PATIENCE to decide: the send, or the search that began after it."""
    begun = delivery.guard_arg.get("sought_since")
    return parse(begun) if begun else delivery.sent_at or delivery.created_at


def stopped(delivery: Delivery) -> bool:
    """True for what was given up while it had failed, was under way or may have stood: no other try of it follows."""
    return bool(delivery.guard_arg.get("stopped"))


def put_by(steps: Mapping[str, str]) -> dict[str, str]:
    """The half-way ids of a try as they are kept while another begins anew."""
    return {f"{_EARLIER}{name}": value for name, value in steps.items()}


def before(steps: Mapping[str, str]) -> dict[str, str]:
    """Those of the try before the last one; empty where none is kept."""
    return {name.removeprefix(_EARLIER): value for name, value in steps.items() if name.startswith(_EARLIER)}
