"""Hiding, showing again and deleting: decided under a clause, evidence kept first, carried out by the ledger (DESIGN §2.6).

Nothing is deleted that was not hidden before by somebody else or by the machine: a delete takes two. Whoever wrote what the
platform then hid or deleted is given a statement of reasons (inbox.notices). What waits while its author changes the words does not
leave (inbox.founded): the new ones are judged as new words are, and what a person had decided goes before a person again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER, Actor
from core.clock import now, rfc3339
from core.errors import Invalid, NotPossible, OwnAct, WrongState
from core.models import Account
from core.settings import Settings
from core.why import Why, none_of
from inbox import founded, notices, tally
from inbox.change import WAITS, change
from inbox.editions import in_force
from inbox.models import Decision, Item, Upload
from outbox.enqueue import enqueue, withdraw
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from outbox.sought import STILL_HERE
from outbox.states import ENDED, FINAL
from policies.clauses import Edition

#: what is done to somebody's words; deleted, they come back no more
ACTS = ("hide", "unhide", "delete")
#: a decision whose delivery ended so was never carried out
UNDONE = ("refused", *ENDED)


def hide(session: Session, actor: Actor, item: Item, clause: str, reason: str, *, edition: Edition | None = None) -> Decision:
    """Hide an item under a clause of the edition in force. The text as it stands is kept in the decision first.

    Invalid for an unknown clause or no reason; NotPossible (with the permalink) where the platform can't; WrongState when it is
    hidden already. Pressed twice, the decision that is under way is returned.
    """
    actor.require("item.moderate")
    return _act(session, actor, item, "hide", _policy(session, clause, edition), clause, reason)


def unhide(session: Session, actor: Actor, item: Item, reason: str) -> Decision:
    """Show a hidden item again; the decision cites the clause it was hidden under. WrongState when it is not hidden."""
    actor.require("item.moderate")
    last = _last(session, item, ("hide",))
    return _act(session, actor, item, "unhide", last.edition if last else "", last.clause if last else "", reason)


def restore(session: Session, actor: Actor, item: Item, reason: str) -> None:
    """Undo what was decided against an item: it is shown again or, gone for good, its notices say that the decision was wrong."""
    actor.require("item.moderate")
    if item.deleted:
        notices.overturn(session, WORKER, item)
    else:
        unhide(session, actor, item, reason)


def delete(session: Session, actor: Actor, item: Item, clause: str, reason: str, *, edition: Edition | None = None) -> Decision:
    """Have the platform delete an item that is hidden, for good. As `hide`; OwnAct for whoever hid it himself."""
    actor.require("item.moderate")
    policy = _policy(session, clause, edition)
    hiding = _last(session, item, ("hide",))
    if hiding is not None and hiding.actor == actor.label:
        raise OwnAct(ability="item.moderate", actor=actor.label)
    return _act(session, actor, item, "delete", policy, clause, reason)


def _policy(session: Session, clause: str, edition: Edition | None) -> str:
    policy = edition or in_force(session)
    if not clause:
        raise Invalid(field="clause", why=Why("choose_clause"))
    if all(known.id != clause for known in policy.clauses):
        raise Invalid(field="clause", why=none_of(clause, [known.id for known in policy.clauses]))
    return policy.ref


def _act(session: Session, actor: Actor, item: Item, action: str, edition: str, clause: str, reason: str) -> Decision:
    if not reason.strip():
        raise Invalid(field="reason", why=Why("say_why"))
    session.refresh(item, with_for_update=True)
    if (under_way := _under_way(session, item)) is not None:
        if under_way.action == action:
            return under_way
        raise WrongState(thing="item", state=f"{under_way.action}…", wanted=action)
    if item.hidden == (action == "hide"):
        raise WrongState(thing="item", state="hidden" if item.hidden else "shown", wanted=action)
    if item.deleted or not item.can.get("delete" if action == "delete" else "hide", False):
        raise NotPossible(detail="deleted" if item.deleted else f"no_{action}", permalink=item.permalink)
    files = session.exec(select(Upload.sha256).where(col(Upload.item_id) == item.id).order_by(col(Upload.id)))
    decision = Decision(
        item_id=item.id or 0,
        actor=actor.label,
        action=action,
        automatic=False,
        edition=edition,
        clause=clause,
        reason=reason.strip()[:500],
        evidence=evidence(item.model_dump(), files),
    )
    _queue(session, actor, item, decision)
    kept = digest([decision.evidence])
    audit.record(
        session, actor, f"item.{action}", f"item:{item.id}", clause=clause, edition=edition, decision=decision.id, evidence=kept
    )
    return decision


def evidence(row: Mapping[str, Any], files: Iterable[str] = ()) -> dict[str, Any]:
    """What was decided upon, as it stood: the text and what hung from it, who wrote it, where and when, what the policy's rules had
    found, and the hashes of the `files` that came with it."""
    return {
        "text": row["text"],
        "attachments": row["attachments"],
        "author": row["author_id"],
        "name": row["author_name"],
        "native_id": row["native_id"],
        "parent_id": row["parent_id"],
        "permalink": row["permalink"],
        "created_at": rfc3339(row["created_at"]),
        "edited": row["edited"],
        "findings": row["verdict"].get("clauses", []),
        "files": list(files),
    }


def digest(kept: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 of evidence as the audit keeps it: what was kept can be shown not to have changed since."""
    text = json.dumps(list(kept), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def apply(
    session: Session,
    actor: Actor,
    account: Account,
    rows: list[Mapping[str, Any]],
    settings: Settings | None = None,
    *,
    edits: int = 0,
) -> dict[int, int]:
    """Queue the automatic hides among freshly judged items, at most `MAJLIS_HIDE_BRAKE` an account a day.

    `rows` are columns of stored items whose verdict says hide and automatic and which can be hidden; `edits`: how often their
    authors have changed them, for to hide other words is another deed. Returns item id -> delivery id of those queued; the rest
    wait for a person. The caller writes the decisions, with their evidence.
    """
    actor.require("system.receive")
    brake = settings.hide_brake if settings is not None else int(Settings.model_fields["hide_brake"].default)
    left = brake - tally.count(session, "auto_hide", day=tally.today(), account_id=account.id)
    queued: dict[int, int] = {}
    for row in rows[: max(left, 0)]:
        ref, stands = f"hide:{row['id']}:{row['edition']}", founded.as_it_stands(row)
        delivery = enqueue(
            session,
            actor,
            kind="hide",
            account=account,
            target_id=row["native_id"],
            ref=f"{ref}:{edits}" if edits else ref,
            guard=founded.GUARD,
            guard_arg=stands,
        )
        queued[row["id"]] = delivery.id or 0
    if queued:
        tally.add(session, {(tally.today(), account.id or 0, "auto_hide", ""): len(queued)})
        kept = digest(evidence(row) for row in rows if row["id"] in queued)
        audit.record(session, actor, "item.auto_hide", f"account:{account.id}", items=sorted(queued), evidence=kept)
    if len(rows) > len(queued):
        audit.record(session, actor, "item.hide_brake", f"account:{account.id}", held=len(rows) - len(queued), brake=brake)
    return queued


def waiting(session: Session, item: Item) -> Delivery | None:
    """What was decided about the item on the ground of its words and has not left, held until our transaction ends."""
    last = _last(session, item, ACTS)
    if last is None or not last.evidence:
        return None
    here = select(Delivery).where(col(Delivery.id) == last.delivery_id, col(Delivery.state).in_(STILL_HERE))
    return session.exec(here.with_for_update(skip_locked=True)).first()


def set_aside(session: Session, actor: Actor, delivery: Delivery) -> None:
    """The author changed the words on whose ground this waits (`waiting`): it does not leave."""
    actor.require("system.receive")
    withdraw(session, actor, delivery, founded.CHANGED)


def _queue(session: Session, actor: Actor, item: Item, decision: Decision) -> None:
    session.add(decision)
    session.flush()
    account = session.get_one(Account, item.account_id)
    ref = f"{decision.action}:{item.id}:{decision.id}"
    delivery = enqueue(
        session,
        actor,
        kind=decision.action,
        account=account,
        target_id=item.native_id,
        ref=ref,
        guard=founded.GUARD,
        guard_arg=founded.as_it_stands(item.model_dump()),
    )
    decision.delivery_id = delivery.id
    session.add(decision)
    session.flush()


def _last(session: Session, item: Item, actions: tuple[str, ...]) -> Decision | None:
    where = (col(Decision.item_id) == item.id, col(Decision.action).in_(actions), col(Decision.delivery_id).is_not(None))
    return session.exec(select(Decision).where(*where).order_by(col(Decision.id).desc())).first()


def hides(session: Session, item: Item) -> bool | None:
    """Whether our newest decision that was carried out, or is to be, hides it or shows it again; None where there is none."""
    where = (col(Decision.item_id) == item.id, col(Decision.action).in_(("hide", "unhide")), col(Delivery.state).not_in(UNDONE))
    done = select(col(Decision.action)).join(Delivery, col(Delivery.id) == col(Decision.delivery_id)).where(*where)
    last = session.exec(done.order_by(col(Decision.id).desc())).first()
    return None if last is None else last == "hide"


def _under_way(session: Session, item: Item) -> Decision | None:
    last = _last(session, item, ACTS)
    if last is None or last.delivery_id is None:
        return None
    delivery = session.get_one(Delivery, last.delivery_id)
    return None if delivery.state in FINAL else last


def _settled(session: Session, delivery: Delivery) -> None:
    """The platform did it: the item follows, and its author is given the reasons or, shown again, the notice is overturned.

    A hidden item without a case no longer waits for an answer. What is no longer founded goes before a person again.
    """
    decision = session.exec(select(Decision).where(col(Decision.delivery_id) == delivery.id)).first()
    if decision is None:
        return
    item = session.get_one(Item, decision.item_id)
    if delivery.state != "published":
        if _asks_again(delivery, decision):
            _before_a_person(session, decision, item, delivery.reason)
        return
    if delivery.kind != "delete" and _done_since(session, decision):
        return  # the platform's word to a try that was given up, told late: what was done after it stands
    AFTER[delivery.kind](session, item)
    audit.record(session, WORKER, f"item.{DONE[delivery.kind]}", f"item:{item.id}", delivery=delivery.id)
    if delivery.kind == "unhide":
        notices.overturn(session, WORKER, item)
    else:
        notices.give(session, WORKER, decision, item)
    if delivery.kind != "delete" and founded.changed(item, decision):  # they were changed while it was under way
        _before_a_person(session, decision, item, founded.CHANGED)


def _done_since(session: Session, decision: Decision) -> bool:
    """True when the platform has done what was decided about the item after this."""
    later = (col(Decision.item_id) == decision.item_id, col(Decision.id) > decision.id, col(Delivery.state) == "published")
    done = select(Decision.id).join(Delivery, col(Delivery.id) == col(Decision.delivery_id)).where(*later)
    return session.exec(done.limit(1)).first() is not None


def _asks_again(delivery: Delivery, decision: Decision) -> bool:
    """Changed words have been judged anew: enough where the machine had decided, and certainly nothing was done to the old ones."""
    if delivery.reason == founded.CHANGED:
        return not decision.automatic or delivery.first_sent_at is not None
    return delivery.reason in (founded.CLAUSE_GONE, founded.DECIDER_GONE)


def _before_a_person(session: Session, decision: Decision, item: Item, why: str) -> None:
    """It waits for review again, and says why."""
    change(session, item, action="review" if item.action == "allow" else item.action, state="open")
    again = Decision(item_id=item.id or 0, actor=WORKER.label, action="review", reason=why)
    again.edition, again.clause = decision.edition, decision.clause
    session.add(again)
    audit.record(session, WORKER, "item.look_again", f"item:{item.id}", decision=decision.id, reason=why)


def _hidden(session: Session, item: Item) -> None:
    change(session, item, hidden=True, state="closed" if item.state in WAITS and item.case_id is None else item.state)


def _shown(session: Session, item: Item) -> None:
    change(session, item, hidden=False, state="open" if item.state == "closed" and not item.deleted else item.state)


def _deleted(session: Session, item: Item) -> None:
    if not item.deleted:
        change(session, item, deleted=True, deleted_at=now(), state="closed" if item.state in WAITS else item.state)


AFTER = {"hide": _hidden, "unhide": _shown, "delete": _deleted}
DONE = {"hide": "hidden", "unhide": "shown", "delete": "deleted"}
for _kind in ACTS:
    ON_SETTLED.setdefault(_kind, []).append(_settled)
