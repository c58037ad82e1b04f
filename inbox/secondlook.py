"""When an answer needs another person's yes before it leaves: as the edition in force says (its table `reply.approval`)."""

from sqlmodel import Session

from inbox import priority
from inbox.editions import in_force
from inbox.models import Case, Item

#: what asks for it (clause, grade, kind) and which one
Reason = tuple[str, str]


def reasons(session: Session, item: Item) -> tuple[Reason, ...]:
    """Why an answer to this item needs a second look; empty when it may leave by its author's own press."""
    look = in_force(session).second_look
    found = {item.clause, *(finding["clause"] for finding in item.verdict.get("clauses", ()))}
    case = session.get(Case, item.case_id) if item.case_id is not None and look.grades else None
    graded = {case.grade, *(("confidential",) if priority.confides(case) else ())} if case is not None else ()
    return (
        *(("clause", clause) for clause in look.clauses if clause in found),
        *(("grade", grade) for grade in look.grades if grade in graded),
        *(("kind", item.kind) for _ in look.kinds[:1] if item.kind in look.kinds),
    )
