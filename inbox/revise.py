"""What became of items we hold: edits are kept as versions, deletes as tombstones, replays change nothing."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session, col, func, select

from connectors import contract
from connectors.contract import Message, Surface
from core.clock import now
from inbox import acknowledge, cases, hung, moderate, numbers, told
from inbox.arrive import Batch
from inbox.change import WAITS, change
from inbox.joining import goes_on, heard, talk_of
from inbox.models import Decision, Item, ItemVersion
from inbox.newest import Age, Held, age
from inbox.routing import OPENS_CASE, RECEIPT_WITHIN
from inbox.rows import allowed, columns, judged

#: so long after we said something, a platform that can't find it may only not have it yet
LAG = timedelta(hours=1)
#: columns of our own words in which the platform knows better than our ledger
HEARD = (
    "surface", "parent_id", "root_id", "author_id", "author_name", "author_handle", "text", "permalink", "created_at", "said",
    "edited", "edited_at", "hidden", "can", "attachments",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What `receive` read of a stored item to decide whether a message brings anything new."""

    id: int
    held: Held
    own: bool
    hidden: bool
    can: dict[str, object]
    erased: bool = False
    attachments: hung.Hung = field(default_factory=list)

    def same(self, message: Message) -> bool:
        """True when the message tells nothing that is not stored. Of what was erased only that it is gone is heard."""
        if self.erased:
            return not message.deleted or self.held.deleted
        return (
            message.deleted == self.held.deleted
            and message.text == self.held.text
            and (self.held.edited or not message.edited)
            and message.hidden in (None, self.hidden)
            and (self.own or not message.own)
            and self.can == allowed(message.can)
            and self.attachments == hung.joined(self.attachments, hung.kept(message.attachments))
        )


def revise(session: Session, batch: Batch, known: Known, message: Message, *, fresh: bool) -> str:
    """Bring a stored item up to what the message shows; returns `edited`, `deleted` or "" (nothing the public did).

    A tombstone stays one: an older page may still list what was deleted since. What we have just said and was never shown is not
    believed to be gone: platforms read what they were told with some delay.
    """
    item = session.get_one(Item, known.id, populate_existing=True)
    if item.deleted:
        return ""
    if item.own and not item.can:
        if not message.deleted:
            _heard(session, batch, item, message)
            return ""
        if now() - item.created_at < LAG:
            return ""
    if message.deleted:
        change(session, item, deleted=True, deleted_at=now(), state="closed" if item.state in WAITS else item.state)
        return "deleted"
    _status(session, item, message)
    _hangs(session, batch, item, message)
    change_of = age(message, Held(item.text, item.edited, item.edited_at, item.deleted), fresh=fresh)
    if change_of is Age.NEWER:
        _edit(session, batch, item, message)
        return "edited"
    if change_of is Age.UNSURE and not item.private:  # no platform shows a single direct message
        told.keep(session, batch.account, _asked(item), held=True)
    if message.edited and not item.edited and message.text == item.text:
        change(session, item, edited=True, edited_at=message.edited_at)
    return ""


def _heard(session: Session, batch: Batch, item: Item, message: Message) -> None:
    """The platform's telling of what we held from our ledger alone takes its place; it is no edit."""
    told_so = columns(batch.account, message, None, item.received_at)
    change(session, item, **{name: told_so[name] for name in HEARD})


def _asked(item: Item) -> contract.Known:
    return contract.Known(
        item.native_id, Surface(item.surface), item.parent_id, item.root_id, item.text, item.created_at, item.author_id
    )


def _status(session: Session, item: Item, message: Message) -> None:
    """What may be done to it, and whether the platform hides it now: believed unless we decided otherwise."""
    can = allowed(message.can)
    if item.can != can:
        item.can = can
        session.add(item)
        session.flush()
    told_so = message.hidden
    if told_so is not None and told_so != item.hidden and moderate.hides(session, item) in (None, told_so):
        change(session, item, hidden=told_so)
    if message.own and not item.own:
        change(session, item, own=True, state="none")


def _hangs(session: Session, batch: Batch, item: Item, message: Message) -> None:
    """What hangs from it, as it is told now. Where that leaves it without words, a person is asked."""
    attachments = hung.joined(item.attachments, hung.kept(message.attachments))
    if attachments == item.attachments:
        return
    action = item.action if item.own else hung.proposed(item.action, item.text, attachments)
    asks = action != item.action
    change(session, item, attachments=attachments, action=action)
    if asks:
        session.add(_decided(batch, item, hung.WORDLESS))


def _decided(batch: Batch, item: Item, reason: str) -> Decision:
    decision = Decision(item_id=item.id or 0, actor=batch.actor.label, action=item.action, reason=reason)
    decision.edition, decision.clause = item.edition, item.clause
    return decision


def _edit(session: Session, batch: Batch, item: Item, message: Message) -> None:
    """The new words are judged like new words; the old ones are kept; what was decided on their ground and waits is set aside."""
    decided = moderate.waiting(session, item)
    session.add(ItemVersion(item_id=item.id or 0, text=item.text))
    verdict = None if item.own else batch.verdicts.get((message.native_id, message.text))
    values = judged(verdict, message.text, item.attachments)
    if item.case_id is not None:
        values |= {"kind": item.kind, "topic": item.topic}  # the case was opened under these; a clerk changes them
    if item.state == "snoozed":
        values["state"] = "open"  # it asks for something else than what was put off
    change(session, item, text=message.text, edited=True, edited_at=message.edited_at, **values)
    if decided is not None:
        moderate.set_aside(session, batch.actor, decided)
    row = item.model_dump()
    hides = _hide(session, batch, item)
    decision = _decided(batch, item, "own" if item.own else "edited")
    decision.evidence, decision.delivery_id = moderate.evidence(row) if hides else {}, hides
    session.add(decision)
    session.flush()
    if item.case_id is None and item.state == "open" and item.action != "hide":
        _belongs(session, batch, item)


def _belongs(session: Session, batch: Batch, item: Item) -> None:
    """What it says now is an answer in a case its author has, or a case of its own."""
    row = item.model_dump()
    talk = talk_of(row)
    standing = goes_on(session, batch.account, [row]) if talk is not None else {}
    if talk in standing:
        change(session, item, case_id=standing[talk])
        heard(session, batch.actor.label, [item.model_dump()])
    elif item.kind in OPENS_CASE and item.surface != Surface.FORM:
        number = numbers.new_number(batch.bits)
        case = cases.open_case(session, batch.actor, item, item.kind, number=number, key_id=batch.key_id)
        if now() - item.created_at <= RECEIPT_WITHIN:
            acknowledge.received(session, batch.actor, case, item, batch.settings)
        else:
            case.receipt_owed = "old"
            session.add(case)


def _hide(session: Session, batch: Batch, item: Item) -> int | None:
    acts = item.action == "hide" and item.verdict.get("automatic") and item.can.get("hide") and not item.hidden and not item.own
    if not acts:
        return None
    edits = session.exec(select(func.count()).where(col(ItemVersion.item_id) == item.id)).one()
    row = item.model_dump()
    return moderate.apply(session, batch.actor, batch.account, [row], batch.settings, edits=edits).get(item.id or 0)
