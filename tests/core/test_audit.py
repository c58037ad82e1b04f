"""The audit chain names what was done to it."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text
from sqlmodel import select

from core import audit
from core.actors import OPERATING
from core.bulk import insert_new
from core.db import Database
from core.models import AuditEntry
from tests.postgres import waits


def three_entries(db: Database) -> None:
    with db.write() as session:
        for number in (1, 2, 3):
            audit.record(session, OPERATING, "post.write", f"post:{number}", words=number)


def test_entries_commit_with_their_change_and_are_sealed_later(db: Database) -> None:
    three_entries(db)
    with db.read() as session:
        assert audit.verify(session).unsealed == 3
    assert audit.seal(db) == 3
    with db.read() as session:
        found = audit.verify(session)
    assert (found.sealed, found.unsealed, found.whole) == (3, 0, True)


def test_a_changed_entry_is_named(db: Database) -> None:
    three_entries(db)
    audit.seal(db)
    with db.write() as session:
        session.execute(text("UPDATE audit_entries SET action = 'post.read' WHERE id = 2"))
    with db.read() as session:
        found = audit.verify(session)
    assert (found.broken, found.why) == (2, "changed")


def test_a_deleted_entry_is_noticed_by_the_one_behind_it(db: Database) -> None:
    three_entries(db)
    audit.seal(db)
    with db.write() as session:
        session.execute(text("DELETE FROM audit_entries WHERE id = 2"))
    with db.read() as session:
        found = audit.verify(session)
    assert (found.broken, found.why) == (3, "missing_before")


def test_a_cut_off_tail_is_noticed_by_the_head(db: Database) -> None:
    three_entries(db)
    audit.seal(db)
    with db.write() as session:
        session.execute(text("DELETE FROM audit_entries WHERE id = 3"))
    with db.read() as session:
        assert audit.verify(session).why == "cut_off"


def test_taking_the_head_away_does_not_hide_a_cut_off_tail(db: Database) -> None:
    three_entries(db)
    audit.seal(db)
    with db.write() as session:
        session.execute(text("DELETE FROM audit_entries WHERE id = 3"))
        session.execute(text("DELETE FROM audit_head"))
    with db.read() as session:
        assert audit.verify(session).why == "cut_off"


def test_an_entry_moved_before_another_is_named(db: Database) -> None:
    three_entries(db)
    audit.seal(db)
    with db.write() as session:
        for place, entry in ((9, 2), (2, 3), (3, 2)):
            session.execute(text(f"UPDATE audit_entries SET seal_no = {place} WHERE id = {entry}"))
    with db.read() as session:
        found = audit.verify(session)
    assert (found.broken, found.why) == (3, "changed")


def test_an_entry_added_after_sealing_continues_the_chain(db: Database) -> None:
    three_entries(db)
    audit.seal(db)
    three_entries(db)
    audit.seal(db)
    with db.read() as session:
        assert audit.verify(session).sealed == 6
        assert [e.seal_no for e in session.exec(select(AuditEntry).order_by(AuditEntry.id)).all()] == [1, 2, 3, 4, 5, 6]  # type: ignore[arg-type]  # seen as a plain value


def test_two_first_sealers_at_once_make_one_chain(db: Database) -> None:
    with db.write() as session:
        audit.record(session, OPERATING, "t.do", "t:1")
    with ThreadPoolExecutor(1) as other:
        with db.write() as session:
            insert_new(session, audit.HEADS, [{"id": 1, "seal_no": 0, "seal": ""}], unique=("id",))
            sealed = other.submit(audit.seal, db)
            while db.dialect == "postgresql" and not waits(db):
                assert not sealed.done()
        assert sealed.result(timeout=20) == 1
    with db.read() as session:
        assert audit.verify(session).whole
