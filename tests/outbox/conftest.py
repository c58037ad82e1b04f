"""An account on the wall (tests/outbox/outbox_wall.py), a person who may decide, registries that forget."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from core.actors import OPERATING, Actor, abilities_of
from core.clock import Hands
from core.db import Database
from core.settings import load
from core.vault import Vault
from outbox import guards
from outbox.accounts import add_account
from tests.outbox.outbox_wall import ACCOUNT, Desk, Wall, WallConnector
from tests.outbox.platforms import opened as opened  # a fixture, as the next
from tests.outbox.platforms import sandbox as sandbox

MANAGER = Actor("user:5", abilities_of(["manager"]), 5, "Maryam")


@pytest.fixture
def manager() -> Actor:
    return MANAGER


@pytest.fixture
def vault() -> Vault:
    return Vault((Fernet.generate_key().decode(),))


@pytest.fixture
def desk(db: Database, hands: Hands, tmp_path: Path, vault: Vault) -> Desk:
    platform, _, native_id = ACCOUNT.partition(":")
    with db.write() as session:
        account = add_account(session, OPERATING, platform, native_id, {"access_token": "t"}, vault=vault)
    wall = Wall(tmp_path / "wall.jsonl")
    settings = load(MAJLIS_VAR_DIR=str(tmp_path / "var"))
    return Desk(db, settings, wall, WallConnector(wall), vault, account)


@pytest.fixture
def registries() -> Iterator[None]:
    """What a test registers is gone after it."""
    before = dict(guards.GUARDS), dict(guards.FILLERS), {k: list(v) for k, v in guards.ON_SETTLED.items()}
    yield
    for registry, content in zip((guards.GUARDS, guards.FILLERS, guards.ON_SETTLED), before, strict=True):
        registry.clear()  # type: ignore[attr-defined] # a dict, whatever its values
        registry.update(content)  # type: ignore[attr-defined]  # a dict, whatever its values
