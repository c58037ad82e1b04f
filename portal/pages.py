"""Pages from templates: the reader's language, addresses that keep it, times as they are read in the Emirates."""

import hashlib
from datetime import date, datetime
from functools import cache
from typing import Any

from babel.dates import format_date, format_datetime
from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from core.clock import DUBAI
from core.display import direction
from core.i18n import ROOT, Lang, t
from portal.state import portal_of

HERE = ROOT / "portal"
FONTS = ROOT / "desk" / "static" / "fonts"
LOCALES = {"ar": "ar_AE@numbers=latn", "en": "en_GB"}

#: Paths that speak to machines: their faults are JSON, not a page.
MACHINES = ("/corrections.atom", "/events.ics", "/events/", "/health", "/webhooks/", "/open311/", "/open-data/", "/openapi.json")


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
    environment.globals["fingerprint"] = fingerprint()
    environment.filters["direction"] = direction
    return environment


@cache
def fingerprint() -> str:
    """Changes with the style sheet, so that browsers may keep it for a year."""
    return hashlib.sha256((HERE / "static" / "portal.css").read_bytes()).hexdigest()[:10]


def lang_of_request(request: Request) -> Lang:
    """The language that portal.language settled on."""
    lang: Lang = getattr(request.state, "lang", "ar")
    return lang


def day_words(day: date, lang: Lang) -> str:
    """`24 نوفمبر 2026`, `24 November 2026`."""
    return format_date(day, "d MMMM y", locale=LOCALES[lang].split("@")[0])


def moment_words(moment: datetime, lang: Lang) -> Markup:
    """A `<time>` element: day and hour in the Emirates, the exact instant for machines."""
    local = moment.astimezone(DUBAI)
    text = format_datetime(
        local.replace(tzinfo=None), "d MMMM y، HH:mm" if lang == "ar" else "d MMMM y, HH:mm", locale=LOCALES[lang].split("@")[0]
    )
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="minutes"), text)


def page(request: Request, name: str, *, status: int = 200, headers: dict[str, str] | None = None, **values: Any) -> HTMLResponse:
    """Render `name`. Templates get t, lang, dir, link, day, moment, edition and the address of the other language."""
    lang = lang_of_request(request)
    prefix: str = getattr(request.state, "prefix", "")
    other: Lang = "en" if lang == "ar" else "ar"
    text = (
        templates()
        .get_template(name)
        .render(
            lang=lang,
            dir="rtl" if lang == "ar" else "ltr",
            other=other,
            here=request.url.path,
            t=lambda key, **given: t(key, lang, **given),
            link=lambda path: f"{prefix}{path}" if prefix and path != "/" else prefix or path,
            day=lambda day: day_words(day, lang),
            moment=lambda moment: moment_words(moment, lang),
            edition=portal_of(request).edition,
            **{"again": {}, **values},
        )
    )
    always = {"content-language": lang, "vary": "Cookie", "cache-control": "no-cache"}
    return HTMLResponse(text, status, headers={**always, **(headers or {})})


def apology(request: Request, status: int) -> Response:
    """The answer to what went wrong: a page in the reader's language, or `{"error": status}` for a machine."""
    if request.url.path.startswith(MACHINES):
        return JSONResponse({"error": status}, status)
    known = status if status in (404, 405, 413, 429, 500, 503) else (500 if status >= 500 else 400)
    return page(request, "error.html", status=status, code=known)
