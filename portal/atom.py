"""Atom feeds (RFC 4287) of what is published on a page, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from fastapi import Request
from fastapi.responses import Response

from core.clock import rfc3339
from core.display import for_xml
from core.i18n import Lang, t
from portal import etag
from portal.pages import lang_of_request
from portal.state import portal_of

ATOM = "http://www.w3.org/2005/Atom"
#: when a feed in which nothing stands yet was last changed
NEVER = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. `anchor`: its place on the page."""

    anchor: str
    title: str
    at: datetime
    text: str


def feed(request: Request, path: str, title: str, lines: Sequence[Line]) -> Response:
    """The feed of the page `path`; 304 for whoever has it already."""
    portal, lang = portal_of(request), lang_of_request(request)
    home = (portal.settings.public_url or str(request.base_url)).rstrip("/")
    body = written(f"{home}/{lang}{path}", title, lines, lang)
    return etag.answer(request, body, "application/atom+xml; charset=utf-8", {"content-language": lang, "vary": "Cookie"})


def written(here: str, title: str, lines: Sequence[Line], lang: Lang) -> bytes:
    """The feed in one language; `here`: the address of its page."""
    root = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": lang})
    _add(root, "title", title)
    _add(root, "id", here)
    _add(root, "updated", rfc3339(max(line.at for line in lines)) if lines else NEVER)
    _add(_add(root, "author"), "name", t("portal.name", lang))
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{here}.atom")
    _add(root, "link", rel="alternate", type="text/html", href=here)
    for line in lines:
        one = _add(root, "entry")
        _add(one, "title", line.title)
        _add(one, "id", f"{here}#{line.anchor}")
        _add(one, "updated", rfc3339(line.at))
        _add(one, "link", rel="alternate", type="text/html", href=f"{here}#{line.anchor}")
        _add(one, "content", line.text, type="text")
    ElementTree.register_namespace("", ATOM)
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add(above: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(above, f"{{{ATOM}}}{name}", attributes)
    made.text = for_xml(text) or None
    return made
