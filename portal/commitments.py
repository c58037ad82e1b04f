"""Each promise of the policy in force beside what the public is told of it (scheduler.promised)."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from core.actors import WORKER
from core.clock import now
from portal.pages import page
from portal.state import Portal, portal_of
from scheduler import promised
from scheduler.measures import Measure, state

router = APIRouter(include_in_schema=False)

#: It is asked again what is to be told when what was is older than this: whoever reloads the page costs the database nothing.
FRESH = timedelta(minutes=5)


@router.api_route("/commitments", methods=["GET", "HEAD"])
def commitments(request: Request) -> HTMLResponse:
    """Each promise with what it amounts to and the figures behind it; without one it says so."""
    return page(request, "commitments.html", figures=_figures(portal_of(request)), state=state)


def _figures(portal: Portal) -> dict[str, list[Measure]]:
    kept = portal.figures.get("told")
    if kept is None or now() - kept[0] > FRESH:
        with portal.db.read() as session:
            due = promised.due(session)
        if due:
            with portal.db.write() as session:
                promised.tell(session, WORKER, due)
        with portal.db.read() as session:
            kept = portal.figures["told"] = (now(), promised.told(session))
    return kept[1]
