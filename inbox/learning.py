"""What a ministry's staff decided, as examples for its models: people's decisions alone, never what the machine did itself."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from core.models import AuditEntry
from inbox.editions import in_force
from inbox.models import Case, CaseEvent, Decision, Item
from inbox.notices import GIVEN
from policies.heads.examples import Example


def reviewed(session: Session) -> list[Example]:
    """Texts people hid or deleted, or let stand, under a clause that a model speaks for; and the kind and topic which they gave
    messages: by opening a case, by changing what a case is, by correcting what the machine took a message for.

    Of several decisions on a text the last one counts. A hidden text is the one that was decided on, kept as evidence; what was
    corrected and taken back, or edited or erased since, is no example.
    """
    last = {(one.head, one.text): one for one in (*_offences(session), *_cases(session), *_corrections(session))}
    return list(last.values())


def _offences(session: Session) -> Iterator[Example]:
    asked = {clause.id: clause.model.head for clause in in_force(session).clauses if clause.model}
    decided = select(Decision).where(col(Decision.automatic).is_(False), col(Decision.clause).in_(asked))
    for decision in session.exec(decided.order_by(col(Decision.id))):
        if text := str(decision.evidence.get("text", "")).strip():
            head = asked[decision.clause]
            yield Example(head, text, head if decision.action in GIVEN else "", "reviewed")


def _cases(session: Session) -> Iterator[Example]:
    opened = (
        select(Case.kind, Case.topic, Item.text)
        .join(Item, col(Case.item_id) == col(Item.id))
        .join(CaseEvent, col(CaseEvent.case_id) == col(Case.id))
        .where(col(CaseEvent.what).in_(("received", "kind")), col(CaseEvent.actor).startswith("user:"))
        .order_by(col(CaseEvent.id))
    )
    for kind, topic, text in session.exec(opened):
        if text.strip():
            yield Example("kind", text, kind, "reviewed")
            yield Example("topic", text, topic, "reviewed")


def _corrections(session: Session) -> Iterator[Example]:
    said = select(AuditEntry).where(col(AuditEntry.action) == "item.correct").order_by(col(AuditEntry.id))
    for entry in session.exec(said):
        item = session.get(Item, int(entry.subject.removeprefix("item:")))
        if item is None or not item.text.strip() or (item.edited_at is not None and item.edited_at > entry.at):
            continue
        for head in ("kind", "topic"):
            answer = entry.detail["now"].get(head)
            if answer and getattr(item, head) == answer:
                yield Example(head, item.text, answer, "reviewed")
