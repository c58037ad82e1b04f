"""Whose webhook it is: signatures on the very bytes that came, compared in constant time."""

import base64
import hashlib
import hmac


def meta_signed(raw: bytes, header: str | None, secret: str) -> bool:
    """Whether `X-Hub-Signature-256` is the app secret's HMAC-SHA256 of these very bytes; False without a secret or header."""
    if not secret or not header:
        return False
    wanted = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), header.strip().encode("utf-8", "replace"))


def x_signed(raw: bytes, header: str | None, secret: str) -> bool:
    """Whether `x-twitter-webhooks-signature` is the consumer secret's HMAC-SHA256 of these very bytes."""
    if not secret or not header:
        return False
    return hmac.compare_digest(_x_hmac(raw, secret).encode(), header.strip().encode("utf-8", "replace"))


def x_crc(token: str, secret: str) -> str:
    """The `response_token` that answers X's challenge."""
    return _x_hmac(token.encode("utf-8", "replace"), secret)


def _x_hmac(raw: bytes, secret: str) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()
