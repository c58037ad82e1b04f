"""What a ministry's staff decided, as examples for its models: people's decisions alone, never what the machine did itself."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from inbox.editions import in_force
from inbox.models import Case, CaseEvent, Decision, Item
from policies.heads.examples import Example


def reviewed(session: Session) -> list[Example]:
    """Texts people hid, or let stand, under a clause that a model speaks for; and the kind and topic under which they opened cases.

    Of several decisions on a text the last one counts. The text is the one that was decided on, kept as evidence.
    """
    last = {(one.head, one.text): one for one in (*_offences(session), *_cases(session))}
    return list(last.values())


def _offences(session: Session) -> Iterator[Example]:
    asked = {clause.id: clause.model.head for clause in in_force(session).clauses if clause.model}
    decided = select(Decision).where(col(Decision.automatic).is_(False), col(Decision.clause).in_(asked))
    for decision in session.exec(decided.order_by(col(Decision.id))):
        if text := str(decision.evidence.get("text", "")).strip():
            head = asked[decision.clause]
            yield Example(head, text, head if decision.action == "hide" else "", "reviewed")


def _cases(session: Session) -> Iterator[Example]:
    opened = (
        select(Case.kind, Case.topic, Item.text)
        .join(Item, col(Case.item_id) == col(Item.id))
        .join(CaseEvent, col(CaseEvent.case_id) == col(Case.id))
        .where(col(CaseEvent.what) == "received", col(CaseEvent.actor).startswith("user:"))
        .order_by(col(Case.id))
    )
    for kind, topic, text in session.exec(opened):
        if text.strip():
            yield Example("kind", text, kind, "reviewed")
            yield Example("topic", text, topic, "reviewed")
