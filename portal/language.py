"""Which language a page is in: `/en/…` and `/ar/…` say it, else `?lang=` (kept in a cookie), else the cookie, else Arabic.

The prefix is taken off before routing, so that every page is one route in every language; so is a slash at the end. The pages about
somebody's own case speak seven languages (`/ur/track`), the others two: whoever chose one of the five reads those in English.
"""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.i18n import LANGS, Lang
from inbox.tongues import TONGUES, Tongue, tongue_of

COOKIE = "lang"
YEAR_S = 365 * 24 * 3600

#: pages about one's own case, and whatever lies beneath: in all of TONGUES
SPOKEN = ("/track", "/why")


class Language:
    """Middleware: sets `state.lang`, `state.tongue`, `state.prefix`, and keeps a language chosen by `?lang=` in a cookie.

    `lang` is Arabic or English; `tongue` is what the page's own words are in, one of seven where the page speaks them.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
        prefix, path = _split(scope["path"])
        wanted = tongue_of(prefix.strip("/") or (asked if asked in TONGUES else _kept(scope)), "ar")
        lang: Lang = wanted if wanted in LANGS else "en"
        settled = {"lang": lang, "tongue": wanted if speaks(path) else lang, "prefix": prefix}
        scope = {**scope, "path": path, "state": {**scope.get("state", {}), **settled}}
        await self.app(scope, receive, self._keeping(send, asked) if asked in TONGUES else send)

    def _keeping(self, send: Send, lang: str) -> Send:
        cookie = f"{COOKIE}={lang}; Path=/; Max-Age={YEAR_S}; HttpOnly; SameSite=Lax" + ("; Secure" if self.secure else "")

        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        return wrapped


def speaks(path: str) -> bool:
    """True where a page (its path without prefix) is there in all of TONGUES."""
    return any(path == one or path.startswith(f"{one}/") for one in SPOKEN)


def prefixed(path: str, tongue: Tongue, lang: Lang) -> str:
    """The address of a page in the language its reader wants, as far as that page speaks it."""
    return f"/{tongue if speaks(path) else lang}{path}".rstrip("/")


def _split(path: str) -> tuple[str, str]:
    for lang in TONGUES:
        if path == f"/{lang}" or path.startswith(f"/{lang}/"):
            below = path[len(lang) + 1 :].rstrip("/") or ("/" if lang in LANGS else "/track")
            if lang in LANGS or speaks(below):
                return f"/{lang}", below
    return "", path.rstrip("/") or "/"


def _kept(scope: Scope) -> str:
    try:
        jar = SimpleCookie(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return ""
    return jar[COOKIE].value if COOKIE in jar else ""
