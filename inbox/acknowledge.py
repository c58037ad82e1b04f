"""Receipts: the public is told that it was heard (seed: right to a receipt). One a case, one a person a day, only where it can be
answered, under the account's brake and budget; beyond that a clerk owes it, and says when he has told its author by hand."""

import textwrap
from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, col, func, select

from core import audit
from core.actors import DOOR, Actor
from core.bulk import among
from core.clock import in_dubai, now
from core.errors import Invalid, NotPossible, WrongState
from core.models import Account
from core.settings import Settings
from core.vault import open_vault
from core.why import Why
from inbox import due, numbers, places, post, receipts, tally, telling
from inbox.models import Case, CaseEvent, Item
from inbox.receipts import Owed
from inbox.receipts import owed_of as owed_of
from inbox.steps import live, lock, step, tidy
from inbox.tongues import Tongue, say, tongue_of
from outbox import budget
from outbox.batch import Order, enqueue_many
from outbox.models import Delivery
from outbox.states import FINAL

#: a receipt is sent again on request so often, each so long after the one before
AGAIN_MOST, AGAIN_AFTER = 3, timedelta(hours=1)


def received(session: Session, actor: Actor, case: Case, item: Item, settings: Settings) -> Delivery | None:
    """Queue the receipt of one case, or note on the case why a clerk owes it: returns the delivery, or None.

    At most one a case and one a person and day, only where the item can be answered, under the account's brake of
    `MAJLIS_RECEIPT_BRAKE` a day and while its budget for the month lasts.
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
    """Of these authors, those who have been sent a receipt by this account today (a Dubai day); one that certainly reached nobody
    does not count."""
    morning = in_dubai(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    where = (
        col(Case.account_id) == account.id,
        among(session, col(Case.author_id), set(authors)),
        col(Delivery.created_at) >= morning,
        col(Delivery.state).not_in(receipts.LOST),
    )
    sent = select(Case.author_id).join(Delivery, col(Delivery.id) == col(Case.receipt_delivery_id))
    return set(session.exec(sent.where(*where)))


def queue(
    session: Session, actor: Actor, account: Account, owed: Sequence[Owed], told: set[str], settings: Settings
) -> tuple[dict[int, int], dict[int, str]]:
    """Queue the receipts of a batch of cases under brake and budget. `told` are authors who had theirs today; it grows.

    Returns (case id -> delivery id, case id -> why it is owed: `person_today`, `brake` or `budget`). The account's row is locked by
    the caller, so that two batches can't pass the brake together. The caller writes both onto the cases, and the audit.
    """
    if not owed:
        return {}, {}
    left = settings.receipt_brake - tally.count(session, "receipt", day=tally.today(), account_id=account.id)
    spent = budget.pace(session, account, settings).factor == 0
    orders: list[Order] = []
    going: list[Owed] = []
    late: dict[int, str] = {}
    for one in owed:
        if one.author_id in told:
            late[one.case_id] = "person_today"
        elif spent:
            late[one.case_id] = "budget"
        elif len(going) >= left:
            late[one.case_id] = "brake"
        else:
            told.add(one.author_id)
            going.append(one)
            orders += receipts.orders(account, one, settings)
    new = enqueue_many(session, actor, account, orders)
    if going:
        tally.add(session, {(tally.today(), account.id or 0, "receipt", ""): len(going)})
    return {one.case_id: new[f"receipt:{one.case_id}"] for one in going if f"receipt:{one.case_id}" in new}, late


def hand_over(session: Session, actor: Actor, case: Case, how: str) -> Case:
    """A clerk told the author by hand what he is owed, the receipt or what happened in his case; `how` (by telephone, on the
    platform itself) is kept for staff. It is not owed again for anything that was queued before. WrongState when nothing is owed,
    Invalid without words."""
    actor.require("case.work")
    if not tidy(how):
        raise Invalid(field="note", why=Why("say_something"))
    lock(session, case)
    _owes(case)
    told = [*([receipts.HANDED] if case.receipt_owed else ()), *([telling.HANDED] if case.told_owed else ())]
    if telling.owed(case)[0] == "notice":
        telling.reasons_told(session, case)
    why, case.receipt_owed, case.told_owed = case.receipt_owed or case.told_owed, "", ""
    session.add(case)
    for what in told:
        step(session, case, what, actor.label)
    step(session, case, "note", actor.label, how, public=False)
    audit.record(session, actor, "case.receipt_handed", f"case:{case.id}", owed=why)
    return case


def found(session: Session, actor: Actor, case: Case) -> None:
    """Its author has its link before him, on the page of the case that it was split off from: nobody owes it any more."""
    actor.require("case.speak")
    lock(session, case)
    if case.receipt_owed:
        why, case.receipt_owed = case.receipt_owed, ""
        session.add(case)
        step(session, case, "receipt_sent", DOOR.label)
        audit.record(session, actor, "case.receipt_found", f"case:{case.id}", owed=why)


def words_to_give(session: Session, actor: Actor, case: Case, settings: Settings) -> str:
    """What a clerk gives the author by hand, for his eyes alone: all that he is owed, with the link that opens his case; of one who
    left a telephone also number and secret as they are read out. That it was taken is audited, and it stands in no table.
    WrongState when nothing is owed."""
    actor.require("case.work")
    lock(session, case)
    _owes(case)
    link, lang = numbers.link(case.number, case.key_id, case.lang, settings), tongue_of(case.lang)
    parts = []
    if case.receipt_owed:
        policy = receipts.policy_page(lang, case.edition, settings)
        also = receipts.also(lang, case.edition, due.answer_by(live(session, case)), policy)
        parts = [receipts.private_words(case.kind, case.number, lang, link), *also]
    if case.told_owed:
        parts.append(telling.private_words(case, telling.owed(case)[0], link))
    if telling.by_telephone(session, case):
        parts.append(_read_out(case, lang, settings))
    audit.record(session, actor, "case.link_taken", f"case:{case.id}", owed=case.receipt_owed or case.told_owed)
    return "\n".join(parts)


def _read_out(case: Case, lang: Tongue, settings: Settings) -> str:
    """What opens his case on the tracking page, for whoever can't be sent a link: the secret in groups, as it is dictated."""
    secret = textwrap.wrap(numbers.secret(case.number, open_vault(settings), case.key_id), 5)
    told = {"portal.track.number": case.number, "portal.track.secret": " ".join(secret)}
    lines = [say("told.page", lang, track=f"{settings.public_url}/{lang}/track")]
    return "\n".join(lines + [f"{say(key, lang)}: {value}" for key, value in told.items()])


def _owes(case: Case) -> None:
    if not case.receipt_owed and not case.told_owed:
        raise WrongState(thing="receipt", state="sent", wanted="handed_over")


def resend(session: Session, actor: Actor, case: Case, settings: Settings) -> Delivery:
    """Send the receipt again because its author, or a clerk for him, asks: by e-mail where he gave an address, else in private,
    else in public with the number alone.

    At most AGAIN_MOST times, AGAIN_AFTER apart, by e-mail as often as inbox.post sends receipts to one address and to all, and on a
    platform not while the one before may still arrive: Invalid beyond that.
    NotPossible where there is no way to him.
    """
    actor.require("case.work" if actor.can("case.work") else "case.speak")
    lock(session, case)
    where = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what) == "receipt_again")
    times, last = session.exec(select(func.count(), func.max(CaseEvent.at)).where(*where)).one()
    if times >= AGAIN_MOST or (last is not None and now() - last < AGAIN_AFTER):
        raise Invalid(field="receipt", why=Why("receipt_again", most=AGAIN_MOST, minutes=int(AGAIN_AFTER.total_seconds() // 60)))
    delivery = post.mail(session, actor, case, "receipt", key=f"again:{times + 1}", anew=True)
    delivery = delivery or _again(session, actor, case, times + 1, settings)
    step(session, case, "receipt_again", actor.label, delivery=delivery.id)
    audit.record(session, actor, "case.receipt_again", f"case:{case.id}", delivery=delivery.id, times=times + 1)
    return delivery


def _again(session: Session, actor: Actor, case: Case, no: int, settings: Settings) -> Delivery:
    """By the platform: beneath the newest words of his that take an answer, in private if any of them does."""
    own = places.privately(session, case)
    item = own or places.beneath(session, case)
    if item is None:
        raise NotPossible(detail="no_way")
    if any(one.kind != "mail" and one.state not in FINAL for one in receipts.proof(session, case)):
        raise Invalid(field="receipt", why=Why("receipt_on_its_way"))
    owed, account = owed_of(case.model_dump(), item.model_dump()), session.get_one(Account, item.account_id)
    if own is not None:
        order = receipts.private(owed, "receipt" if item.private else "private_reply", f"receipt-link:{case.id}:{no}", settings)
    else:
        order = receipts.public(account, owed, settings, f"receipt:{case.id}:{no}")
    return session.get_one(Delivery, enqueue_many(session, actor, account, [order])[order.ref])
