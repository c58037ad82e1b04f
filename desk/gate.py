"""What stands before Streamlit: the page in the person's language, sign-in before anything is shown, security headers."""

import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.auth import LONGEST, drowsy, keep_awake, who
from core.i18n import lang_of
from core.settings import settings
from desk import page, store
from desk.session import COOKIE, LANG_COOKIE

PAGE = re.compile(r"/[a-z_]*/?")
#: where the bare address leads
START = "/inbox"
OURS = ("/_stcore", "/static", "/media", "/component", "/desk", "/auth", "/lang")

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def cookie(headers: Headers, name: str) -> str | None:
    """One cookie of the request; None when absent or unreadable."""
    try:
        jar = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return None
    return jar[name].value if name in jar else None


def _look(token: str | None) -> page.Look | None:
    """How the person behind the token wants the desk; None when there is none. Opening a page is using the session."""
    with store.read() as session:
        user = who(session, token)
        late = user is not None and token is not None and drowsy(session, token)
    if late and token is not None:
        with store.write() as session:
            keep_awake(session, token)
    return page.look_of(user) if user is not None else None


def encrypted(scheme: str) -> bool:
    """True when people reach the desk over TLS: here, or at the proxy that stands before it."""
    return scheme == "https" or settings().desk_url.startswith("https:")


def _closer(cookie: str) -> str:
    """A cookie as it may be kept over TLS; one of Streamlit's, good for a month, no longer than a desk session."""
    if cookie.startswith("_streamlit_user"):
        cookie = re.sub(r"(?i)max-age=2592000", f"Max-Age={int(LONGEST.total_seconds())}", cookie)
    return cookie if re.search(r"(?i);\s*secure\b", cookie) else f"{cookie}; Secure"


class Gate:
    """Pure ASGI middleware around the Streamlit app."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        lang = lang_of(cookie(headers, LANG_COOKIE))
        hashes = page.index(lang).script_hashes

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for key, value in HEADERS.items():
                    out[key] = value
                out.setdefault("content-security-policy", page.policy(headers.get("host", ""), hashes))
                if encrypted(scope["scheme"]):
                    out["strict-transport-security"] = "max-age=31536000"
                    kept = [_closer(one) for one in out.getlist("set-cookie")]
                    del out["set-cookie"]
                    for one in kept:
                        out.append("set-cookie", one)
            await send(message)

        path: str = scope["path"]
        # a page is "/" or "/name": Streamlit probes deeper addresses to find out where it is mounted
        if scope["method"] in ("GET", "HEAD") and PAGE.fullmatch(path) and not path.startswith(OURS):
            response: Response
            if path == "/":
                response = RedirectResponse(START, status_code=303)
            elif (look := await run_in_threadpool(_look, cookie(headers, COOKIE))) is not None:
                response = HTMLResponse(page.index(lang, look).html, headers={"cache-control": "no-store"})
            else:
                query = scope["query_string"].decode("latin-1")
                back = quote(path + (f"?{query}" if query else ""), safe="/")
                response = RedirectResponse(f"/auth/login?next={back}", status_code=303, headers={"cache-control": "no-store"})
            await response(scope, receive, guarded)
            return
        await self.app(scope, receive, guarded)
