"""Every route of the public door is on the public list, or makes sure who is asking."""

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from core.db import Database
from core.settings import Settings
from portal.app import PUBLIC, create
from portal.webhooks import signed_by_meta, signed_by_x

#: What proves who sends, before a handler sees anything.
AUTHENTICATORS = (signed_by_meta, signed_by_x)
#: Handshakes: they answer to a word or secret we share with the platform.
HANDSHAKES = {"/webhooks/meta": {"GET"}, "/webhooks/x": {"GET"}}


def _authenticated(route: object) -> bool:
    return isinstance(route, APIRoute) and any(d.call in AUTHENTICATORS for d in route.dependant.dependencies)


@pytest.fixture
def routes(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[Route | Mount]:
    db = Database(f"sqlite:///{tmp_path_factory.mktemp('routes') / 'm.db'}")
    found = [route for route in create(settings, db).routes if isinstance(route, (Route, Mount, APIRoute))]
    db.dispose()
    return found


def test_a_route_is_public_on_purpose_or_authenticated(routes: list[Route | Mount]) -> None:
    open_doors = [
        route.path
        for route in routes
        if route.path not in PUBLIC
        and not _authenticated(route)
        and getattr(route, "methods", None) != HANDSHAKES.get(route.path, set())
    ]
    assert open_doors == []


def test_the_public_list_names_nothing_that_is_not_there(routes: list[Route | Mount]) -> None:
    assert {route.path for route in routes} >= PUBLIC


def test_what_is_authenticated_is_not_also_public(routes: list[Route | Mount]) -> None:
    assert [route.path for route in routes if _authenticated(route) and route.path in PUBLIC] == []


def test_a_page_answers_to_head_as_to_get(routes: list[Route | Mount]) -> None:
    silent = [
        r.path
        for r in routes
        if isinstance(r, Route) and r.path in PUBLIC and r.methods and r.methods >= {"GET"} and "HEAD" not in r.methods
    ]
    assert silent == []
