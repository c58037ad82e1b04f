"""What is kept, what was withheld, and what its author is told, from the command line."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from console.casefiles import find
from console.casework import item_of
from console.opening import House
from console.printing import say
from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import NotFound
from inbox import holds, index, moderate, notices, numbers
from inbox import retention as keeping
from inbox.models import Hold, Notice


def keep(house: House, actor: Actor, subject: str, reason: str) -> dict[str, Any]:
    """Set a hold on a case by its number, or on `item:5`; the hold's number."""
    with house.db.write() as session:
        named = subject if ":" in subject else f"case:{find(session, subject).id}"
        hold = holds.keep(session, actor, named, reason)
        value = {"hold": hold.id, "subject": hold.subject}
    audit.seal(house.db)
    return value


def held(house: House) -> dict[str, Any]:
    """Holds that stand."""
    with house.db.read() as session:
        rows = holds.listed(session)
    return {"holds": [{"hold": one.id, "subject": one.subject, "reason": one.reason, "by": one.by, "at": one.at} for one in rows]}


def lift(house: House, actor: Actor, number: int) -> dict[str, Any]:
    """End a hold."""
    with house.db.write() as session:
        hold = session.get(Hold, number)
        if hold is None:
            raise NotFound(thing="hold", id=number)
        holds.lift(session, actor, hold, house.settings)
        value = {"hold": hold.id, "subject": hold.subject, "lifted": True}
    audit.seal(house.db)
    return value


def kept(house: House) -> dict[str, Any]:
    """Every class with its days and what is over its time."""
    with house.db.read() as session:
        rows = keeping.kept(session, house.settings)
    return {"classes": [{"class": one.name, "days": one.days, "over": one.due} for one in rows]}


def sweep(house: House, actor: Actor) -> dict[str, Any]:
    """Erase what is over its time, also from the files; how many of each class, and whether the files are `cleared` of it."""
    erased = dict(keeping.sweep(house.db, house.settings, actor=actor))
    cleared = index.clear(house.db)
    audit.seal(house.db)
    if not cleared:
        say("Somebody reads from the database: erased words stay in its log until this, or the worker, is run again.")
    return {"erased": erased, "cleared": cleared}


def owed(house: House) -> dict[str, Any]:
    """Notices that a clerk owes."""
    with house.db.read() as session:
        rows = notices.owed(session)
    return {"notices": [{"notice": one.number, "item": one.item_id, "owed": one.owed, "at": one.at} for one in rows]}


def hand_over(house: House, actor: Actor, number: str) -> dict[str, Any]:
    """Mark a notice as handed over; the link to hand over."""
    with house.db.write() as session:
        notice = session.exec(select(Notice).where(col(Notice.number) == numbers.tidy(number))).first()
        if notice is None:
            raise NotFound(thing="notice", id=number)
        notices.hand_over(session, actor, notice)
        value = {"notice": notice.number, "link": notices.link(notice, house.vault, house.settings)}
    audit.seal(house.db)
    return value


def counts(house: House, days: int) -> dict[str, Any]:
    """Notices by clause."""
    with house.db.read() as session:
        rows = notices.counted(session, now() - timedelta(days=days))
    return {
        "clauses": [
            {"clause": one.clause, "given": one.given, "automatic": one.automatic, "overturned": one.overturned} for one in rows
        ]
    }


def act(house: House, actor: Actor, action: str, item_id: int, clause: str, reason: str) -> dict[str, Any]:
    """Hide, show or delete an item: the decision and the delivery that carries it out."""
    with house.db.write() as session:
        item = item_of(session, item_id)
        if action == "unhide":
            decision = moderate.unhide(session, actor, item, reason)
        else:
            decision = (moderate.hide if action == "hide" else moderate.delete)(session, actor, item, clause, reason)
        value = {"item": item_id, "action": action, "decision": decision.id, "delivery": decision.delivery_id}
    audit.seal(house.db)
    return value
