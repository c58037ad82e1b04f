"""What a person decides about a delivery that asks for one: published or not, again or never, now after all."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from connectors.contract import Bill
from core.actors import Actor
from core.clock import now
from core.db import away
from core.errors import Invalid, MajlisError, WrongState
from core.i18n import Lang, t
from core.log import logger
from core.models import Account
from core.settings import settings
from core.why import Why
from outbox import checks, pause
from outbox.accounts import Connect
from outbox.body import Body
from outbox.facts import facts
from outbox.guards import Refusal
from outbox.models import ACTING, PRIVATE, Delivery
from outbox.reasons import in_words
from outbox.sought import put_by, stopped
from outbox.spending import spend
from outbox.states import move

ASKS = ("needs_decision", "missed")
#: what any platform calls a post: no address of it
EXTERNAL_ID = re.compile(r"[!-.0-~]{1,120}")
#: between two of one account that are confirmed together, and how many that may be
EVERY, CHOSEN_MOST = timedelta(minutes=1), 200

log = logger("outbox")


class StillHeld(MajlisError):
    """Let go now it would be held again, for the `reason` it is held for: that must end first."""

    code = "still_held"

    def words(self, lang: Lang) -> str:
        return t(f"error.{self.code}", lang, why=in_words(self.details["reason"], "held", lang))


def publish_again(session: Session, actor: Actor, delivery: Delivery) -> Delivery:
    """It is certainly not there (or was missed) and still wanted: send it now, with all last-moment checks.

    What was half done is put by, because a person has seen that nothing came of it (a letter keeps its name, by which its reader
    sees it once); reading back still looks at everything since the first send. WrongState while a pause would stop it, and for what
    nobody wants any more.
    """
    actor.require("delivery.decide")
    _not_paused(session, delivery)
    if stopped(delivery):
        raise WrongState(thing="delivery", state=delivery.state, wanted="scheduled")
    steps = put_by(delivery.steps) | {name: value for name, value in delivery.steps.items() if name == "message_id"}
    values = {"reason": "again", "steps": steps, "not_before": None, "look_at": None, **_cleared(delivery, now())}
    return _decided(session, actor, delivery, move(session, actor, delivery.id or 0, ASKS, "scheduled", **values), "scheduled")


def adopt(session: Session, actor: Actor, delivery: Delivery, external_id: str, connect: Connect) -> Delivery:
    """A person found it on the platform: this is its id. It was paid for when it left, so its price goes on the meter (of an
    account that can't be opened none). Invalid when the id is empty, is an address or belongs to another delivery."""
    actor.require("delivery.decide")
    if not external_id.strip():
        raise Invalid(field="external_id", why=Why("external_id_missing"))
    if not EXTERNAL_ID.fullmatch(external_id.strip()):
        raise Invalid(field="external_id", why=Why("external_id_form"))
    account = session.get_one(Account, delivery.account_id)
    price = _price(delivery, account, connect)
    values = {
        "external_id": external_id.strip(),
        "published_at": delivery.sent_at or now(),
        "cost_micros": col(Delivery.cost_micros) + price,
        "look_at": None,
        "reason": "adopted",
    }
    try:
        with session.begin_nested():
            done = move(session, actor, delivery.id or 0, ("needs_decision",), "published", **values)
    except IntegrityError:
        raise Invalid(field="external_id", why=Why("external_id_taken")) from None
    if done is not None:
        spend(session, account, Bill(), price=price)
    return _decided(session, actor, delivery, done, "published")


def give_up(session: Session, actor: Actor, delivery: Delivery, reason: str) -> Delivery:
    """It is no longer wanted. What may stand of it by an earlier try is looked for first."""
    actor.require("delivery.decide")
    if not reason.strip():
        raise Invalid(field="reason", why=Why("say_why"))
    states = ("needs_decision", "missed", "held", "scheduled")
    done = move(session, actor, delivery.id or 0, states, "cancelled", reason=reason.strip()[:120], look_at=None)
    return _decided(session, actor, delivery, done, "cancelled")


def release(session: Session, actor: Actor, delivery: Delivery, *, at: datetime | None = None) -> Delivery:
    """What was held may go after all, now or at `at`; the last-moment checks are asked again.

    After a pause each is confirmed by itself. WrongState while a pause would stop it, StillHeld while what holds it stands, so that
    it would do nothing.
    """
    actor.require("delivery.decide")
    _not_paused(session, delivery)
    held = delivery.reason
    values = {"reason": "released", "not_before": at, **_cleared(delivery, at or now())}
    with session.begin_nested():
        done = move(session, actor, delivery.id or 0, ("held",), "scheduled", **values)
        if done is not None and _objection(session, done) == Refusal("held", held):
            raise StillHeld(delivery=done.id, reason=held)
    return _decided(session, actor, delivery, done, "scheduled")


def confirm(session: Session, actor: Actor, ids: Sequence[int], *, every: timedelta = EVERY) -> list[Delivery]:
    """Release several that a person chose, each as `release` does, in the order of their hours and never in a burst: of one account
    the first goes now and each other `every` after the one before it. All of them or none; Invalid for too many."""
    actor.require("delivery.decide")
    if not ids or len(set(ids)) > CHOSEN_MOST:
        raise Invalid(field="deliveries", why=Why("chosen_most", most=CHOSEN_MOST))
    if every <= timedelta(0):
        raise Invalid(field="every", why=Why("pace"))
    chosen = select(Delivery).where(col(Delivery.id).in_(set(ids))).order_by(col(Delivery.scheduled_at), col(Delivery.id))
    found, moment, before = session.exec(chosen).all(), now(), Counter[int]()
    if len(found) != len(set(ids)):
        raise Invalid(field="deliveries", why=Why("not_all_there"))
    released = []
    for delivery in found:
        wait = every * before[delivery.account_id]
        before[delivery.account_id] += 1
        released.append(release(session, actor, delivery, at=moment + wait if wait else None))
    return released


def _price(delivery: Delivery, account: Account, connect: Connect) -> int:
    if delivery.kind in ACTING:
        return 0
    body = Body.from_json(delivery.body)
    try:
        connector = connect(account)
    except MajlisError:
        return 0
    return connector.price(body.text, reply=bool(delivery.target_id), private=body.private or delivery.kind in PRIVATE)


def _not_paused(session: Session, delivery: Delivery) -> None:
    """A pause that is over is no obstacle: saying go is what it waits for."""
    running = pause.in_force(session)
    if running is not None and not pause.permits(running, delivery):
        raise WrongState(thing="pause", state="pressed", wanted="lifted")


def _objection(session: Session, delivery: Delivery) -> Refusal | None:
    """What the last-moment checks would say now."""
    account, block, _ = facts(session, delivery.account_id)
    known = checks.common(session, [delivery], account, block, settings())
    try:
        return checks.last_moment(session, [delivery], known, now()).get(delivery.id or 0)
    except Exception as e:
        if away(e):
            raise
        log.exception("check_failed", delivery=delivery.id)
        return Refusal("held", f"unexpected:{type(e).__name__}")  # as outbox.send.begun holds it


def _cleared(delivery: Delivery, start: datetime) -> dict[str, object]:
    """A person said go: no pause that is over counts any more, and the same grace as it had is counted from `start`."""
    late = delivery.miss_after
    if late is not None:
        late = max(late, start + max(late - delivery.scheduled_at, timedelta(minutes=15)))
    return {"cleared_at": now(), "miss_after": late}


def _decided(session: Session, actor: Actor, delivery: Delivery, done: Delivery | None, wanted: str) -> Delivery:
    if done is None:
        session.refresh(delivery)
        raise WrongState(thing="delivery", state=delivery.state, wanted=wanted)
    return done
