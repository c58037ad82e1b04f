"""The append-only audit: an entry commits with its change; a sealer chains entries by hash within a second.

The chain runs in sealing order (`seal_no`), which is id order within a pass. Order of ids alone would not do: on PostgreSQL a
lower id may commit after a higher one was sealed. The head row keeps the chain's length and last hash, so a changed, deleted,
reordered or cut-off entry is named by `verify`.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, update
from sqlmodel import Session, col, select

from core.actors import Actor
from core.bulk import insert_new
from core.clock import rfc3339
from core.db import Database
from core.models import Account, AuditEntry, AuditHead

BATCH = 1000
HEADS: Table = AuditHead.__table__  # type: ignore[attr-defined]  # SQLModel sets it


def record(session: Session, actor: Actor, action: str, subject: str, /, **detail: Any) -> AuditEntry:
    """Add an entry to the caller's transaction. `subject` is `thing:id`; `detail` holds no secrets and no message text."""
    entry = AuditEntry(actor=actor.label, action=action, subject=subject, detail=detail)
    session.add(entry)
    return entry


def digest(before: str, entry: AuditEntry) -> str:
    """SHA-256 over the previous seal and the entry's own content."""
    content = [entry.id, rfc3339(entry.at), entry.actor, entry.action, entry.subject, entry.detail]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def seal(db: Database) -> int:
    """Chain all unsealed entries; returns how many. Several sealers at once are harmless: the head is moved by one only."""
    total = 0
    while (done := _seal_batch(db)) > 0:
        total += done
    return total


def _seal_batch(db: Database) -> int:
    with db.write() as session:
        head = session.get(AuditHead, 1, with_for_update=True)
        if head is None:  # the first seal ever, perhaps of two sealers at once
            insert_new(session, HEADS, [{"id": 1, "seal_no": 0, "seal": ""}], unique=("id",))
            head = session.get_one(AuditHead, 1, with_for_update=True)
        waiting = session.exec(
            select(AuditEntry).where(col(AuditEntry.seal_no).is_(None)).order_by(col(AuditEntry.id)).limit(BATCH)
        ).all()
        for entry in waiting:
            head.seal_no += 1
            head.seal = digest(head.seal, entry)
            session.execute(update(AuditEntry).where(col(AuditEntry.id) == entry.id).values(seal_no=head.seal_no, seal=head.seal))
        return len(waiting)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `broken` is the id of the first entry that does not fit (None: whole), `why` in one word."""

    sealed: int
    unsealed: int
    head: str
    broken: int | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        return not self.why


def verify(session: Session, *, known_head: str = "", tell: Callable[[int], object] = int) -> Verdict:
    """Walk the chain from its beginning. Memory stays constant; `tell` is called with the number walked, every BATCH.

    Whoever can write the database can write a whole chain anew; `known_head`, a seal kept elsewhere (every export has one), shows
    it: the seal must stand in the chain.
    """
    unsealed = session.exec(select(func.count()).select_from(AuditEntry).where(col(AuditEntry.seal_no).is_(None))).one()
    before, number, met = "", 0, not known_head
    chain = select(AuditEntry).where(col(AuditEntry.seal_no).is_not(None)).order_by(col(AuditEntry.seal_no))
    with session.exec(chain.execution_options(yield_per=BATCH)) as rows:
        for entry in rows:
            number += 1
            if entry.seal_no != number:
                return Verdict(number - 1, unsealed, before, entry.id, "missing_before")
            if entry.seal != digest(before, entry):
                return Verdict(number - 1, unsealed, before, entry.id, "changed")
            before = entry.seal
            met = met or entry.seal == known_head
            if number % BATCH == 0:
                tell(number)
            session.expunge(entry)
    head = session.get(AuditHead, 1)
    if (head.seal_no, head.seal) != (number, before) if head else number:
        return Verdict(number, unsealed, before, None, "cut_off")
    if not number and not unsealed and session.exec(select(Account.id).limit(1)).first() is not None:
        return Verdict(number, unsealed, before, None, "gone")  # connecting an account leaves an entry
    return Verdict(number, unsealed, before, None, "" if met else "head_unknown")
