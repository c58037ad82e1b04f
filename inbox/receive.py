"""The one way in: messages of a page, a webhook or a form become items, once (DESIGN §1, data flow).

`receive` runs in its caller's transaction and may be given the same messages any number of times and in any order: what is stored
in the end is the same. New items are handled in a few statements for the whole batch; edits and deletes, which are few, one by one.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import Session, col

from connectors.contract import Message
from core import audit
from core import settings as configuration
from core.actors import WORKER, Actor
from core.bulk import among
from core.display import strip_nul
from core.models import Account
from core.settings import Settings
from inbox import numbers, own, tally
from inbox.arrive import Batch, arrive
from inbox.index import ITEMS
from inbox.judging import Verdicts, judge_all
from inbox.newest import Held
from inbox.revise import Known, revise
from policies.clauses import Edition

ID_LONGEST, LINK_LONGEST = 120, 400


@dataclass(frozen=True, slots=True)
class Received:
    """What a batch brought. `new_ids` are item ids, oldest words first; `shown` counts all messages given, repeats too."""

    new_ids: tuple[int, ...] = ()
    edited: int = 0
    deleted: int = 0
    shown: int = 0


def receive(
    session: Session,
    account: Account,
    messages: Sequence[Message],
    edition: Edition,
    *,
    actor: Actor = WORKER,
    settings: Settings | None = None,
    verdicts: Verdicts | None = None,
    fresh: bool = False,
    bits: numbers.Bits = secrets.randbits,
    key_id: str = "",
) -> Received:
    """Take in `messages` of `account`. The caller commits, with its cursor.

    `verdicts` are those judged beforehand (inbox.judging); the rest is judged here. `fresh`: the messages answer a question about
    these very items, so they are their present state. The account's row is locked until the transaction ends: batches of one
    account come in one after the other, so the same message in two of them is one item.
    """
    actor.require("system.receive")
    if not messages:
        return Received()
    session.execute(select(col(Account.id)).where(col(Account.id) == account.id).with_for_update(key_share=True))
    marked, echoes = own.mark_own(session, account, [storable(m) for m in messages])
    known = _known(session, account, [m.native_id for m in marked])
    first: dict[str, Message] = {}
    again: list[Message] = []
    for message in marked:
        if message.native_id in known or message.native_id in first:
            again.append(message)
        else:
            first[message.native_id] = message
    changed = [m for m in again if m.native_id not in known or not known[m.native_id].same(m)]
    judged = judge_all([*first.values(), *changed], edition, verdicts)
    batch = Batch(actor, account, settings or configuration.settings(), judged, bits, key_id)
    new_ids = arrive(session, batch, list(first.values()), echoes)
    if any(m.native_id in first for m in changed):
        known |= _known(session, account, list(first))
    outcomes = [revise(session, batch, known[m.native_id], m, fresh=fresh) for m in changed if not known[m.native_id].same(m)]
    edited, deleted = outcomes.count("edited"), outcomes.count("deleted")
    _account_for(session, batch, list(first.values()), changed if edited or deleted else [], len(messages), edited, deleted)
    return Received(tuple(new_ids), edited, deleted, len(messages))


def news(session: Session, account: Account, messages: Sequence[Message]) -> list[Message]:
    """Those of `messages` that tell something not stored yet: what is worth judging before the transaction."""
    known = _known(session, account, [m.native_id for m in messages])
    return [m for m in messages if m.native_id not in known or not known[m.native_id].same(m)]


def _known(session: Session, account: Account, native_ids: Sequence[str]) -> dict[str, Known]:
    held = select(
        ITEMS.c.native_id,
        ITEMS.c.id,
        ITEMS.c.text,
        ITEMS.c.edited,
        ITEMS.c.edited_at,
        ITEMS.c.deleted,
        ITEMS.c.own,
        ITEMS.c.hidden,
        ITEMS.c.can,
        ITEMS.c.erased_at,
        ITEMS.c.attachments,
    ).where(ITEMS.c.account_id == account.id, among(session, ITEMS.c.native_id, set(native_ids)))
    return {
        row.native_id: Known(
            row.id,
            Held(row.text, row.edited, row.edited_at, row.deleted),
            row.own,
            row.hidden,
            row.can,
            row.erased_at is not None,
            row.attachments,
        )
        for row in session.connection().execute(held)
    }


def _account_for(
    session: Session, batch: Batch, new: Sequence[Message], changed: Sequence[Message], shown: int, edited: int, deleted: int
) -> None:
    """Count what was shown, and leave one audit entry for all that was stored, with the digest of its words."""
    account, day = batch.account, tally.today()
    tally.add(
        session,
        {
            (day, account.id or 0, "shown", ""): shown,
            (tally.EVER, account.id or 0, "shown", ""): shown,
            (tally.EVER, account.id or 0, "again", ""): shown - len(new),
        },
    )
    if not (new or edited or deleted):
        return
    digest = hashlib.sha256()
    for message in sorted([*new, *changed], key=lambda m: (m.native_id, m.text)):
        digest.update(f"{message.native_id}\x1f{message.deleted}\x1f{message.text}\x1e".encode("utf-8", "surrogatepass"))
    audit.record(
        session,
        batch.actor,
        "item.receive",
        f"account:{account.id}",
        new=len(new),
        edited=edited,
        deleted=deleted,
        digest=digest.hexdigest(),
    )


def storable(message: Message) -> Message:
    """The message as both databases can hold it (U+0000, lone surrogates and overlong ids are the senders', not ours)."""
    ids = [message.native_id, message.author_id, message.parent_id or "", message.root_id or ""]
    words = "".join([message.text, message.permalink, *ids])
    if strip_nul(words) == words and len(message.permalink) <= LINK_LONGEST and max(map(len, ids)) <= ID_LONGEST:
        return message
    return replace(
        message,
        text=strip_nul(message.text),
        permalink=strip_nul(message.permalink)[:LINK_LONGEST],
        native_id=_id(message.native_id) or "",
        author_id=_id(message.author_id) or "",
        parent_id=_id(message.parent_id),
        root_id=_id(message.root_id),
    )


def _id(value: str | None) -> str | None:
    return None if value is None else strip_nul(value)[:ID_LONGEST]
