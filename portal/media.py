"""`/media/{token}`: a picture or film for the platform that fetches it. The token is signed and expires (outbox.media)."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse

from core.errors import MajlisError
from outbox.media import open_link
from portal.state import portal_of

router = APIRouter(include_in_schema=False)


@router.api_route("/media/{token}", methods=["GET", "HEAD"])
def file(request: Request, token: str) -> FileResponse:
    """The file behind a valid token; 404 for any other, whether wrong or too old."""
    portal = portal_of(request)
    try:
        path = open_link(token, portal.settings, portal.vault)
    except MajlisError:
        raise HTTPException(404) from None
    return FileResponse(path, headers={"cache-control": "private, max-age=600", "x-robots-tag": "noindex"})
