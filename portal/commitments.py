"""The policy in force, and each promise of it beside what is measured (`MEASURES`)."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from core.i18n import Lang
from portal.pages import lang_of_request, page
from portal.state import portal_of

router = APIRouter(include_in_schema=False)

#: promise id -> the live query behind it, in words; "" while there is nothing to count yet.
#: A promise without a line here is "not measured": no promise is ever shown as kept without a figure.
MEASURES: Mapping[str, Callable[[Session, Lang], str]] = {}


def measured(session: Session, lang: Lang) -> dict[str, str]:
    """Promise id -> its figure in words, for the promises that have one."""
    figures = {promise: measure(session, lang) for promise, measure in MEASURES.items()}
    return {promise: words for promise, words in figures.items() if words}


@router.api_route("/policy", methods=["GET", "HEAD"])
def policy(request: Request) -> HTMLResponse:
    """The edition: clauses, commitments, rights, disclaimer, the day it took effect and its hash."""
    return page(request, "policy.html")


@router.api_route("/commitments", methods=["GET", "HEAD"])
def commitments(request: Request) -> HTMLResponse:
    """Each promise beside its figure; without one it says so."""
    with portal_of(request).db.read() as session:
        figures = measured(session, lang_of_request(request))
    return page(request, "commitments.html", figures=figures)
