"""What the author of a case may do with its number and secret: answer, rate once, reopen, withdraw. (He objects by inbox.appeal.)

The doors prove that the case is his and act as CITIZEN. A case that was merged is followed to where it goes on.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from connectors.contract import Can, Message, Surface
from core import audit
from core import settings as configuration
from core.actors import WORKER, Actor
from core.clock import now
from core.errors import Invalid, NotFound, WrongState
from core.models import Account
from core.settings import Settings
from core.why import Why
from inbox import cases, telling
from inbox.caseview import items_of
from inbox.change import change
from inbox.editions import in_force
from inbox.models import Case, CaseEvent, Item, Notice
from inbox.receive import receive
from inbox.routing import OPENS_CASE
from inbox.steps import lock, spoke, step, tidy, whole

PORTAL, FORMS = "portal", "forms"
BEST = 5
#: so long an answer may be, in letters
MOST = 5000
#: an ended case may be reopened, and rated, by its author so long after its outcome
REOPEN_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class May:
    """What the author of a case may do now. `asked`: it waits for his answer."""

    answer: bool
    rate: bool
    reopen: bool
    withdraw: bool
    asked: bool = False


def may(session: Session, case: Case) -> May:
    """What its author may do with the case as it stands."""
    case = cases.live(session, case)
    open_still = case.state in cases.OPEN
    lately = case.resolved_at is not None and now() - case.resolved_at <= REOPEN_WITHIN
    return May(
        answer=open_still,
        rate=not open_still and lately and case.rated_at is None and case.outcome != "withdrawn" and not alone(session, case),
        reopen=not open_still and lately,
        withdraw=open_still,
        asked=cases.asked(session, case),
    )


def alone(session: Session, case: Case) -> bool:
    """Whether the case was opened for an objection (inbox.statement) and holds nothing else that we should answer: it ends with the
    decision, which is no outcome to object to again, and nothing was done for him that he could rate."""
    if case.reopened or case.kind in OPENS_CASE:
        return False
    resolved = select(CaseEvent.id).where(col(CaseEvent.case_id) == case.id, col(CaseEvent.what) == "resolved")
    noticed = select(Notice.id).where(col(Notice.number) == case.number, ~resolved.exists())
    return session.exec(noticed).first() is not None and len(items_of(session, case)) == 1


def answer(session: Session, actor: Actor, case: Case, words: str, *, nonce: str, settings: Settings | None = None) -> Item:
    """Say something more; it comes in as any other message does. The same `nonce` again is the same answer.

    Invalid without words; WrongState when the case has ended (then it is reopened instead). A case that waited for its author is
    worked on again.
    """
    actor.require("case.speak")
    account = forms(session)
    if not tidy(words):
        raise Invalid(field="words", why=Why("say_something"))
    if len(words) > MOST:
        raise Invalid(field="words", why=Why("length", most=MOST))
    case = locked(session, case)  # the same press twice at once: the second one waits here
    if (said := _said(session, account, nonce)) is not None:
        if said.case_id != case.id:
            raise Invalid(field="nonce", why=Why("sent_elsewhere"))
        return said
    if not may(session, case).answer:
        raise WrongState(thing="case", state=case.state, wanted="answer")
    first = session.exec(
        select(Item).where(col(Item.case_id) == case.id, col(Item.account_id) == account.id).order_by(col(Item.id))
    ).first()
    message = Message(
        account=account.key,
        native_id=nonce,
        surface=Surface.FORM,
        author_id=first.author_id if first else case.author_id,
        text=words.strip(),
        created_at=now(),
        parent_id=first.native_id if first else None,
        can=Can(),
    )
    receive(session, account, [message], in_force(session), actor=WORKER, settings=settings or configuration.settings())
    item = _said(session, account, nonce)
    if item is None:  # receive stores whatever is new
        raise LookupError(f"no item {nonce}")
    change(session, item, case_id=case.id)
    spoke(session, case, item.created_at)
    cases.go_on(session, case)
    step(session, case, "said", actor.label)
    audit.record(session, actor, "case.answer", f"case:{case.id}", item=item.id)
    session.flush()
    return item


def rate(session: Session, actor: Actor, case: Case, rating: int, note: str = "") -> Case:
    """Say once how one was served, 1 to 5, with a few words. WrongState before its end, or a second time."""
    actor.require("case.speak")
    if not 1 <= rating <= BEST:
        raise Invalid(field="rating", why=Why("rating_range", most=BEST))
    case = locked(session, case)
    if not may(session, case).rate:
        raise WrongState(thing="case", state=case.state, wanted="rated")
    case.rating, case.rating_note, case.rated_at = rating, whole(note), now()
    case.asked_at = case.asked_at or case.rated_at
    session.add(case)
    step(session, case, "rated", actor.label, rating=rating)
    audit.record(session, actor, "case.rate", f"case:{case.id}", rating=rating)
    return case


def reopen(session: Session, actor: Actor, case: Case, words: str) -> Case:
    """Have an ended case taken up again, saying why. WrongState when it has not ended, or too long ago; Invalid without words."""
    actor.require("case.speak")
    if not tidy(words):
        raise Invalid(field="words", why=Why("say_something"))
    case = locked(session, case)
    if not may(session, case).reopen:
        raise WrongState(thing="case", state=case.state, wanted="reopened")
    cases.take_up(session, case)
    step(session, case, "reopened", actor.label, words)
    audit.record(session, actor, "case.reopen", f"case:{case.id}", times=case.reopened)
    return case


def withdraw(session: Session, actor: Actor, case: Case, words: str = "") -> Case:
    """Take back what one asked for: the case ends as withdrawn. WrongState when it has ended already."""
    actor.require("case.speak")
    case = locked(session, case)
    if not may(session, case).withdraw:
        raise WrongState(thing="case", state=case.state, wanted="withdrawn")
    cases.end(session, case, "withdrawn", words)
    step(session, case, "withdrawn", actor.label, words)
    audit.record(session, actor, "case.withdraw", f"case:{case.id}")
    return case


def ask(session: Session, actor: Actor, case: Case) -> bool:
    """Ask the author, once, how he was served; False where he was asked or told us already, or the case has not ended."""
    actor.require("case.work")
    lock(session, case)
    if case.asked_at is not None or case.merged_into_id is not None or not may(session, case).rate:
        return False
    case.asked_at = now()
    session.add(case)
    step(session, case, "asked", actor.label)
    audit.record(session, actor, "case.ask", f"case:{case.id}")
    telling.tell(session, actor, case, "rate")
    return True


def forms(session: Session) -> Account:
    """The account of our own portal, by which forms and answers come in; NotFound before `migrate` made it."""
    found = session.exec(select(Account).where(col(Account.platform) == PORTAL, col(Account.native_id) == FORMS)).first()
    if found is None:
        raise NotFound(thing="account", id=f"{PORTAL}:{FORMS}")
    return found


def locked(session: Session, case: Case) -> Case:
    """The case in which this one goes on, ours until our transaction ends."""
    while True:
        case = cases.live(session, case)
        lock(session, case)
        if case.merged_into_id is None:  # nobody merged it while we waited
            return case


def _said(session: Session, account: Account, nonce: str) -> Item | None:
    return session.exec(select(Item).where(col(Item.account_id) == account.id, col(Item.native_id) == nonce)).first()
