"""The ASGI application: read the call, act out a fault if one is due, open the right door, send the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.formparsers import MultiPartException

from sandbox import faults, http
from sandbox.control import Control
from sandbox.faults import Fault
from sandbox.graph import door as graph
from sandbox.graph import errors as graph_errors
from sandbox.http import Reply, Request
from sandbox.igprivate import door as igprivate
from sandbox.igprivate import errors as igprivate_errors
from sandbox.webhooks import Webhooks
from sandbox.world import World
from sandbox.x import door as x

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Door = Callable[[World, Request], Reply]

DOORS: dict[str, tuple[str, Door]] = {
    **dict.fromkeys(x.HOSTS, ("x", x.serve)),
    **dict.fromkeys(graph.HOSTS, ("graph", graph.serve)),
    **dict.fromkeys(igprivate.HOSTS, ("igp", igprivate.serve)),
}
HTML = "text/html; charset=utf-8"
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
HALF_LENGTH = 4000


@dataclass
class Sandbox:
    """One world behind one ASGI callable. Handlers are plain functions run under the world's lock."""

    world: World
    webhooks: Webhooks
    control: Control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = await self._read(scope, receive)
        if request.path.startswith("/__sandbox"):
            await _send(send, self._controlled(request))
        elif request.host == "www.instagram.com":
            await _send(send, Reply(404, "<html><body>Page not found</body></html>", content_type=HTML))
        elif request.host in DOORS:
            await self._serve(request, send)
        elif request.path == "/":
            await _send(send, Reply(302, None, {"location": "/__sandbox/"}))
        else:
            hosts = ", ".join([*DOORS, "www.instagram.com"])
            await _send(send, Reply(421, {"error": f"no platform at host {request.host!r}; known: {hosts}"}))

    async def _read(self, scope: Scope, receive: Receive) -> Request:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        host = headers.get("host", "").partition(":")[0].lower()
        path, query = unquote(scope["path"]), scope["query_string"].decode("latin-1")
        try:
            return await http.parse(scope["method"], host, path, query, headers, body)
        except MultiPartException:
            return Request(scope["method"], host, path, headers=headers, raw=body)

    def _controlled(self, request: Request) -> Reply:
        with self.world.lock:
            return self.control.serve(request)

    async def _serve(self, request: Request, send: Send) -> None:
        """Fault before, act, record, fault after."""
        arrived = asyncio.get_running_loop().time()
        family, door = DOORS[request.host]
        with self.world.lock:
            record = self.world.recorder.start(family, request, self.world.clock.now())
            fault = self.world.faults.strike(family, request.method, request.path, STRIKES)
            if fault is not None and fault.kind in faults.LISTS:
                request.twists.add(fault.kind)
                request.lag_s = fault.seconds if fault.kind == "stale_read" else 0.0
            reply = None
            if fault is None or not _before(fault):
                reply = door(self.world, request)
            if fault is not None:
                reply = spoiled(self.world, family, fault, reply)
            self.world.recorder.finish(record, reply, fault.kind if fault else None)
        if self.world.config.answer_delay_s:
            await asyncio.sleep(arrived + self.world.config.answer_delay_s - asyncio.get_running_loop().time())
        await self._answer(send, fault, reply)

    async def _answer(self, send: Send, fault: Fault | None, reply: Reply | None) -> None:
        kind = fault.kind if fault else ""
        if kind in ("drop_before", "drop_after"):
            await _cut(send)
        elif kind == "half_after" and reply is not None:
            await _send_half(send, reply)
        elif reply is not None:
            if kind == "slow_after" and fault is not None:
                await asyncio.sleep(fault.seconds)
            await _send(send, reply)


STRIKES = faults.BEFORE + faults.AFTER + faults.LISTS


def _before(fault: Fault) -> bool:
    return fault.kind in faults.BEFORE and not fault.committed


def spoiled(world: World, family: str, fault: Fault, reply: Reply | None) -> Reply | None:
    """The answer a fault makes of it; None where there is none at all."""
    kind = fault.kind
    if kind == "answer":
        plain = isinstance(fault.body, str)
        return Reply(fault.status, fault.body, dict(fault.headers), **({"content_type": "text/plain"} if plain else {}))
    if kind in faults.X_ONLY:
        return x.fault_reply(world, kind)
    if kind in ("429", "rate_window"):
        return _limited(world, family, headers=True)
    if kind == "429_no_headers":
        return _limited(world, family, headers=False)
    if kind in ("5xx", "commit_then_500"):
        return _failed(family, fault.status if kind == "5xx" else 500)
    if kind == "401":
        return _unknown_caller(family)
    if kind == "html_502":
        return Reply(502, BAD_GATEWAY, content_type=HTML)
    if kind == "bad_json":
        return Reply(200, '{"data": {"id": "19', {})
    if kind == "empty_200":
        return Reply(200, "", {})
    return None if kind in ("drop_before", "drop_after") else reply


def _limited(world: World, family: str, *, headers: bool) -> Reply:
    if family == "x":
        return Reply(429, x.fault_body("429", 429), x.fault_headers(world) if headers else {})
    if family == "graph":
        usage = graph.usage_headers(world, "facebook", 100, 5) if headers else {}
        return Reply(400, graph_errors.throttled().reply.body, usage)
    return igprivate_errors.throttled().reply


def _failed(family: str, status: int) -> Reply:
    if family == "x":
        return Reply(status, x.fault_body("5xx", status))
    if family == "graph":
        message = "An unexpected error has occurred. Please retry your request later."
        return Reply(status, graph_errors.body(2, message, transient=True))
    return Reply(status, {"message": "Oops, an error occurred.", "status": "fail"})


def _unknown_caller(family: str) -> Reply:
    if family == "x":
        return Reply(401, x.fault_body("401", 401))
    if family == "graph":
        return graph_errors.expired_token().reply
    return igprivate_errors.login_required().reply


async def _send(send: Send, reply: Reply) -> None:
    body = reply.encoded()
    headers = {"content-type": reply.content_type, "content-length": str(len(body)), **reply.headers}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    if reply.status in (204, 304):
        raw = [(n, v) for n, v in raw if n not in (b"content-length", b"content-type")]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def _send_half(send: Send, reply: Reply) -> None:
    """Headers that promise more than comes, the first bytes, and an end."""
    body = reply.encoded()
    raw = [(b"content-type", reply.content_type.encode()), (b"content-length", str(HALF_LENGTH + len(body)).encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": body[: max(1, len(body) // 2)], "more_body": True})
    _transport(send).close()
    await _gone(send)


async def _cut(send: Send) -> None:
    """Close the connection with no byte of an answer."""
    _transport(send).abort()
    await _gone(send)


def _transport(send: Send) -> Any:
    # uvicorn's `send` is a bound method of its request cycle, which holds the transport: ASGI itself has no abort
    return send.__self__.transport  # type: ignore[attr-defined]  # a bound method, see above


async def _gone(send: Send) -> None:
    """Wait until the server has noticed, so that it does not report an answer left unfinished."""
    cycle: Any = send.__self__  # type: ignore[attr-defined]  # see _transport
    for _ in range(100):
        if cycle.disconnected:
            return
        await asyncio.sleep(0)
