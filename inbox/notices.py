"""Statements of reasons: whoever's words were hidden or deleted is told under which clause of which edition, and how to object.

One notice a decision, given when the platform has carried it out. It leaves as a private answer where the platform lets us write to
him, with a link of its own whose secret is filled in as it leaves; by a letter as well where he gave an address. Elsewhere a
clerk owes it. What it says stands on a page (inbox.statement), which number and secret open.
"""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from core import audit
from core.actors import CITIZEN, Actor
from core.clock import in_dubai, now
from core.errors import WrongState
from core.i18n import lang_of, t
from core.models import Account
from core.settings import Settings
from core.vault import Vault, open_vault
from inbox import numbers, post
from inbox.editions import clause_of
from inbox.models import Case, CaseEvent, Decision, Item, Notice
from inbox.tongues import answered_in, tongue_of
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.guards import FILLERS, GUARDS, ON_SETTLED, Refusal
from outbox.models import Delivery

GIVEN = ("hide", "delete")
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
    notice.delivery_id = _written(session, actor, notice, decision, item)
    notice.owed = "" if notice.delivery_id else "gone" if item.deleted else "no_private"
    if item.case_id is not None:
        case = session.get_one(Case, item.case_id)
        session.add(CaseEvent(case_id=item.case_id, actor=actor.label, what="notice_given", data={"notice": notice.number}))
        if post.mail(session, actor, case, "notice", notice=notice.number) is not None:
            notice.owed = ""
    audit.record(session, actor, "notice.give", f"notice:{notice.id}", decision=decision.id, owed=notice.owed)
    return notice


def _written(session: Session, actor: Actor, notice: Notice, decision: Decision, item: Item) -> int | None:
    """The private answer that carries it; None where the platform takes none."""
    if item.deleted or not item.can.get("reply_privately", False):
        return None
    lang = lang_of(notice.lang, "en")
    clause = clause_of(session, decision.edition, decision.clause)
    words = t(
        "notice.private",
        lang,
        notice=clause.notice(lang) if clause else t("notice.no_clause", lang),
        ref=f"{decision.edition}#{decision.clause}",
        day=in_dubai(item.created_at).date().isoformat(),
        by=t(f"notice.by.{'machine' if decision.automatic else 'person'}", lang),
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
        audit.record(session, actor, "notice.overturn", f"notice:{notice.id}", decision=notice.decision_id)
    return len(notices)


def owed(session: Session) -> Sequence[Notice]:
    """Notices that reached nobody yet, the oldest first: a clerk gives their number and link to whoever asks."""
    waiting = (col(Notice.owed) != "", col(Notice.overturned_at).is_(None))
    return session.exec(select(Notice).where(*waiting).order_by(col(Notice.id)).limit(LISTED)).all()


def hand_over(session: Session, actor: Actor, notice: Notice) -> Notice:
    """A clerk gave it to its reader by hand. WrongState for one that is not owed."""
    actor.require("item.moderate")
    session.refresh(notice, with_for_update=True)
    if not notice.owed:
        raise WrongState(thing="notice", state="given", wanted="given")
    audit.record(session, actor, "notice.hand_over", f"notice:{notice.id}", owed=notice.owed)
    notice.owed = ""
    session.add(notice)
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
    name, _, number = (delivery.ref or "").partition(":")
    return session.get(Notice, int(number)) if name == "notice" and number.isdecimal() else None


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
    if delivery.state == "published" and notice.case_id is not None:
        session.add(CaseEvent(case_id=notice.case_id, actor="worker", what="notice_sent", data={"notice": notice.number}))
    session.add(notice)


FILLERS["notice_link"] = _link
GUARDS["notice_stands"] = _stands
ON_SETTLED.setdefault("private_reply", []).append(_settled)
