"""What the rooms above tell the outbox by key, so that imports go down only.

A guard is asked at the last moment before a delivery leaves; a filler completes its text then; hooks learn where it ended.
Rooms register by plain assignment when they are imported: `GUARDS["post_approved"] = approved`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from core.db import away
from core.log import logger
from core.settings import Settings, settings
from outbox.models import Delivery
from policies.asking import in_public

log = logger("outbox")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a delivery does not leave: `state` is `held` or `cancelled`, `reason` a code (`thread_changed`, `approval_void`)."""

    state: str
    reason: str


#: "" when it may go; a reason (it is then held) or a Refusal otherwise
Guard = Callable[[Session, Delivery], "str | Refusal"]
#: the same of several that leave one account together, by delivery id
GuardOfSeveral = Callable[[Session, Sequence[Delivery]], Mapping[int, "str | Refusal"]]
#: values for the `{name}` places of a body's text
Filler = Callable[[Session, Delivery, Settings], Mapping[str, str]]
#: called in the transaction in which a delivery becomes published, refused, expired, cancelled or needs_decision
Hook = Callable[[Session, Delivery], None]

#: kinds of delivery that answer people in public
ANSWERS = frozenset({"reply", "receipt"})
GUARDS: dict[str, Guard] = {}
#: where a room can say it of several in one go; a key of it stands in GUARDS too
GUARDS_OF_SEVERAL: dict[str, GuardOfSeveral] = {}
FILLERS: dict[str, Filler] = {}
#: by kind of delivery
ON_SETTLED: dict[str, list[Hook]] = {}
#: called in the transaction in which something was queued
ON_QUEUED: list[Hook] = []


def objection(session: Session, delivery: Delivery) -> Refusal | None:
    """What the delivery's guard says now. A guard nobody registered holds it: a check that can't be made is not passed.

    Whoever queued it, nothing that answers people in public gives away or asks for personal data: it is cancelled.
    """
    return objections(session, [delivery]).get(delivery.id or 0)


def objections(session: Session, deliveries: Sequence[Delivery]) -> dict[int, Refusal]:
    """The same of several, by delivery id; what may go is not among them."""
    found: dict[int, Refusal] = {}
    asked: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        if delivery.kind in ANSWERS and not delivery.body.get("private") and in_public(_text(delivery), settings().office_contacts):
            found[delivery.id or 0] = Refusal("cancelled", "personal_data")
        elif delivery.guard:
            asked[delivery.guard].append(delivery)
    for name, those in asked.items():
        for id_, said in _said(session, name, those).items():
            refusal = Refusal("held", said) if isinstance(said, str) and said else said
            if isinstance(refusal, Refusal):
                found[id_] = refusal
    return found


def _said(session: Session, name: str, deliveries: Sequence[Delivery]) -> Mapping[int, "str | Refusal"]:
    of_several, guard = GUARDS_OF_SEVERAL.get(name), GUARDS.get(name)
    if of_several is not None:
        return of_several(session, deliveries)
    return {one.id or 0: guard(session, one) if guard else Refusal("held", "guard_unknown") for one in deliveries}


def _text(delivery: Delivery) -> str:
    return str(delivery.body.get("text", ""))


def settled(session: Session, delivery: Delivery) -> None:
    """Tell the rooms that queued this kind where it ended.

    A hook that fails is undone and logged, the others and the outcome itself stand: what a platform did must not be forgotten
    because of what we make of it. That the database is away is passed on.
    """
    for hook in ON_SETTLED.get(delivery.kind, ()):
        try:
            with session.begin_nested():
                hook(session, delivery)
        except Exception as e:
            if away(e):
                raise
            log.exception("hook_failed", delivery=delivery.id, kind=delivery.kind, state=delivery.state)
