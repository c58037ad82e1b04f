"""The desk's own sign-in page: a plain HTML form, an HttpOnly cookie, a token against forged forms. No script needed."""

import hmac
import secrets
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from core.auth import LONGEST, WrongSignIn, actor_of, keep_awake, rests, sign_in, too_late, who
from core.errors import MajlisError
from core.i18n import Lang, lang_of, t
from core.oneself import prefer
from core.throttle import Throttle
from desk import identity, page, store
from desk.device import device
from desk.gate import encrypted
from desk.safe import Markup, el, join
from desk.session import COOKIE, LANG_COOKIE, close

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
    return encrypted(request.url.scheme)


def _provider(lang: Lang, back: str) -> Markup | None:
    """The way in by the ministry's identity provider, where there is one."""
    address = f"/auth/oidc?next={quote(back, safe='/')}"
    return el("a", t("desk.signin.provider", lang), href=address, class_="provider") if identity.offered() else None


def _form(
    request: Request, *, told: str = "", problem: str = "", username: str = "", back: str = "/", status: int = 200
) -> HTMLResponse:
    lang = _lang(request)
    other: Lang = "en" if lang == "ar" else "ar"
    seal = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    alert = el("p", problem, class_="problem", role="alert", id="problem").source if problem else ""
    alert += el("p", told, class_="told", role="status").source if told else ""
    named = ("title", "lead", "username", "password", "enter", "hint")
    words = {key: el("span", t(f"desk.signin.{key}", lang)).source for key in named}
    asked = f"/auth/login?next={quote(back)}"  # the same page in the other language
    html = _FORM.substitute(
        words,
        lang=lang,
        dir="rtl" if lang == "ar" else "ltr",
        name=t("desk.name", lang),
        css=f"/desk/signin.css?v={page.stamp('signin.css')}",
        problem=alert,
        described='aria-describedby="problem" aria-invalid="true"' if problem else "",
        provider=join([_provider(lang, back)]).source,
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
        other=el("a", t("desk.lang.name", other), href=f"/lang/{other}?back={quote(asked)}", lang=other, hreflang=other).source,
    )
    response = HTMLResponse(html, status_code=status, headers={"cache-control": "no-store"})
    response.set_cookie(FORM_COOKIE, seal, max_age=3600, path="/auth", httponly=True, samesite="strict", secure=_secure(request))
    return response


async def ask(request: Request) -> Response:
    """GET /auth/login: the form; or in, for whom the identity provider has just vouched."""
    if identity.arrived(request):
        return await run_in_threadpool(_arrive, request)
    ended = await run_in_threadpool(_ended, request.cookies.get(COOKIE))
    told = t("desk.signin.ended", _lang(request)) if ended else ""
    return _form(request, told=told, back=inside(request.query_params.get("next")))


def _ended(token: str | None) -> bool:
    with store.read() as session:
        return too_late(session, token)


def _agent(request: Request) -> str:
    return device(request.headers.get("user-agent", ""))


def _arrive(request: Request) -> Response:
    """Back from the provider: in, or told why not."""
    secure, back = _secure(request), inside(unquote(request.cookies.get(identity.ROUND_COOKIE, "")))
    try:
        token = identity.admit(request, _agent(request))
    except MajlisError as refusal:
        form = _form(request, problem=refusal.words(_lang(request)), back=back, status=401)
        return identity.back_to(form, secure=secure)
    response = _let_in(request, token, back)
    return identity.back_to(response, secure=secure)


async def depart(request: Request) -> Response:
    """/auth/oidc?next=/page: to the identity provider, and back to that page."""
    if not identity.offered():
        return PlainTextResponse("", status_code=404)
    back = inside(request.query_params.get("next"))
    response = await identity.depart(request)
    return identity.on_the_way(response, quote(back, safe=""), secure=_secure(request))


#: wrong tries of one address (a whole office may sit behind it): twenty at once, then ten a minute
WRONG = Throttle(burst=20, per_second=1 / 6)


def _open(username: str, password: str, agent: str) -> str:
    return sign_in(store.database(), username, password, device=agent)


def _language(token: str) -> str:
    with store.read() as session:
        user = who(session, token)
        return user.lang if user is not None else "ar"


def _let_in(request: Request, token: str, back: str) -> RedirectResponse:
    """To the page asked for, with the cookie of the session that was opened; in his own language, where none was chosen here."""
    response = RedirectResponse(back, status_code=303, headers={"cache-control": "no-store"})
    whole_day = int(LONGEST.total_seconds())
    response.set_cookie(COOKIE, token, max_age=whole_day, httponly=True, samesite="lax", secure=_secure(request))
    if LANG_COOKIE not in request.cookies:
        _keep_language(request, response, _language(token))
    return response


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
        token = await run_in_threadpool(_open, given["username"].strip(), given["password"], _agent(request))
    except WrongSignIn as refusal:
        WRONG.wait(address)
        return _form(request, problem=refusal.words(_lang(request)), username=given["username"], back=back, status=401)
    response = await run_in_threadpool(_let_in, request, token, back)
    response.delete_cookie(FORM_COOKIE, path="/auth", httponly=True, samesite="strict", secure=_secure(request))
    return response


async def leave(request: Request) -> Response:
    """/auth/logout: closes the session in the database and takes cookie and drafts out of the browser.

    A link on a foreign page can't sign anybody out: such a request only leads to the sign-in page.
    """
    response: Response = RedirectResponse("/auth/login", status_code=303, headers={"cache-control": "no-store"})
    if request.headers.get("sec-fetch-site", "none") in ("cross-site", "same-site"):
        return response
    response = await identity.farewell(request) or response
    if token := request.cookies.get(COOKIE):
        await run_in_threadpool(close, token)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=_secure(request))
    response.headers["clear-site-data"] = '"storage"'
    return response


def _keep_language(request: Request, response: Response, lang: str) -> None:
    response.set_cookie(LANG_COOKIE, lang, max_age=YEAR_S, samesite="lax", httponly=True, secure=_secure(request))


def _awake(token: str, *, touched: bool) -> int:
    """Seconds that the session still rests; when it was touched, from now on."""
    if touched:
        with store.write() as session:
            if who(session, token) is not None:
                keep_awake(session, token)
    with store.read() as session:
        return int(rests(session, token).total_seconds())


async def awake(request: Request) -> Response:
    """GET /auth/awake: the seconds until the session ends if nobody touches it; POST: somebody is there. 0 when it has ended."""
    left = await run_in_threadpool(_awake, request.cookies.get(COOKIE, ""), touched=request.method == "POST")
    return PlainTextResponse(str(left), headers={"cache-control": "no-store"})


def _remember(token: str | None, lang: str) -> None:
    """The language of whoever is signed in, for letters and for his next browser."""
    with store.write() as session:
        if (user := who(session, token)) is not None and user.lang != lang:
            prefer(session, actor_of(user), lang=lang)


async def choose(request: Request) -> Response:
    """/lang/{ar|en}?back=/page: keeps the language in a cookie, and in the row of whoever is signed in."""
    lang = request.path_params["lang"]
    if lang in ("ar", "en") and request.cookies.get(COOKIE):
        await run_in_threadpool(_remember, request.cookies.get(COOKIE), lang)
    if lang not in ("ar", "en"):
        return PlainTextResponse("ar | en", status_code=404)
    back = request.query_params.get("back", "")
    if back.startswith("/auth/login"):
        wanted = parse_qs(urlsplit(back).query).get("next", ["/"])[0]
        back = f"/auth/login?next={quote(inside(wanted), safe='/')}"
    else:
        back = inside(back)
    response = RedirectResponse(back, status_code=303)
    _keep_language(request, response, lang)
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
    Route("/auth/oidc", depart, methods=["GET"]),
    Route("/auth/awake", awake, methods=["GET", "POST"]),
    Route("/auth/login", enter, methods=["POST"]),
    Route("/auth/logout", leave, methods=["GET", "POST"]),
    Route("/lang/{lang}", choose, methods=["GET"]),
    Route("/desk/{file:path}", asset, methods=["GET"]),
]
