"""Each promise of the policy in force beside what is measured of it (scheduler.measures)."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from core.clock import now
from portal.pages import page
from portal.state import Portal, portal_of
from scheduler.measures import Measure, measured, state

router = APIRouter(include_in_schema=False)

#: Figures are computed again when they are older than this: whoever reloads the page costs the database nothing.
FRESH = timedelta(minutes=5)


@router.api_route("/commitments", methods=["GET", "HEAD"])
def commitments(request: Request) -> HTMLResponse:
    """Each promise with what it amounts to and the figures behind it; without one it says so."""
    at, figures = _figures(portal_of(request))
    return page(request, "commitments.html", figures=figures, state=state, at=at)


def _figures(portal: Portal) -> tuple[datetime, dict[str, list[Measure]]]:
    kept = portal.figures.get("measured")
    if kept is None or now() - kept[0] > FRESH:
        with portal.db.read() as session:
            kept = (now(), measured(session))
        portal.figures["measured"] = kept
    return kept
