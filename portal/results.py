"""What came of what the public said: you said, we decided, because. A page and a feed, in both languages; nothing withdrawn.

Of a result whose case was taken up again since, page and feed say so: it stands as it was decided then, and may not hold any more.
"""

from datetime import datetime

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from core.i18n import Lang, t
from inbox import results
from inbox.models import Result
from portal import atom
from portal.atom import Line
from portal.pages import lang_of_request, page
from portal.state import portal_of

router = APIRouter(include_in_schema=False)

#: results of one page
PAGE = 20
#: beyond any id of ours
MOST = 2**53


@router.api_route("/results", methods=["GET", "HEAD"])
def published(request: Request, before: int | None = Query(None, ge=1, le=MOST)) -> HTMLResponse:
    """The newest first, a page at a time."""
    with portal_of(request).db.read() as session:
        found = results.listed(session, limit=PAGE + 1, before=before)
        reopened = results.taken_up(session, found)
    shown = found[:PAGE]
    onward = shown[-1].id if len(found) > PAGE else None
    return page(request, "results.html", results=shown, reopened=reopened, onward=onward, first=before is None, part=part)


@router.api_route("/results.atom", methods=["GET", "HEAD"])
def feed(request: Request) -> Response:
    """The newest results; 304 for whoever has them already."""
    with portal_of(request).db.read() as session:
        found = results.listed(session, limit=PAGE)
        reopened = results.taken_up(session, found)
    lang = lang_of_request(request)
    lines = [_line(one, reopened.get(one.id or 0), lang) for one in found]
    return atom.feed(request, "/results", t("portal.results.title", lang), lines)


def part(result: Result, name: str, lang: Lang) -> str:
    """`said`, `decided` or `because` of a result, in that language."""
    words: str = getattr(result, f"{name}_{lang}")
    return words


def _line(result: Result, reopened: datetime | None, lang: Lang) -> Line:
    words = [f"{t(f'portal.results.{name}', lang)}: {part(result, name, lang)}" for name in ("said", "decided", "because")]
    words += [t("portal.results.again", lang)] if reopened is not None else []
    return Line(result.uid, t(f"result.outcome.{result.outcome}", lang), reopened or result.at, "\n\n".join(words))
