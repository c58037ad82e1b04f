"""Hiding and showing again: decided under a clause, evidence kept first, carried out by the ledger (DESIGN §2.6)."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from core import audit
from core.actors import WORKER, Actor
from core.clock import rfc3339
from core.errors import Invalid, NotPossible, WrongState
from core.models import Account
from core.settings import Settings
from inbox import tally
from inbox.change import change
from inbox.editions import in_force
from inbox.models import Decision, Item
from outbox.enqueue import enqueue
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from outbox.states import FINAL
from policies.clauses import Edition


def hide(session: Session, actor: Actor, item: Item, clause: str, reason: str, *, edition: Edition | None = None) -> Decision:
    """Hide an item under a clause of the edition in force. The text as it stands is kept in the decision first.

    Invalid for an unknown clause or no reason; NotPossible (with the permalink) where the platform can't; WrongState when it is
    hidden already. Pressed twice, the decision that is under way is returned.
    """
    actor.require("item.moderate")
    policy = edition or in_force(session)
    if all(known.id != clause for known in policy.clauses):
        raise Invalid(field="clause", why=f"'{clause}' is none of {', '.join(c.id for c in policy.clauses)}")
    return _act(session, actor, item, "hide", policy.ref, clause, reason)


def unhide(session: Session, actor: Actor, item: Item, reason: str) -> Decision:
    """Show a hidden item again; the decision cites the clause it was hidden under. WrongState when it is not hidden."""
    actor.require("item.moderate")
    last = _last(session, item, ("hide",))
    return _act(session, actor, item, "unhide", last.edition if last else "", last.clause if last else "", reason)


def _act(session: Session, actor: Actor, item: Item, action: str, edition: str, clause: str, reason: str) -> Decision:
    if not reason.strip():
        raise Invalid(field="reason", why="whoever reads this later must know why")
    session.refresh(item, with_for_update=True)
    if (under_way := _under_way(session, item)) is not None:
        if under_way.action == action:
            return under_way
        raise WrongState(thing="item", state=f"{under_way.action}…", wanted=action)
    if item.hidden == (action == "hide"):
        raise WrongState(thing="item", state="hidden" if item.hidden else "shown", wanted=action)
    if item.deleted or not item.can.get("hide", False):
        raise NotPossible(detail="deleted" if item.deleted else f"no_{action}", permalink=item.permalink)
    decision = Decision(
        item_id=item.id or 0,
        actor=actor.label,
        action=action,
        automatic=False,
        edition=edition,
        clause=clause,
        reason=reason.strip()[:500],
        evidence=evidence(item.model_dump()),
    )
    _queue(session, actor, item, decision)
    audit.record(session, actor, f"item.{action}", f"item:{item.id}", clause=clause, edition=edition, decision=decision.id)
    return decision


def evidence(row: Mapping[str, Any]) -> dict[str, Any]:
    """What was decided upon, as it stood: the text, who wrote it and when, what the policy's rules had found."""
    return {
        "text": row["text"],
        "author": row["author_id"],
        "native_id": row["native_id"],
        "created_at": rfc3339(row["created_at"]),
        "edited": row["edited"],
        "findings": row["verdict"].get("clauses", []),
    }


def apply(
    session: Session, actor: Actor, account: Account, rows: list[Mapping[str, Any]], settings: Settings | None = None
) -> dict[int, int]:
    """Queue the automatic hides among freshly judged items, at most `MAJLIS_HIDE_BRAKE` an account a day.

    `rows` are columns of stored items whose verdict says hide and automatic and which can be hidden. Returns item id -> delivery
    id of those queued; the rest wait for a person. The caller writes the decisions.
    """
    actor.require("system.receive")
    brake = settings.hide_brake if settings is not None else int(Settings.model_fields["hide_brake"].default)
    left = brake - tally.count(session, "auto_hide", day=tally.today(), account_id=account.id)
    queued: dict[int, int] = {}
    for row in rows[: max(left, 0)]:
        delivery = enqueue(
            session, actor, kind="hide", account=account, target_id=row["native_id"], ref=f"hide:{row['id']}:{row['edition']}"
        )
        queued[row["id"]] = delivery.id or 0
    if queued:
        tally.add(session, {(tally.today(), account.id or 0, "auto_hide", ""): len(queued)})
        audit.record(session, actor, "item.auto_hide", f"account:{account.id}", items=sorted(queued))
    if len(rows) > len(queued):
        audit.record(session, actor, "item.hide_brake", f"account:{account.id}", held=len(rows) - len(queued), brake=brake)
    return queued


def _queue(session: Session, actor: Actor, item: Item, decision: Decision) -> None:
    session.add(decision)
    session.flush()
    account = session.get_one(Account, item.account_id)
    ref = f"{decision.action}:{item.id}:{decision.id}"
    delivery = enqueue(session, actor, kind=decision.action, account=account, target_id=item.native_id, ref=ref)
    decision.delivery_id = delivery.id
    session.add(decision)
    session.flush()


def _last(session: Session, item: Item, actions: tuple[str, ...]) -> Decision | None:
    where = (col(Decision.item_id) == item.id, col(Decision.action).in_(actions), col(Decision.delivery_id).is_not(None))
    return session.exec(select(Decision).where(*where).order_by(col(Decision.id).desc())).first()


def shown_again(session: Session, item: Item) -> bool:
    """True when a person of ours had it shown again after it was hidden."""
    last = _last(session, item, ("hide", "unhide"))
    return last is not None and last.action == "unhide"


def _under_way(session: Session, item: Item) -> Decision | None:
    last = _last(session, item, ("hide", "unhide"))
    if last is None or last.delivery_id is None:
        return None
    delivery = session.get_one(Delivery, last.delivery_id)
    return None if delivery.state in FINAL else last


def _settled(session: Session, delivery: Delivery) -> None:
    """The platform hid or showed it: the item follows. A hidden item without a case no longer waits for an answer."""
    if delivery.state != "published":
        return
    decision = session.exec(select(Decision).where(col(Decision.delivery_id) == delivery.id)).first()
    if decision is None:
        return
    item = session.get_one(Item, decision.item_id)
    hidden = delivery.kind == "hide"
    state = item.state
    if hidden and state == "open" and item.case_id is None:
        state = "closed"
    elif not hidden and state == "closed" and not item.deleted:
        state = "open"
    change(session, item, hidden=hidden, state=state)
    audit.record(session, WORKER, "item.hidden" if hidden else "item.shown", f"item:{item.id}", delivery=delivery.id)


for _kind in ("hide", "unhide"):
    ON_SETTLED.setdefault(_kind, []).append(_settled)
