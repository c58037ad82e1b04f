"""What stands before Streamlit: the page in the person's language, sign-in before anything is shown, security headers."""

import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.auth import who
from core.i18n import lang_of
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


def _signed_in(token: str | None) -> bool:
    with store.read() as session:
        return who(session, token) is not None


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
                if scope["scheme"] == "https":
                    out["strict-transport-security"] = "max-age=31536000"
            await send(message)

        path: str = scope["path"]
        # a page is "/" or "/name": Streamlit probes deeper addresses to find out where it is mounted
        if scope["method"] in ("GET", "HEAD") and PAGE.fullmatch(path) and not path.startswith(OURS):
            response: Response
            if path == "/":
                response = RedirectResponse(START, status_code=303)
            elif await run_in_threadpool(_signed_in, cookie(headers, COOKIE)):
                response = HTMLResponse(page.index(lang).html, headers={"cache-control": "no-store"})
            else:
                query = scope["query_string"].decode("latin-1")
                back = quote(path + (f"?{query}" if query else ""), safe="/")
                response = RedirectResponse(f"/auth/login?next={back}", status_code=303, headers={"cache-control": "no-store"})
            await response(scope, receive, guarded)
            return
        await self.app(scope, receive, guarded)
