"""Receipts: the public is told that it was heard, with the number of the case; nothing private is asked (seed: right to a receipt).

In public stands the number alone, with the address of the tracking page where the platform asks no price for a link. Where the
platform lets a comment be answered by a direct message, the full link goes there; its secret is filled in as it is sent and stands
in no table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.bulk import among
from core.clock import in_dubai, now
from core.i18n import Lang, lang_of, t
from core.models import Account
from core.settings import Settings
from core.vault import open_vault
from inbox import numbers, tally
from inbox.models import Case, CaseEvent, Item
from outbox.batch import Order, enqueue_many
from outbox.body import Body
from outbox.guards import FILLERS, ON_SETTLED
from outbox.models import Delivery

#: X takes 0.20 USD for a post with a link and 0.015 USD for one without (docs.x.com/pricing), so receipts there carry none
PRICED_LINKS = frozenset({"x"})


@dataclass(frozen=True, slots=True)
class Owed:
    """A case whose author should be told: what the receipt needs of it and of its item."""

    case_id: int
    number: str
    kind: str
    lang: Lang
    native_id: str
    root_id: str | None
    author_id: str
    private: bool
    can_privately: bool


def received(session: Session, actor: Actor, case: Case, item: Item, settings: Settings) -> Delivery | None:
    """Queue the receipt of one case, or note on the case why a clerk owes it: returns the delivery, or None.

    At most one a case and one a person and day, only where the item can be answered, and under the account's brake of
    `MAJLIS_RECEIPT_BRAKE` a day.
    """
    actor.require("case.work")
    account = session.get_one(Account, item.account_id, with_for_update={"key_share": True})
    if case.receipt_delivery_id is not None:
        return session.get_one(Delivery, case.receipt_delivery_id)
    why = "" if item.can.get("reply", False) and not item.deleted else "no_reply"
    owed = owed_of(case.model_dump(), item.model_dump())
    told = told_today(session, account, [item.author_id])
    queued, late = queue(session, actor, account, [] if why else [owed], told, settings)
    case.receipt_owed = why or late.get(owed.case_id, "")
    case.receipt_delivery_id = queued.get(owed.case_id)
    session.add(case)
    audit.record(session, actor, "case.receipt", f"case:{case.id}", owed=case.receipt_owed, delivery=case.receipt_delivery_id)
    return session.get(Delivery, case.receipt_delivery_id) if case.receipt_delivery_id else None


def told_today(session: Session, account: Account, authors: Sequence[str]) -> set[str]:
    """Of these authors, those who have been sent a receipt by this account today (a Dubai day)."""
    morning = in_dubai(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    where = (
        col(Case.account_id) == account.id,
        among(session, col(Case.author_id), set(authors)),
        col(Case.opened_at) >= morning,
        col(Case.receipt_delivery_id).is_not(None),
    )
    return set(session.exec(select(Case.author_id).where(*where)))


def queue(
    session: Session, actor: Actor, account: Account, owed: Sequence[Owed], told: set[str], settings: Settings
) -> tuple[dict[int, int], dict[int, str]]:
    """Queue the receipts of a batch of cases under the brake. `told` are authors who had theirs today; it grows.

    Returns (case id -> delivery id, case id -> why it is owed: `person_today` or `brake`). The account's row is locked by the
    caller, so that two batches can't pass the brake together. The caller writes both onto the cases, and the audit.
    """
    left = settings.receipt_brake - tally.count(session, "receipt", day=tally.today(), account_id=account.id)
    orders: list[Order] = []
    going: list[Owed] = []
    late: dict[int, str] = {}
    for one in owed:
        if one.author_id in told:
            late[one.case_id] = "person_today"
        elif len(going) >= left:
            late[one.case_id] = "brake"
        else:
            told.add(one.author_id)
            going.append(one)
            orders += _orders(account, one, settings)
    new = enqueue_many(session, actor, account, orders)
    if going:
        tally.add(session, {(tally.today(), account.id or 0, "receipt", ""): len(going)})
    return {one.case_id: new[f"receipt:{one.case_id}"] for one in going if f"receipt:{one.case_id}" in new}, late


def _orders(account: Account, one: Owed, settings: Settings) -> list[Order]:
    kind = one.kind if one.kind in ("complaint", "suggestion") else "other"
    if one.private:
        text = t(f"receipt.{kind}.private", one.lang, number=one.number, case_link="{case_link}")
        body = Body(text, root_id=one.root_id, to_author=one.author_id, private=True, fill="case_link")
        return [Order("receipt", f"receipt:{one.case_id}", one.native_id, body)]
    form = "plain" if account.platform in PRICED_LINKS else "public"
    text = t(f"receipt.{kind}.{form}", one.lang, number=one.number, track=f"{settings.public_url}/track")
    public = Body(text, root_id=one.root_id, to_author=one.author_id)
    orders = [Order("receipt", f"receipt:{one.case_id}", one.native_id, public)]
    if one.can_privately:
        words = t(f"receipt.{kind}.private", one.lang, number=one.number, case_link="{case_link}")
        link = Body(words, root_id=one.root_id, to_author=one.author_id, private=True, fill="case_link")
        orders.append(Order("private_reply", f"receipt-link:{one.case_id}", one.native_id, link))
    return orders


def owed_of(case: Mapping[str, Any], item: Mapping[str, Any]) -> Owed:
    """What a receipt needs, from the columns of a case and of its item."""
    return Owed(
        case_id=case["id"],
        number=case["number"],
        kind=case["kind"],
        lang=lang_of(case["lang"]),
        native_id=item["native_id"],
        root_id=item["root_id"],
        author_id=item["author_id"],
        private=item["private"],
        can_privately=bool(item["can"].get("reply_privately", False)),
    )


def _case_of(session: Session, delivery: Delivery) -> Case | None:
    name, _, number = (delivery.ref or "").partition(":")
    return session.get(Case, int(number)) if name in ("receipt", "receipt-link") and number.isdecimal() else None


def _case_link(session: Session, delivery: Delivery, settings: Settings) -> Mapping[str, str]:
    """The link that opens the case, made at the moment of sending."""
    case = _case_of(session, delivery)
    if case is None:
        raise LookupError(f"delivery {delivery.id} names no case")
    secret = numbers.secret(case.number, open_vault(settings), case.key_id)
    return {"case_link": f"{settings.public_url}/track/{case.number}/{secret}"}


def _settled(session: Session, delivery: Delivery) -> None:
    """The receipt reached its reader, or a clerk owes it now."""
    case = _case_of(session, delivery)
    if case is None or delivery.kind != "receipt" or delivery.state == "needs_decision":
        return
    if delivery.state == "published":
        session.add(CaseEvent(case_id=case.id or 0, actor="worker", what="receipt_sent"))
    else:
        case.receipt_owed = delivery.state
    session.add(case)


FILLERS["case_link"] = _case_link
ON_SETTLED.setdefault("receipt", []).append(_settled)
