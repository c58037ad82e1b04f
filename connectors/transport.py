"""The hardened transport under every platform client: one adapter, mounted on the client's own `requests` session.

It re-homes calls (`MAJLIS_PLATFORM_URL`) with the original Host kept, reaches no host but the platform's own, always has a timeout,
never repeats, never follows a redirect, reads the whole body inside `send` (so a cut answer is an error, not a short success),
lets no success through that is not a JSON object, and keeps secrets out of every error and log line.
"""

import json
import logging
import re
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

LARGEST_ANSWER = 32 * 1024 * 1024
QUERY_SECRETS = re.compile(r"((?:access_token|appsecret_proof|input_token|client_secret)=)[^&\s\"']+")


@dataclass(frozen=True, slots=True)
class Wire:
    """How to reach the platforms: `home` re-homes every call there (empty: the real hosts). Seconds: `connect_s` to be let in,
    `read_s` between two pieces of an answer, `whole_s` for all of it."""

    home: str = ""
    connect_s: float = 5.0
    read_s: float = 30.0
    whole_s: float = 120.0
    graph_version: str = "v25.0"
    overlap_s: int = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered: status, headers (any case) and the body, {} where it was no JSON object."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any]


class NotSent(requests.ConnectionError):
    """The request certainly did not reach the platform: name not found, connection refused or not made in time."""


class Cut(requests.ConnectionError):
    """The request left, its answer did not arrive whole or can't be read: the outcome of a write is unknown."""


class Redactor(logging.Filter):
    """Takes tokens out of the log lines of urllib3 (which hold the whole query string) and tweepy (which hold headers)."""

    def filter(self, record: logging.LogRecord) -> bool:
        plain = record.getMessage()
        clean = QUERY_SECRETS.sub(r"\1***", re.sub(r"(Bearer |oauth_token=\"|IGT:2:)[^\s'\"]+", r"\1***", plain))
        if clean != plain:
            record.msg, record.args = clean, None
        return True


for _logger in ("tweepy.client", "instagrapi", "oauthlib", "requests_oauthlib"):
    # their debug lines hold whole answers (what people wrote to us in private) and whole signatures with what they are made of
    logging.getLogger(_logger).setLevel(logging.INFO)
for _logger in ("urllib3.connectionpool", "tweepy.client", "private_request", "public_request", "instagrapi"):
    logging.getLogger(_logger).addFilter(Redactor())


class Adapter(HTTPAdapter):
    """Sends once. `last` is the answer to the newest call of this account, None while there is none; `reads` and `writes` count
    the calls that left."""

    def __init__(self, wire: Wire, secrets: Iterable[str]) -> None:
        super().__init__(max_retries=0)
        self.wire = wire
        self.last: Answer | None = None
        self.reads = self.writes = 0
        self._secrets = sorted((s for s in secrets if len(s) > 3), key=len, reverse=True)

    def mount_on(self, session: requests.Session, *hosts: str) -> None:
        """Let `session` reach `hosts` through this adapter, and nothing else: a client that is led elsewhere by an answer, or by
        its own habits, must not carry a token there."""
        for scheme in ("https://", "http://"):
            session.mount(scheme, Closed())
        for host in hosts:
            session.mount(f"https://{host}/", self)
        if self.wire.home:
            session.trust_env = False  # a proxy or .netrc of the machine must not see calls meant for loopback

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The whole answer, read to its end. NotSent or Cut, with a text free of secrets, otherwise."""
        self.last = None
        url = request.url or ""
        if request.method not in ("GET", "HEAD"):
            self.poolmanager.clear()  # a kept connection that died unnoticed would make a write's outcome unknown
        problem: requests.RequestException
        try:
            response = self._once(request, url, verify, cert, proxies)
        except requests.RequestException as error:
            problem = _classified(error, self.redact)
        except (HTTPError, OSError, ValueError) as error:
            problem = Cut(self.redact(f"{type(error).__name__}: {error}"))
        else:
            self._count(request)
            return response
        finally:
            request.url = url
        if not isinstance(problem, NotSent):
            self._count(request)
        raise problem  # outside the except block, so that no chained exception carries the address with its token

    def _count(self, request: requests.PreparedRequest) -> None:
        if request.method in ("GET", "HEAD"):
            self.reads += 1
        else:
            self.writes += 1

    def _once(
        self,
        request: requests.PreparedRequest,
        url: str,
        verify: bool | str,
        cert: Any,
        proxies: Mapping[str, str] | None,
    ) -> requests.Response:
        if self.wire.home:
            parts = urlsplit(url)
            request.headers["Host"] = parts.netloc
            request.url = self.wire.home.rstrip("/") + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            proxies = {}
        waits = (self.wire.connect_s, self.wire.read_s)
        response = super().send(request, True, waits, verify, cert, proxies)
        body = _whole(response, self.wire.whole_s)
        response._content, response._content_consumed = body, True  # type: ignore[attr-defined]  # as iter_content would set it
        response.headers.pop("location", None)  # no redirects: a token must not follow one to another host
        response.url = url
        parsed = _object(body)
        self.last = Answer(response.status_code, response.headers, parsed or {})
        _refuse_unreadable(response.status_code, parsed, body)
        if "json" not in response.headers.get("content-type", "") and parsed is not None:
            response.headers["content-type"] = "application/json"  # facebook-sdk raises KeyError where it is missing
        return response

    def redact(self, text: str) -> str:
        """`text` without any secret of this account."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return QUERY_SECRETS.sub(r"\1***", text)


class Closed(HTTPAdapter):
    """Stands before every host that is not the platform's."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        raise NotSent(f"{urlsplit(request.url or '').hostname} is no host of this platform")


def _whole(response: requests.Response, longest_s: float) -> bytes:
    """The body, piece by piece as it comes: a server that drips a byte at a time outlives no `longest_s` seconds."""
    parts: list[bytes] = []
    size = 0
    ends = time.monotonic() + longest_s
    with response:
        while part := response.raw.read1(65536, decode_content=True):
            size += len(part)
            if size > LARGEST_ANSWER:
                raise Cut(f"the answer is larger than {LARGEST_ANSWER} bytes")
            if time.monotonic() > ends:
                raise Cut(f"the answer took longer than {longest_s} s")
            parts.append(part)
    return b"".join(parts)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        parsed = json.loads(body)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _refuse_unreadable(status: int, parsed: dict[str, Any] | None, body: bytes) -> None:
    """Cut for what no client reads safely: 408, a fault without a parsed error, a success that is no JSON object."""
    if status == 204 and not body:
        return
    if parsed is None:
        raise Cut(f"HTTP {status} without a JSON object")
    named = any(parsed.get(name) for name in ("error", "errors", "title", "message"))
    if status == 408 or 300 <= status < 400 or (status >= 500 and not named):
        raise Cut(f"HTTP {status} without an error the platform names")


def _classified(error: requests.RequestException, redact: Any) -> requests.RequestException:
    text = redact(f"{type(error).__name__}: {error}")
    if isinstance(error, NotSent | Cut):
        return error
    return NotSent(text) if _never_left(error) else Cut(text)


def _never_left(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError | requests.exceptions.InvalidURL):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(error, requests.exceptions.SSLError):
        return any(isinstance(a, ssl.SSLCertVerificationError) for a in getattr(reason, "args", ()))
    return isinstance(reason, NewConnectionError)
