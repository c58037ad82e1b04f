"""All deliveries, one after the other, in constant memory (DESIGN §3, `deliveries --jsonl`)."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, col, select

from core.clock import rfc3339
from core.models import Account
from outbox.models import Delivery
from outbox.refs import AGAIN, shown

AT_ONCE = 1000


def deliveries(session: Session) -> Iterator[dict[str, Any]]:
    """Lines for the outside world, oldest first; ids are strings, times RFC 3339 in UTC, what there is not is null."""
    keys = {account.id: account.key for account in session.exec(select(Account))}
    last = 0
    while True:
        page = session.exec(select(Delivery).where(col(Delivery.id) > last).order_by(col(Delivery.id)).limit(AT_ONCE)).all()
        if not page:
            return
        for delivery in page:
            yield line(session, delivery, keys[delivery.account_id])
            session.expunge(delivery)
        last = page[-1].id or 0


def line(session: Session, delivery: Delivery, account: str) -> dict[str, Any]:
    """One delivery as it is shown outside; `ref` is the one its importer gave, else null. What was refused and is sent again is a
    delivery of its own under the same ref: the later line tells what became of it."""
    return {
        "kind": delivery.kind,
        "ref": _given(session, delivery),
        "account": account,
        "state": delivery.state,
        "external_id": delivery.external_id or None,
        "attempts": delivery.attempts,
        "scheduled_at": rfc3339(delivery.scheduled_at),
        "published_at": rfc3339(delivery.published_at) if delivery.published_at else None,
        "reason": delivery.reason or None,
    }


def _given(session: Session, delivery: Delivery) -> str | None:
    while delivery.ref is not None and delivery.ref.startswith(AGAIN):
        delivery = session.get_one(Delivery, int(delivery.ref.removeprefix(AGAIN)))
    return shown(delivery.ref)
