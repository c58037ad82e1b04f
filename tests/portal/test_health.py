"""`/health`: what is wrong and how long already, without a secret."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from core.clock import Hands, now
from core.db import Database
from core.models import Account, Heartbeat
from core.vault import Vault

CANARY = "EAAcanary-token-7f3a"


@pytest.fixture
def running(db: Database, vault: Vault, hands: Hands) -> None:
    """A worker that ticks and an account that was heard a minute ago."""
    with db.write() as session:
        session.add(Heartbeat(name="pull", at=now(), worker="host-with-a-name:1"))
        session.add(
            Account(
                platform="facebook",
                native_id="1",
                health="ok",
                heard_at=now() - timedelta(minutes=1),
                sealed=vault.seal({"token": CANARY}),
            )
        )


@pytest.mark.usefixtures("running")
def test_all_is_well_when_workers_tick_and_accounts_answer(door: TestClient) -> None:
    answer = door.get("/health")
    body = answer.json()
    assert answer.status_code == 200
    assert body["status"] == "ok"
    assert body["workers"]["pull"] == {"age_s": 0, "late": False}
    assert body["accounts"] == [{"account": "facebook:1", "health": "ok", "last_heard": "2026-11-24T05:59:00Z", "age_s": 60}]
    assert body["schema"]["current"]
    assert body["at"] == "2026-11-24T06:00:00Z"


@pytest.mark.usefixtures("running")
def test_a_silent_worker_is_late_but_the_door_still_serves(door: TestClient, hands: Hands) -> None:
    hands.forward(minutes=6)
    answer = door.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["workers"]["pull"] == {"age_s": 360, "late": True}


@pytest.mark.usefixtures("running")
def test_an_account_that_needs_somebody_shows(db: Database, door: TestClient) -> None:
    with db.write() as session:
        session.add(Account(platform="x", native_id="2", health="token_expired"))
    body = door.get("/health").json()
    assert body["status"] == "degraded"
    assert body["accounts"][1] == {"account": "x:2", "health": "token_expired", "last_heard": None, "age_s": None}


def test_without_any_worker_all_is_not_well(door: TestClient) -> None:
    assert door.get("/health").json()["status"] == "degraded"


@pytest.mark.usefixtures("running")
def test_neither_token_nor_host_is_told(door: TestClient) -> None:
    text = door.get("/health").text
    assert CANARY not in text
    assert "host-with-a-name" not in text


def test_a_database_that_does_not_answer_is_503(door: TestClient, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("SELECT canary", {}, Exception("connection refused"))

    monkeypatch.setattr(db, "read", gone)
    answer = door.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert "canary" not in answer.text
    page = door.get("/en")
    assert page.status_code == 503
    assert "briefly unavailable" in page.text


def test_an_older_schema_is_503(door: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.health.ScriptDirectory.get_heads", lambda _: ["a-newer-one"])
    answer = door.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert answer.json()["schema"]["head"] == ["a-newer-one"]
