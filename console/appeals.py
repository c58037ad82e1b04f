"""Objections of the public, from the command line."""

from typing import Any

from console.casefiles import find
from console.opening import House
from core import audit
from core.actors import Actor
from inbox import appeal
from policies.masking import masked


def waiting(house: House) -> dict[str, Any]:
    """Objections not decided yet: number of the case, its state, when and what the author wrote (masked), by when it is decided."""
    with house.db.read() as session:
        open_ones = appeal.waiting(session)
    said = [(case, step, masked(step.note, house.settings.office_contacts)) for case, step in open_ones]
    return {
        "appeals": [
            {"case": case.number, "state": case.state, "words": words, "at": step.at, "due_at": case.objection_due_at}
            for case, step, words in said
        ]
    }


def decide(house: House, actor: Actor, number: str, reason: str, *, uphold: bool) -> None:
    """Settle the objection of the case of that number; NotFound where there is no such case."""
    with house.db.write() as session:
        appeal.decide(session, actor, find(session, number), reason, uphold=uphold)
    audit.seal(house.db)
