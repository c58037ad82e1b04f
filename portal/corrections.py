"""What we corrected and what we took down, for everybody: a page and an Atom feed (RFC 4287). Never a draft."""

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from connectors import platform_of
from core.i18n import Lang, t
from portal import atom
from portal.atom import Line
from portal.pages import lang_of_request, page
from portal.state import portal_of
from scheduler import public_log
from scheduler.public_log import Entry

router = APIRouter(include_in_schema=False)

#: beyond any id of ours
MOST = 2**53


@router.api_route("/corrections", methods=["GET", "HEAD"])
def corrections(request: Request, before: int | None = Query(None, ge=1, le=MOST)) -> HTMLResponse:
    """The newest first, a page at a time."""
    with portal_of(request).db.read() as session:
        entries, onward = public_log.entries(session, before=before)
    lang = lang_of_request(request)
    return page(
        request, "corrections.html", entries=entries, onward=onward, first=before is None, platform=lambda one: name_of(one, lang)
    )


@router.api_route("/corrections.atom", methods=["GET", "HEAD"])
def feed(request: Request) -> Response:
    """The newest entries; 304 for whoever has them already."""
    with portal_of(request).db.read() as session:
        entries, _ = public_log.entries(session)
    lang = lang_of_request(request)
    lines = [Line(str(one.id), t(f"portal.corrections.{one.what}", lang), one.at, _told(one, lang)) for one in entries]
    return atom.feed(request, "/corrections", t("portal.corrections.title", lang), lines)


def name_of(platform: str, lang: Lang) -> str:
    """What a platform is called in that language."""
    return platform_of(platform).named(lang)


def _told(entry: Entry, lang: Lang) -> str:
    parts = [entry.words.by(lang) or t("portal.corrections.words_gone", lang)]
    if original := entry.original.by(lang):
        parts.append(f"{t('portal.corrections.said', lang)}: {original}")
    if entry.role == "withdrawal":
        where = [f"{name_of(one.platform, lang)}: {t(f'portal.corrections.state.{one.state}', lang)}" for one in entry.places]
        parts.append("\n".join(where))
    return "\n\n".join(parts)
