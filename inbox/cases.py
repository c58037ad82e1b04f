"""Cases: opened from an item, moved by clerks, followed by the public with a number and a secret."""

import secrets
from datetime import datetime

from sqlmodel import Session, col, select

from connectors.contract import Surface
from core import audit
from core.actors import Actor
from core.clock import now, rfc3339
from core.errors import Invalid, WrongState
from core.models import User
from core.settings import settings
from core.vault import Vault
from core.why import Why
from core.workflow import workflow
from inbox import departments, due, longer, numbers, post, priority, routing, telling
from inbox.caseview import CaseView as CaseView
from inbox.caseview import public_view as public_view
from inbox.change import change
from inbox.models import Case, CaseEvent, Item
from inbox.sorting import GRADES as GRADES
from inbox.sorting import OF_SUGGESTIONS as OF_SUGGESTIONS
from inbox.sorting import classify as classify
from inbox.sorting import hand as hand
from inbox.sorting import rekind as rekind
from inbox.steps import answered, hold, one_of, step, tidy, whole
from inbox.steps import live as live
from inbox.tongues import answered_in
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
    the words, `department` from the topic, `lang` from the language it is written in. What is urgent by its words stays so where it
    is to be `confidential` too. `contact` is sealed (inbox.post.contact), `edition` the policy its author accepted.
    """
    actor.require("case.work")
    session.refresh(item, with_for_update=True)
    if item.case_id is not None:
        return session.get_one(Case, item.case_id)
    one_of("kind", kind, KINDS)
    one_of("topic", topic or item.topic, TOPICS)
    one_of("grade", grade or "ordinary", GRADES)
    found, secret = routing.grade(item.verdict, item.text)
    few = grade == "confidential"
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
        grade=found if few and found == "urgent" else grade or found,
        department=given or departments.by_topic(session).get(topic or item.topic, ""),
        contact=contact,
        edition=edition or item.edition,
    )
    case.waiting_since = case.opened_at
    facts = priority.Facts(kind, case.grade, priority.alarms(item.verdict), confides=secret or few)
    case.priority, case.priority_why = priority.weigh(facts)
    session.add(case)
    session.flush()
    change(session, item, case_id=case.id, kind=kind, topic=case.topic)
    step(session, case, "received", actor.label)
    audit.record(session, actor, "case.open", f"case:{case.id}", item=item.id, kind=kind, topic=case.topic, grade=case.grade)
    return case


def move(session: Session, actor: Actor, case: Case, state: str, note: str = "") -> Case:
    """Take a case to another state of CASE, with a note the public may read. Its author is told of one that had ended and is taken
    up again. WrongState when the table does not allow it."""
    actor.require("case.work")
    hold(session, case)
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
    if again:
        telling.tell(session, actor, case, "reopened", key=f"{case.reopened}")
    return case


def resolve(session: Session, actor: Actor, case: Case, outcome: str, reason: str) -> Case:
    """End a case with an outcome of OUTCOMES and the reason its author reads, which is an answer. Invalid without either.

    A suggestion is accepted, accepted in part, or not, with the reason: never just "solved".
    """
    actor.require("case.work")
    one_of("outcome", outcome, OUTCOMES)
    if not tidy(reason):
        raise Invalid(field="reason", why=Why("say_why"))
    hold(session, case)
    if case.kind == "suggestion":
        one_of("outcome", outcome, OF_SUGGESTIONS)
    case.first_reply_at = case.first_reply_at or now()
    end(session, case, outcome, reason)
    step(session, case, "resolved", actor.label, case.outcome_reason)
    audit.record(session, actor, "case.resolve", f"case:{case.id}", outcome=outcome)
    tell_end(session, actor, case)
    return case


def tell_end(session: Session, actor: Actor, case: Case) -> None:
    """Tell its author of the outcome; of one and the same nobody is written to twice. A step of the calling verb."""
    telling.tell(session, actor, case, "resolved", key=f"{case.reopened}:{rfc3339(case.resolved_at or now())}")


def assign(session: Session, actor: Actor, case: Case, user_id: int | None) -> Case:
    """Give a case to a member of staff, or back to everybody (None). Staff names never reach the public."""
    actor.require("case.work")
    hold(session, case)
    if user_id is not None and ((user := session.get(User, user_id)) is None or not user.active):
        raise Invalid(field="user", why=Why("not_on_staff"))
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
    hold(session, case)
    if public:
        answered(session, case, actor.label, now(), "told", words)
        settle(session, case, "answered")
        telling.tell(session, actor, case, "answered", key=rfc3339(now()))
    else:
        step(session, case, "note", actor.label, words, public=False)
    audit.record(session, actor, "case.note", f"case:{case.id}", public=public)
    return case


def question(session: Session, actor: Actor, case: Case, words: str) -> Case:
    """Ask its author something we can't go on without; the case waits for him. He answers with his number and secret."""
    actor.require("case.work")
    if not tidy(words):
        raise Invalid(field="words", why=Why("say_something"))
    hold(session, case)
    if case.state != "waiting":
        CASE.move(case, "waiting")
    answered(session, case, actor.label, now(), "question", words)
    settle(session, case, "answered")
    telling.tell(session, actor, case, "question", key=rfc3339(now()))
    audit.record(session, actor, "case.question", f"case:{case.id}")
    return case


def interim(session: Session, actor: Actor, case: Case, words: str = "", *, until: datetime | None = None) -> Case:
    """Tell its author that it takes longer, and until when: an interim reply, which is not the answer he waits for.

    `until` becomes the date he is promised, one by the targets where it is left out; Invalid when it is past. WrongState when
    nobody works on the case any more.
    """
    actor.require("case.work")
    hold(session, case)
    if case.state not in OPEN:
        raise WrongState(thing="case", state=case.state, wanted="interim")
    if until is not None and until <= now():
        raise Invalid(field="until", why=Why("in_the_past"))
    case.interim_at = now()
    priority.reweigh(session, case)
    later = until or due.until(session, case)
    step(session, case, "interim", actor.label, words, until=rfc3339(later))
    audit.record(session, actor, "case.interim", f"case:{case.id}", until=rfc3339(later))
    if post.mail(session, actor, case, "interim", key=rfc3339(case.interim_at)) is None:
        longer.beneath(session, actor, case, settings())
    return case


def end(session: Session, case: Case, outcome: str, reason: str) -> None:
    """Take a case to its outcome; nobody waits for an answer then. A step of the calling verb."""
    kept = whole(reason)
    CASE.move(case, "resolved")
    case.outcome, case.outcome_reason, case.resolved_at = outcome, kept, now()
    case.waiting_since = None
    session.add(case)
    settle(session, case, "closed")


def settle(session: Session, case: Case, state: str) -> None:
    """What its author wrote by our forms is answered on the page of his case: it waits no more. A step of the calling verb."""
    forms = (col(Item.case_id) == case.id, col(Item.surface) == Surface.FORM, col(Item.state) == "open")
    for item in session.exec(select(Item).where(*forms).order_by(col(Item.id))).all():
        change(session, item, state=state, **({"answered_at": now()} if state == "answered" else {}))


def take_up(session: Session, case: Case) -> None:
    """A case that had ended is worked on again: it counts how often, and its author waits. A step of the calling verb."""
    case.state, case.resolved_at, case.closed_at, case.outcome, case.outcome_reason = "in_progress", None, None, "", ""
    case.reopened, case.waiting_since = case.reopened + 1, case.waiting_since or now()
    priority.reweigh(session, case)


def asked(session: Session, case: Case) -> bool:
    """Whether the case waits for its author, not for another body."""
    where = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_(("question", "waiting")))
    last = select(CaseEvent.what).where(*where).order_by(col(CaseEvent.id).desc()).limit(1)
    return case.state == "waiting" and session.exec(last).first() == "question"


def go_on(session: Session, case: Case) -> None:
    """Its author spoke: a case that waited for his answer is worked on again. A step of the calling verb."""
    if asked(session, case):
        CASE.move(case, "in_progress")


def spoken(language: str) -> str:
    """The language we write in to somebody who wrote in `language`: his own where we speak it, else English."""
    return answered_in(language)


def secret_of(case: Case, vault: Vault) -> str:
    """The secret that opens this case on the portal, under the key the case was opened with."""
    return numbers.secret(case.number, vault, case.key_id)


def find(session: Session, number: str, secret: str, vault: Vault) -> Case | None:
    """The case of that number if the secret opens it. A wrong number and a wrong secret cost the same and look the same.

    Whether the secret opens the number is reckoned before any row is read, so a number that exists is no sooner told from one that
    doesn't: for whoever has not its secret none is looked for.
    """
    tidied = numbers.tidy(number)
    wanted = tidied if numbers.opens(tidied, secret, vault) else ""
    return session.exec(select(Case).where(col(Case.number) == wanted)).first()
