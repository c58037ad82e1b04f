"""Cases: opened from an item, moved by clerks, followed by the public with a number and a secret."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid
from core.i18n import Lang, lang_of, t
from core.settings import settings
from core.vault import Vault
from core.workflow import workflow
from inbox import numbers
from inbox.change import change
from inbox.models import Case, CaseEvent, Item, Reply
from policies.masking import masked
from policies.verdict import KINDS, TOPICS

CASE = workflow(
    "case",
    received="in_progress waiting resolved",
    in_progress="waiting resolved",
    waiting="in_progress resolved",
    resolved="closed in_progress",
    closed="",
)
#: how a case ends; a suggestion is accepted, partly accepted or not, always with a reason
OUTCOMES = ("solved", "accepted", "partly", "declined", "not_ours", "withdrawn")


def open_case(
    session: Session,
    actor: Actor,
    item: Item,
    kind: str,
    topic: str = "",
    *,
    key_id: str = "",
    number: str = "",
) -> Case:
    """Make a case of an item; the case it already has is returned unchanged. Invalid for an unknown kind or topic.

    No receipt is queued here (inbox.acknowledge). `number` is drawn when empty.
    """
    actor.require("case.work")
    session.refresh(item, with_for_update=True)
    if item.case_id is not None:
        return session.get_one(Case, item.case_id)
    _known("kind", kind, KINDS)
    _known("topic", topic or item.topic, TOPICS)
    case = Case(
        number=number or numbers.new_number(secrets.randbits),
        key_id=key_id,
        kind=kind,
        topic=topic or item.topic,
        item_id=item.id,
        account_id=item.account_id,
        author_id=item.author_id,
        lang=spoken(item.language),
    )
    session.add(case)
    session.flush()
    change(session, item, case_id=case.id, kind=kind, topic=case.topic)
    _note(session, actor, case, "received")
    audit.record(session, actor, "case.open", f"case:{case.id}", item=item.id, kind=kind, topic=case.topic)
    return case


def move(session: Session, actor: Actor, case: Case, state: str, note: str = "") -> Case:
    """Take a case to another state of CASE, with a note the public may read. WrongState when the table does not allow it."""
    actor.require("case.work")
    session.refresh(case, with_for_update=True)
    if state == "resolved":
        raise Invalid(field="state", why="a case is resolved with an outcome and a reason")
    CASE.move(case, state)
    if state == "in_progress":
        case.resolved_at, case.outcome, case.outcome_reason = None, "", ""
        case.owner_id = case.owner_id or actor.user_id
    session.add(case)
    _note(session, actor, case, state, note)
    audit.record(session, actor, "case.move", f"case:{case.id}", state=state)
    return case


def resolve(session: Session, actor: Actor, case: Case, outcome: str, reason: str) -> Case:
    """End a case with an outcome of OUTCOMES and the reason its author reads. Invalid without either."""
    actor.require("case.work")
    _known("outcome", outcome, OUTCOMES)
    if not reason.strip():
        raise Invalid(field="reason", why="the author is told why")
    session.refresh(case, with_for_update=True)
    CASE.move(case, "resolved")
    case.outcome, case.outcome_reason, case.resolved_at = outcome, reason.strip()[:2000], now()
    session.add(case)
    _note(session, actor, case, "resolved", case.outcome_reason)
    audit.record(session, actor, "case.resolve", f"case:{case.id}", outcome=outcome)
    return case


def assign(session: Session, actor: Actor, case: Case, user_id: int | None) -> Case:
    """Give a case to a member of staff, or back to everybody (None). Staff names never reach the public."""
    actor.require("case.work")
    session.refresh(case, with_for_update=True)
    case.owner_id = user_id
    session.add(case)
    _note(session, actor, case, "assigned", public=False)
    audit.record(session, actor, "case.assign", f"case:{case.id}", user=user_id)
    return case


def spoken(language: str) -> Lang:
    """The language we write in to somebody who wrote in `language`: Arabic to Arabic in any script, else English."""
    return "ar" if language in ("ar", "ar-Latn", "und") else "en"


def secret_of(case: Case, vault: Vault) -> str:
    """The secret that opens this case on the portal, under the key the case was opened with."""
    return numbers.secret(case.number, vault, case.key_id)


def find(session: Session, number: str, secret: str, vault: Vault) -> Case | None:
    """The case of that number if the secret opens it. A wrong number and a wrong secret cost the same and look the same."""
    tidy = numbers.tidy(number)
    case = session.exec(select(Case).where(col(Case.number) == tidy)).first()
    opened = numbers.opens(tidy, secret, vault)
    return case if opened else None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a case's history in the reader's language."""

    at: datetime
    what: str
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the author of a case may see: no staff names, no inner notes, nothing said in private.

    `answers`: what we said to him in public, oldest first.
    """

    number: str
    kind: str
    topic: str
    state: str
    state_words: str
    lang: Lang
    opened_at: datetime
    due_at: datetime | None
    resolved_at: datetime | None
    outcome: str
    outcome_reason: str
    steps: tuple[Step, ...]
    answers: tuple[tuple[datetime, str], ...]
    text: str


def public_view(session: Session, case: Case, lang: str) -> CaseView:
    """The case for its author, in `lang`. What was said in private, by either side, stays there: links get forwarded.

    He reads his own words as he wrote them; numbers and addresses in what we wrote to it are masked, for they may be another's.
    """
    tongue, ours = lang_of(lang), settings().office_contacts
    events = session.exec(
        select(CaseEvent).where(col(CaseEvent.case_id) == case.id, col(CaseEvent.public)).order_by(col(CaseEvent.id))
    )
    steps = tuple(Step(e.at, e.what, t(f"case.event.{e.what}", tongue), masked(e.note, ours)) for e in events)
    item = session.get(Item, case.item_id) if case.item_id is not None else None
    answered = (col(Reply.item_id) == case.item_id, col(Reply.state) == "sent", col(Reply.private).is_(False))
    replies = session.exec(select(Reply).where(*answered).order_by(col(Reply.id)))
    return CaseView(
        number=case.number,
        kind=case.kind,
        topic=case.topic,
        state=case.state,
        state_words=t(f"case.state.{case.state}", tongue),
        lang=tongue,
        opened_at=case.opened_at,
        due_at=case.due_at,
        resolved_at=case.resolved_at,
        outcome=case.outcome,
        outcome_reason=masked(case.outcome_reason, ours),
        steps=steps,
        answers=tuple((r.updated_at, r.text) for r in replies),
        text=item.text if item is not None and not item.private else "",
    )


def _known(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise Invalid(field=field, why=f"'{value}' is none of {', '.join(allowed)}")


def _note(session: Session, actor: Actor, case: Case, what: str, note: str = "", *, public: bool = True) -> None:
    session.add(CaseEvent(case_id=case.id or 0, actor=actor.label, what=what, note=note[:2000], public=public))
