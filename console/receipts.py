"""`receipt show | told | again`, `mail bounce`: receipts and letters from the command line."""

from typing import Any

from console.casefiles import find
from console.casework import done
from console.opening import House
from core import audit
from core.actors import Actor
from inbox import acknowledge, bounces, receipts


def shown(house: House, actor: Actor, number: str) -> dict[str, Any]:
    """What is owed of a case's receipt, and every delivery by which its author was, or was to be, told."""
    actor.require("item.read")
    with house.db.read() as session:
        case = find(session, number)
        proof = [
            {
                "delivery": one.id,
                "kind": one.kind,
                "state": one.state,
                "reason": one.reason or None,
                "at": one.published_at,
                "id": one.external_id or None,
                "link": one.permalink or None,
            }
            for one in receipts.proof(session, case)
        ]
        return {"number": case.number, "owed": case.receipt_owed or None, "deliveries": proof}


def told(house: House, actor: Actor, number: str, how: str) -> dict[str, Any]:
    """A clerk told its author by hand."""
    return done(house, number, lambda session, case: acknowledge.hand_over(session, actor, case, how))


def again(house: House, actor: Actor, number: str) -> dict[str, Any]:
    """Send the receipt again because its author asks."""
    with house.db.write() as session:
        case = find(session, number)
        delivery = acknowledge.resend(session, actor, case, house.settings)
        value = {"number": case.number, "delivery": delivery.id, "kind": delivery.kind}
    audit.seal(house.db)
    return value


def bounce(house: House, actor: Actor, raw: bytes) -> dict[str, Any]:
    """A report of a letter that came back."""
    with house.db.write() as session:
        case = bounces.bounced(session, actor, raw)
        value = {"number": case.number if case else None, "failed": case is not None}
    audit.seal(house.db)
    return value
