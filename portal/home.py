"""The first page: what this is, how to follow a case, what is promised, where we listen."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from connectors import platform_of
from core.i18n import ROOT
from outbox.accounts import active
from portal.pages import page
from portal.state import portal_of

router = APIRouter(include_in_schema=False)

#: what belongs to one person, with the prefix of a language and without
PERSONAL = ("/track/", "/*/track/", "/why/", "/*/why/", "/media/", "/webhooks/")
ROBOTS = "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in PERSONAL), ""])


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request) -> HTMLResponse:
    """Home, with the connected accounts as channels."""
    with portal_of(request).db.read() as session:
        rows = sorted(active(session), key=lambda account: account.platform)
    channels = [(platform_of(row.platform, row.backend), row.name) for row in rows]
    return page(request, "home.html", channels=channels)


@router.api_route("/robots.txt", methods=["GET", "HEAD"])
def robots() -> PlainTextResponse:
    """Search engines may read everything but what belongs to one person."""
    return PlainTextResponse(ROBOTS)


@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
def favicon() -> FileResponse:
    """The icon browsers ask for by name; the desk wears the same."""
    return FileResponse(
        ROOT / "desk" / "static" / "icon.png", media_type="image/png", headers={"cache-control": "public, max-age=86400"}
    )
