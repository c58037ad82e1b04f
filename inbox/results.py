"""Results for the public: you said, we decided, because. In both languages, without anything that tells who said it."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid, WrongState
from core.settings import settings
from core.why import Why, none_of
from inbox import priority
from inbox.models import Case, CaseEvent, Result
from inbox.steps import lock, step, tidy
from policies.masking import of_others
from policies.verdict import TOPICS

#: how a case ended -> what is published of it
OUTCOMES: Mapping[str, str] = {"accepted": "accepted", "partly": "partly", "declined": "declined", "solved": "done"}
SAID_MOST, MOST = 1000, 2000
#: the steps by which a case that ended is worked on again
AGAIN = ("reopened", "split_off")


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in both languages."""

    ar: str
    en: str


def publish(
    session: Session,
    actor: Actor,
    case: Case | None,
    *,
    said: Words,
    decided: Words,
    because: Words,
    outcome: str = "",
    topic: str = "",
) -> Result:
    """Publish what came of a case, or (None) of what many said.

    `outcome` and `topic` are the case's own unless given. WrongState while the case is not decided, or a result of it is published;
    Invalid for words missing in a language, personal data in them, or a case whose author asked for secrecy.
    """
    actor.require("result.publish")
    if case is not None:
        lock(session, case)
        _publishable(session, case)
        outcome, topic = outcome or OUTCOMES.get(case.outcome, ""), topic or case.topic
    if outcome not in set(OUTCOMES.values()):
        raise Invalid(field="outcome", why=none_of(outcome, sorted(set(OUTCOMES.values()))))
    if (topic or "none") not in TOPICS:
        raise Invalid(field="topic", why=none_of(topic, TOPICS))
    result = Result(
        uid=secrets.token_hex(8),
        case_id=case.id if case is not None else None,
        topic=topic or "none",
        outcome=outcome,
        by=actor.label,
        said_ar=_fit("said_ar", said.ar),
        said_en=_fit("said_en", said.en),
        decided_ar=_fit("decided_ar", decided.ar),
        decided_en=_fit("decided_en", decided.en),
        because_ar=_fit("because_ar", because.ar),
        because_en=_fit("because_en", because.en),
    )
    session.add(result)
    session.flush()
    if case is not None:
        step(session, case, "published", actor.label, result=result.uid)
    audit.record(session, actor, "result.publish", f"result:{result.id}", case=result.case_id, outcome=outcome)
    return result


def withdraw(session: Session, actor: Actor, result: Result, reason: str) -> Result:
    """Take a published result back, with the reason for staff and audit. WrongState when it is withdrawn already."""
    actor.require("result.publish")
    if not tidy(reason):
        raise Invalid(field="reason", why=Why("say_why"))
    session.flush()
    session.refresh(result, with_for_update=True)
    if result.withdrawn_at is not None:
        raise WrongState(thing="result", state="withdrawn", wanted="withdrawn")
    result.withdrawn_at = now()
    session.add(result)
    if result.case_id is not None and (case := session.get(Case, result.case_id)) is not None:
        step(session, case, "unpublished", actor.label, reason, public=False, result=result.uid)
    audit.record(session, actor, "result.withdraw", f"result:{result.id}", reason=tidy(reason)[:200])
    return result


def of_case(session: Session, case: Case) -> Result | None:
    """What is published of the case now."""
    where = (col(Result.case_id) == case.id, col(Result.withdrawn_at).is_(None))
    return session.exec(select(Result).where(*where).order_by(col(Result.id).desc())).first()


def listed(session: Session, *, limit: int = 100, before: int | None = None) -> list[Result]:
    """Published results, the newest first; `before`: only those with a smaller id."""
    where = [col(Result.withdrawn_at).is_(None)] + ([col(Result.id) < before] if before is not None else [])
    return list(session.exec(select(Result).where(*where).order_by(col(Result.id).desc()).limit(limit)))


def taken_up(session: Session, results: Collection[Result]) -> dict[int, datetime]:
    """Of these results, by id, those whose case is worked on again, or was, since they were published, and when that last began:
    what came of it may be something else by now. One that was merged goes on in the other, and on from there: that one was open
    then, or was taken up again since."""
    touched = (col(CaseEvent.case_id).in_([one.case_id for one in results]), col(CaseEvent.what).in_((*AGAIN, "merged")))
    some = set(session.exec(select(CaseEvent.case_id).where(*touched).distinct()))
    found = {one.id or 0: _begun(session, one.case_id, one.at) for one in results if one.case_id in some}
    return {id_: max(begun) for id_, begun in found.items() if begun}


def _begun(session: Session, case_id: int | None, since: datetime, until: datetime | None = None) -> list[datetime]:
    """When the case was taken up again after `since`, there or in what it went on in since."""
    steps = [col(CaseEvent.case_id) == case_id, col(CaseEvent.what).in_((*AGAIN, "merged")), col(CaseEvent.at) > since]
    steps += [col(CaseEvent.at) <= until] if until is not None else []
    events = session.exec(select(CaseEvent).where(*steps).order_by(col(CaseEvent.id))).all()
    found = [one.at for one in events if one.what in AGAIN]
    for one in events:
        if one.what == "merged":
            other = session.exec(select(Case).where(col(Case.number) == one.data["into"])).one()
            found += [one.at] if other.resolved_at is None or other.resolved_at > one.at else []
            ended = next((then.at for then in events if then.what == "split_off" and then.at >= one.at), until)
            found += _begun(session, other.id, one.at, ended)
    return found


def tells() -> ColumnElement[bool]:
    """Whether a result stands and tells of the outcome that its case has now, not of one before it was taken up again."""
    return and_(col(Result.withdrawn_at).is_(None), col(Result.at) >= col(Case.resolved_at))


def owed(session: Session, *, limit: int = 100) -> list[Case]:
    """Suggestions that were decided and whose decision nobody has published, the oldest first; one that was decided anew since an
    earlier decision of it was published is among them."""
    told = select(Result.id).where(col(Result.case_id) == col(Case.id), tells())
    where = (
        col(Case.state).in_(("resolved", "closed")),
        col(Case.merged_into_id).is_(None),  # it is decided where it goes on
        col(Case.kind) == "suggestion",
        col(Case.outcome).in_(("accepted", "partly", "declined")),
        ~priority.in_confidence(),
        ~told.exists(),
    )
    return list(session.exec(select(Case).where(*where).order_by(col(Case.id)).limit(limit)))


def _publishable(session: Session, case: Case) -> None:
    if case.state not in ("resolved", "closed") or case.outcome not in OUTCOMES or case.merged_into_id is not None:
        raise WrongState(thing="case", state=case.outcome or case.state, wanted="published")
    if priority.confides(case):
        raise Invalid(field="case", why=Why("is_confidential"))
    if of_case(session, case) is not None:
        raise WrongState(thing="case", state="published", wanted="published")


def _fit(name: str, words: str) -> str:
    text = tidy(words)
    most = SAID_MOST if name.startswith("said") else MOST
    if not text or len(words.strip()) > most:
        raise Invalid(field=name, why=Why("length", most=most))
    if of_others(text, settings().office_contacts):
        raise Invalid(field=name, why=Why("personal_data"))
    return text
