"""Cases: opened from an item, moved by clerks, followed by the public with a number and a secret."""

import secrets
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now, rfc3339
from core.errors import Invalid, WrongState
from core.i18n import Lang
from core.models import User
from core.vault import Vault
from core.why import Why, none_of
from core.workflow import workflow
from inbox import departments, numbers, post, priority, routing
from inbox.caseview import CaseView as CaseView
from inbox.caseview import live as live
from inbox.caseview import public_view as public_view
from inbox.change import change
from inbox.models import Case, Item
from inbox.steps import answered, step, tidy
from policies.verdict import KINDS, TOPICS

CASE = workflow(
    "case",
    received="in_progress waiting resolved",
    in_progress="waiting resolved",
    waiting="in_progress resolved",
    resolved="closed in_progress",
    closed="in_progress",
)
OPEN = ("received", "in_progress", "waiting")
#: how a case ends; a suggestion is accepted, partly accepted or not, always with a reason
OUTCOMES = ("solved", "accepted", "partly", "declined", "not_ours", "withdrawn")
#: what a suggestion may come to: "solved" says nothing of one
OF_SUGGESTIONS = ("accepted", "partly", "declined", "not_ours", "withdrawn")
GRADES = ("ordinary", "urgent", "confidential")


def open_case(
    session: Session,
    actor: Actor,
    item: Item,
    kind: str,
    topic: str = "",
    *,
    key_id: str = "",
    number: str = "",
    grade: str = "",
    department: str = "",
    contact: str = "",
    edition: str = "",
    lang: str = "",
) -> Case:
    """Make a case of an item; the case it already has is returned unchanged. Invalid for an unknown kind, topic or class.

    No receipt is queued here (inbox.acknowledge). What is left out is found: `number` is drawn, `grade` (the class) follows from
    the words, `department` from the topic, `lang` from the language it is written in. `contact` is sealed (inbox.post.contact),
    `edition` the policy its author accepted.
    """
    actor.require("case.work")
    session.refresh(item, with_for_update=True)
    if item.case_id is not None:
        return session.get_one(Case, item.case_id)
    _known("kind", kind, KINDS)
    _known("topic", topic or item.topic, TOPICS)
    _known("grade", grade or "ordinary", GRADES)
    found, secret = routing.grade(item.verdict, item.text)
    given = departments.active(session, department).code if department else ""
    case = Case(
        number=number or numbers.new_number(secrets.randbits),
        key_id=key_id,
        kind=kind,
        topic=topic or item.topic,
        item_id=item.id,
        account_id=item.account_id,
        author_id=item.author_id,
        lang=lang or spoken(item.language),
        grade=grade or found,
        department=given or departments.by_topic(session).get(topic or item.topic, ""),
        contact=contact,
        edition=edition,
    )
    case.waiting_since = case.opened_at
    facts = priority.Facts(kind, case.grade, priority.alarms(item.verdict), confides=secret)
    case.priority, case.priority_why = priority.weigh(facts)
    session.add(case)
    session.flush()
    change(session, item, case_id=case.id, kind=kind, topic=case.topic)
    step(session, case, "received", actor.label)
    audit.record(session, actor, "case.open", f"case:{case.id}", item=item.id, kind=kind, topic=case.topic, grade=case.grade)
    return case


def move(session: Session, actor: Actor, case: Case, state: str, note: str = "") -> Case:
    """Take a case to another state of CASE, with a note the public may read. WrongState when the table does not allow it."""
    actor.require("case.work")
    _lock(session, case)
    if state == "resolved":
        raise Invalid(field="state", why=Why("resolve_with_reason"))
    again = case.state in ("resolved", "closed") and state == "in_progress"
    CASE.move(case, state)
    if state == "closed":
        case.closed_at = now()
    if again:
        take_up(session, case)
    if state == "in_progress":
        case.owner_id = case.owner_id or actor.user_id
    session.add(case)
    step(session, case, "reopened" if again else state, actor.label, note)
    audit.record(session, actor, "case.move", f"case:{case.id}", state=state)
    return case


def resolve(session: Session, actor: Actor, case: Case, outcome: str, reason: str) -> Case:
    """End a case with an outcome of OUTCOMES and the reason its author reads. Invalid without either.

    A suggestion is accepted, accepted in part, or not, with the reason: never just "solved".
    """
    actor.require("case.work")
    _known("outcome", outcome, OUTCOMES)
    if not tidy(reason):
        raise Invalid(field="reason", why=Why("say_why"))
    _lock(session, case)
    if case.kind == "suggestion":
        _known("outcome", outcome, OF_SUGGESTIONS)
    end(session, case, outcome, reason)
    step(session, case, "resolved", actor.label, case.outcome_reason)
    audit.record(session, actor, "case.resolve", f"case:{case.id}", outcome=outcome)
    post.mail(session, actor, case, "resolved", key=f"{case.reopened}:{rfc3339(case.resolved_at or now())}")
    return case


def assign(session: Session, actor: Actor, case: Case, user_id: int | None) -> Case:
    """Give a case to a member of staff, or back to everybody (None). Staff names never reach the public."""
    actor.require("case.work")
    _lock(session, case)
    if user_id is not None and ((user := session.get(User, user_id)) is None or not user.active):
        raise Invalid(field="user", why=Why("name_unknown"))
    case.owner_id = user_id
    session.add(case)
    step(session, case, "assigned", actor.label, public=False, user=user_id)
    audit.record(session, actor, "case.assign", f"case:{case.id}", user=user_id)
    return case


def note(session: Session, actor: Actor, case: Case, words: str, *, public: bool = False) -> Case:
    """Write a note: for staff, or `public` for its author, who reads it with his case; that is an answer. Invalid without words."""
    actor.require("case.work")
    if not tidy(words):
        raise Invalid(field="note", why=Why("say_something"))
    _lock(session, case)
    if public:
        answered(session, case, actor.label, now(), "told", words)
        post.mail(session, actor, case, "answered", key=rfc3339(now()))
    else:
        step(session, case, "note", actor.label, words, public=False)
    audit.record(session, actor, "case.note", f"case:{case.id}", public=public)
    return case


def question(session: Session, actor: Actor, case: Case, words: str) -> Case:
    """Ask its author something we can't go on without; the case waits for him. He answers with his number and secret."""
    actor.require("case.work")
    if not tidy(words):
        raise Invalid(field="words", why=Why("say_something"))
    _lock(session, case)
    if case.state != "waiting":
        CASE.move(case, "waiting")
    answered(session, case, actor.label, now(), "question", words)
    post.mail(session, actor, case, "question", key=rfc3339(now()))
    audit.record(session, actor, "case.question", f"case:{case.id}")
    return case


def interim(session: Session, actor: Actor, case: Case, words: str = "", *, until: datetime | None = None) -> Case:
    """Tell its author that it takes longer, and until when: an interim reply, which is not the answer he waits for.

    `until` becomes the date he is promised; Invalid when it is past. WrongState when nobody works on the case any more.
    """
    actor.require("case.work")
    _lock(session, case)
    if case.state not in OPEN:
        raise WrongState(thing="case", state=case.state, wanted="interim")
    if until is not None and until <= now():
        raise Invalid(field="until", why=Why("in_the_past"))
    case.interim_at, case.due_at = now(), until or case.due_at
    session.add(case)
    promised: dict[str, Any] = {"until": rfc3339(case.due_at)} if case.due_at else {}
    step(session, case, "interim", actor.label, words, **promised)
    audit.record(session, actor, "case.interim", f"case:{case.id}", **promised)
    post.mail(session, actor, case, "interim", key=rfc3339(case.interim_at))
    return case


def classify(session: Session, actor: Actor, case: Case, grade: str, reason: str) -> Case:
    """Another class (GRADES), with the reason why, for staff. Invalid for an unknown one or no reason."""
    actor.require("case.manage")
    _known("grade", grade, GRADES)
    if not tidy(reason):
        raise Invalid(field="reason", why=Why("say_why"))
    _lock(session, case)
    was, case.grade = case.grade, grade
    case.priority_why = [] if was == "confidential" else case.priority_why
    priority.reweigh(session, case)
    step(session, case, "classed", actor.label, reason, public=False, was=was, grade=grade)
    audit.record(session, actor, "case.class", f"case:{case.id}", was=was, grade=grade)
    return case


def hand(session: Session, actor: Actor, case: Case, department: str, note: str = "") -> Case:
    """Give a case to another department ("" takes it from any); whoever worked on it does no more. NotFound for an unknown one."""
    actor.require("case.manage")
    if department:
        departments.active(session, department)
    _lock(session, case)
    was, case.department, case.owner_id = case.department, department, None
    session.add(case)
    step(session, case, "handed", actor.label, note, public=False, was=was, department=department)
    audit.record(session, actor, "case.department", f"case:{case.id}", was=was, department=department)
    return case


def end(session: Session, case: Case, outcome: str, reason: str) -> None:
    """Take a case to its outcome; nobody waits for an answer then. A step of the calling verb."""
    CASE.move(case, "resolved")
    case.outcome, case.outcome_reason, case.resolved_at = outcome, tidy(reason), now()
    case.waiting_since = case.next_due_at = None
    session.add(case)


def take_up(session: Session, case: Case) -> None:
    """A case that had ended is worked on again: it counts how often, and its author waits. A step of the calling verb."""
    case.state, case.resolved_at, case.closed_at, case.outcome, case.outcome_reason = "in_progress", None, None, "", ""
    case.reopened, case.waiting_since = case.reopened + 1, case.waiting_since or now()
    priority.reweigh(session, case)


def spoken(language: str) -> Lang:
    """The language we write in to somebody who wrote in `language`: Arabic to Arabic in any script, else English."""
    return "ar" if language in ("ar", "ar-Latn", "und") else "en"


def secret_of(case: Case, vault: Vault) -> str:
    """The secret that opens this case on the portal, under the key the case was opened with."""
    return numbers.secret(case.number, vault, case.key_id)


def find(session: Session, number: str, secret: str, vault: Vault) -> Case | None:
    """The case of that number if the secret opens it. A wrong number and a wrong secret cost the same and look the same."""
    tidied = numbers.tidy(number)
    case = session.exec(select(Case).where(col(Case.number) == tidied)).first()
    opened = numbers.opens(tidied, secret, vault)
    return case if opened else None


def _lock(session: Session, case: Case) -> None:
    """Nobody else changes the case until our transaction ends. WrongState for one that goes on in another."""
    session.refresh(case, with_for_update=True)
    if case.merged_into_id is not None:
        raise WrongState(thing="case", state="merged", wanted="open")


def _known(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise Invalid(field=field, why=none_of(value, allowed))
