"""Files in our store that no form names are thrown away after a day, and no others."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from core.actors import DOOR, NOBODY, WORKER
from core.clock import Hands, now
from core.db import Database
from core.errors import Forbidden
from core.models import Account, AuditEntry
from core.settings import Settings
from inbox import leftover, retention, uploads
from inbox.models import Item, Upload
from inbox.uploads import Waiting

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"

Take = Callable[..., Waiting]


class GaveUp(Exception):
    """What came between a form and its being stored."""


def kept(settings: Settings) -> list[Path]:
    return sorted(path for path in uploads.folder(settings).rglob("*") if path.is_file())


@pytest.fixture
def take(db: Database, settings: Settings, hands: Hands) -> Take:
    """`take()`: a file comes with a form; `undone`: the form is rolled back after its file was linked; `done`: it is told so."""
    with db.write() as session:
        account = Account(platform="portal", native_id="forms")
        session.add(account)
        session.flush()
        session.add(Item(account_id=account.id or 0, platform="portal", native_id="f", surface="form", created_at=now()))

    def one(*, undone: bool = False, done: bool = True) -> Waiting:
        waiting = uploads.look("عقد.pdf", PDF, settings)
        try:
            with db.write() as session:
                uploads.keep(session, DOOR, session.exec(select(Item)).one(), [waiting], settings)
                if undone:
                    raise GaveUp
        except GaveUp:
            return waiting
        if done:
            uploads.sent([waiting], settings)
        return waiting

    return one


def test_what_a_form_left_behind_that_was_rolled_back_is_gone_after_a_day(
    db: Database, settings: Settings, take: Take, hands: Hands
) -> None:
    take(undone=True)
    take()
    hands.forward(hours=23)
    retention.sweep(db, settings)
    assert len(kept(settings)) == 3  # one waits and is linked, one was sent
    hands.forward(hours=2)
    retention.sweep(db, settings)
    with db.read() as session:
        (row,) = session.exec(select(Upload)).all()
        assert kept(settings) == [uploads.path_of(row, settings)]
        assert session.exec(select(AuditEntry.detail).where(AuditEntry.action == "upload.sweep")).all() == [{"files": 1}]
    assert leftover.sweep(db, WORKER, settings) == 0


def test_a_file_that_nobody_sent_goes_though_nobody_brings_another(
    db: Database, settings: Settings, take: Take, hands: Hands
) -> None:
    take(done=False)
    uploads.look("b.pdf", PDF, settings)
    hands.at = max(hands(), now())
    hands.forward(days=400)  # its age is the disk's
    assert leftover.sweep(db, WORKER, settings) == 0
    with db.read() as session:
        assert kept(settings) == [uploads.path_of(session.exec(select(Upload)).one(), settings)]


def test_a_form_sent_again_after_a_day_keeps_its_file(db: Database, settings: Settings, take: Take, hands: Hands) -> None:
    waiting = take(undone=True)
    hands.forward(hours=25)
    with db.write() as session:
        uploads.keep(session, DOOR, session.exec(select(Item)).one(), [waiting], settings)
        session.flush()
        path = uploads.folder(settings) / session.exec(select(Upload.path)).one()
    assert leftover.sweep(db, WORKER, settings) == 0
    assert path.exists()


def test_what_we_did_not_put_there_is_left_alone(db: Database, settings: Settings, take: Take, hands: Hands) -> None:
    mine = uploads.folder(settings) / "ab" / "notes.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("…")
    hands.forward(days=400)
    assert leftover.sweep(db, WORKER, settings) == 0
    assert mine.exists()


def test_the_files_of_another_database_are_not_swept_but_told(
    db: Database, settings: Settings, take: Take, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftover, "MOST", 1)
    take(undone=True)
    take(undone=True)
    hands.forward(hours=25)
    before = kept(settings)
    assert leftover.sweep(db, WORKER, settings) == 0
    assert [path for path in before if path.parent.name != "waiting"] == kept(settings)
    take(undone=False)
    take(undone=False)
    hands.forward(hours=25)
    assert leftover.sweep(db, WORKER, settings) == 2


def test_only_who_may_erase_sweeps(db: Database, settings: Settings) -> None:
    with pytest.raises(Forbidden):
        leftover.sweep(db, NOBODY, settings)
