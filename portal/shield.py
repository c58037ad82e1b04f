"""What stands around every answer: security headers, a limit on what is sent to us and how slowly, and no traceback ever."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.db import away
from core.i18n import ROOT
from core.log import logger
from inbox.uploads import MOST_BYTES, MOST_FILES

log = logger("portal")

#: Nothing is loaded from anywhere but here. Scripts are files of ours: they read aloud, take dictation, set the look.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",  # a tracking address holds its secret
    "permissions-policy": "camera=(), microphone=(self), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"

#: Largest body in bytes by the beginning of the path. Meta sends up to 1,000 changes at once; a form is a few lines, and a letter
#: takes nine bytes in some of our languages.
LIMITS: Mapping[str, int] = {"/webhooks/": 8 * 1024 * 1024, "/": 128 * 1024}
#: forms that may bring files, and how large they are with them; without files they are a few lines too
WITH_FILES = ("/complaint", "/suggestion", "/feedback", "/track/answer")
FILES_BYTES = (MOST_FILES * MOST_BYTES) + 1024 * 1024

#: Seconds within which a body must have come whole. Platforms take milliseconds, a form on a bad line some seconds.
PATIENCE_S = 20.0
#: Files may take longer, as long as they come on at no less than so many bytes a second: a slow telephone does.
SLOWEST = 8 * 1024

Apology = Callable[[Request, int], Response]


class TooLarge(HTTPException):
    """More bytes were sent than this path takes."""

    def __init__(self) -> None:
        super().__init__(413)


class TooSlow(HTTPException):
    """The body did not come whole within PATIENCE_S."""

    def __init__(self) -> None:
        super().__init__(408, headers={"connection": "close"})


class Shield:
    """Outermost middleware. `apology(request, status)` makes the page for what went wrong inside."""

    def __init__(self, app: ASGIApp, *, apology: Apology, secure: bool) -> None:
        self.app = app
        self.apology = apology
        self.headers = {**HEADERS, **({"strict-transport-security": HSTS} if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, _limited(scope, receive), guarded)
        except ClientDisconnect:
            return  # nobody is left to answer
        except Exception as e:
            _note(e, scope)
            if begun:
                raise
            status = 503 if away(e) else 500
            await self.apology(Request(scope), status)(scope, receive, guarded)


def _note(fault: Exception, scope: Scope) -> None:
    """Log what failed and where: its type and line, the route as declared. A message or a real path may hold what no log may."""
    lines = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(fault.__traceback__)]
    ours = [
        f"{path.relative_to(ROOT)}:{number}" for path, number in lines if path.is_relative_to(ROOT) and ".venv" not in path.parts
    ]
    where = ours[-1] if ours else ""
    route = str(getattr(scope.get("route"), "path", "-"))
    log.error("request failed", code=type(fault).__name__, detail=where, method=scope["method"], path=route)


def _limited(scope: Scope, receive: Receive) -> Callable[[], Awaitable[Message]]:
    headers = Headers(scope=scope)
    files = scope["path"] in WITH_FILES and headers.get("content-type", "").startswith("multipart/form-data")
    most = next(limit for start, limit in LIMITS.items() if scope["path"].startswith(start) or start == "/")
    most = FILES_BYTES if files else most
    declared = headers.get("content-length", "")
    got = int(declared) if declared.isdecimal() and int(declared) > most else 0

    whole = False
    begun = asyncio.get_running_loop().time()

    async def counted() -> Message:
        nonlocal got, whole
        if got > most:
            raise TooLarge()
        try:
            # when the body is whole, what comes next is that they hang up: that may take as long as it likes
            deadline = begun + PATIENCE_S + (got / SLOWEST if files else 0)
            async with asyncio.timeout_at(None if whole else deadline):
                message = await receive()
        except TimeoutError:
            raise TooSlow() from None
        got += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if got > most:
            raise TooLarge()
        return message

    return counted
