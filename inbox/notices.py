"""Statements of reasons: whoever's words were hidden or deleted is told under which clause of which edition, and how to object.

One notice a decision, given when the platform has carried it out. It leaves as a private answer where the platform lets us write to
him, with a link of its own whose secret is filled in as it leaves; by a letter as well where he gave an address. Meta takes one
private answer to a comment, and no second, so it rides on a link of his case that is still on its way, and is owed should that
fail; who has that link already reads it on the page of his case, and is told so as of all that follows (inbox.telling). Elsewhere a
clerk owes it, until he said so or its reader came. What it says stands on a page (inbox.statement), which number and secret open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Table, cast, func
from sqlmodel import Session, col, select

from connectors import platform_of
from core import audit
from core.actors import CITIZEN, Actor
from core.clock import in_dubai, now
from core.errors import WrongState
from core.i18n import lang_of
from core.models import Account
from core.settings import Settings
from core.vault import Vault, open_vault
from inbox import numbers, places, post, tally, telling
from inbox.editions import clause_of
from inbox.models import Case, CaseEvent, Decision, Item, Notice
from inbox.steps import live
from inbox.tongues import answered_in, say, tongue_of
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.guards import FILLERS, GUARDS, ON_SETTLED, Refusal
from outbox.models import Delivery

NOTICES: Table = Notice.__table__  # type: ignore[attr-defined]  # SQLModel sets it
DECISIONS: Table = Decision.__table__  # type: ignore[attr-defined]  # SQLModel sets it
GIVEN = ("hide", "delete")
#: how the ref of a private answer begins that carries the link of a case (inbox.receipts)
LINK = "receipt-link:"
LISTED = 200


def give(session: Session, actor: Actor, decision: Decision, item: Item) -> Notice | None:
    """Give the author of `item` the reasons of a decision that was carried out; the notice there is already is returned unchanged.

    None for our own words, and for what was deleted because its author asked for it.
    """
    actor.require("system.send")
    if item.own or decision.action not in GIVEN or decision.actor == CITIZEN.label:
        return None
    standing = session.exec(select(Notice).where(col(Notice.decision_id) == decision.id)).first()
    if standing is not None:
        return standing
    notice = Notice(
        number=numbers.new_number(),
        decision_id=decision.id or 0,
        item_id=item.id or 0,
        case_id=item.case_id,
        lang=answered_in(item.language),
    )
    session.add(notice)
    session.flush()
    _tell(session, decision, item, decision.action)
    notice.owed = _no_way(session, item)
    if not notice.owed:
        notice.delivery_id = _carrier(session, item) or _written(session, actor, notice, decision, item)
    if item.case_id is not None:
        case = session.get_one(Case, item.case_id)
        session.add(CaseEvent(case_id=item.case_id, actor=actor.label, what="notice_given", data={"notice": notice.number}))
        tell = telling.tell if notice.owed and _holds_link(session, item) else post.mail
        if (told := tell(session, actor, case, "notice", notice=notice.number)) is not None:
            notice.owed, notice.delivery_id = "", notice.delivery_id or told.id
        _owe(session, notice)
    audit.record(session, actor, "notice.give", f"notice:{notice.id}", decision=decision.id, owed=notice.owed)
    return notice


def _no_way(session: Session, item: Item) -> str:
    """Why its author can't be written to in private about this item; "" when he can."""
    if item.deleted:
        return "gone"
    if not item.can.get("reply_privately", False):
        return "no_private"
    return "once" if _once(session, item) and _private(session, item) and _carrier(session, item) is None else ""


def _once(session: Session, item: Item) -> bool:
    """Whether its platform takes one private answer to a comment and no second."""
    account = session.get_one(Account, item.account_id)
    return platform_of(account.platform, account.backend).ties_private


def _private(session: Session, item: Item) -> Sequence[Delivery]:
    """The private answers to this very item that went or may go."""
    to_it = (col(Delivery.account_id) == item.account_id, col(Delivery.target_id) == item.native_id)
    alive = (col(Delivery.kind) == "private_reply", col(Delivery.state).not_in(("refused", "expired", "cancelled")))
    return session.exec(select(Delivery).where(*to_it, *alive).order_by(col(Delivery.id))).all()


def _links(session: Session, item: Item) -> list[Delivery]:
    """Those of them that carry the link of its case, or of one that goes on in it."""
    if item.case_id is None:
        return []
    merged = session.exec(select(Case.id).where(col(Case.merged_into_id) == item.case_id)).all()
    names = {f"{LINK}{one}" for one in (item.case_id, *merged)}
    return [one for one in _private(session, item) if ":".join((one.ref or "").split(":")[:2]) in names]


def _holds_link(session: Session, item: Item) -> bool:
    """Whether its author has the link of its case: the reasons stand on that page."""
    return any(one.state == "published" for one in _links(session, item))


def _carrier(session: Session, item: Item) -> int | None:
    """The link on its way that the notice rides on, where no second private answer is taken; None elsewhere."""
    on_its_way = (one.id for one in _links(session, item) if one.state != "published")
    return next(on_its_way, None) if _once(session, item) else None


def _written(session: Session, actor: Actor, notice: Notice, decision: Decision, item: Item) -> int | None:
    """The private answer that carries it."""
    lang = lang_of(notice.lang, "en")
    clause = clause_of(session, decision.edition, decision.clause)
    words = say(
        "notice.private",
        notice.lang,
        notice=clause.notice(lang) if clause else say("notice.no_clause", notice.lang),
        ref=f"{decision.edition}#{decision.clause}",
        day=in_dubai(item.created_at).date().isoformat(),
        by=say(f"notice.by.{'machine' if decision.automatic else 'person'}", notice.lang),
        link="{notice_link}",
    )
    body = Body(words, root_id=item.root_id, to_author=item.author_id, private=True, fill="notice_link")
    account = session.get_one(Account, item.account_id)
    queued = enqueue(
        session,
        actor,
        kind="private_reply",
        account=account,
        body=body,
        target_id=item.native_id,
        ref=f"notice:{notice.id}",
        guard="notice_stands",
        guard_arg={"notice": notice.id, "item": item.id},
        priority=5,
    )
    return queued.id


def overturn(session: Session, actor: Actor, item: Item) -> int:
    """What was decided against this item no longer stands: its notices say so; returns how many. They are counted by `counted`."""
    actor.require("system.send")
    against = select(Notice).where(col(Notice.item_id) == item.id, col(Notice.overturned_at).is_(None))
    notices = session.exec(against.order_by(col(Notice.id)).with_for_update()).all()
    for notice in notices:
        notice.overturned_at = now()
        session.add(notice)
        _tell(session, session.get_one(Decision, notice.decision_id), item, "over")
        telling.had_reasons(session, notice)
        audit.record(session, actor, "notice.overturn", f"notice:{notice.id}", decision=notice.decision_id)
    return len(notices)


def _tell(session: Session, decision: Decision, item: Item, what: str) -> None:
    """Count it on the day it was decided."""
    day, who = tally.day_of(decision.at), "auto" if decision.automatic else "user"
    tally.add(session, {(day, item.account_id, f"{what}_{who}", decision.clause): 1})


def owed(session: Session) -> Sequence[Notice]:
    """Notices that reached nobody yet, the oldest first: a clerk gives their number and link to whoever asks."""
    waiting = (col(Notice.owed) != "", col(Notice.overturned_at).is_(None))
    return session.exec(select(Notice).where(*waiting).order_by(col(Notice.id)).limit(LISTED)).all()


@dataclass(frozen=True, slots=True)
class Count:
    """Notices under one clause: given, how many of them for what the machine decided, how many overturned since."""

    clause: str
    given: int
    automatic: int
    overturned: int


def counted(session: Session, since: datetime) -> list[Count]:
    """Notices given since an instant, by clause."""
    n, d = NOTICES.c, DECISIONS.c
    sums = (func.count(), func.sum(cast(d.automatic, Integer)), func.count(n.overturned_at))
    step = select(d.clause).add_columns(*sums).join(NOTICES, n.decision_id == d.id).where(n.at >= since)
    rows = session.connection().execute(step.group_by(d.clause).order_by(d.clause))
    return [Count(clause, given, int(automatic), overturned) for clause, given, automatic, overturned in rows]


def hand_over(session: Session, actor: Actor, notice: Notice) -> Notice:
    """A clerk gave it to its reader by hand. WrongState for one that is not owed."""
    actor.require("item.moderate")
    session.refresh(notice, with_for_update=True)
    if not notice.owed:
        raise WrongState(thing="notice", state="given", wanted="given")
    audit.record(session, actor, "notice.hand_over", f"notice:{notice.id}", owed=notice.owed)
    notice.owed = ""
    session.add(notice)
    telling.had_reasons(session, notice)
    return notice


def link(notice: Notice, vault: Vault, settings: Settings) -> str:
    """The address that opens it, in its reader's language."""
    secret = numbers.secret(notice.number, vault, notice.key_id, purpose=numbers.NOTICE)
    return f"{settings.public_url}/{tongue_of(notice.lang)}/why/{notice.number}/{secret}"


def find(session: Session, number: str, secret: str, vault: Vault) -> Notice | None:
    """The notice of that number if the secret opens it. A wrong number and a wrong secret cost the same and look the same: without
    the secret no row is looked for (as in inbox.cases.find)."""
    tidy = numbers.tidy(number)
    wanted = tidy if numbers.opens(tidy, secret, vault, purpose=numbers.NOTICE) else ""
    return session.exec(select(Notice).where(col(Notice.number) == wanted)).first()


def _of(session: Session, delivery: Delivery) -> Notice | None:
    """The notice that is sent by this delivery alone."""
    name, _, number = (delivery.ref or "").partition(":")
    return session.get(Notice, int(number)) if name == "notice" and number.isdecimal() else None


def _riding(session: Session, delivery: Delivery) -> Sequence[Notice]:
    """The notices that have no other way to their reader than this link of a case, this letter, or this word beneath his own."""
    rides = select(Notice).where(col(Notice.delivery_id) == delivery.id).order_by(col(Notice.id))
    if delivery.kind == "mail":
        return session.exec(rides.where(col(Notice.number) == str(delivery.guard_arg.get("notice", "")))).all()
    if (delivery.ref or "").startswith("told:"):
        return session.exec(rides).all()
    if not (delivery.ref or "").startswith(LINK):
        return ()
    to_it = (col(Item.account_id) == delivery.account_id, col(Item.native_id) == delivery.target_id)
    return session.exec(rides.where(col(Notice.item_id).in_(select(Item.id).where(*to_it)))).all()


def _link(session: Session, delivery: Delivery, settings: Settings) -> Mapping[str, str]:
    """The link, made at the moment of sending."""
    notice = _of(session, delivery)
    if notice is None:
        raise LookupError(f"delivery {delivery.id} carries no notice")
    return {"notice_link": link(notice, open_vault(settings), settings)}


def _stands(session: Session, delivery: Delivery) -> str | Refusal:
    """The last-moment check: nobody is told that his words are hidden when they show again."""
    notice = _of(session, delivery)
    return Refusal("cancelled", "overturned") if notice is None or notice.overturned_at is not None else ""


def _settled(session: Session, delivery: Delivery) -> None:
    """It reached its reader, or a clerk owes it now."""
    notice = _of(session, delivery)
    if notice is None or delivery.state == "needs_decision":
        return
    if delivery.state != "published" and notice.overturned_at is None:
        notice.owed = delivery.state
        _owe(session, notice)
    if delivery.state == "published":
        notice.owed = ""
        telling.had_reasons(session, notice)
    if delivery.state == "published" and notice.case_id is not None:
        session.add(CaseEvent(case_id=notice.case_id, actor="worker", what="notice_sent", data={"notice": notice.number}))
    session.add(notice)


def _carried(session: Session, delivery: Delivery) -> None:
    """What a notice rides on reached nobody: a clerk owes it now. Or it had been given up, and was there after all."""
    if delivery.state != "needs_decision":
        lost(session, delivery, "" if delivery.state == "published" else delivery.state)


def lost(session: Session, delivery: Delivery, why: str) -> None:
    """The same, also of a letter that came back after it was taken; `why` "": it was there after all."""
    for notice in _riding(session, delivery):
        notice.owed = "" if notice.overturned_at is not None or notice.read_at is not None else why
        session.add(notice)
        _owe(session, notice)
        if not notice.owed:
            telling.had_reasons(session, notice)


def _owe(session: Session, notice: Notice) -> None:
    """An owed notice of a case stands on the list of what clerks owe (inbox.acknowledge)."""
    if notice.owed and notice.case_id is not None:
        places.owe(session, live(session, session.get_one(Case, notice.case_id)), "notice", notice.owed)


FILLERS["notice_link"] = _link
GUARDS["notice_stands"] = _stands
ON_SETTLED.setdefault("private_reply", []).extend((_settled, _carried))
for _way in ("mail", "receipt"):
    ON_SETTLED.setdefault(_way, []).append(_carried)
