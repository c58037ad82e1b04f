"""An export travels: other people's numbers are masked in it, unless whoever takes it may see them."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session, select

from console.export import WRITTEN, export
from console.opening import House
from core.actors import OPERATING
from core.clock import now
from core.db import Database
from core.models import Account
from core.settings import Settings
from core.vault import open_vault
from inbox.models import Case, CaseEvent, Decision, Item
from inbox.moderate import digest
from policies.edition import current

NUMBER = "0501234567"
TABLES = {"items": Item, "decisions": Decision, "cases": Case, "case_events": CaseEvent}
#: columns of text that hold codes, ids, names of staff and addresses of posts
CODES = {
    "items": {
        "platform", "native_id", "surface", "parent_id", "root_id", "thread_key", "author_id", "permalink", "edition", "language",
        "action", "clause", "kind", "topic", "sentiment", "state",
    },
    "decisions": {"actor", "action", "edition", "clause"},
    "cases": {
        "number", "key_id", "kind", "topic", "state", "author_id", "lang", "outcome", "receipt_owed", "told_owed", "grade",
        "department", "edition", "contact",  # sealed; the export says only whether there is one
    },
    "case_events": {"actor", "what"},
}  # fmt: skip


def _fill(session: Session) -> None:
    account = Account(platform="facebook", native_id="1")
    session.add(account)
    session.flush()
    item = Item(
        account_id=account.id or 0,
        platform="facebook",
        native_id="c1",
        surface="comment",
        text=f"call {NUMBER}",
        attachments=[{"kind": "image", "id": "55", "alt": f"a board that says {NUMBER}"}],
        created_at=now(),
    )
    session.add(item)
    session.flush()
    session.add(Decision(item_id=item.id or 0, actor="user:1", action="allow", reason=f"he gave {NUMBER}"))
    case = Case(number="M-00000-00000", account_id=account.id or 0, kind="complaint", outcome_reason=f"called {NUMBER}")
    session.add(case)
    session.flush()
    session.add(CaseEvent(case_id=case.id or 0, actor="user:1", what="moved", note=NUMBER))


@pytest.fixture
def house(db: Database, settings: Settings) -> House:
    with db.write() as session:
        _fill(session)
    return House(settings, db, open_vault(settings))


def test_numbers_are_masked_in_every_table_and_form(house: House, tmp_path: Path) -> None:
    manifest = export(house, OPERATING, tmp_path / "out")
    assert manifest["masked"]
    written = {path.name: path.read_text("utf-8-sig") for path in (tmp_path / "out").iterdir()}
    assert [name for name, text in written.items() if NUMBER in text] == []
    (item,) = csv.DictReader(written["items.csv"].splitlines())
    assert (item["text"], json.loads(written["case_events.jsonl"])["note"]) == ("call xxxxxxxx67", "xxxxxxxx67")
    assert json.loads(item["attachments"]) == [{"kind": "image", "id": "55", "alt": "a board that says xxxxxxxx67"}]


def test_of_what_is_hidden_only_its_kind_is_told(house: House, tmp_path: Path) -> None:
    with house.db.write() as session:
        session.exec(select(Item)).one().hidden = True
    export(house, replace(OPERATING, abilities=OPERATING.abilities | {"pii.view"}), tmp_path / "out")
    line = json.loads((tmp_path / "out" / "items.jsonl").read_text("utf-8"))
    assert (line["text"], line["attachments"]) == ("", [{"kind": "image", "id": "55", "alt": ""}])


def test_an_export_carries_the_edition_in_force_and_its_disclaimer(house: House, tmp_path: Path) -> None:
    export(house, OPERATING, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["policy"] == current().ref
    assert manifest["disclaimer"] == {"ar": current().disclaimer("ar"), "en": current().disclaimer("en")}


def test_whoever_may_see_them_exports_them(house: House, tmp_path: Path) -> None:
    manifest = export(house, replace(OPERATING, abilities=OPERATING.abilities | {"pii.view"}), tmp_path / "out")
    assert not manifest["masked"]
    assert NUMBER in (tmp_path / "out" / "items.csv").read_text("utf-8-sig")


def test_what_is_hidden_or_sealed_is_not_exported_and_evidence_is_its_hash(house: House, tmp_path: Path) -> None:
    with house.db.write() as session:
        session.exec(select(Item)).one().hidden = True
        session.exec(select(Case)).one().contact = "key:sealed-away"
        session.exec(select(Decision)).one().evidence = {"text": "words kept as evidence"}
    export(house, OPERATING, tmp_path / "out")
    written = {path.name: path.read_text("utf-8-sig") for path in (tmp_path / "out").iterdir()}
    for words in ("call xxxx", "sealed-away", "words kept as evidence"):
        assert [name for name, text in written.items() if words in text] == []
    decision = json.loads(written["decisions.jsonl"])
    assert decision["evidence_sha256"] == digest([{"text": "words kept as evidence"}])
    assert json.loads(written["cases.jsonl"])["contact"] is True


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_text_is_known_as_written_or_as_a_code(name: str) -> None:
    texts = {column for column, field in TABLES[name].model_fields.items() if field.annotation in (str, str | None)}
    assert texts == {*WRITTEN[name], *CODES[name]}
