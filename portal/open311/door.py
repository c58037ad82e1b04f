"""All of it beneath `/open311/v2`."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from portal.open311 import requests, services

router = APIRouter(prefix="/open311/v2", tags=["open311"])


@router.api_route("", methods=["GET", "HEAD"])
def root(request: Request) -> JSONResponse:
    """The discovery document."""
    return JSONResponse(services.discovered(request))


for _room in (services, requests):
    router.include_router(_room.router)
