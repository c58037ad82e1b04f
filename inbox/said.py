"""What we said ourselves, as the ledger knows it: stored when it is published, because not every list shows it (an answer beneath a
stranger's picture). The platform's own telling of it is the same item and wins (inbox.revise).

What we said in private is left to the list of messages, which shows all of it: its conversation is known there alone.
"""

import secrets
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from connectors.contract import Message, Surface
from core import settings as configuration
from core.actors import WORKER
from core.clock import now
from core.models import Account
from inbox import tally
from inbox.arrive import Batch, arrive
from inbox.change import change
from inbox.index import ITEMS
from inbox.models import Item
from inbox.ties import tie
from outbox.body import Body
from outbox.guards import ON_SETTLED
from outbox.models import PRIVATE, SAYING, Delivery


def _published(session: Session, delivery: Delivery) -> None:
    """The delivery's own item, made or found: it is ours, and hangs where the ledger says."""
    if delivery.state != "published" or not delivery.external_id:
        return
    # as in receive: the account first, so that its echo comes either before this or after
    account = session.get_one(Account, delivery.account_id, with_for_update={"key_share": True})
    item = _item(session, account, delivery.external_id)
    body = Body.from_json(delivery.body)
    if item is not None:
        if not item.own:
            change(session, item, own=True, state="none")
        item.delivery_id = delivery.id
        session.add(item)
        session.flush()
        if item.private:
            tie(session, account, [item.thread_key])
    elif not (body.private or delivery.kind in PRIVATE):
        _store(session, account, delivery, body)


def _item(session: Session, account: Account, native_id: str) -> Item | None:
    return session.exec(select(Item).where(col(Item.account_id) == account.id, col(Item.native_id) == native_id)).first()


def _store(session: Session, account: Account, delivery: Delivery, body: Body) -> None:
    target = _item(session, account, delivery.target_id) if delivery.target_id else None
    above = body.root_id or (target.root_id if target is not None else None) or delivery.target_id or None
    message = Message(
        account=account.key,
        native_id=delivery.external_id,
        surface=Surface.COMMENT if delivery.target_id else Surface.POST,
        author_id=account.native_id,
        author_name=account.name,
        text=body.text,
        created_at=_moment(delivery),
        parent_id=delivery.target_id or None,
        root_id=above,
        own=True,
        permalink=delivery.permalink,
    )
    batch = Batch(WORKER, account, configuration.settings(), {}, secrets.randbits)
    (id_,) = arrive(session, batch, [message], {delivery.external_id: delivery.id or 0})
    session.execute(update(ITEMS).where(ITEMS.c.id == id_).values(can={}))
    # the platform showed it in its answer to the sending: it counts among what was shown, as what it lists does
    marks = {(day, account.id or 0, "shown", ""): 1 for day in (tally.today(), tally.EVER)}
    tally.add(session, marks)


def _moment(delivery: Delivery) -> datetime:
    """In whole seconds, as the platforms tell theirs."""
    return (delivery.published_at or now()).replace(microsecond=0)


for _kind in SAYING:
    ON_SETTLED.setdefault(_kind, []).insert(0, _published)  # before what follows from it, which locks items
