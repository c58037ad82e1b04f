"""What we corrected and what we took down, for everybody: a page and an Atom feed (RFC 4287). Never a draft."""

import hashlib
from datetime import datetime
from xml.etree import ElementTree

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from connectors import platform_of
from core.clock import rfc3339
from core.i18n import Lang, t
from portal.pages import lang_of_request, page
from portal.state import portal_of
from scheduler import public_log
from scheduler.public_log import Entry

router = APIRouter(include_in_schema=False)

ATOM = "http://www.w3.org/2005/Atom"
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
    portal = portal_of(request)
    with portal.db.read() as session:
        entries, _ = public_log.entries(session)
    lang = lang_of_request(request)
    body = written(entries, lang, home=(portal.settings.public_url or str(request.base_url)).rstrip("/"))
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"etag": tag, "cache-control": "no-cache", "content-language": lang, "vary": "Cookie"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/atom+xml; charset=utf-8", headers=headers)


def name_of(platform: str, lang: Lang) -> str:
    """What a platform is called in that language."""
    known = platform_of(platform)
    return known.name_ar if lang == "ar" else known.name_en


def written(entries: list[Entry], lang: Lang, *, home: str) -> bytes:
    """The feed in one language; `home`: the address of this portal."""
    root = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": lang})
    here = f"{home}/{lang}/corrections"
    updated = max((entry.at for entry in entries), default=datetime.fromisoformat("2026-01-01T00:00:00+00:00"))
    _add(root, "title", t("portal.corrections.title", lang))
    _add(root, "id", here)
    _add(root, "updated", rfc3339(updated))
    _add(_add(root, "author"), "name", t("portal.name", lang))
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{here}.atom")
    _add(root, "link", rel="alternate", type="text/html", href=here)
    for entry in entries:
        one = _add(root, "entry")
        _add(one, "title", t(f"portal.corrections.{entry.role}", lang))
        _add(one, "id", f"{here}#{entry.id}")
        _add(one, "updated", rfc3339(entry.at))
        _add(one, "link", rel="alternate", type="text/html", href=f"{here}#{entry.id}")
        _add(one, "content", _told(entry, lang), type="text")
    ElementTree.register_namespace("", ATOM)
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _told(entry: Entry, lang: Lang) -> str:
    parts = [entry.words.by(lang) or t("portal.corrections.words_gone", lang)]
    if original := entry.original.by(lang):
        parts.append(f"{t('portal.corrections.said', lang)}: {original}")
    if entry.role == "withdrawal":
        where = [f"{name_of(one.platform, lang)}: {t(f'portal.corrections.state.{one.state}', lang)}" for one in entry.places]
        parts.append("\n".join(where))
    return "\n\n".join(_plain(part) for part in parts)


def _plain(text: str) -> str:
    """Without what XML can't hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t")


def _add(above: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(above, f"{{{ATOM}}}{name}", attributes)
    made.text = text or None
    return made
