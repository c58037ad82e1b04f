"""The page of a notice: what was decided about somebody's words, why, by whom, what became of it; and objecting to it.

An objection needs a case (inbox.appeal). Where these words have none, one is opened under the number of the notice itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER, Actor
from core.clock import now
from inbox import appeal, due, telling
from inbox.cases import live, open_case
from inbox.due import Explained
from inbox.editions import clause_of
from inbox.models import Case, CaseEvent, Decision, Item, Notice
from inbox.tongues import Tongue, tongue_of
from outbox.models import Delivery
from policies.clauses import Clause


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to the words afterwards: `unhide` or `delete`, and when the platform had done it."""

    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """What a notice says to whoever wrote the words. No name of staff, no remark of ours.

    `clause` is None where its edition is not known any more. `text` and `attachments`: the words as they were decided on and what
    hung from them, nothing once they were erased; `gone`: the platform has them no more.
    `answers`: what was said to objections, oldest first. `case`: where an objection to it is worked on;
    `objection`: by when the one that waits is decided.
    """

    number: str
    lang: Tongue
    at: datetime
    action: str
    ref: str
    clause: Clause | None
    automatic: bool
    text: str
    attachments: Sequence[Mapping[str, Any]]
    platform: str
    surface: str
    said_at: datetime
    permalink: str
    overturned_at: datetime | None
    gone: bool
    afterwards: tuple[Act, ...]
    may_object: bool
    waiting: bool
    objection: Explained | None
    answers: tuple[tuple[datetime, str, str], ...]
    case: Case | None


def statement(session: Session, notice: Notice) -> Statement:
    """All that the page of a notice shows."""
    decision, item = session.get_one(Decision, notice.decision_id), session.get_one(Item, notice.item_id)
    case = case_of(session, notice, item)
    stands = appeal.standing(session, case) if case is not None else None
    return Statement(
        number=notice.number,
        lang=tongue_of(notice.lang),
        at=decision.at,
        action=decision.action,
        ref=f"{decision.edition}#{decision.clause}",
        clause=clause_of(session, decision.edition, decision.clause),
        automatic=decision.automatic,
        text=str(decision.evidence.get("text", "")),
        attachments=decision.evidence.get("attachments", []),
        platform=item.platform,
        surface=item.surface,
        said_at=item.created_at,
        permalink=item.permalink,
        overturned_at=notice.overturned_at,
        gone=item.deleted,
        afterwards=_afterwards(session, decision),
        may_object=stands.may if stands else notice.overturned_at is None,
        waiting=stands.waiting if stands else False,
        objection=due.objection(session, case) if case is not None else None,
        answers=_answers(session, case),
        case=case,
    )


def lodge(session: Session, actor: Actor, notice: Notice, words: str, *, key_id: str = "") -> CaseEvent:
    """Object to what a notice tells of, in one's own words; another person decides. Errors as of appeal.lodge.

    The page of the notice shows the number of the case: whoever objects there has his receipt."""
    actor.require("appeal.lodge")
    session.refresh(notice, with_for_update=True)
    item = session.get_one(Item, notice.item_id)
    case = case_of(session, notice, item)
    if case is None:
        case = open_case(session, WORKER, item, item.kind, number=notice.number, key_id=key_id, lang=notice.lang)
        session.add(CaseEvent(case_id=case.id or 0, actor=actor.label, what="receipt_sent", data={"by": "portal"}))
    notice.case_id = case.id
    session.add(notice)
    return appeal.lodge(session, actor, case, words)


def seen(session: Session, actor: Actor, notice: Notice) -> None:
    """Its reader opened the page: kept once, as proof that it reached him; nobody owes it any more."""
    actor.require("appeal.lodge")
    if notice.read_at is None:
        notice.read_at, notice.owed = now(), ""
        session.add(notice)
        telling.had_reasons(session, notice)
        audit.record(session, actor, "notice.read", f"notice:{notice.id}")


def standing(session: Session, case: Case) -> list[tuple[Notice, Decision]]:
    """The notices about what he said in a case that shows no more, oldest first, each with what it tells of."""
    case = live(session, case)
    hidden = (col(Item.case_id) == case.id, col(Item.hidden), col(Notice.overturned_at).is_(None))
    found = select(Notice, Decision).join(Decision, col(Decision.id) == col(Notice.decision_id))
    return list(session.exec(found.join(Item, col(Item.id) == col(Notice.item_id)).where(*hidden).order_by(col(Notice.id))))


def of_case(session: Session, case: Case) -> list[Notice]:
    """The notices about what was said in a case, oldest first."""
    items = select(Item.id).where(col(Item.case_id) == case.id)
    return list(session.exec(select(Notice).where(col(Notice.item_id).in_(items)).order_by(col(Notice.id))))


def case_of(session: Session, notice: Notice, item: Item) -> Case | None:
    """The case of the words a notice is about."""
    case_id = item.case_id or notice.case_id
    return live(session, session.get_one(Case, case_id)) if case_id is not None else None


def _afterwards(session: Session, decision: Decision) -> tuple[Act, ...]:
    later = (
        select(Decision.action, Delivery.published_at)
        .join(Delivery, col(Delivery.id) == col(Decision.delivery_id))
        .where(
            col(Decision.item_id) == decision.item_id,
            col(Decision.id) > decision.id,
            col(Decision.action).in_(("unhide", "delete")),
            col(Delivery.published_at).is_not(None),
        )
        .order_by(col(Decision.id))
    )
    return tuple(Act(action, at) for action, at in session.exec(later) if at is not None)


def _answers(session: Session, case: Case | None) -> tuple[tuple[datetime, str, str], ...]:
    if case is None:
        return ()
    steps = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_(appeal.STEPS))
    return tuple((e.at, e.what, e.note) for e in session.exec(select(CaseEvent).where(*steps).order_by(col(CaseEvent.id))))
