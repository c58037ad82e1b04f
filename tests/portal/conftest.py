"""The public door over a fresh database, as a client sees it."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from core.actors import WORKER
from core.clock import now
from core.db import Database
from core.i18n import ROOT
from core.models import Account
from core.settings import Settings, load
from core.vault import Vault, open_vault
from inbox import cases
from inbox.models import Item
from portal.app import create
from portal.serve import configured

SHARED = ROOT.parent / "shared"
META_SECRET = "sandbox-app-secret"
X_SECRET = "sandbox-consumer-secret"


SECRETS = {"FACEBOOK_APP_SECRET": META_SECRET, "META_VERIFY_TOKEN": "the-agreed-word", "X_API_SECRET": X_SECRET}


@contextmanager
def opened(settings: Settings, db: Database) -> Iterator[TestClient]:
    """A client of a portal; a fault inside is an answer to it, as it is to the public."""
    with TestClient(create(settings, db), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@contextmanager
def served(settings: Settings, db: Database, port: int = 0, app: FastAPI | None = None) -> Iterator[int]:
    """A portal (`app`, where one was made) as `portal.serve` runs it, on a free loopback port unless one is given: the port."""
    server = uvicorn.Server(configured(app or create(settings, db), settings, port=port))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive()
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def door_settings(settings: Settings) -> Settings:
    """Settings with the webhooks' secrets set."""
    return load(MAJLIS_VAR_DIR=str(settings.var_dir), **SECRETS)


@pytest.fixture
def vault(door_settings: Settings) -> Vault:
    return open_vault(door_settings)


@pytest.fixture
def door(db: Database, door_settings: Settings) -> Iterator[TestClient]:
    """The portal over each database in turn."""
    with opened(door_settings, db) as client:
        yield client


@pytest.fixture
def bare_door(db: Database, settings: Settings) -> Iterator[TestClient]:
    """The portal of an installation in which no secret is set."""
    with opened(settings, db) as client:
        yield client


@pytest.fixture
def lite_door(lasting_door: TestClient) -> TestClient:
    """One portal for all tests that change nothing; each begins without cookies."""
    lasting_door.cookies.clear()
    return lasting_door


@pytest.fixture(scope="session")
def lasting_door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A portal on an SQLite database that holds nothing but the account of its forms, for the whole session."""
    folder = tmp_path_factory.mktemp("portal")
    shutil.copy(sqlite_template, folder / "majlis.db")
    db = Database(f"sqlite:///{folder / 'majlis.db'}")
    with db.write() as session:
        session.add(Account(platform="portal", native_id="forms"))
    with opened(load(MAJLIS_VAR_DIR=str(folder), **SECRETS), db) as client:
        yield client
    db.dispose()


def vector(name: str) -> dict[str, Any]:
    """A published webhook test vector; the test is skipped where they are not at hand."""
    path = SHARED / "contracts" / "webhooks" / f"{name}.json"
    if not path.exists():
        pytest.skip("the published webhook vectors are not beside this checkout")
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return read


@pytest.fixture
def vectors() -> Any:
    """`vectors("meta_verify")`: the vector of that name."""
    return vector


def opened_case(db: Database, vault: Vault, topic: str = "", **said: Any) -> tuple[str, str]:
    """Number and secret of an open complaint: a comment on Facebook. `said`: its other columns, its words above all."""
    with db.write() as session:
        account = Account(platform="facebook", native_id="1")
        session.add(account)
        session.flush()
        where: dict[str, Any] = {"account_id": account.id, "platform": "facebook", "native_id": "1_2", "surface": "comment"}
        item = Item(created_at=now(), **where, **said)
        session.add(item)
        session.flush()
        case = cases.open_case(session, WORKER, item, "complaint", topic, key_id=vault.current)
        return case.number, cases.secret_of(case, vault)
