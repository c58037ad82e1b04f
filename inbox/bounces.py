"""Letters that came back: a mail server took one, could not deliver it, and says so later to the address it came from (RFC 3464).

Whoever keeps that mailbox lets it hand such reports over (`manage.py mail bounce`). One is believed when it names a letter of ours
by its random Message-ID, which nobody knows but the servers that carried it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.errors import Invalid, NotFound
from core.models import Account
from core.why import Why
from inbox import notices, post, telling
from inbox.models import Case, CaseEvent
from inbox.steps import step
from outbox.models import Delivery

MOST = 1024 * 1024
_NAMED = re.compile(r"[\x21-\x7e]{3,120}")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server reports of a letter: its Message-ID, and the status by which it failed for good ("" when it did not)."""

    message_id: str
    status: str


def report_of(raw: bytes) -> Report:
    """Read a report. Invalid for anything else than one about a letter that is named in it."""
    parsed = message_from_bytes(raw[:MOST])  # as raw headers: the library's own reading of them fails at odd ones
    named = status = ""
    if parsed.get_content_type() == "multipart/report":
        for part in parsed.walk():
            if part.get_content_type() == "message/delivery-status":
                status = next(_failed(part), status)
            elif part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
                named = _name(part)
    if not _NAMED.fullmatch(named):
        raise Invalid(field="report", why=Why("no_report"))
    return Report(named, status)


def bounced(session: Session, actor: Actor, raw: bytes) -> Case | None:
    """Take a report in: the case of that letter learns that its author's address takes no mail, and he is sent no other letter;
    what it told of is owed.

    None for a letter that is merely late, and for one to staff (the audit has it). NotFound for a letter that is not ours. The same
    report again changes nothing.
    """
    actor.require("system.receive")
    told = report_of(raw)
    mails = select(col(Account.id)).where(col(Account.platform) == "email")
    ours = (col(Delivery.account_id).in_(mails), col(Delivery.external_id) == told.message_id)
    delivery = session.exec(select(Delivery).where(*ours)).first()
    if delivery is None:
        raise NotFound(thing="delivery", id=told.message_id[:80])
    if not told.status:
        return None
    if "case" not in delivery.guard_arg:
        audit.record(session, actor, "mail.bounce", f"delivery:{delivery.id}", delivery=delivery.id, status=told.status)
        return None
    case = session.get_one(Case, int(delivery.guard_arg["case"]), with_for_update=True)
    known = select(CaseEvent).where(col(CaseEvent.case_id) == case.id, col(CaseEvent.what) == post.REFUSED)
    if all(one.data.get("delivery") != delivery.id for one in session.exec(known)):
        about = delivery.guard_arg["about"]
        step(session, case, post.REFUSED, actor.label, about=about, delivery=delivery.id, status=told.status)
        notices.lost(session, delivery, "refused")
        telling.lost(session, delivery, "refused")
        audit.record(session, actor, "mail.bounce", f"case:{case.id}", delivery=delivery.id, status=told.status)
        session.flush()
    return case


def _failed(part: Message) -> Iterator[str]:
    """Statuses of those it failed for, of a part that holds a block of fields for each reader."""
    for block in _inner(part):
        found = _STATUS.match(str(block.get("Status", "")).strip())
        if str(block.get("Action", "")).strip().lower() == "failed" and found:
            yield found.group()


def _name(part: Message) -> str:
    """The Message-ID of the letter that came back, whole or its headers alone."""
    headers = part.get_payload(decode=True)
    letter = next(_inner(part), None) or message_from_bytes(headers if isinstance(headers, bytes) else b"")
    return str(letter.get("Message-ID", "")).strip().strip("<>")


def _inner(part: Message) -> Iterator[Message]:
    held = part.get_payload()
    yield from (one for one in held if isinstance(one, Message)) if isinstance(held, list) else ()
