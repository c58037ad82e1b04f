"""Releases: one a day, each thing published once and for good, chained to each other and to the audit."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from core import audit
from core.actors import NOBODY, OPERATING, WORKER
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden
from core.models import AuditEntry
from core.settings import Settings
from inbox.data import files, release, shelf
from inbox.data.shelf import Shelf
from inbox.data.verify import verify
from inbox.models import Release
from tests.inbox.data.conftest import YESTERDAY, Office


def lines(db: Database, table: str) -> list[dict[str, str]]:
    with db.read() as session:
        written = shelf.load(session).tables[table]
    return list(csv.DictReader(io.StringIO(written.removeprefix(files.MARK).decode())))


def counts(db: Database, table: str, *keys: str) -> dict[tuple[str, ...], str]:
    return {tuple(line[key] for key in keys): line["count"] for line in lines(db, table)}


def test_a_day_is_published_by_platform_and_kind(db: Database, office: Office, settings: Settings) -> None:
    office.public("facebook", "complaint", 40)
    office.public("facebook", "praise", 12)
    office.public("facebook", "inquiry", 2)
    office.public("x", "complaint", 3)
    made = release.make(db, WORKER, settings)
    assert made is not None
    assert (made.day, made.lines["platforms"], made.lines["participation"]) == (date(2026, 11, 24), 2, 5)
    assert counts(db, "platforms", "platform") == {("facebook",): "54", ("x",): ""}
    assert counts(db, "participation", "platform", "kind") == {
        ("facebook", "complaint"): "40",
        ("facebook", "suggestion"): "",
        ("facebook", "inquiry"): "",
        ("facebook", "praise"): "",
        ("facebook", "other"): "",
    }


def test_the_few_cases_of_a_month_are_not_to_be_had_from_all_its_answers(
    db: Database, office: Office, settings: Settings, hours: Callable[[float], datetime]
) -> None:
    """Whoever takes the complaints from all answers knows how many else there were, not of what kind."""
    office.cases(10, first_reply_at=hours(5), first_due_at=hours(9))
    office.cases(4, kind="inquiry", first_reply_at=hours(5), first_due_at=hours(9))
    release.make(db, WORKER, settings)
    assert counts(db, "answer_channels", "channel")[("facebook",)] == "14"
    opened = counts(db, "cases", "month", "kind")
    assert {kind: told for (month, kind), told in opened.items() if month == "2026-10"} == {
        "complaint": "10", "suggestion": "", "inquiry": "", "praise": "", "other": "",
    }  # fmt: skip


def test_the_same_day_is_not_released_twice(db: Database, office: Office, settings: Settings) -> None:
    office.public("x", "praise", 9)
    assert release.make(db, WORKER, settings) is not None
    assert release.make(db, OPERATING, settings) is None


def test_what_was_published_stays_as_it_was_whatever_becomes_of_it(
    db: Database, office: Office, settings: Settings, hands: Hands
) -> None:
    office.public("x", "praise", 9)
    release.make(db, WORKER, settings)
    before = lines(db, "participation")
    office.public("x", "praise", -3)
    office.public("x", "complaint", 30)
    hands.forward(days=1)
    office.public("x", "praise", 7, day=YESTERDAY + timedelta(days=1))
    release.make(db, WORKER, settings)
    after = lines(db, "participation")
    assert after[: len(before)] == before
    assert {line["day"] for line in after[len(before) :]} == {"2026-11-24"}


def test_no_line_is_ever_in_two_releases(db: Database, office: Office, settings: Settings, hands: Hands) -> None:
    seen: list[tuple[str, str]] = []
    for day in range(12):
        office.public("x", "praise", 6 + day, day=YESTERDAY + timedelta(days=day))
        office.public("x", "praise", 5)  # comes late, for a day that was published
        made = release.make(db, WORKER, settings)
        assert made is not None
        hands.forward(days=1)
    with db.read() as session:
        for one in shelf.releases(session):
            seen += [(name, line) for name, text in files.unzipped(one.package).items() if name.endswith(".csv")
                     for line in text.decode().splitlines()[1:]]  # fmt: skip
    keys = [(name, *line.split(",")[:3]) for name, line in seen if name == "participation.csv"]
    assert len(set(keys)) == len(keys) == 12 * 5


def test_days_that_no_release_was_made_on_are_in_the_next_one(
    db: Database, office: Office, settings: Settings, hands: Hands
) -> None:
    office.public("x", "praise", 9)
    release.make(db, WORKER, settings)
    for day in (1, 2, 3):
        office.public("x", "praise", 5 + day, day=YESTERDAY + timedelta(days=day))
    hands.forward(days=3)
    release.make(db, WORKER, settings)
    assert counts(db, "platforms", "day") == {
        ("2026-11-23",): "9", ("2026-11-24",): "6", ("2026-11-25",): "7", ("2026-11-26",): "8",
    }  # fmt: skip


def test_neither_the_running_day_nor_the_running_month_is_published(db: Database, office: Office, settings: Settings) -> None:
    office.public("x", "praise", 9, day=date(2026, 11, 24))
    office.cases(9, opened_at=datetime(2026, 11, 2, tzinfo=UTC))
    release.make(db, WORKER, settings)
    assert lines(db, "platforms") == lines(db, "cases") == []


def test_a_release_is_due_from_six_in_the_morning_in_dubai(db: Database, office: Office, settings: Settings, hands: Hands) -> None:
    office.public("x", "praise", 9)
    release.make(db, WORKER, settings)
    hands.at = datetime(2026, 11, 25, 1, 59, tzinfo=UTC)
    assert release.make(db, WORKER, settings) is None
    hands.at = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    made = release.make(db, WORKER, settings)
    assert made is not None
    assert made.day == date(2026, 11, 25)


def test_each_release_names_the_one_before_and_the_head_of_the_audit(
    db: Database, office: Office, settings: Settings, hands: Hands
) -> None:
    office.public("x", "praise", 9)
    release.make(db, WORKER, settings)
    hands.forward(days=1)
    release.make(db, WORKER, settings)
    with db.read() as session:
        first, second = list(shelf.releases(session))
        seals = {entry.seal_no: entry.seal for entry in session.exec(select(AuditEntry))}
        told = json.loads(files.unzipped(second.package)["datapackage.json"])["release"]
    assert (first.before, second.before) == ("", first.sha256)
    assert seals[second.seal_no] == second.seal == told["seal"]
    assert told["before"] == first.sha256


def test_the_audit_takes_in_the_hash_of_each_release(db: Database, office: Office, settings: Settings) -> None:
    office.public("x", "praise", 9)
    made = release.make(db, WORKER, settings)
    audit.seal(db)
    with db.read() as session:
        entry = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "data.release")).one()
    assert made is not None
    assert (entry.subject, entry.detail["sha256"]) == ("release:2026-11-24", made.sha256)


def test_the_same_state_makes_the_same_bytes(db: Database, office: Office, settings: Settings) -> None:
    office.public("x", "praise", 9)
    with db.read() as session:
        one, other = (release.drawn_up(session, date(2026, 11, 24), settings)[0] for _ in range(2))
    assert one.package == other.package


def test_of_two_that_make_it_at_once_one_is_kept(db: Database, office: Office, settings: Settings) -> None:
    office.public("x", "praise", 9)
    with db.read() as session:
        one, other = (release.drawn_up(session, date(2026, 11, day), settings)[0] for day in (24, 25))
    with db.write() as session:
        assert release.keep(session, WORKER, one)
    with db.write() as session:
        assert not release.keep(session, WORKER, other)
    with db.read() as session:
        assert verify(session).whole


def test_not_everybody_may_publish(db: Database, settings: Settings) -> None:
    with pytest.raises(Forbidden):
        release.make(db, NOBODY, settings)


@pytest.fixture
def three(db: Database, office: Office, settings: Settings, hands: Hands) -> Database:
    """Three days of releases."""
    for day in range(3):
        office.public("x", "praise", 9 + day, day=YESTERDAY + timedelta(days=day))
        release.make(db, WORKER, settings)
        hands.forward(days=1)
    return db


def second(session: Session) -> Release:
    return session.get_one(Release, date(2026, 11, 25))


def test_untouched_releases_are_whole(three: Database) -> None:
    with three.read() as session:
        found = verify(session)
    assert (found.whole, found.releases, found.day) == (True, 3, date(2026, 11, 26))


def test_a_hash_written_down_earlier_must_stand_among_them(three: Database) -> None:
    with three.read() as session:
        kept = second(session).sha256
        assert verify(session, known_head=kept).whole
        assert verify(session, known_head="0" * 64).why == "head_unknown"


def test_one_byte_changed_is_named(three: Database) -> None:
    with three.write() as session:
        row = second(session)
        row.package = row.package[:40] + bytes([row.package[40] ^ 1]) + row.package[41:]
        session.add(row)
    with three.read() as session:
        found = verify(session)
    assert (found.broken, found.why) == (date(2026, 11, 25), "changed")


def test_numbers_written_anew_with_their_hash_are_named_too(three: Database) -> None:
    with three.write() as session:
        row = second(session)
        kept = {name: text.replace(b",10,", b",99,") for name, text in files.unzipped(row.package).items()}
        row.package = files.zipped(kept, row.day)
        row.sha256 = shelf.sha256(row.package)
        session.add(row)
    with three.read() as session:
        found = verify(session)
    assert (found.broken, found.why) == (date(2026, 11, 25), "tables")


def test_a_release_taken_out_is_missed(three: Database) -> None:
    with three.write() as session:
        session.delete(second(session))
    with three.read() as session:
        found = verify(session)
    assert (found.broken, found.why) == (date(2026, 11, 26), "before")


def test_an_audit_written_anew_beneath_a_release_is_named(three: Database) -> None:
    with three.write() as session:
        for entry in session.exec(select(AuditEntry)):
            entry.seal = "0" * 64 if entry.seal else None
            session.add(entry)
    with three.read() as session:
        found = verify(session)
    assert found.why == "seal"


def test_a_line_published_a_second_time_is_named(three: Database) -> None:
    with three.write() as session:
        rows = list(session.exec(select(Release).order_by(col(Release.day))))
        before, known = "", Shelf()
        for row in rows:
            kept = files.unzipped(row.package)
            if row.day == date(2026, 11, 26):
                kept["platforms.csv"] += b"2026-11-23,x,8,false\r\n"
            told = json.loads(kept["datapackage.json"])
            told["release"] |= {"before": before, "tables": shelf.sums(known.and_lines(kept))}
            kept["datapackage.json"] = json.dumps(told).encode()
            row.package, row.before = files.zipped(kept, row.day), before
            row.sha256 = before = shelf.sha256(row.package)
            known = known.and_then(row)
            session.add(row)
    with three.read() as session:
        found = verify(session)
    assert (found.broken, found.why) == (date(2026, 11, 26), "twice")
