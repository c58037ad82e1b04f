"""What a platform's refusal means: tables from HTTP status, code and subcode to one typed error (PLATFORMS 5.1-5.3).

Text is read only where a platform gives no code at all (X's 403 on posting); those words are X's own and stand here alone.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors import gauge
from connectors.transport import Answer
from core.clock import now
from core.errors import (
    Disconnected,
    Gone,
    NotPossible,
    PlatformError,
    RateLimited,
    Rejected,
    SpendCapReached,
    TokenExpired,
    Unavailable,
    Uncertain,
    Unfetched,
)
from core.log import logger

log = logger("connectors")

#: refusals of the one thing asked for; of the token and its rights, of limits and of faults on the way others speak
OF_ONE = (Gone, NotPossible, Rejected)
X_WINDOW = timedelta(minutes=15)
GRAPH_WINDOW = timedelta(hours=1)
PRIVATE_WINDOW = timedelta(hours=1)
LONGEST_WAIT = timedelta(hours=25)

#: Graph `code` -> class. 200-299 and everything not named here: see `graph`.
GRAPH: dict[int, type[PlatformError]] = {
    3: Disconnected,  # the app lacks the capability
    10: Disconnected,
    102: TokenExpired,
    190: TokenExpired,
    368: Disconnected,  # blocked as abusive: a person must look
    1705: Disconnected,  # called as a person, not as the page
    2635: Disconnected,  # deprecated version
    10900: Rejected,
    10903: Rejected,
    551: NotPossible,
    803: Gone,  # no such object, by whatever name
}
GRAPH_LIMITS = frozenset({4, 17, 32, 613, 80001, 80002, 80006})
GRAPH_UNKNOWN = frozenset({1, 2})
#: the detail of a fault that Graph does not name; too much data asked for at once is told so too
ANY_FAULT = "1"
#: the detail of a Graph error about a field that this version of the API does not know
FIELD_UNKNOWN = "100/field"
#: Instagram could not fetch our picture, as where the portal is being restarted; a container that failed names it in words
UNFETCHED = 2207052
#: Instagram's `error_subcode` where the code says too little.
GRAPH_SUBCODES: dict[int, type[PlatformError]] = {
    33: Gone,
    2207001: Uncertain,  # server
    2207032: Uncertain,  # server
    2207003: Unavailable,  # the platform could not fetch our picture in time
    2207006: Gone,
    2207008: Uncertain,  # container not found: read its status first
    2207027: Uncertain,  # not ready: read its status first
    2207050: Disconnected,  # account restricted
    2207051: Rejected,  # looks like spam
    UNFETCHED: Unfetched,
    2018278: NotPossible,  # this person wrote too long ago (24 hours): no right of ours is missing
    2534022: NotPossible,  # the same, of Instagram
}
INSTAGRAM_QUOTA = 2207042
#: X problem types, by their last segment.
X_TYPES: dict[str, type[PlatformError]] = {
    "usage-capped": SpendCapReached,
    "client-forbidden": NotPossible,
    "oauth1-permissions": Disconnected,
    "client-disconnected": Disconnected,
    "resource-not-found": Gone,
}
X_CODES: dict[int, type[PlatformError]] = {
    32: TokenExpired,
    63: Disconnected,
    64: Disconnected,
    89: TokenExpired,
    326: Disconnected,
    88: RateLimited,
    144: Gone,
    187: Uncertain,
}
X_DUPLICATE = "duplicate content"
X_NOT_SUMMONED = ("reply to this conversation is not allowed", "not been mentioned")
PRIVATE_MESSAGES: dict[str, type[PlatformError]] = {
    "login_required": TokenExpired,
    "challenge_required": Disconnected,
    "checkpoint_required": Disconnected,
    "feedback_required": Disconnected,
    "consent_required": Disconnected,
    "two_factor_required": Disconnected,
    "Media not found or unavailable": Gone,
    "Media is unavailable": Gone,
}


def graph(answer: Answer, writing: bool, account: str) -> PlatformError:
    """The meaning of a Graph error body."""
    error = _dict(answer.body.get("error"))
    code, subcode = _int(error.get("code")), _int(error.get("error_subcode"))
    detail = f"{code}/{subcode}" if subcode else str(code)
    if code == 100 and "nonexisting field" in str(error.get("message")):
        detail = FIELD_UNKNOWN
    if (code in GRAPH_LIMITS and subcode not in GRAPH_SUBCODES) or (not error and answer.status == 429):
        return RateLimited(account=account, detail=detail, retry_at=graph_retry_at(answer.headers))
    if subcode == INSTAGRAM_QUOTA:
        return RateLimited(account=account, detail=detail, retry_at=now() + timedelta(hours=1), window=gauge.POSTS)
    if code == 506:
        return _either(Uncertain, writing, account, "duplicate")
    if error.get("is_transient") is True or code in GRAPH_UNKNOWN or code is None:
        return _either(Uncertain, writing, account, detail)
    kind = GRAPH_SUBCODES.get(subcode or 0) or GRAPH.get(code)
    if kind is None and 200 <= code <= 299:
        kind = Disconnected
    if kind is None:
        kind = TokenExpired if answer.status == 401 else Uncertain if answer.status >= 500 else Rejected
    return _either(kind, writing, account, detail)


def x(answer: Answer, writing: bool, account: str) -> PlatformError:
    """The meaning of an X error body (v2 problems, and the older `errors[].code`)."""
    body, status = answer.body, answer.status
    problems = [p for p in body.get("errors") or () if isinstance(p, dict)]
    codes = [c for c in (_int(p.get("code")) for p in problems) if c is not None]
    kind_name = str(body.get("type", "")).rstrip("/").rpartition("/")[2]
    words = " ".join(str(body.get(name, "")) for name in ("detail", "title")).lower()
    detail = kind_name if kind_name in X_TYPES else str(codes[0] if codes else status)
    if status == 402:
        return SpendCapReached(account=account, detail="credits")
    kind = X_TYPES.get(kind_name) or next((X_CODES[c] for c in codes if c in X_CODES), None)
    if kind is None and status == 403:
        if writing and X_DUPLICATE in words:
            return Uncertain(account=account, detail="duplicate")
        if any(phrase in words for phrase in X_NOT_SUMMONED):
            return NotPossible(account=account, detail="not_summoned")
        kind = Rejected if writing else Disconnected
    if kind is RateLimited or (kind is None and status == 429):
        return RateLimited(account=account, detail=detail, retry_at=x_retry_at(answer.headers))
    if kind is None:
        kind = {401: TokenExpired, 404: Gone, 409: Uncertain}.get(status)
    if kind is None:
        kind = Uncertain if status >= 500 or not (words.strip() or problems) else Rejected
    return _either(kind, writing, account, "duplicate" if 187 in codes else detail)


def private(answer: Answer, writing: bool, account: str) -> PlatformError:
    """The meaning of an error body of Instagram's private API."""
    body, status = answer.body, answer.status
    message, error_type = str(body.get("message", "")), str(body.get("error_type", ""))
    detail = error_type or (message if message in PRIVATE_MESSAGES else str(status))
    limited = status == 429 or error_type == "rate_limit_error" or message.startswith("Please wait a few minutes")
    if limited:
        return RateLimited(account=account, detail=detail, retry_at=_after(answer.headers) or now() + PRIVATE_WINDOW)
    kind = PRIVATE_MESSAGES.get(message) or (
        Disconnected if error_type in ("sentry_block", "checkpoint_challenge_required") else None
    )
    if kind is None and "has been deleted" in message:
        kind = Gone
    if kind is None:
        kind = {401: TokenExpired, 403: Disconnected, 404: Gone}.get(status)
    if kind is None:
        kind = Uncertain if status >= 500 or status < 400 else Rejected
    return _either(kind, writing, account, detail)


def left_out(native_id: str, error: PlatformError) -> None:
    """Tell the log of one thing the platform did not let us read, while the others were."""
    log.warning("left out", account=error.details["account"], item=native_id, code=error.code, detail=error.details["detail"])


def x_retry_at(headers: Mapping[str, str]) -> datetime:
    """When X's window opens again: the end of the one that is used up (of 15 minutes or of a day), else 15 minutes from now."""
    used_up = gauge.x("", Answer(429, headers, {}))
    reset = _int(headers.get("x-rate-limit-reset"))
    at = datetime.fromtimestamp(reset, UTC) if reset and 0 < reset < 2**34 else None
    return _sane(used_up.get("") or at or _after(headers), X_WINDOW)


def graph_retry_at(headers: Mapping[str, str]) -> datetime:
    """When Graph takes calls again: the longest estimated_time_to_regain_access (minutes), else an hour from now."""
    try:
        usage = json.loads(headers.get("x-business-use-case-usage") or "{}")
    except ValueError:
        usage = {}
    rows = [row for rows in _dict(usage).values() if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    minutes = max((_int(row.get("estimated_time_to_regain_access")) or 0 for row in rows), default=0)
    return _sane(now() + timedelta(minutes=min(minutes, 10**6)) if minutes else _after(headers), GRAPH_WINDOW)


def _sane(at: datetime | None, window: timedelta) -> datetime:
    """A reset in the past or absurdly far away says nothing: use the platform's window."""
    return at if at and now() < at <= now() + LONGEST_WAIT else now() + window


def _after(headers: Mapping[str, str]) -> datetime | None:
    seconds = _int(headers.get("retry-after"))
    return now() + timedelta(seconds=seconds) if seconds and 0 < seconds < 10**6 else None


def _either(kind: type[PlatformError], writing: bool, account: str, detail: str) -> PlatformError:
    """`kind`, with Uncertain turned into Unavailable for a read: reading changes nothing."""
    return (Unavailable if kind is Uncertain and not writing else kind)(account=account, detail=detail)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _int(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
