"""Pages from templates: the reader's language, addresses that keep it, times as they are read in the Emirates."""

import hashlib
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from core.i18n import LANGS, ROOT, Lang
from inbox.tongues import MORE, NAMES, TONGUES, Tongue, direction_of, say
from portal.forms import remember
from portal.language import prefixed, speaks
from portal.state import portal_of
from portal.tags import tagged
from portal.times import day_words, moment_words

HERE = ROOT / "portal"
#: what a person may dictate in, by the names browsers have for it
VOICES = tuple(zip(("ar-AE", "en-GB", "ur-PK", "hi-IN", "bn-BD", "ml-IN", "fil-PH"), NAMES.values(), strict=True))
FONTS = ROOT / "desk" / "static" / "fonts"

#: headers of a page that belongs to one person
PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}
#: of what somebody takes away: his own file, not a page of ours
AWAY = {**PRIVATE, "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'"}
#: Paths that speak to machines: their faults are JSON, not a page.
MACHINES = (
    "/corrections.atom",
    "/results.atom",
    "/events.ics",
    "/events/",
    "/health",
    "/webhooks/",
    "/open311/",
    "/open-data/",
    "/openapi.json",
)


@cache
def templates() -> Environment:
    """The templates; every value is escaped and a missing one is an error."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"fingerprint": fingerprint(), "voices": VOICES, "more": [(code, NAMES[code]) for code in MORE]}
    environment.filters |= {"tagged": tagged, "runs": direction_of}
    return environment


@cache
def fingerprint() -> str:
    """Changes with the style sheet and the scripts, so that browsers may keep them for a year."""
    files = sorted((HERE / "static").iterdir())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:10]


def lang_of_request(request: Request) -> Lang:
    """The language that portal.language settled on."""
    lang: Lang = getattr(request.state, "lang", "ar")
    return lang


def tongue_of_request(request: Request) -> Tongue:
    """What this page's own words are in: one of seven where it speaks them (portal.language.SPOKEN), else as lang_of_request."""
    tongue: Tongue = getattr(request.state, "tongue", "ar")
    return tongue


def page(request: Request, name: str, *, status: int = 200, headers: dict[str, str] | None = None, **values: Any) -> HTMLResponse:
    """Render `name`. Templates get t, lang, tongue, dir, link, switch, day, moment, edition.

    `lang` is for texts that are there in Arabic and English alone; where the page is in another tongue they are to carry the
    attributes `foreign`. `switch(code)` is this page's address in another language. `keeps`: the page has a form `filled`, which
    the switch sends there as this step, so that nothing typed is lost.
    """
    lang, tongue = lang_of_request(request), tongue_of_request(request)
    prefixed_already = bool(getattr(request.state, "prefix", ""))
    text = (
        templates()
        .get_template(name)
        .render(
            lang=lang,
            tongue=tongue,
            dir=direction_of(tongue),
            foreign=Markup("") if tongue == lang else Markup(' lang="{}" dir="{}"').format(lang, direction_of(lang)),
            tongues=[(code, NAMES[code]) for code in (TONGUES if speaks(request.url.path) else LANGS)],
            here=request.url.path,
            t=lambda key, **given: say(key, tongue, **given),
            link=lambda path: prefixed(path, tongue, lang) if prefixed_already else path,
            switch=lambda code: _switched(request, code),
            day=lambda day: day_words(day, tongue),
            moment=lambda moment: moment_words(moment, tongue),
            edition=portal_of(request).edition,
            **{"problems": {}, "keeps": "", **values},
        )
    )
    always = {"content-language": tongue, "vary": "Cookie", "cache-control": "no-cache"}
    response = HTMLResponse(text, status, headers={**always, **(headers or {})})
    remember(request, response)
    return response


def _switched(request: Request, code: str) -> str:
    asked = [(name, value) for name, value in parse_qsl(request.url.query) if name != "lang"]
    path = request.url.path.lstrip("/")  # what begins with two of them is another host
    return f"/{path}?{urlencode([*asked, ('lang', code)])}"


def too_often(request: Request, wait_s: int) -> HTMLResponse:
    """The answer to whoever must wait first, as a page."""
    return page(request, "error.html", status=429, code=429, headers={**PRIVATE, "retry-after": str(wait_s)})


def apology(request: Request, status: int) -> Response:
    """The answer to what went wrong: a page in the reader's language, or `{"error": status}` for a machine."""
    if request.url.path.startswith(MACHINES):
        return JSONResponse({"error": status}, status)
    known = status if status in (403, 404, 405, 413, 429, 500, 503) else (500 if status >= 500 else 400)
    return page(request, "error.html", status=status, code=known)


def opened(request: Request) -> bool:
    """Whether a person opens the page. His browser says so of a link he follows (Sec-Fetch-Dest); what fetches the page to preview
    it or to look whether it is safe says nothing, and a browser that fetches ahead says that."""
    followed = request.method == "GET" and request.headers.get("sec-fetch-dest") == "document"
    return request.method == "POST" or (followed and "prefetch" not in request.headers.get("sec-purpose", ""))


def taken(packed: bytes, number: str) -> Response:
    """A ZIP that somebody takes away, named by the number of his case or notice."""
    named = {**AWAY, "content-disposition": f'attachment; filename="{number}.zip"'}
    return Response(packed, media_type="application/zip", headers=named)
