"""Erasing what something says of a person: words, name, address, files. That it was there and what was decided stays.

The audit holds no words, so its chain is whole afterwards. What was erased comes back by no reading (inbox.revise).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import LargeBinary, func, literal, or_, update
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.bulk import among
from core.clock import now
from core.models import Account
from core.settings import Settings
from inbox import addressed, index, unsaid, uploads
from inbox.hung import described
from inbox.models import Case, CaseEvent, Decision, Item, ItemVersion, Note, Reply, Result, Webhook
from inbox.steps import lock
from outbox.enqueue import enqueue
from outbox.models import Delivery
from policies.masking import masked

#: why something is erased: its author wants it
WISH = "own_wish"
#: what an item says of a person
BLANK: dict[str, Any] = {
    "text": "", "attachments": [], "author_id": "", "author_name": "", "author_handle": "", "permalink": "", "verdict": {},
}  # fmt: skip


def left(words: Item, *, personal: bool) -> bool:
    """Whether something is left to erase: of words in which only numbers were erased, all the rest."""
    return words.erased_at is None or (not personal and bool(words.text or words.attachments))


def item(session: Session, actor: Actor, words: Item, why: str, settings: Settings, *, personal: bool = False) -> None:
    """Erase an item, with its earlier versions, files, what we answered in private and what colleagues noted about it; `personal`:
    only the numbers and addresses in what was written. `why`: `retention` or `own_wish`. Evidence of a decision stays for its own
    time (inbox.retention)."""
    actor.require("words.erase")
    _erase(session, actor, [words.id or 0], settings, personal=personal)
    if why == WISH:
        _raw(session, words.native_id)
    audit.record(session, actor, "item.erase", f"item:{words.id}", why=why, personal=personal)


def elsewhere(session: Session, actor: Actor, words: Item, by: str) -> None:
    """Have the platform delete its copy, as `by` wished, where it lets us. No measure of ours against its author, so it is given no
    clause, and no evidence is kept."""
    actor.require("words.erase")
    if not words.can.get("delete") or words.deleted or words.private:
        return
    account = session.get_one(Account, words.account_id)
    delivery = enqueue(session, actor, kind="delete", account=account, target_id=words.native_id, ref=f"wish:{words.id}")
    decision = Decision(item_id=words.id or 0, actor=by, action="delete", automatic=False, reason=WISH)
    decision.delivery_id = delivery.id
    session.add(decision)


def items(session: Session, actor: Actor, ids: Sequence[int], why: str, settings: Settings) -> None:
    """Erase many items as `item` does, in few statements; one audit entry names them all."""
    actor.require("words.erase")
    if ids:
        _erase(session, actor, ids, settings, personal=False)
        audit.record(session, actor, "item.erase", "items:many", why=why, items=list(ids))


def case(session: Session, actor: Actor, whole: Case, words: Iterable[Item], why: str, settings: Settings) -> None:
    """Erase a case: its author, his address, every note of its steps, all `words` said in it, and what colleagues had begun to
    write about it or a result published of it. Number, dates, outcome stay."""
    actor.require("words.erase")
    left = [one.id or 0 for one in words if one.erased_at is None or one.author_id]  # of some only the numbers were erased
    items(session, actor, left, why, settings)
    lock(session, whole)
    whole.author_id, whole.contact, whole.outcome_reason, whole.rating_note = "", "", "", ""
    whole.erased_at = now()
    session.add(whole)
    session.execute(update(CaseEvent).where(col(CaseEvent.case_id) == whole.id).values(note=""))
    unsaid.erase(session, "cases", [whole.id or 0])
    told = session.exec(select(Result.id).where(col(Result.case_id) == whole.id)).all()
    unsaid.erase(session, "results", [one or 0 for one in told])
    audit.record(session, actor, "case.erase", f"case:{whole.id}", why=why)


def note(session: Session, actor: Actor, said: CaseEvent, why: str, settings: Settings, *, personal: bool = False) -> None:
    """Erase what the author of a case wrote with a step of it (why he objects, how he was served); `personal`: only the numbers and
    addresses in it."""
    actor.require("words.erase")
    whole = session.get_one(Case, said.case_id)

    def left(words: str) -> str:
        return masked(words, settings.office_contacts) if personal else ""

    if said.what == "rated":
        whole.rating_note = left(whole.rating_note)
    if whole.outcome_reason == said.note:
        whole.outcome_reason = left(said.note)
    said.note = left(said.note)
    session.add_all([said, whole])
    audit.record(session, actor, "case.erase_note", f"case:{whole.id}", step=said.id, why=why, personal=personal)


def contact(session: Session, actor: Actor, whole: Case, why: str) -> None:
    """Forget the name and address that came with a case, and with those that go on in it: nobody is written to there any more."""
    actor.require("words.erase")
    merged = session.exec(select(Case).where(col(Case.merged_into_id) == whole.id).with_for_update()).all()
    for one in (whole, *merged):
        one.contact = ""
        session.add(one)
    audit.record(session, actor, "case.erase_contact", f"case:{whole.id}", why=why)


def _erase(session: Session, actor: Actor, ids: Sequence[int], settings: Settings, *, personal: bool) -> None:
    """The items, locked and read anew. None of what is blanked is counted or packed into facets, so inbox.change is not needed."""
    ours = settings.office_contacts
    named = select(Item).where(among(session, col(Item.id), list(ids))).order_by(col(Item.id)).with_for_update()
    found = session.exec(named.execution_options(populate_existing=True)).all()
    for words in found:
        for name, value in (_covered(words, ours) if personal else BLANK).items():
            setattr(words, name, value)
        words.erased_at = now()
        session.add(words)
    for version in session.exec(select(ItemVersion).where(among(session, col(ItemVersion.item_id), list(ids)))):
        version.text = masked(version.text, ours) if personal else ""
        session.add(version)
    for note in session.exec(select(Note).where(among(session, col(Note.item_id), list(ids)))):
        note.text = masked(note.text, ours) if personal else ""
        session.add(note)
    answers = session.exec(select(Reply.id).where(among(session, col(Reply.item_id), list(ids)))).all()
    unsaid.erase(session, "items", ids, personal=ours if personal else None)
    unsaid.erase(session, "replies", [one or 0 for one in answers], personal=ours if personal else None)
    session.flush()
    index.replace(session, *(words.model_dump() for words in found))
    if not personal:
        addressed.forget(session, found)
        for upload in uploads.of_items(session, ids):
            uploads.erase(session, actor, upload, settings)
        _answers(session, ids)


def _covered(words: Item, ours: Sequence[str]) -> dict[str, Any]:
    """An item's words without numbers and addresses but the office's."""
    return {"text": masked(words.text, ours), "attachments": described(words.attachments, lambda said: masked(said, ours))}


def _answers(session: Session, ids: Sequence[int]) -> None:
    """What we answered in private or have begun to answer; what we said in public is ours and stays."""
    ours = (among(session, col(Reply.item_id), list(ids)), or_(col(Reply.private), col(Reply.state) == "draft"))
    for reply in session.exec(select(Reply).where(*ours)):
        reply.text = reply.decided_note = ""
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
