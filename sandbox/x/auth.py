"""Who calls, and how often they may: OAuth 1.0a signatures, bearer tokens, rate windows of 15 minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from urllib.parse import quote, unquote

from sandbox.http import Request
from sandbox.world import Token, World
from sandbox.x import errors

WINDOW_S = 900
LIMITS = {
    "mentions": 300,
    "timeline": 900,
    "search": 300,
    "lookup": 900,
    "me": 75,
    "create": 100,
    "delete": 50,
    "hide": 50,
    "likes": 50,
    "dm_send": 15,
    "dm_read": 15,
    "media": 500,
    "users": 900,
    "quotes": 75,
    "analytics": 300,
    "webhooks": 450,
}
"""Requests per window and user, from X's published rate-limit table."""


def authenticate(world: World, request: Request, *, user_context: bool) -> Token:
    """The token of the call; raises X's 401, or 403 where an app-only token asks for a user's business."""
    header = request.headers.get("authorization", "")
    scheme, _, rest = header.partition(" ")
    if scheme == "Bearer":
        token = world.tokens.get(rest.strip())
    elif scheme == "OAuth":
        token = _oauth1(world, request, rest)
    else:
        token = None
    if token is None or token.platform != "x" or token.state in ("expired", "revoked"):
        raise errors.unauthorized()
    if token.state == "no_permission":
        raise errors.forbidden("You are not permitted to perform this action.")
    if user_context and token.kind != "user":
        raise errors.app_only()
    return token


def _oauth1(world: World, request: Request, header: str) -> Token | None:
    given = {k: unquote(v) for k, v in re.findall(r'(\w+)="([^"]*)"', header)}
    token = world.tokens.get(given.get("oauth_token", ""))
    if token is None or given.get("oauth_consumer_key") != world.credentials.x_api_key:
        return None
    signature = given.pop("oauth_signature", "")
    given.pop("realm", None)
    pairs = [*given.items(), *request.query_pairs, *request.form_pairs]
    expected = sign(world, token, request.method, f"https://{request.host}{request.path}", pairs)
    return token if hmac.compare_digest(signature, expected) else None


def sign(world: World, token: Token, method: str, url: str, pairs: list[tuple[str, str]]) -> str:
    """The OAuth 1.0a HMAC-SHA1 signature of RFC 5849 §3.4, over the real platform's address."""

    def escape(text: str) -> str:
        return quote(text, safe="-._~")

    joined = "&".join(sorted(f"{escape(k)}={escape(v)}" for k, v in pairs))
    base = "&".join((method, escape(url), escape(joined)))
    key = f"{escape(world.credentials.x_api_secret)}&{escape(token.secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


def count(world: World, token: Token, endpoint: str) -> dict[str, str]:
    """Count this call in its window and give the rate headers; raises 429 when the window is used up."""
    limit = world.config.rate_limits.get(endpoint, LIMITS[endpoint])
    now = world.clock.now()
    start, used = world.windows.get((token.value, endpoint), (now, 0))
    if now - start >= WINDOW_S:
        start, used = now, 0
    full = world.config.rate_windows and used >= limit
    if not full:
        used += 1
    world.windows[token.value, endpoint] = (start, used)
    headers = rate_headers(limit, max(0, limit - used), start + WINDOW_S)
    if full:
        raise errors.too_many(headers)
    return headers


def rate_headers(limit: int, remaining: int, reset: float) -> dict[str, str]:
    return {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(remaining),
        "x-rate-limit-reset": str(int(reset) + 1),
    }
