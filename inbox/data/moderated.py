"""Decisions on what the public wrote, for the open data: what a platform carried out, by clause and by who decided."""

from collections import Counter, defaultdict
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from core.actors import CITIZEN
from core.errors import NotFound
from inbox.data.count import grid, leaves
from inbox.data.periods import bounds
from inbox.data.suppress import Sum
from inbox.editions import find, in_force
from inbox.models import Decision, Notice
from outbox.models import Delivery

#: what was done to somebody's words; `overturned`: taken back because its author objected; `unhide`: shown again without that
ACTIONS = ("hide", "unhide", "delete", "overturned")
MAKERS = ("machine", "person")
NO_CLAUSE = "none"

Counts = dict[str, Counter[tuple[str, str]]]


def moderation(session: Session, month: date) -> dict[str, Sum]:
    """Action -> what was done in a month, by clause (`policy@edition#clause`) and by maker."""
    parts = {}
    found = _carried_out(session, month)
    found["overturned"] = _overturned(session, month)
    for action in ACTIONS:
        by_clause, by_maker = Counter[str](), Counter[str]()
        for (clause, maker), n in found[action].items():
            by_clause[clause] += n
            by_maker[maker] += n
        splits = {
            "moderation_clauses": leaves(_clauses(session, set(by_clause)), by_clause),
            "moderation_makers": leaves(MAKERS, by_maker),
        }
        parts[action] = Sum(sum(by_clause.values()), splits=splits)
    return parts


def _carried_out(session: Session, month: date) -> Counts:
    begin, end = bounds(month)
    by = (col(Decision.action), col(Decision.edition), col(Decision.clause), col(Decision.automatic))
    done = col(Delivery.id) == col(Decision.delivery_id), col(Delivery.state) == "published"
    query = (
        select(*by, func.count())
        .join(Delivery, and_(*done))
        .where(col(Decision.at) >= begin, col(Decision.at) < end, col(Decision.action).in_(ACTIONS), ~_after_objection())
        .where(col(Decision.actor) != CITIZEN.label)  # what its author had removed is no measure of ours
        .group_by(*by)
    )
    counts: Counts = defaultdict(Counter)
    for action, edition, clause, automatic, n in session.execute(query):
        counts[action][_ref(edition, clause), MAKERS[not automatic]] += n
    return counts


def _after_objection() -> ColumnElement[bool]:
    """Words shown again because an objection was upheld: counted as overturned, and so not twice."""
    first = aliased(Decision)
    overturned = (
        select(col(Notice.id))
        .join(first, col(first.id) == col(Notice.decision_id))
        .where(
            col(Notice.item_id) == col(Decision.item_id), col(Notice.overturned_at).is_not(None), col(first.id) < col(Decision.id)
        )
    )
    return and_(col(Decision.action) == "unhide", overturned.exists())


def _overturned(session: Session, month: date) -> Counter[tuple[str, str]]:
    begin, end = bounds(month)
    by = (col(Decision.edition), col(Decision.clause), col(Decision.automatic))
    query = (
        select(*by, func.count())
        .join(Notice, col(Notice.decision_id) == col(Decision.id))
        .where(col(Notice.overturned_at) >= begin, col(Notice.overturned_at) < end)
        .group_by(*by)
    )
    return Counter({(_ref(edition, clause), MAKERS[not automatic]): n for edition, clause, automatic, n in session.execute(query)})


def _ref(edition: str, clause: str) -> str:
    return f"{edition}#{clause}" if edition and clause else NO_CLAUSE


def _clauses(session: Session, seen: set[str]) -> tuple[str, ...]:
    """Every clause of the editions cited, and of the one in force."""
    refs = {ref.partition("#")[0] for ref in seen - {NO_CLAUSE}} | {in_force(session).ref}
    known = []
    for ref in sorted(refs):
        try:
            edition = find(session, ref)
        except NotFound:  # an edition that nobody keeps any more: its clauses are those that were cited
            continue
        known += [edition.clause_ref(clause.id) for clause in edition.clauses]
    return grid((*known, NO_CLAUSE), seen)
