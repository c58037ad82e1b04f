"""Our events for everybody: a page, a calendar to follow, each as a file. Only what was approved and announced (scheduler.told)."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from core.clock import now
from core.i18n import Lang
from portal import etag
from portal.pages import lang_of_request, page
from portal.state import portal_of
from scheduler import ical, telling, told
from scheduler.told import Told

router = APIRouter(include_in_schema=False)


@router.api_route("/events", methods=["GET", "HEAD"])
def events(request: Request) -> HTMLResponse:
    """Events to come, the next one first, and those that are over, the last one first."""
    with portal_of(request).db.read() as session:
        known = told.calendar(session)
    moment, lang = now(), lang_of_request(request)
    coming = [event for event in known if event.facts.ends_at > moment]
    over = [event for event in reversed(known) if event.facts.ends_at <= moment]
    return page(
        request,
        "events.html",
        coming=coming,
        over=over,
        when=lambda event: telling.when(event.facts, lang),
        hijri=lambda event: ical.hijri_day(event, lang),
    )


@router.api_route("/events.ics", methods=["GET", "HEAD"])
def feed(request: Request) -> Response:
    """All of them as one calendar, to be followed."""
    with portal_of(request).db.read() as session:
        known = told.calendar(session)
    return _calendar(request, known, "events")


@router.api_route("/events/{uid}.ics", methods=["GET", "HEAD"])
def one(request: Request, uid: str) -> Response:
    """One event as a file."""
    with portal_of(request).db.read() as session:
        event = told.find(session, uid)
    if event is None:
        raise HTTPException(404)
    return _calendar(request, [event], f"event-{event.uid[:8]}")


def _calendar(request: Request, known: list[Told], name: str) -> Response:
    """The calendar, or 304 for whoever has it already: those who follow it ask every hour."""
    lang: Lang = lang_of_request(request)
    body = ical.written(known, lang, home=portal_of(request).settings.public_url or str(request.base_url))
    headers = {
        "content-language": lang,
        "vary": "Cookie",
        "content-disposition": f'inline; filename="{name}-{lang}.ics"',
    }
    return etag.answer(request, body, "text/calendar; charset=utf-8; method=PUBLISH", headers)
