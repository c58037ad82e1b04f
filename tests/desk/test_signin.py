"""The sign-in form, asked without a browser."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.auth import actor_of
from core.clock import Hands
from core.models import User
from core.throttle import Throttle
from desk import session as sitting
from desk import signin, store
from desk.session import COOKIE
from inbox import presence
from inbox.models import Presence
from tests.desk.conftest import PASSWORD


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The desk's own routes, nobody having tried yet."""
    monkeypatch.setattr(signin, "WRONG", Throttle(burst=3, per_second=1 / 6))
    with TestClient(Starlette(routes=signin.ROUTES), base_url="http://127.0.0.1") as client:
        yield client


def enter(door: TestClient, username: str, password: str) -> int:
    """The status that the form answers with."""
    seal = re.search(r'name="seal" value="([^"]+)"|value="([^"]+)" name="seal"', door.get("/auth/login").text)
    assert seal
    given = {"username": username, "password": password, "seal": seal[1] or seal[2]}
    return door.post("/auth/login", data=given, follow_redirects=False).status_code


@pytest.mark.usefixtures("empty_house")
def test_an_address_with_many_wrong_tries_waits_and_a_right_one_costs_nothing(door: TestClient, hands: Hands) -> None:
    assert [enter(door, "agent", PASSWORD) for _ in range(5)] == [303] * 5
    assert [enter(door, f"nobody{n}", PASSWORD) for n in range(4)] == [401, 401, 401, 429]
    assert enter(door, "agent", PASSWORD) == 429
    hands.forward(seconds=7)
    assert enter(door, "agent", PASSWORD) == 303


@pytest.mark.parametrize("gate", [True, False])
def test_whoever_signs_out_is_at_no_message_any_more(
    ministry: Any, door: TestClient, token: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, *, gate: bool
) -> None:
    held = token("agent")
    with store.write() as session:
        agent = actor_of(session.get_one(User, ministry.users["agent"]))
        presence.here(session, agent, ministry.items["wages"])
    if gate:
        door.cookies.set(COOKIE, held)
        door.get("/auth/logout", headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    else:
        monkeypatch.setattr(sitting, "token", lambda: held)
        sitting.leave()
    with store.read() as session:
        assert session.exec(select(Presence)).all() == []
