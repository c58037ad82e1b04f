"""Whom a delivery went to: the platform's name for him is forgotten with what he said, as soon as the delivery has settled."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from core.bulk import among
from inbox.models import Item
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from outbox.states import FINAL


def forget(session: Session, items: Sequence[Item]) -> None:
    """Every settled delivery about these items names its reader no more. A step of the calling verb, which has erased them; what is
    still on its way follows when it settles."""
    for account_id in {item.account_id for item in items}:
        targets = [item.native_id for item in items if item.account_id == account_id]
        about = (col(Delivery.account_id) == account_id, among(session, col(Delivery.target_id), targets))
        for delivery in session.exec(select(Delivery).where(*about, col(Delivery.state).in_(FINAL))):
            _unname(session, delivery)


def _unname(session: Session, delivery: Delivery) -> None:
    if delivery.body.get("to_author"):
        delivery.body = {**delivery.body, "to_author": None}
        session.add(delivery)


def _settled(session: Session, delivery: Delivery) -> None:
    """What it answers was erased meanwhile. The item is locked, so that one being erased now is waited for."""
    if delivery.state not in FINAL or not delivery.body.get("to_author"):
        return
    answered = (col(Item.account_id) == delivery.account_id, col(Item.native_id) == delivery.target_id)
    found = select(Item).where(*answered).with_for_update().execution_options(populate_existing=True)
    if (item := session.exec(found).first()) is not None and item.erased_at is not None and not item.author_id:
        _unname(session, delivery)


for _kind in ("receipt", "reply", "private_reply"):
    ON_SETTLED.setdefault(_kind, []).append(_settled)
