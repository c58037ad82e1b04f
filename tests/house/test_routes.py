"""Every route of the public door is on the public list, or makes sure who is asking."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from fastapi import APIRouter, WebSocket
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from core.db import Database
from core.settings import Settings
from portal.app import PUBLIC, create
from portal.webhooks import router as webhooks
from portal.webhooks import signed_by_meta, signed_by_x

#: What proves who sends, before a handler sees anything.
AUTHENTICATORS = (signed_by_meta, signed_by_x)
#: Handshakes: they answer to a word or secret we share with the platform.
HANDSHAKES = {"/webhooks/meta": {"GET"}, "/webhooks/x": {"GET"}}


def walked(routes: Sequence[BaseRoute]) -> list[RouteContext]:
    """Every route as it is reached, those of included routers with their prefix and dependencies (FastAPI keeps them folded)."""
    return list(iter_route_contexts(routes))


def authenticated(route: RouteContext) -> bool:
    """One of AUTHENTICATORS stands before the handler."""
    needs = route.dependant.dependencies if isinstance(route.original_route, APIRoute) else ()
    return any(need.call in AUTHENTICATORS for need in needs)


def unguarded(routes: Sequence[RouteContext]) -> list[str]:
    """Paths that anybody may ask for although no one put them on the public list; what has no path at all is named by its type."""
    return [
        route.path or type(route.original_route).__name__
        for route in routes
        if route.path not in PUBLIC
        and not authenticated(route)
        and not (route.methods and route.methods == HANDSHAKES.get(route.path or ""))
    ]


@pytest.fixture
def routes(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[RouteContext]:
    db = Database(f"sqlite:///{tmp_path_factory.mktemp('routes') / 'm.db'}")
    found = walked(create(settings, db).routes)
    db.dispose()
    return found


def test_a_route_is_public_on_purpose_or_authenticated(routes: list[RouteContext]) -> None:
    assert unguarded(routes) == []


def test_the_walk_reaches_every_room(routes: list[RouteContext]) -> None:
    assert {"/", "/track", "/webhooks/x", "/open311/v2/services.{form}", "/static"} <= {route.path for route in routes}
    assert len([route for route in routes if authenticated(route)]) == len(AUTHENTICATORS)


def test_an_open_door_would_be_noticed(settings: Settings, tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'm.db'}")
    app = create(settings, db)
    room = APIRouter(prefix="/staff")
    room.add_api_route("/all", lambda: [], methods=["GET"])
    app.include_router(room)
    app.mount("/var", Starlette())
    app.add_api_websocket_route("/listen", _nobody)
    db.dispose()
    assert unguarded(walked(app.routes)) == ["/staff/all", "/var", "/listen"]


async def _nobody(_: WebSocket) -> None: ...


def test_a_platform_that_posts_without_its_signature_would_be_noticed() -> None:
    bare = APIRouter()
    for route in webhooks.routes:
        assert isinstance(route, APIRoute)
        bare.add_api_route(route.path, lambda: None, methods=sorted(route.methods or ()))
    assert unguarded(walked(bare.routes)) == ["/webhooks/meta", "/webhooks/x"]


def test_the_public_list_names_nothing_that_is_not_there(routes: list[RouteContext]) -> None:
    assert {route.path for route in routes} >= PUBLIC


def test_what_is_authenticated_is_not_also_public(routes: list[RouteContext]) -> None:
    assert [route.path for route in routes if authenticated(route) and route.path in PUBLIC] == []


def test_a_page_answers_to_head_as_to_get(routes: list[RouteContext]) -> None:
    silent = [
        route.path
        for route in routes
        if isinstance(route.original_route, Route)
        and route.path in PUBLIC
        and "GET" in (route.methods or ())
        and "HEAD" not in (route.methods or ())
    ]
    assert silent == []
