"""Opening the installation while a process beside ours opens it too."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import Session

from console.opening import key_lost
from core.db import Database
from core.models import Account
from core.settings import load
from core.vault import key_file, open_vault


class Rival(Database):
    """A database into which another process writes the first sealed account just before ours looks."""

    var: Path

    @contextmanager
    def read(self) -> Iterator[Session]:
        vault = open_vault(load(MAJLIS_VAR_DIR=self.var))
        with self.write() as session:
            session.add(Account(platform="x", native_id="1", sealed=vault.seal({"token": "t"})))
        with super().read() as session:
            yield session


def test_a_process_that_starts_beside_ours_is_no_lost_key(database_url: str, tmp_path: Path) -> None:
    configured = load(MAJLIS_VAR_DIR=tmp_path)
    rival = Rival(database_url)
    rival.var = tmp_path
    assert not key_lost(rival, configured)
    rival.dispose()


def test_a_key_that_went_after_it_sealed_is_lost(db: Database, tmp_path: Path) -> None:
    configured = load(MAJLIS_VAR_DIR=tmp_path)
    assert not key_lost(db, configured)
    with db.write() as session:
        session.add(Account(platform="x", native_id="1", sealed=open_vault(configured).seal({"token": "t"})))
    assert not key_lost(db, configured)
    key_file(configured).unlink()
    assert key_lost(db, configured)
