"""`delivery show | again | adopt | release | give-up`: what a person decides about one delivery, on the command line."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session, col, select

import scheduler.rooms  # noqa: F401 (registers what every room has to say when something leaves)
from console.opening import House
from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.i18n import LANGS
from core.models import Account
from outbox import decide, listing
from outbox.models import Attempt, Delivery
from outbox.reasons import in_words


def show(house: House, number: int) -> dict[str, Any]:
    """Where it stands, and each try."""
    with house.db.read() as session:
        return _told(session, _find(session, number))


def again(house: House, actor: Actor, number: int) -> dict[str, Any]:
    """Send it now: it is certainly not there, or was missed."""
    return _decided(house, number, lambda session, one: decide.publish_again(session, actor, one))


def adopt(house: House, actor: Actor, number: int, external_id: str) -> dict[str, Any]:
    """It is there, under this id."""
    return _decided(house, number, lambda session, one: decide.adopt(session, actor, one, external_id, house.connect))


def release(house: House, actor: Actor, number: int) -> dict[str, Any]:
    """What was held may go after all."""
    return _decided(house, number, lambda session, one: decide.release(session, actor, one))


def give_up(house: House, actor: Actor, number: int, reason: str) -> dict[str, Any]:
    """It never goes."""
    return _decided(house, number, lambda session, one: decide.give_up(session, actor, one, reason))


def _decided(house: House, number: int, deed: Callable[[Session, Delivery], Delivery]) -> dict[str, Any]:
    with house.db.write() as session:
        value = _told(session, deed(session, _find(session, number)))
    audit.seal(house.db)
    return value


def _find(session: Session, number: int) -> Delivery:
    delivery = session.get(Delivery, number)
    if delivery is None:
        raise NotFound(thing="delivery", id=number)
    return delivery


def _told(session: Session, delivery: Delivery) -> dict[str, Any]:
    """As `deliveries` shows it, with its reason in words and its tries. What answers a person is not for every eye."""
    tries = session.exec(select(Attempt).where(col(Attempt.delivery_id) == delivery.id).order_by(col(Attempt.no))).all()
    shown = listing.line(session, delivery, session.get_one(Account, delivery.account_id).key)
    tried = [
        {"no": one.no, "started_at": one.started_at, "ended_at": one.ended_at, "outcome": one.outcome or None, "detail": one.detail}
        for one in tries
    ]
    more = {
        "why": {lang: in_words(delivery.reason, delivery.state, lang) for lang in LANGS} if delivery.reason else None,
        "permalink": delivery.permalink or None,
        "text": delivery.body.get("text") if delivery.kind == "post" else None,
        "not_before": delivery.not_before,
        "miss_after": delivery.miss_after,
        "expires_at": delivery.expires_at,
    }
    return {"delivery": delivery.id, **shown, **more, "tries": tried}
