"""Each promise of the policy in force beside what is measured (portal.measures)."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from core.clock import now
from core.i18n import Lang
from portal.measures import measured
from portal.pages import lang_of_request, page
from portal.state import Portal, portal_of

router = APIRouter(include_in_schema=False)

#: Figures are computed again when they are older than this: whoever reloads the page costs the database nothing.
FRESH = timedelta(minutes=5)


@router.api_route("/commitments", methods=["GET", "HEAD"])
def commitments(request: Request) -> HTMLResponse:
    """Each promise beside its figure; without one it says so."""
    return page(request, "commitments.html", figures=_figures(portal_of(request), lang_of_request(request)))


def _figures(portal: Portal, lang: Lang) -> dict[str, str]:
    at, figures = portal.figures.get(lang, (None, {}))
    if at is None or now() - at > FRESH:
        with portal.db.read() as session:
            figures = measured(session, lang)
        portal.figures[lang] = (now(), figures)
    return figures
