"""Erasing what something says of a person: words, name, address, files. That it was there and what was decided stays.

The audit holds no words, so its chain is whole afterwards. What was erased comes back by no reading (inbox.revise).
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import LargeBinary, func, literal, update
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.settings import Settings
from inbox import index, uploads
from inbox.change import change
from inbox.models import Case, CaseEvent, Item, ItemVersion, Reply, Webhook
from outbox.models import Delivery
from policies.masking import masked

#: what an item says of a person
BLANK: dict[str, Any] = {
    "text": "", "author_id": "", "author_name": "", "author_handle": "", "permalink": "", "verdict": {},
}  # fmt: skip


def item(session: Session, actor: Actor, words: Item, why: str, settings: Settings, *, personal: bool = False) -> None:
    """Erase an item, with its earlier versions, files and what we answered in private; `personal`: only the numbers and addresses
    in what was written. `why`: `retention` or `own_wish`. Evidence of a decision stays for its own time (inbox.retention)."""
    actor.require("words.erase")
    ours = settings.office_contacts
    change(session, words, erased_at=now(), **({"text": masked(words.text, ours)} if personal else BLANK))
    for version in session.exec(select(ItemVersion).where(col(ItemVersion.item_id) == words.id)):
        version.text = masked(version.text, ours) if personal else ""
        session.add(version)
    index.replace(session, words.model_dump())
    if why == "own_wish":
        _raw(session, words.native_id)
    if not personal:
        for upload in uploads.of_items(session, [words.id or 0]):
            uploads.erase(session, actor, upload, settings)
        _answers(session, words)
    audit.record(session, actor, "item.erase", f"item:{words.id}", why=why, personal=personal)


def case(session: Session, actor: Actor, whole: Case, words: Iterable[Item], why: str, settings: Settings) -> None:
    """Erase a case: its author, his address, every note of its steps and all `words` said in it. Number, dates, outcome stay."""
    actor.require("words.erase")
    for one in words:
        if one.erased_at is None:
            item(session, actor, one, why, settings)
    session.refresh(whole, with_for_update=True)
    whole.author_id, whole.contact, whole.outcome_reason, whole.rating_note = "", "", "", ""
    whole.erased_at = now()
    session.add(whole)
    session.execute(update(CaseEvent).where(col(CaseEvent.case_id) == whole.id).values(note=""))
    audit.record(session, actor, "case.erase", f"case:{whole.id}", why=why)


def contact(session: Session, actor: Actor, whole: Case, why: str) -> None:
    """Forget the name and address that came with a case: nobody is written to there any more."""
    actor.require("words.erase")
    whole.contact = ""
    session.add(whole)
    audit.record(session, actor, "case.erase_contact", f"case:{whole.id}", why=why)


def _answers(session: Session, words: Item) -> None:
    """What we answered in private; what we said in public is ours and stays."""
    private = (col(Reply.item_id) == words.id, col(Reply.private), col(Reply.state) != "draft")
    for reply in session.exec(select(Reply).where(*private)):
        reply.text = ""
        session.add(reply)
        delivery = session.get(Delivery, reply.delivery_id) if reply.delivery_id is not None else None
        if delivery is not None:
            delivery.body = {**delivery.body, "text": "", "to_author": None}
            session.add(delivery)


def _raw(session: Session, native_id: str) -> None:
    """Bodies of webhooks that told of it, as they came. Their digests stay: told again, they are known."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    sought = literal(native_id.encode(), LargeBinary)
    place = func.instr(Webhook.body, sought) if sqlite else func.pg_catalog.position(Webhook.body, sought)
    session.execute(update(Webhook).where(col(Webhook.done_at).is_not(None), place > 0).values(body=b""))
