"""From a platform's message and the policy's verdict to the columns of an item."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from connectors.contract import Can, Message, Surface
from core.display import clean_name
from core.models import Account
from inbox import hung
from policies.verdict import Verdict


def columns(account: Account, message: Message, verdict: Verdict | None, moment: datetime) -> dict[str, Any]:
    """Columns that come from the message and its verdict (None: our own words are not judged). Ids, thread and routing follow."""
    attachments = hung.kept(message.attachments)
    return {
        "account_id": account.id,
        "platform": account.platform,
        "native_id": message.native_id,
        "surface": str(message.surface),
        "parent_id": message.parent_id,
        "root_id": message.root_id,
        "author_id": message.author_id,
        "author_name": clean_name(message.author_name)[:200],
        "author_handle": clean_name(message.author_handle)[:120],
        "text": message.text,
        "permalink": message.permalink,
        "attachments": attachments,
        "created_at": message.created_at,
        "said": int(message.created_at.timestamp() * 1000),
        "received_at": moment,
        "edited": message.edited,
        "edited_at": message.edited_at,
        "deleted": message.deleted,
        "deleted_at": moment if message.deleted else None,
        "own": message.own,
        "private": message.private,
        "hidden": message.hidden is True,
        "can": allowed(message.can),
        "assignee_id": None,
        "case_id": None,
        "due_at": None,
        "answered_at": None,
        "in_hours": False,
        "delivery_id": None,
        **judged(verdict, message.text, attachments),
    }


_CAN = tuple(field.name for field in fields(Can))


def allowed(can: Can) -> dict[str, Any]:
    """What may be done to an item, as its column holds it."""
    return {name: getattr(can, name) for name in _CAN}


def judged(verdict: Verdict | None, text: str, attachments: hung.Hung) -> dict[str, Any]:
    """Columns that come from the verdict on this text, and from that there are no words to judge."""
    if verdict is None:
        return {
            "edition": "", "language": "und", "action": "allow", "clause": "", "kind": "other", "topic": "none",
            "sentiment": "neutral", "harm": 0, "verdict": {},
        }  # fmt: skip
    said = verdict.triage(None)
    return {
        "edition": verdict.edition_ref,
        "language": verdict.language.code,
        "action": hung.proposed(verdict.action, text, attachments),
        "clause": verdict.findings[0].clause if verdict.findings else "",
        "kind": verdict.kind,
        "topic": verdict.topic,
        "sentiment": verdict.sentiment,
        "harm": verdict.harm,
        "verdict": {
            "clauses": said["clauses"],
            "pii": said["pii"],
            "automatic": verdict.automatic,
            "detector": verdict.detector,
            "urgent": [[reason.code, [list(span) for span in reason.spans]] for reason in verdict.urgent],
        },
    }


def thread_key(message: Message, threads: Mapping[str, str]) -> str:
    """What is answered together with this message: its conversation or form, or the top comment it stands under, or itself.

    `threads` is native id -> thread key of messages known already.
    """
    if message.surface is Surface.DIRECT:
        return message.root_id or f"direct:{message.author_id}"
    if message.surface is Surface.FORM:
        return message.parent_id or message.native_id
    parent = message.parent_id
    if message.surface is Surface.POST or parent is None or parent == message.root_id:
        return message.native_id
    return threads.get(parent, parent)
