"""What a person decides about a delivery that asks for one: published or not, again or never, now after all."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from core.actors import Actor
from core.clock import now
from core.errors import Invalid, WrongState
from outbox.models import Delivery
from outbox.states import move

ASKS = ("needs_decision", "missed")


def publish_again(session: Session, actor: Actor, delivery: Delivery) -> Delivery:
    """It is certainly not there (or was missed) and still wanted: send it now, with all last-moment checks.

    What was half done is forgotten, because a person has seen that nothing came of it; reading back still looks at everything
    since the first send.
    """
    actor.require("delivery.decide")
    values = {"reason": "again", "steps": {}, "not_before": None, "look_at": None, "miss_after": _new_deadline(delivery)}
    return _decided(session, actor, delivery, move(session, actor, delivery.id or 0, ASKS, "scheduled", **values), "scheduled")


def adopt(session: Session, actor: Actor, delivery: Delivery, external_id: str) -> Delivery:
    """A person found it on the platform: this is its id. Invalid when the id is empty or belongs to another delivery."""
    actor.require("delivery.decide")
    if not external_id.strip():
        raise Invalid(field="external_id", why="the id of the post on the platform is needed")
    values = {"external_id": external_id.strip(), "published_at": delivery.sent_at or now(), "look_at": None, "reason": "adopted"}
    try:
        with session.begin_nested():
            done = move(session, actor, delivery.id or 0, ("needs_decision",), "published", **values)
    except IntegrityError:
        raise Invalid(field="external_id", why="another delivery already has this id") from None
    return _decided(session, actor, delivery, done, "published")


def give_up(session: Session, actor: Actor, delivery: Delivery, reason: str) -> Delivery:
    """It is no longer wanted."""
    actor.require("delivery.decide")
    if not reason.strip():
        raise Invalid(field="reason", why="say why, in a few words")
    states = ("needs_decision", "missed", "held", "scheduled")
    done = move(session, actor, delivery.id or 0, states, "cancelled", reason=reason.strip()[:120], look_at=None)
    return _decided(session, actor, delivery, done, "cancelled")


def release(session: Session, actor: Actor, delivery: Delivery) -> Delivery:
    """What was held may go after all (each is confirmed by itself after a pause); the last-moment checks are asked again."""
    actor.require("delivery.decide")
    values = {"reason": "released", "not_before": None, "miss_after": _new_deadline(delivery)}
    return _decided(session, actor, delivery, move(session, actor, delivery.id or 0, ("held",), "scheduled", **values), "scheduled")


def _new_deadline(delivery: Delivery) -> object:
    """The same grace as it had, counted from now when its hour is over."""
    if delivery.miss_after is None:
        return None
    return max(delivery.miss_after, now() + max(delivery.miss_after - delivery.scheduled_at, timedelta(minutes=15)))


def _decided(session: Session, actor: Actor, delivery: Delivery, done: Delivery | None, wanted: str) -> Delivery:
    if done is None:
        session.refresh(delivery)
        raise WrongState(thing="delivery", state=delivery.state, wanted=wanted)
    return done
