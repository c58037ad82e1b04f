"""A sandbox on a socket of its own, and callers that speak to its hosts as the platforms' clients would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import requests

from sandbox import acts, seed, server
from sandbox.clock import Clock
from sandbox.entries import Entry, Person
from sandbox.world import World
from tests import contract_checks
from tests.sandbox import kinds

NOON = 1_795_507_200.0  # 2026-11-24T08:00:00Z, noon in Dubai


@dataclass
class Caller:
    """Calls one host of the sandbox. `check` looks at every answer; what it finds fails the test at once."""

    url: str
    host: str
    headers: dict[str, str]
    session: requests.Session
    check: Callable[[str, str, int, Any], list[str]] | None = None

    def __call__(self, method: str, path: str, **parts: Any) -> requests.Response:
        headers = {"host": self.host, **self.headers, **parts.pop("headers", {})}
        answer = self.session.request(method, self.url + path, headers=headers, timeout=10, allow_redirects=False, **parts)
        kind = answer.headers.get("content-type", "")
        if self.check and answer.content and kind.startswith("application/json"):
            problems = self.check(method, path.partition("?")[0], answer.status_code, answer.json())
            assert not problems, (method, path, problems)
        return answer

    def get(self, path: str, **params: str) -> Any:
        """The body of a read that must succeed."""
        answer = self("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **fields: str) -> Any:
        """The body of a form that must succeed."""
        answer = self("POST", path, data=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def world() -> World:
    """The three accounts, nothing said, the clock frozen at noon."""
    return seed.bare(clock=Clock(frozen_at=NOON))


@pytest.fixture
def running(world: World) -> Iterator[server.Running]:
    with server.start(world) as made:
        yield made


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        yield made


@pytest.fixture
def x(running: server.Running, session: requests.Session) -> Caller:
    """X as a user, each answer held against X's own specification where it is at hand."""
    headers = {"authorization": f"Bearer {seed.X_USER_BEARER_TOKEN}"}
    check = contract_checks.x_response if contract_checks.available() else None
    return Caller(running.url, "api.twitter.com", headers, session, check)


@pytest.fixture
def graph(running: server.Running, session: requests.Session) -> Caller:
    """Meta as the page, each answer held against Meta's own lists where they are at hand."""
    headers = {"authorization": f"Bearer {seed.FACEBOOK_PAGE_TOKEN}"}
    check = partial(kinds.answered, running.world) if contract_checks.available() else None
    return Caller(running.url, "graph.facebook.com", headers, session, check)


@pytest.fixture
def control(running: server.Running, session: requests.Session) -> Caller:
    return Caller(running.url, "localhost", {}, session)


@pytest.fixture
def citizen(world: World) -> Callable[[str], Person]:
    """A person of that platform."""

    def made(platform: str) -> Person:
        return acts.newcomer(world, platform, "sara_q", "سارة")  # type: ignore[arg-type]  # tests name a real platform

    return made


@pytest.fixture
def page_post(world: World) -> Entry:
    return acts.post(world, "facebook", "ورشة مجانية يوم الخميس")


@pytest.fixture
def media_post(world: World) -> Entry:
    return acts.post(world, "instagram", "صورة من الورشة")
