"""What was sent to the platforms: every request, with nothing secret in it."""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from sandbox.http import Reply, Request

SECRET = re.compile(r"token|secret|proof|sessionid|authorization|password|_uid$|_uuid$", re.IGNORECASE)
PUBLIC = {"pagination_token", "next_token", "idempotence_token", "crc_token"}
HIDDEN = "[redacted]"
LONG = 4000


@dataclass
class Record:
    """One request. `at` is the sandbox's clock; `auth` names the kind of credential, never its value."""

    number: int
    at: float
    family: str
    method: str
    host: str
    path: str
    params: dict[str, Any]
    body: Any
    auth: str
    status: int | None = None
    fault: str | None = None
    answer: Any = None


@dataclass
class Recorder:
    """The newest `limit` requests; answers too while `keep_bodies` is on."""

    keep_bodies: bool = False
    limit: int = 20_000
    count: int = 0
    records: deque[Record] = field(default_factory=deque)

    def clear(self) -> None:
        self.records.clear()

    def start(self, family: str, request: Request, at: float) -> Record:
        self.count += 1
        record = Record(
            number=self.count,
            at=at,
            family=family,
            method=request.method,
            host=request.host,
            path=redact_text(request.path),
            params=redact(dict(request.query)),
            body=body_of(request),
            auth=auth_kind(request),
        )
        self.records.append(record)
        if len(self.records) > self.limit:
            self.records.popleft()
        return record

    def finish(self, record: Record, reply: Reply | None, fault: str | None) -> None:
        record.fault = fault
        if reply is None:
            return
        record.status = reply.status
        if self.keep_bodies:
            record.answer = reply.body

    def since(self, number: int = 0) -> list[dict[str, Any]]:
        """The records after that number, oldest first, as JSON types."""
        return [asdict(r) for r in self.records if r.number > number]


def auth_kind(request: Request) -> str:
    header = request.headers.get("authorization", "")
    scheme = header.split(" ")[0].lower()
    if scheme == "bearer":
        return "session" if "IGT:2:" in header else "bearer"
    if scheme == "oauth":
        return "oauth1"
    if "access_token" in request.form:
        return "body"
    return "query" if "access_token" in request.query else "none"


def body_of(request: Request) -> Any:
    """The parsed body without secrets; files by name and size; an instagrapi envelope opened."""
    if request.payload is not None:
        return redact(request.payload)
    body: dict[str, Any] = dict(request.form)
    signed = body.pop("signed_body", None)
    if signed is not None:
        body.update(open_envelope(signed))
    for name, upload in request.files.items():
        body[name] = {"filename": upload.filename, "bytes": len(upload.data)}
    if not body and request.raw:
        return {"bytes": len(request.raw)}
    return redact(body) if body else None


def open_envelope(signed_body: str) -> dict[str, Any]:
    """`SIGNATURE.{json}`, as instagrapi signs its forms; {} where it is something else."""
    _, _, text = signed_body.partition(".")
    for candidate in (text, unquote_plus(text)):
        try:
            opened = json.loads(candidate)
        except ValueError:
            continue
        return opened if isinstance(opened, dict) else {}
    return {}


def redact(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            k: HIDDEN if SECRET.search(str(k)) and k not in PUBLIC and not isinstance(v, dict | list) else redact(v)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [redact(v) for v in value]
    if isinstance(value, str) and len(value) > LONG:
        return f"[{len(value)} characters]"
    return value


def redact_text(text: str) -> str:
    return re.sub(r"(access_token=)[^&\s\"]+", rf"\1{HIDDEN}", text)
