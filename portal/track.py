"""Following a complaint or suggestion by its number and secret.

A wrong number and a wrong secret get the same answer after the same work (inbox.cases.find), and one address may try only so often.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from inbox import cases
from portal.pages import lang_of_request, page
from portal.state import portal_of

router = APIRouter(include_in_schema=False)

PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}
LONGEST = 200


@router.api_route("/track", methods=["GET", "HEAD"])
def form(request: Request) -> HTMLResponse:
    """The form that asks for number and secret."""
    return page(request, "track.html", unknown=False)


@router.post("/track")
def look(request: Request, number: Annotated[str, Form()] = "", secret: Annotated[str, Form()] = "") -> HTMLResponse:
    """The case, from the form: its secret never stands in an address."""
    return _answer(request, number, secret)


@router.api_route("/track/{number}/{secret}", methods=["GET", "HEAD"])
def follow(request: Request, number: str, secret: str) -> HTMLResponse:
    """The case, from the link in a receipt."""
    return _answer(request, number, secret)


def find_case(request: Request, number: str, secret: str) -> cases.CaseView | None:
    """The case as its owner may see it, or None; Tried when this address must wait first."""
    portal = portal_of(request)
    if wait := portal.tries.wait(request.client.host if request.client else ""):
        raise Tried(wait)
    with portal.db.read() as session:
        case = cases.find(session, _typed(number), _typed(secret), portal.vault)
        return cases.public_view(session, case, lang_of_request(request)) if case is not None else None


class Tried(Exception):
    """Too many look-ups from one address; the next may come after `wait_s` seconds."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


def _answer(request: Request, number: str, secret: str) -> HTMLResponse:
    try:
        view = find_case(request, number, secret)
    except Tried as e:
        return page(request, "error.html", status=429, code=429, headers={**PRIVATE, "retry-after": str(e.wait_s)})
    if view is None:
        return page(request, "track.html", status=404, headers=PRIVATE, unknown=True)
    again = {"number": number, "secret": secret} if request.method == "POST" else {}
    return page(request, "case.html", headers=PRIVATE, case=view, again=again)


def _typed(value: str) -> str:
    """What a person typed, as far as it can be one of ours: without white space around, plain characters only."""
    value = value.strip()
    return value if len(value) <= LONGEST and value.isascii() and value.isprintable() else ""
