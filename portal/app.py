"""The public door as one application: `create(settings)`. Every route stands in PUBLIC or has an authenticator (tests/house)."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from core import settings as configuration
from core.db import Database, open_database
from core.settings import Settings
from core.vault import open_vault
from portal import (
    accessibility,
    commitments,
    corrections,
    events,
    filing,
    health,
    home,
    media,
    policy,
    results,
    track,
    webhooks,
    why,
)
from portal.data import door as open_data
from portal.language import Language
from portal.open311 import door as open311
from portal.openapi import described
from portal.pages import FONTS, HERE, apology
from portal.shield import Shield
from portal.state import Portal

#: Whoever comes may ask for these. What is not here must verify who is asking (webhooks.AUTHENTICATORS).
PUBLIC = frozenset(
    {
        "/",
        "/robots.txt",
        "/favicon.ico",
        "/health",
        "/write",
        "/complaint",
        "/suggestion",
        "/feedback",
        "/track",
        "/track/answer",  # these do nothing and give nothing without the case's secret
        "/track/rate",
        "/track/reopen",
        "/track/appeal",
        "/track/withdraw",
        "/track/receipt",
        "/track/remove",
        "/track/forget",
        "/track/file",
        "/track/data",
        "/track/{number}/{secret}",  # shows nothing without the case's secret
        "/why",
        "/why/appeal",  # does nothing without the notice's secret
        "/why/data",  # gives nothing without the notice's secret
        "/why/{number}/{secret}",  # shows nothing without the notice's secret
        "/policy",
        "/commitments",
        "/accessibility",
        "/results",
        "/results.atom",
        "/corrections",
        "/corrections.atom",
        "/events",
        "/events.ics",
        "/events/{uid}.ics",
        "/open-data",
        "/open-data/datapackage.json",
        "/open-data/catalog.jsonld",
        "/open-data/README.md",
        "/open-data/package.zip",
        "/open-data/releases.json",
        "/open-data/releases/{day}.zip",
        "/open-data/{table}.csv",
        "/open-data/{table}.json",
        "/open311/v2",
        "/open311/v2/discovery.{form}",
        "/open311/v2/services.{form}",
        "/open311/v2/services/{code}.{form}",
        "/open311/v2/requests.{form}",  # lists what the tokens given open; takes requests in as forms are
        "/open311/v2/tokens/{token}.{form}",
        "/open311/v2/requests/{number}.{form}",  # asks for the secret as `token`
        "/media/{token}",  # the token is signed and expires
        "/openapi.json",
        "/static",
        "/fonts",
    }
)


class Kept(StaticFiles):
    """Files of ours whose address changes with their content, so that a browser may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000"
        return response


def create(settings: Settings | None = None, db: Database | None = None) -> FastAPI:
    """The application. Opens the database the settings name, unless one is given."""
    settings = settings or configuration.settings()
    app = FastAPI(
        title="Majlis",
        summary="The public door: open data, Open311, health.",
        docs_url=None,  # both would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: _known_fault, RequestValidationError: _not_understood},
    )
    app.openapi = described(app)  # type: ignore[method-assign]  # the way FastAPI documents it
    portal = Portal(settings, db or open_database(settings), open_vault(settings))
    app.state.portal = portal
    for room in (
        home,
        filing,
        track,
        why,
        policy,
        commitments,
        accessibility,
        results,
        corrections,
        events,
        open_data,
        open311,
        media,
        health,
        webhooks,
    ):
        app.include_router(room.router)
    app.mount("/static", Kept(directory=HERE / "static"), name="static")
    app.mount("/fonts", Kept(directory=FONTS, check_dir=False), name="fonts")
    app.add_middleware(Shield, apology=apology, secure=portal.secure())
    app.add_middleware(Language, secure=portal.secure())
    return app


async def _known_fault(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    response = apology(request, fault.status_code)
    response.headers.update(fault.headers or {})
    return response


async def _not_understood(request: Request, fault: Exception) -> Response:
    return apology(request, 400)
