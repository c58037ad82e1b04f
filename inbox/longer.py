"""Whoever left no address is told beneath his own words that it takes longer: the number and the new day, nothing else."""

from datetime import datetime

from sqlmodel import Session, col, select

from core.actors import Actor
from core.models import Account
from core.settings import Settings
from inbox import receipts, tally
from inbox.models import Case, CaseEvent, Item
from inbox.tongues import say, tongue_of
from outbox import budget
from outbox.batch import Order, enqueue_many
from outbox.body import Body
from outbox.models import Delivery


def beneath(session: Session, actor: Actor, case: Case, until: datetime, settings: Settings) -> Delivery | None:
    """Queue the notice beneath the newest words of his that take an answer, under the brake and budget of receipts; None where
    there is no such place, or no more may leave today (he reads it on the page of his case). A step of the calling verb."""
    said = select(Item).where(col(Item.case_id) == case.id, ~col(Item.deleted), ~col(Item.own)).order_by(col(Item.said).desc())
    item = next((one for one in session.exec(said) if one.can.get("reply") and one.surface != "form"), None)
    if item is None:
        return None
    account = session.get_one(Account, item.account_id, with_for_update={"key_share": True})
    today = tally.count(session, "receipt", day=tally.today(), account_id=account.id)
    if today >= settings.receipt_brake or budget.pace(session, account, settings).factor == 0:
        return None
    lang = tongue_of(case.lang)
    words = " ".join((f"{say('mail.interim.subject', lang, number=case.number)}.", *receipts.also(lang, "", until)))
    body = Body(words, root_id=item.root_id, to_author=item.author_id, private=item.private)
    told = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what) == "interim")
    ref = f"interim:{case.id}:{len(session.exec(select(CaseEvent.id).where(*told)).all())}"
    new = enqueue_many(session, actor, account, [Order("receipt", ref, item.native_id, body, "receipt_wanted", {"item": item.id})])
    tally.add(session, {(tally.today(), account.id or 0, "receipt", ""): 1})
    return session.get_one(Delivery, new[ref])
