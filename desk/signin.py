"""The desk's own sign-in page: a plain HTML form, an HttpOnly cookie, a token against forged forms. No script needed."""

import hmac
import secrets
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from core.auth import LONGEST, WrongSignIn, sign_in, sign_out
from core.i18n import Lang, lang_of, t
from core.throttle import Throttle
from desk import page, store
from desk.safe import el
from desk.session import COOKIE, LANG_COOKIE

FORM_COOKIE: Final = "majlis_form"
YEAR_S: Final = 365 * 24 * 3600
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".png": "image/png", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

_FORM: Final = Template((Path(__file__).parent / "signin.html").read_text("utf-8"))


def inside(address: str | None) -> str:
    """`address` when it is a path of this desk, else "/": nobody is led elsewhere after signing in."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\", "/auth", "/lang")):
        return "/"
    parts = urlsplit(address)
    return address if not parts.netloc and not any(ord(c) < 32 or c == "\\" for c in address) else "/"


def _lang(request: Request) -> Lang:
    return lang_of(request.cookies.get(LANG_COOKIE))


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _form(request: Request, *, problem: str = "", username: str = "", back: str = "/", status: int = 200) -> HTMLResponse:
    lang = _lang(request)
    other: Lang = "en" if lang == "ar" else "ar"
    seal = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    alert = el("p", problem, class_="problem", role="alert", id="problem").source if problem else ""
    named = ("title", "lead", "username", "password", "enter", "hint")
    words = {key: el("span", t(f"desk.signin.{key}", lang)).source for key in named}
    html = _FORM.substitute(
        words,
        lang=lang,
        dir="rtl" if lang == "ar" else "ltr",
        name=t("desk.name", lang),
        css=f"/desk/signin.css?v={page.stamp('signin.css')}",
        problem=alert,
        described='aria-describedby="problem" aria-invalid="true"' if problem else "",
        seal=el("input", type="hidden", name="seal", value=seal).source,
        next=el("input", type="hidden", name="next", value=back).source,
        username_input=el(
            "input",
            id="username",
            name="username",
            value=username,
            required=True,
            autocomplete="username",
            dir="ltr",
            autofocus=True,
        ).source,
        other=el(
            "a", t("desk.lang.name", other), href=f"/lang/{other}?back={quote('/auth/login')}", lang=other, hreflang=other
        ).source,
    )
    response = HTMLResponse(html, status_code=status, headers={"cache-control": "no-store"})
    response.set_cookie(FORM_COOKIE, seal, max_age=3600, path="/auth", httponly=True, samesite="strict", secure=_secure(request))
    return response


async def ask(request: Request) -> Response:
    """GET /auth/login."""
    return _form(request, back=inside(request.query_params.get("next")))


#: wrong tries of one address (a whole office may sit behind it): twenty at once, then ten a minute
WRONG = Throttle(burst=20, per_second=1 / 6)


def _open(username: str, password: str) -> str:
    return sign_in(store.database(), username, password)


async def enter(request: Request) -> Response:
    """POST /auth/login: 303 to the page asked for; 401 with the form again; 403 for a form that isn't ours; 429 after too many."""
    form = await request.form(max_files=0, max_fields=8)
    given = {key: str(form.get(key, "")) for key in ("username", "password", "seal", "next")}
    back, expected = inside(given["next"]), request.cookies.get(FORM_COOKIE, "")
    if not expected or not hmac.compare_digest(expected.encode(), given["seal"].encode()):
        return _form(request, problem=t("desk.signin.stale", _lang(request)), back=back, status=403)
    address = request.client.host if request.client else ""
    if WRONG.wait(address, take=False):
        return _form(request, problem=t("desk.signin.many", _lang(request)), username=given["username"], back=back, status=429)
    try:
        token = await run_in_threadpool(_open, given["username"].strip(), given["password"])
    except WrongSignIn as refusal:
        WRONG.wait(address)
        return _form(request, problem=refusal.words(_lang(request)), username=given["username"], back=back, status=401)
    response = RedirectResponse(back, status_code=303, headers={"cache-control": "no-store"})
    whole_day = int(LONGEST.total_seconds())
    response.set_cookie(COOKIE, token, max_age=whole_day, httponly=True, samesite="lax", secure=_secure(request))
    response.delete_cookie(FORM_COOKIE, path="/auth", httponly=True, samesite="strict", secure=_secure(request))
    return response


def _close(token: str) -> None:
    with store.write() as session:
        sign_out(session, token)


async def leave(request: Request) -> Response:
    """/auth/logout: closes the session in the database and takes cookie and drafts out of the browser.

    A link on a foreign page can't sign anybody out: such a request only leads to the sign-in page.
    """
    response = RedirectResponse("/auth/login", status_code=303, headers={"cache-control": "no-store"})
    if request.headers.get("sec-fetch-site", "none") in ("cross-site", "same-site"):
        return response
    if token := request.cookies.get(COOKIE):
        await run_in_threadpool(_close, token)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=_secure(request))
    response.headers["clear-site-data"] = '"storage"'
    return response


async def choose(request: Request) -> Response:
    """/lang/{ar|en}?back=/page: keeps the language in a cookie."""
    lang = request.path_params["lang"]
    if lang not in ("ar", "en"):
        return PlainTextResponse("ar | en", status_code=404)
    back = request.query_params.get("back")
    response = RedirectResponse("/auth/login" if back == "/auth/login" else inside(back), status_code=303)
    response.set_cookie(LANG_COOKIE, lang, max_age=YEAR_S, samesite="lax", httponly=True, secure=_secure(request))
    return response


async def asset(request: Request) -> Response:
    """/desk/{file}: style, scripts, icon and fonts; only files that are there, only of known types."""
    file = page.STATIC / request.path_params["file"]
    known = TYPES.get(file.suffix)
    if known is None or request.path_params["file"] not in page.shelf():
        return PlainTextResponse("", status_code=404)
    forever = (
        "public, max-age=31536000, immutable" if "v" in request.query_params or known == "font/woff2" else "public, max-age=300"
    )
    return FileResponse(file, media_type=known, headers={"cache-control": forever})


ROUTES: Final = [
    Route("/auth/login", ask, methods=["GET"]),
    Route("/auth/login", enter, methods=["POST"]),
    Route("/auth/logout", leave, methods=["GET", "POST"]),
    Route("/lang/{lang}", choose, methods=["GET"]),
    Route("/desk/{file:path}", asset, methods=["GET"]),
]
