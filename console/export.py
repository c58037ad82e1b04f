"""`manage.py export DIR`: everything an auditor asks for, as CSV (safe to open in a spreadsheet) and JSON lines, with checksums.

The text of direct messages and forms is left out, and of what is hidden: an export travels. Of what is kept as evidence it holds
the hash that stands in the audit; names and addresses left with a form are not in it. Personal data in what people wrote is
masked, unless whoever takes the export may see it (`pii.view`). Cells that a spreadsheet would take for a formula are made harmless
(core.cells).
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from console.opening import House
from console.printing import plain
from core import audit
from core.actors import Actor
from core.cells import safe_text
from core.clock import now, rfc3339
from core.errors import Invalid, WrongOption
from core.i18n import LANGS
from core.models import AuditEntry
from core.settings import settings
from core.why import Why, of_system
from inbox.editions import in_force
from inbox.hung import described
from inbox.models import Case, CaseEvent, Decision, Hold, Item, Notice, PolicyVersion
from inbox.moderate import digest
from outbox.listing import deliveries
from policies.masking import masked
from scheduler.models import Approval, PostComment, PostVersion

#: columns that hold what people wrote, by table; every other one holds codes, names of staff, ids and times
WRITTEN = {
    "items": ("text", "author_name", "author_handle"),
    "decisions": ("reason",),
    "cases": ("outcome_reason", "rating_note"),
    "case_events": ("note",),
    "approvals": ("comment",),
    "post_comments": ("text",),
}


def safe_cell(value: Any) -> Any:
    """The value as a spreadsheet may show it."""
    if isinstance(value, str):
        return safe_text(value)
    return json.dumps(value, ensure_ascii=False, default=plain) if isinstance(value, (dict, list)) else value


def _rows(session: Session, table: Any) -> Iterator[dict[str, Any]]:
    names = [column.name for column in table.__table__.columns]
    with session.exec(select(table).order_by(table.id).execution_options(yield_per=1000)) as rows:
        for row in rows:
            yield {name: getattr(row, name) for name in names}
            session.expunge(row)


def _items(session: Session) -> Iterator[dict[str, Any]]:
    for row in _rows(session, Item):
        unsaid = {"text": "", "verdict": {}, "attachments": described(row["attachments"], lambda _said: "")}
        yield {**row, **unsaid} if row["private"] or row["hidden"] else row


def _decisions(session: Session) -> Iterator[dict[str, Any]]:
    for row in _rows(session, Decision):
        evidence = row.pop("evidence")
        yield {**row, "evidence_sha256": digest([evidence]) if evidence else ""}


def _cases(session: Session) -> Iterator[dict[str, Any]]:
    for row in _rows(session, Case):
        yield {**row, "contact": bool(row["contact"])}


def _masked(name: str, rows: Iterable[dict[str, Any]], *, plain: bool) -> Iterable[dict[str, Any]]:
    """The rows of one table, with personal data masked in what people wrote; our own posts stay as they are."""
    if plain:
        return rows
    hide, ours = WRITTEN[name], settings().office_contacts

    def cover(row: dict[str, Any]) -> dict[str, Any]:
        hung = {"attachments": described(row["attachments"], lambda said: masked(said, ours))} if name == "items" else {}
        return {**row, **{column: masked(row[column], ours) for column in hide}, **hung}

    return (row if _published(row) else cover(row) for row in rows)


def _published(row: Mapping[str, Any]) -> bool:
    return bool(row.get("own")) and row["surface"] == "post"


def _write(folder: Path, name: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Both files of one table; returns its line in the manifest."""
    count = 0
    with (
        (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as table,
        (folder / f"{name}.jsonl").open("w", encoding="utf-8") as lines,
    ):
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(table, fieldnames=list(row))
                writer.writeheader()
            flat = {
                key: plain(value) if not isinstance(value, (str, int, float, bool, dict, list, type(None))) else value
                for key, value in row.items()
            }
            writer.writerow({key: safe_cell(value) for key, value in flat.items()})
            lines.write(json.dumps(row, ensure_ascii=False, default=plain) + "\n")
            count += 1
    files = {f"{name}.{kind}": hashlib.sha256((folder / f"{name}.{kind}").read_bytes()).hexdigest() for kind in ("csv", "jsonl")}
    return {"rows": count, "files": files}


def export(house: House, actor: Actor, folder: Path) -> dict[str, Any]:
    """Write the export into the empty `folder` and return its manifest (also written as manifest.json). Audited."""
    actor.require("export.take")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise WrongOption(name=str(folder), why=Why("folder_not_made", path=folder, cause=of_system(e))) from e
    if any(folder.iterdir()):
        raise Invalid(field=str(folder), why=Why("folder_not_empty"))
    audit.seal(house.db)
    with house.db.read() as session:
        head = audit.verify(session).head
        sees, edition = actor.can("pii.view"), in_force(session)
        written = {
            "items": _items(session),
            "decisions": _decisions(session),
            "cases": _cases(session),
            "case_events": _rows(session, CaseEvent),
            "approvals": _rows(session, Approval),
            "post_comments": _rows(session, PostComment),
        }
        tables = {
            **{name: _write(folder, name, _masked(name, rows, plain=sees)) for name, rows in written.items()},
            "deliveries": _write(folder, "deliveries", deliveries(session)),
            "notices": _write(folder, "notices", _rows(session, Notice)),
            "holds": _write(folder, "holds", _rows(session, Hold)),
            "post_versions": _write(folder, "post_versions", _rows(session, PostVersion)),
            "policy_versions": _write(folder, "policy_versions", _rows(session, PolicyVersion)),
            "audit": _write(folder, "audit", _rows(session, AuditEntry)),
        }
    manifest = {
        "taken_at": rfc3339(now()),
        "taken_by": actor.label,
        "audit_head": head,
        "masked": not sees,
        "policy": edition.ref,
        "disclaimer": {lang: edition.disclaimer(lang) for lang in LANGS},
        "tables": tables,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    with house.db.write() as session:
        audit.record(session, actor, "export.take", "export:all", rows={name: t["rows"] for name, t in tables.items()})
    audit.seal(house.db)
    return manifest
