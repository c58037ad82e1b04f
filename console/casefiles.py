"""`case list | show | results`: cases as data. Changes nothing; personal data is masked for whoever may not read it."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from console.opening import House
from core.actors import Actor
from core.errors import NotFound
from core.i18n import Lang
from core.models import User
from inbox import caseload, numbers, priority, results
from inbox.caseview import items_of, public_view
from inbox.hung import described
from inbox.models import Case, CaseEvent, Result
from inbox.steps import live
from policies.masking import masked

LANG: Lang = "en"


def find(session: Session, number: str) -> Case:
    """The case of that number, however it was typed; NotFound where there is none."""
    case = session.exec(select(Case).where(col(Case.number) == numbers.tidy(number))).first()
    if case is None:
        raise NotFound(thing="case", id=number)
    return case


def listed(house: House, actor: Actor, wanted: caseload.Load, limit: int) -> dict[str, Any]:
    """The first cases of a view, and how many wait in the others."""
    actor.require("item.read")
    with house.db.read() as session:
        found = caseload.page(session, wanted, limit=limit)
        return {
            "cases": [told(session, case) for case, _ in found.rows],
            "more": found.next is not None,
            "counts": caseload.counts(session, wanted),
        }


def told(session: Session, case: Case) -> dict[str, Any]:
    """A case in short: what every command on it prints. Staff by their user names."""
    owner = session.get(User, case.owner_id) if case.owner_id is not None else None
    into = session.get(Case, case.merged_into_id) if case.merged_into_id is not None else None
    return {
        "number": case.number,
        "kind": case.kind,
        "topic": case.topic,
        "class": case.grade,
        "state": case.state,
        "department": case.department or None,
        "owner": owner.username if owner else None,
        "priority": case.priority,
        "because": priority.reasons(case, LANG),
        "opened_at": case.opened_at,
        "waiting_since": case.waiting_since,
        "next_due_at": case.next_due_at,
        "due_at": case.due_at,
        "objection_due_at": case.objection_due_at,
        "first_reply_at": case.first_reply_at,
        "resolved_at": case.resolved_at,
        "outcome": case.outcome or None,
        "reopened": case.reopened,
        "rating": case.rating,
        "receipt_owed": case.receipt_owed or None,
        "told_owed": case.told_owed or None,
        "merged_into": into.number if into else None,
    }


def shown(house: House, actor: Actor, number: str) -> dict[str, Any]:
    """All of one case: its messages, our answers, every step, what its author sees of it."""
    actor.require("item.read")
    ours = () if actor.can("pii.view") else house.settings.office_contacts

    def said(words: str) -> str:
        return words if actor.can("pii.view") else masked(words, ours)

    with house.db.read() as session:
        held = find(session, number)
        case = live(session, held)
        view = public_view(session, held, case.lang)
        steps = session.exec(select(CaseEvent).where(col(CaseEvent.case_id) == case.id).order_by(col(CaseEvent.id)))
        return told(session, case) | {
            "messages": [
                {"id": item.id, "platform": item.platform, "at": item.created_at, "text": said(item.text), "hidden": item.hidden}
                | {"attachments": described(item.attachments, said)}
                for item in items_of(session, case)
            ],
            "answers": [{"at": one.at, "what": one.what, "text": said(one.text)} for one in view.answers],
            "steps": [
                {"at": one.at, "what": one.what, "by": one.actor, "public": one.public, "note": said(one.note), "data": one.data}
                for one in steps
            ],
        }


def published(house: House) -> dict[str, Any]:
    """What was published of cases, and suggestions whose decision nobody has published yet."""
    with house.db.read() as session:
        return {
            "results": [_result(session, one) for one in results.listed(session)],
            "owed": [case.number for case in results.owed(session)],
        }


def _result(session: Session, result: Result) -> dict[str, Any]:
    case = session.get(Case, result.case_id) if result.case_id is not None else None
    words: Sequence[str] = ("said_ar", "said_en", "decided_ar", "decided_en", "because_ar", "because_en")
    of_it = {
        "uid": result.uid,
        "case": case.number if case else None,
        "outcome": result.outcome,
        "topic": result.topic,
        "at": result.at,
    }
    return of_it | {name: getattr(result, name) for name in words}
