"""My data: all that is held about the author of a case in that case, for himself, as plain data and as a file to take away; of
hidden words that stand in no case, by the notice about them.

No names of staff, and none of their notes: they weigh how to help him, may speak of others, and are erased with his words. He may
have his private words back: he has shown the secret.
"""

import io
import json
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now, rfc3339
from core.errors import NotFound
from core.i18n import LANGS, t
from core.models import Account
from core.settings import Settings
from core.vault import Vault
from inbox import post, uploads
from inbox.caseview import items_of
from inbox.models import Case, CaseEvent, Decision, Item, ItemVersion, Notice, Reply, Upload
from inbox.moved import MOVED
from inbox.notices import GIVEN
from inbox.steps import live

#: so that the same data are the same bytes
EPOCH = (1980, 1, 1, 0, 0, 0)
OF_CASE = ("number", "kind", "topic", "state", "grade", "department", "lang", "edition", "outcome", "outcome_reason", "rating",
           "rating_note", "reopened", "opened_at", "first_due_at", "next_due_at", "due_at", "objection_due_at", "first_reply_at",
           "resolved_at", "closed_at", "rated_at", "erased_at")  # fmt: skip
OF_ITEM = ("platform", "native_id", "surface", "parent_id", "author_id", "author_name", "author_handle", "text", "attachments",
           "permalink", "created_at", "received_at", "edited", "deleted", "hidden", "private", "language", "kind", "topic",
           "sentiment", "erased_at")  # fmt: skip
OF_NOTICE = ("number", "lang", "at", "read_at", "overturned_at")


def mine(session: Session, case: Case, vault: Vault) -> dict[str, Any]:
    """All of it, as JSON can hold it: times in RFC 3339."""
    held, case = case, live(session, case)
    items = [item for item in items_of(session, case) if not item.own]
    files = uploads.of_items(session, [item.id or 0 for item in items])
    merged = session.exec(select(Case).where(col(Case.merged_into_id) == case.id).order_by(col(Case.id))).all()
    whole = [case.id, *(one.id for one in merged)]
    steps = select(CaseEvent).where(col(CaseEvent.case_id).in_(whole), col(CaseEvent.public)).order_by(col(CaseEvent.id))
    return {
        "case": {**_some(case, OF_CASE), "number": held.number, "author": case.author_id},
        "contacts": _contacts((held, case, *merged), vault),
        "said": [_item(session, item) for item in items],
        "files": [
            {"name": file.name, "mime": file.mime, "bytes": file.bytes, "sha256": file.sha256, "at": rfc3339(file.at)}
            for file in files
        ],
        "answers": _answers(session, items),
        "steps": [
            {"at": rfc3339(e.at), "what": e.what, "note": e.note, "by": by(e.actor), **_dates(e)} for e in session.exec(steps)
        ],
        "decisions": _decisions(session, items),
    }


def of_notice(session: Session, notice: Notice) -> dict[str, Any]:
    """The same of whoever wrote the words that a notice is about, where they stand in no case: the notice proves no other his."""
    item = session.get_one(Item, notice.item_id)
    return {
        "notice": _some(notice, OF_NOTICE),
        "said": [_item(session, item)],
        "answers": _answers(session, [item]),
        "decisions": _decisions(session, [item]),
    }


def take(session: Session, actor: Actor, case: Case, settings: Settings, vault: Vault) -> bytes:
    """The same as a ZIP: `data.json`, a text that explains it, and the files that came with forms. That it was taken is audited."""
    actor.require("case.speak")
    items = [item.id or 0 for item in items_of(session, live(session, case)) if not item.own]
    audit.record(session, actor, "case.take_data", f"case:{case.id}")
    return _packed(mine(session, case, vault), "mine.about", case.number, uploads.of_items(session, items), settings)


def take_by_notice(session: Session, actor: Actor, notice: Notice, settings: Settings) -> bytes:
    """What `of_notice` tells, as a ZIP. That it was taken is audited."""
    actor.require("case.speak")
    audit.record(session, actor, "notice.take_data", f"notice:{notice.id}")
    return _packed(of_notice(session, notice), "mine.about_notice", notice.number, (), settings)


def _packed(told: dict[str, Any], about: str, number: str, files: Iterable[Upload], settings: Settings) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "data.json", json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace"))
        words = "\n\n".join(t(about, lang, number=number, taken=rfc3339(now())) for lang in LANGS)
        _put(archive, "README.txt", words.encode())
        for n, file in enumerate(files, 1):
            with suppress(NotFound):  # it stands on another server, or was erased this moment
                _put(archive, f"files/{n}-{file.name}", uploads.path_of(file, settings).read_bytes())
    return into.getvalue()


def by(label: str) -> str:
    """Who did it, as far as the public is told: `you`, `machine`, `staff`."""
    return {"citizen": "you", "portal": "machine", "worker": "machine"}.get(label, "staff")


def _dates(step: CaseEvent) -> dict[str, Any]:
    """What a step that moved dates says of them: [until then, until now], and why."""
    return {"dates": step.data["dates"], "because": step.data["because"]} if step.what == MOVED else {}


def _contacts(cases: Iterable[Case], vault: Vault) -> list[dict[str, str]]:
    """What he gave of himself with each case that goes on here, every name and address once; first that of the case he holds."""
    given: list[dict[str, str]] = []
    for one in cases:
        told = dict(post.contact_of(one, vault))
        given += [told] if told and told not in given else []
    return given


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)


def _some(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {name: rfc3339(value) if hasattr(value, "isoformat") else value for name, value in values.items()}


def _item(session: Session, item: Item) -> dict[str, Any]:
    account = session.get_one(Account, item.account_id)
    versions = session.exec(select(ItemVersion).where(col(ItemVersion.item_id) == item.id).order_by(col(ItemVersion.id)))
    found = {"clauses": item.verdict.get("clauses", []), "personal_data": item.verdict.get("pii", [])}
    earlier = [{"text": one.text, "until": rfc3339(one.seen_until)} for one in versions]
    return {"account": account.key, **_some(item, OF_ITEM), "earlier": earlier, "found": found}


def _answers(session: Session, items: list[Item]) -> list[dict[str, Any]]:
    sent = (col(Reply.item_id).in_([item.id for item in items]), col(Reply.state) == "sent")
    replies = session.exec(select(Reply).where(*sent).order_by(col(Reply.id)))
    return [{"at": rfc3339(one.updated_at), "text": one.text, "private": one.private} for one in replies]


def _decisions(session: Session, items: list[Item]) -> list[dict[str, Any]]:
    ids = [item.id for item in items]
    made = select(Decision).where(col(Decision.item_id).in_(ids), col(Decision.action).in_((*GIVEN, "unhide", "review")))
    numbers = {n.decision_id: n.number for n in session.exec(select(Notice).where(col(Notice.item_id).in_(ids)))}
    return [
        {
            "at": rfc3339(one.at),
            "action": one.action,
            "automatic": one.automatic,
            "clause": f"{one.edition}#{one.clause}" if one.clause else "",
            "notice": numbers.get(one.id or 0, ""),
            "kept_as_evidence": str(one.evidence.get("text", "")),
            "attachments_kept": one.evidence.get("attachments", []),
        }
        for one in session.exec(made.order_by(col(Decision.id)))
    ]
