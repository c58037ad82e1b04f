"""Whether what was decided against somebody's words is still founded as it is about to leave: it may have waited for days.

The words are those that were judged, the clause stands, and no person has since seen in them what the machine did not. What isn't
founded is cancelled; what then waits for a person again stands in inbox.moderate.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from core.auth import still_can
from core.settings import settings
from inbox.editions import clause_of, in_force
from inbox.models import Decision, Item
from outbox.guards import GUARDS, Refusal
from outbox.models import Delivery
from policies.judge import judge
from policies.verdict import Context

GUARD = "still_founded"
#: why it does not leave: its author changed the words; the edition in force has no such clause, or would not act alone under it;
#: who decided it may decide no more
CHANGED, CLAUSE_GONE, DECIDER_GONE = "words_changed", "clause_withdrawn", "decider_gone"
#: a person has done with it by one of these
DONE = ("answered", "closed")


def as_it_stands(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the guard is told of an item as it is decided upon, from its columns."""
    return {"item": row["id"], "kind": row["kind"], "state": row["state"], "cased": row["case_id"] is not None}


def changed(item: Item, decision: Decision) -> bool:
    """Whether its author changed the words since they were judged. What we erased of them ourselves is no change."""
    return item.erased_at is None and decision.evidence.get("text", item.text) != item.text


def of_delivery(session: Session, delivery: Delivery) -> Decision | None:
    """The decision that a delivery carries out."""
    this = (col(Decision.item_id) == delivery.guard_arg.get("item"), col(Decision.delivery_id) == delivery.id)
    return session.exec(select(Decision).where(*this)).first()


def _founded(session: Session, delivery: Delivery) -> str | Refusal:
    """The last-moment check of hiding, showing again and deleting. A first try whose outcome is not known may have done it already:
    that it is done is then no objection to hearing so."""
    tried, kind = delivery.first_sent_at is not None, delivery.kind
    item, decision = session.get(Item, int(delivery.guard_arg["item"])), of_delivery(session, delivery)
    if item is None or decision is None or (item.deleted and not (tried and kind == "delete")):
        return Refusal("cancelled", "item_gone")
    if changed(item, decision):
        return Refusal("cancelled", CHANGED)
    if kind == "hide" and item.hidden and not tried:
        return Refusal("cancelled", "hidden_already")
    if _has_gone(session, decision.actor):
        return Refusal("cancelled", DECIDER_GONE)
    why = _seen_by_a_person(item, delivery.guard_arg) if decision.automatic else ""
    if not why and kind != "unhide" and not _clause_stands(session, item, decision):
        why = CLAUSE_GONE
    return Refusal("cancelled", why) if why else ""


def _has_gone(session: Session, label: str) -> bool:
    """Whether it names a person who may moderate no more."""
    who = label.removeprefix("user:")
    return who != label and not still_can(session, int(who), "item.moderate")


def _seen_by_a_person(item: Item, then: Mapping[str, Any]) -> str:
    """What somebody made of it since the machine decided; "" where nobody did. The machine never hides a complaint alone."""
    if item.kind != then["kind"] or (item.case_id is not None and not then["cased"]):
        return "reclassified"
    return "cleared" if item.state in DONE and then["state"] not in DONE else ""


def _clause_stands(session: Session, item: Item, decision: Decision) -> bool:
    """Whether the edition in force still has the clause; for what the machine decided, whether it would decide so again. Judged
    anew only where the clause itself is another."""
    policy = in_force(session)
    if policy.ref == decision.edition:
        return True
    clause = next((one for one in policy.clauses if one.id == decision.clause), None)
    if clause is None or not decision.automatic or clause == clause_of(session, decision.edition, decision.clause):
        return clause is not None
    words, where = decision.evidence.get("text", item.text), Context(platform=item.platform)
    verdict = judge(words, edition=policy, context=where, detector=settings().language_detector, explain=False)
    return verdict.automatic and verdict.action == "hide"


GUARDS[GUARD] = _founded
