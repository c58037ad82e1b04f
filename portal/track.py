"""Following a complaint or suggestion by its number and secret, and objecting to what was decided."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from portal.case import Tried, find_case, lodge
from portal.pages import page

router = APIRouter(include_in_schema=False)

PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}
Typed = Annotated[str, Form()]


@router.api_route("/track", methods=["GET", "HEAD"])
@router.api_route("/track/appeal", methods=["GET", "HEAD"])  # somebody reloads the answer to his objection
def form(request: Request) -> HTMLResponse:
    """The form that asks for number and secret."""
    return page(request, "track.html", unknown=False)


@router.post("/track")
def look(request: Request, number: Typed = "", secret: Typed = "") -> HTMLResponse:
    """The case, from the form: its secret never stands in an address."""
    return _answer(request, number, secret)


@router.post("/track/appeal")
def object_to(request: Request, number: Typed = "", secret: Typed = "", words: Typed = "") -> HTMLResponse:
    """Take an objection, then show the case as it stands. Sent twice, it is one objection."""
    return _answer(request, number, secret, words)


@router.api_route("/track/{number}/{secret}", methods=["GET", "HEAD"])
def follow(request: Request, number: str, secret: str) -> HTMLResponse:
    """The case, from the link in a receipt."""
    return _answer(request, number, secret)


def _answer(request: Request, number: str, secret: str, words: str | None = None) -> HTMLResponse:
    try:
        problem = lodge(request, number, secret, words) if words is not None else ""
        shown = find_case(request, number, secret)
    except Tried as e:
        return page(request, "error.html", status=429, code=429, headers={**PRIVATE, "retry-after": str(e.wait_s)})
    if shown is None:
        return page(request, "track.html", status=404, headers=PRIVATE, unknown=True)
    holder = {"number": shown.case.number, "secret": secret.strip()}
    again = holder if request.method == "POST" else {}
    values = {"shown": shown, "case": shown.case, "holder": holder, "again": again, "problem": problem}
    return page(request, "case.html", status=422 if problem else 200, headers=PRIVATE, **values)
