"""Reading the audit: by who, what, to what and when; in pages, and whole into a file that a spreadsheet may open."""

import csv
import io
import json
from datetime import date

import pytest
from sqlmodel import Session

from core import audit, trail
from core.actors import WORKER, Actor, abilities_of
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden
from core.trail import Sought

HANA = Actor("user:7", abilities_of(["auditor"]), 7)


@pytest.fixture
def lived(db: Database, hands: Hands) -> None:
    """Three days: on each one what the machine and Hana did."""
    for day in range(3):
        with db.write() as session:
            audit.record(session, WORKER, "item.receive", f"account:{day}", count=day)
            audit.record(session, HANA, "case.close", f"case:{day}")
            audit.record(session, HANA, "case.closely", "case:12", name="=1+1")
        hands.forward(hours=24)


def told(session: Session, **sought: object) -> list[tuple[str, str, str]]:
    found = trail.page(session, Sought(**sought))  # type: ignore[arg-type]  # each is of its field's type
    return [(entry.actor, entry.action, entry.subject) for entry in found]


@pytest.mark.usefixtures("lived")
def test_one_finds_by_who_what_and_to_what(db: Database) -> None:
    with db.read() as session:
        assert {who for who, _, _ in told(session, actor="worker")} == {"worker"}
        assert told(session, action="case.close", subject="case:1") == [("user:7", "case.close", "case:1")]
        assert len(told(session, action="case.")) == 6
        assert len(told(session, subject="case")) == 6
        assert told(session, subject="case:1") == [("user:7", "case.close", "case:1")]
        assert told(session, actor="nobody") == []


@pytest.mark.usefixtures("lived")
def test_days_are_those_of_dubai_and_both_belong_to_what_is_sought(db: Database) -> None:
    with db.read() as session:
        assert len(told(session, first=date(2026, 11, 25))) == 6
        assert len(told(session, first=date(2026, 11, 25), last=date(2026, 11, 25))) == 3
        assert len(told(session, last=date(2026, 11, 24))) == 3
        assert told(session, first=date(2027, 1, 1)) == told(session, last=date(2026, 1, 1)) == []


@pytest.mark.usefixtures("lived")
def test_pages_follow_each_other_without_a_gap(db: Database) -> None:
    with db.read() as session:
        first = trail.page(session, Sought(), size=4)
        rest = trail.page(session, Sought(), before=first[3].id or 0, size=9)
    assert [entry.id for entry in first[:4] + rest] == list(range(9, 0, -1))


@pytest.mark.usefixtures("lived")
def test_a_file_holds_every_entry_once_and_no_cell_is_a_formula(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "BATCH", 2)
    lines = [json.loads(line) for line in trail.jsonl(trail.every(db, Sought()))]
    assert [line["id"] for line in lines] == list(range(1, 10))
    assert lines[0]["at"].endswith("Z")
    text = "".join(trail.sheet(trail.every(db, Sought(subject="case:12"))))
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert [row["subject"] for row in rows] == ["case:12"] * 3
    assert json.loads(rows[0]["detail"]) == {"name": "=1+1"}


def test_text_that_a_spreadsheet_would_reckon_is_made_harmless(db: Database) -> None:
    with db.write() as session:
        audit.record(session, Actor("=cmd()"), "a.b", "@x:1")
    row = next(csv.DictReader(io.StringIO("".join(trail.sheet(trail.every(db, Sought()))).lstrip("\ufeff"))))
    assert (row["actor"], row["subject"]) == ("'=cmd()", "'@x:1")


@pytest.mark.parametrize("role", ["admin", "auditor", "manager", "agent"])
def test_taking_a_file_is_audited_and_not_for_everybody(db: Database, role: str) -> None:
    actor = Actor("user:9", abilities_of([role]), 9)
    with db.write() as session:
        if not {"audit.read", "export.take"} <= actor.abilities:
            with pytest.raises(Forbidden):
                trail.take(session, actor, Sought(), "csv")
            return
        trail.take(session, actor, Sought(actor="user:7", first=date(2026, 11, 1)), "csv")
    with db.read() as session:
        (entry,) = trail.page(session, Sought(action="audit.export"))
    assert entry.detail == {"kind": "csv", "actor": "user:7", "first": "2026-11-01"}


@pytest.mark.usefixtures("lived")
def test_the_check_tells_how_far_it_is(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "BATCH", 4)
    audit.seal(db)
    walked: list[int] = []
    with db.read() as session:
        assert audit.verify(session, tell=walked.append).whole
    assert walked == [4, 8]
