"""A request read whole, and an answer made whole."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartParser

Json = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    filename: str
    content_type: str
    data: bytes


@dataclass
class Request:
    """One call as the doors see it. `form` and `query` keep the last value of a repeated name.

    `twists` are faults the lists themselves must act out (disorder, repeat, expired_cursor); `lag_s` hides what is
    younger than that many seconds.
    """

    method: str
    host: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    query_pairs: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""
    form: dict[str, str] = field(default_factory=dict)
    form_pairs: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, Upload] = field(default_factory=dict)
    payload: Any = None
    twists: set[str] = field(default_factory=set)
    lag_s: float = 0.0
    args: dict[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def params(self) -> dict[str, str]:
        """Query and form together, as the Graph API takes them; the form wins."""
        return {**self.query, **self.form}


@dataclass
class Reply:
    """An answer. `body` is JSON unless it is bytes or text, which go out as they are."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"

    def encoded(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def names(text: str) -> frozenset[str]:
    """The words of a text, as a set: for lists of parameters and fields too long to read one a line."""
    return frozenset(text.split())


class Refusal(Exception):
    """An answer that ends the handling: doors raise it, the app sends it."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}")
        self.reply = Reply(status, body, headers or {})


async def parse(method: str, host: str, path: str, query: str, headers: dict[str, str], raw: bytes) -> Request:
    """Read query and body. A body that does not parse leaves `payload`, `form` empty: the door says what it thinks."""
    pairs = parse_qsl(query, keep_blank_values=True)
    request = Request(method, host, path, dict(pairs), pairs, headers, raw)
    kind = request.content_type
    if kind == "application/json" and raw:
        try:
            request.payload = json.loads(raw)
        except ValueError:
            request.payload = None
    elif kind == "application/x-www-form-urlencoded":
        request.form_pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)
        request.form = dict(request.form_pairs)
    elif kind == "multipart/form-data":
        await _read_multipart(request, raw)
    return request


async def _read_multipart(request: Request, raw: bytes) -> None:
    async def chunks() -> Any:
        yield raw

    data = await MultiPartParser(Headers(request.headers), chunks(), max_part_size=64 * 1024 * 1024).parse()
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            request.files[name] = Upload(value.filename or name, value.content_type or "", content)
            await value.close()
        else:
            request.form[name] = value
