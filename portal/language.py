"""Which language a page is in: `/en/…` and `/ar/…` say it, else `?lang=` (kept in a cookie), else the cookie, else Arabic.

The prefix is taken off before routing, so that every page is one route in two languages; so is a slash at the end.
"""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.i18n import LANGS, Lang, lang_of

COOKIE = "lang"
YEAR_S = 365 * 24 * 3600


class Language:
    """Middleware: sets `state.lang` and `state.prefix`, and keeps a language chosen by `?lang=` in a cookie."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
        prefix, path = _split(scope["path"])
        lang: Lang = lang_of(prefix.strip("/") or asked or _kept(scope))
        scope = {**scope, "path": path, "state": {**scope.get("state", {}), "lang": lang, "prefix": prefix}}
        await self.app(scope, receive, self._keeping(send, asked) if asked in LANGS else send)

    def _keeping(self, send: Send, lang: str) -> Send:
        cookie = f"{COOKIE}={lang}; Path=/; Max-Age={YEAR_S}; HttpOnly; SameSite=Lax" + ("; Secure" if self.secure else "")

        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        return wrapped


def _split(path: str) -> tuple[str, str]:
    for lang in LANGS:
        if path == f"/{lang}" or path.startswith(f"/{lang}/"):
            return f"/{lang}", path[len(lang) + 1 :].rstrip("/") or "/"
    return "", path.rstrip("/") or "/"


def _kept(scope: Scope) -> str:
    try:
        jar = SimpleCookie(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return ""
    return jar[COOKIE].value if COOKIE in jar else ""
