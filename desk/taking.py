"""Files that leave the desk by an address of their own: streamed, audited, for whoever may take them."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from core import trail
from core.auth import actor_of, who
from core.clock import in_dubai, now
from core.errors import Forbidden
from core.i18n import lang_of
from core.trail import Sought
from desk import store
from desk.refusals import told
from desk.session import COOKIE, LANG_COOKIE

KINDS: Final = {"jsonl": (trail.jsonl, "application/x-ndjson"), "csv": (trail.sheet, "text/csv; charset=utf-8")}
LONGEST: Final = 120


def sought(given: dict[str, str]) -> Sought:
    """What of the audit an address asks for; a day that is none is not asked for."""
    first, last = (_day(given.get(name, "")) for name in ("first", "last"))
    actor, action, subject = (given.get(name, "")[:LONGEST].strip() for name in ("actor", "action", "subject"))
    return Sought(actor, action, subject, first, last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


async def take_audit(request: Request) -> Response:
    """GET /audit/trail.{jsonl|csv}?actor=&action=&subject=&first=&last=: what is sought of the audit, oldest first."""
    return await run_in_threadpool(_take_audit, request)


def _take_audit(request: Request) -> Response:
    kind, wanted = request.path_params["kind"], sought(dict(request.query_params))
    if kind not in KINDS:
        return PlainTextResponse("", status_code=404)
    with store.read() as session:
        user = who(session, request.cookies.get(COOKIE))
    if user is None:
        return PlainTextResponse("", status_code=401)
    try:
        with store.write() as session:
            trail.take(session, actor_of(user), wanted, kind)
    except Forbidden as refusal:
        return PlainTextResponse(told(refusal, lang_of(request.cookies.get(LANG_COOKIE))), status_code=403)
    write, media = KINDS[kind]
    lines: Iterator[str] = write(trail.every(store.database(), wanted))
    name = f"audit-{in_dubai(now()):%Y-%m-%d-%H%M}.{kind}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return StreamingResponse(lines, media_type=media, headers=headers)


ROUTES: Final = [Route("/audit/trail.{kind}", take_audit, methods=["GET"])]
