"""An account taken out of use is nobody's worry at the public door, and no channel of ours."""

import pytest
from fastapi.testclient import TestClient

from core.actors import OPERATING
from core.clock import Hands, now
from core.db import Database
from core.errors import TokenExpired
from core.models import Heartbeat
from core.vault import Vault
from outbox.accounts import add_account, disable, note_health


@pytest.fixture
def _gone(db: Database, vault: Vault, hands: Hands) -> None:
    """One account that is well, and one whose token ended and that was then disabled."""
    with db.write() as session:
        session.add(Heartbeat(name="pull", at=now(), worker="w"))
        well = add_account(session, OPERATING, "facebook", "1", {"token": "t"}, vault=vault)
        note_health(session, well, None)
        out = add_account(session, OPERATING, "x", "2", {"bearer_token": "t"}, vault=vault)
        out.name = "Ministry on X"
        note_health(session, out, TokenExpired(account=out.key))
        disable(session, OPERATING, out)


@pytest.mark.usefixtures("_gone")
def test_health_is_well_without_it(door: TestClient) -> None:
    body = door.get("/health").json()
    assert body["status"] == "ok"
    assert [account["account"] for account in body["accounts"]] == ["facebook:1"]


@pytest.mark.usefixtures("_gone")
def test_it_is_not_among_the_channels(door: TestClient) -> None:
    assert "Ministry on X" not in door.get("/").text
