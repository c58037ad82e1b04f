"""One person's cases made one, one case made two, and what he said on another channel brought to the case it belongs to.

Whoever reads a case by its number reads all of it, so nothing of one person is ever put where another reads it: of two accounts on
the same platform that is refused, across platforms a clerk says, with his reason, that they are one person.
"""

import secrets
from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select, update

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid, WrongState
from core.settings import settings
from core.why import Why
from core.workflow import workflow
from inbox import acknowledge, appeal, cases, departments, holds, numbers, post, priority, receipts, routing, telling, together
from inbox.caseview import items_of
from inbox.change import WAITS, change
from inbox.due import follow
from inbox.models import Case, Item
from inbox.past import past
from inbox.speaking import PORTAL
from inbox.steps import hold, one_of, spoke, step, tidy
from policies.verdict import KINDS, TOPICS

MERGE = workflow("case", received="closed", in_progress="closed", waiting="closed", resolved="closed", closed="")


def merge(session: Session, actor: Actor, case: Case, into: Case, because: str) -> Case:
    """Let a case go on in another of the same person: its messages move there, and its number and secret show that one.

    Returns `into`, which keeps what was promised in either, the earlier date counting, and the first answer given in either;
    letters go on to the address of each, with its own number and link. Whose case goes on in one that has its outcome already is
    told of that. Invalid when two people wrote them, without the reason, or
    while an objection waits in `case`: that is decided first. WrongState where either goes on elsewhere or `into` is closed.
    """
    actor.require("case.manage")
    if case.id == into.id:
        raise Invalid(field="into", why=Why("same_case"))
    _said_why(because)
    for one in sorted((case, into), key=lambda one: one.id or 0):
        hold(session, one)
    if into.state == "closed":
        raise WrongState(thing="case", state=into.state, wanted="merged")
    if appeal.standing(session, case).waiting:
        raise Invalid(field="case", why=Why("objection_waits"))
    moved, worked_on = items_of(session, case), case.state in cases.OPEN
    _one_person(session, into, [(item.account_id, item.platform, item.author_id) for item in moved])
    MERGE.move(case, "closed")
    for item in moved:
        change(session, item, case_id=into.id)
    own, also = together.kept(session, into), together.apart(session, case)
    session.flush()
    session.execute(update(Case).where(col(Case.merged_into_id) == case.id).values(merged_into_id=into.id))
    case.merged_into_id, case.closed_at, case.owner_id = into.id, now(), None
    into.edition, into.told_owed = into.edition or case.edition, into.told_owed or case.told_owed
    into.interim_at = max((at for at in (into.interim_at, case.interim_at) if at is not None), default=None)
    if into.state in cases.OPEN and case.waiting_since is not None:
        spoke(session, into, case.waiting_since)
    case.waiting_since, case.told_owed = None, ""
    session.add(case)
    step(session, case, "merged", actor.label, into=into.number)
    step(session, into, together.TOOK, actor.label, number=case.number, also=also, own=own)
    together.carry(session, into)
    priority.reweigh(session, into)
    follow(session, into)
    step(session, into, "note", actor.label, because, public=False)
    audit.record(session, actor, "case.merge", f"case:{case.id}", into=into.id, items=[item.id for item in moved])
    if worked_on and into.state == "resolved":
        cases.settle(session, into, "closed")
        cases.tell_end(session, actor, into)
    return into


def split(
    session: Session,
    actor: Actor,
    case: Case,
    item_ids: Collection[int],
    kind: str,
    because: str,
    *,
    topic: str = "",
    key_id: str = "",
) -> Case:
    """Take messages out of a case to be worked on by themselves: returns their case.

    That is the one they had before a merge, if its first message is among them: its author's number opens it again, and each has
    again what was promised in it. Else it is a new one, its receipt queued, or owed by a clerk. Invalid when some are not of the
    case, or none would stay.
    """
    actor.require("case.manage")
    one_of("kind", kind, KINDS)
    one_of("topic", topic or "none", TOPICS)
    _said_why(because)
    hold(session, case)
    held = items_of(session, case)
    taken = [item for item in held if item.id in set(item_ids)]
    if not taken or len(taken) != len(set(item_ids)):
        raise Invalid(field="items", why=Why("not_in_case"))
    if len(taken) == len(held):
        raise Invalid(field="items", why=Why("leave_something"))
    before = _had_before(session, case, taken)
    other = before or _fresh(session, case, taken[0], kind, topic, key_id)
    for item in taken:
        change(session, item, case_id=other.id)
    holds.follow(session, actor, case, other, {item.id or 0 for item in taken})
    if case.item_id in {item.id for item in taken}:
        case.item_id = next(item.id for item in held if item not in taken)
    _waits(case, [item for item in held if item not in taken], together.answered_last(session, case))
    _waits(other, taken, together.answered_last(session, case, before) if before is not None else None)
    session.add(case)
    session.add(other)
    for one in (case, other):
        priority.reweigh(session, one)
    step(session, case, "split", actor.label, other.number, number=other.number)
    step(session, other, "split_off", actor.label, number=case.number)
    step(session, case, "note", actor.label, because, public=False)
    audit.record(session, actor, "case.split", f"case:{case.id}", into=other.id, items=[item.id for item in taken])
    if other.receipt_delivery_id is None and not other.receipt_owed:
        _receipt(session, actor, other, taken[0], known=before is not None)
    elif other.receipt_delivery_id is not None:  # it may have been left off because the other case had one
        other.receipt_owed = receipts.owed_now(session, other)
    return other


def join(session: Session, actor: Actor, case: Case, item: Item, because: str) -> Case:
    """Bring what its author said on another channel to his case; said since we asked him something, it is his answer.

    Invalid for our own words, another's, or what has a case."""
    actor.require("case.manage")
    _said_why(because)
    hold(session, case)
    session.refresh(item, with_for_update=True)
    if item.own:
        raise Invalid(field="item", why=Why("not_in_case"))
    if item.case_id is not None:
        raise Invalid(field="item", why=Why("of_another_case"))
    if case.state == "closed":
        raise WrongState(thing="case", state=case.state, wanted="joined")
    _one_person(session, case, [(item.account_id, item.platform, item.author_id)])
    change(session, item, case_id=case.id)
    if item.state == "open" and case.state in cases.OPEN:
        spoke(session, case, item.received_at)
    asked = past(session, case, case.opened_at).still
    if asked is not None and item.created_at >= asked:
        cases.go_on(session, case)
        step(session, case, "in_progress", actor.label)
    step(session, case, "joined", actor.label, item=item.id)
    step(session, case, "note", actor.label, because, public=False)
    audit.record(session, actor, "case.join", f"case:{case.id}", item=item.id)
    return case


def _said_why(because: str) -> None:
    if not tidy(because):
        raise Invalid(field="reason", why=Why("say_why"))


def _one_person(session: Session, case: Case, others: Collection[tuple[int, str, str]]) -> None:
    """Invalid when messages of others, by (account, platform, author), would come to a case of somebody else on the same account.
    Forms name nobody: there the clerk's word counts."""
    mine: dict[int, set[str]] = {}
    for item in items_of(session, case):
        mine.setdefault(item.account_id, set()).add(item.author_id)
    for account_id, platform, author_id in others:
        if platform != PORTAL and author_id not in mine.get(account_id, {author_id}):
            raise Invalid(field="into", why=Why("another_person"))


def _had_before(session: Session, case: Case, taken: Collection[Item]) -> Case | None:
    """The case these messages were in before they were merged into this one, worked on again."""
    firsts = [item.id for item in taken]
    where = (col(Case.merged_into_id) == case.id, col(Case.item_id).in_(firsts))
    other = session.exec(select(Case).where(*where).order_by(col(Case.id)).with_for_update()).first()
    if other is not None:
        together.apart(session, case)
        other.merged_into_id, other.closed_at, other.state = None, None, "in_progress"
        other.outcome, other.outcome_reason, other.resolved_at = "", "", None
        session.add(other)
        session.flush()
        together.carry(session, case)
    return other


def _fresh(session: Session, case: Case, first: Item, kind: str, topic: str, key_id: str) -> Case:
    """A new case of its author, since the moment he wrote the first of its messages."""
    grade, _ = routing.grade(first.verdict, first.text)
    subject = topic or first.topic
    other = Case(
        number=numbers.new_number(secrets.randbits),
        key_id=key_id,
        kind=kind,
        topic=subject,
        item_id=first.id,
        account_id=first.account_id,
        author_id=first.author_id,
        lang=case.lang,
        opened_at=first.received_at,
        grade="confidential" if grade == "ordinary" and priority.confides(case) else grade,
        priority_why=case.priority_why if priority.confides(case) else [],
        department=departments.by_topic(session).get(subject, ""),
        contact=case.contact,
        edition=case.edition,
    )
    session.add(other)
    session.flush()
    change(session, first, kind=kind, topic=subject)
    return other


def _waits(case: Case, items: Collection[Item], answered: datetime | None) -> None:
    """Since when its author waits, and when he was first answered, by what is in the case now. What came before he was `answered`
    waits no more, also where that was said on his page and beneath none of his words."""
    unheard = [item for item in items if item.state in WAITS and (answered is None or item.received_at > answered)]
    open_since = [item.received_at for item in unheard]
    answers = [item.answered_at for item in items if item.answered_at is not None]
    case.waiting_since = min(open_since, default=None) if case.state in cases.OPEN else None
    case.first_reply_at = case.first_reply_at or min(answers, default=None)


def _receipt(session: Session, actor: Actor, case: Case, first: Item, *, known: bool) -> None:
    """Its author's receipt, or a clerk owes it. `known`: he holds its number."""
    if first.platform == PORTAL:
        if post.mail(session, actor, case, "receipt") is None and not known:
            case.receipt_owed = telling.by_hand(session, case) or "form"
    else:
        acknowledge.received(session, actor, case, first, settings())
