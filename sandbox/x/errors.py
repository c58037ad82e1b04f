"""X's refusals, in X's bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.http import Refusal

PROBLEMS = "https://api.twitter.com/2/problems/"


def plain(status: int, title: str, detail: str | None = None) -> Refusal:
    return Refusal(status, {"title": title, "detail": detail or title, "type": "about:blank", "status": status})


def unauthorized() -> Refusal:
    return plain(401, "Unauthorized")


def forbidden(detail: str) -> Refusal:
    return plain(403, "Forbidden", detail)


def invalid(parameter: str, value: Any, message: str) -> Refusal:
    """400 for one parameter; `message` is the sentence X would write about it."""
    values = [str(v) for v in value] if isinstance(value, list) else [str(value)]
    return Refusal(
        400,
        {
            "errors": [{"parameters": {parameter: values}, "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": PROBLEMS + "invalid-request",
        },
    )


def app_only() -> Refusal:
    return Refusal(
        403,
        {
            "title": "Unsupported Authentication",
            "detail": "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported "
            "authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].",
            "type": PROBLEMS + "unsupported-authentication",
            "status": 403,
        },
    )


def not_enrolled() -> Refusal:
    detail = "This feature is not part of the access level of this app."
    return Refusal(
        403,
        {
            "client_id": "1",
            "reason": "client-not-enrolled",
            "required_enrollment": "Enterprise",
            "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
            "title": "Client Forbidden",
            "detail": detail,
            "type": PROBLEMS + "client-forbidden",
        },
    )


def too_many_older() -> Refusal:
    """The body of API v1.1, which some doors of X still give."""
    return Refusal(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})


def usage_capped() -> Refusal:
    """The month's cap of posts read: waiting for the window does not help."""
    return Refusal(
        429,
        {
            "account_id": 1,
            "product_name": "standard-basic",
            "title": "UsageCapExceeded",
            "period": "Monthly",
            "scope": "Product",
            "detail": "Usage cap exceeded: Monthly product cap",
            "type": PROBLEMS + "usage-capped",
        },
    )


def credits_depleted() -> Refusal:
    detail = "Your enrolled account does not have any credits to fulfill this request."
    return Refusal(402, {"title": "CreditsDepleted", "detail": detail, "type": PROBLEMS + "credits"})


def over_capacity() -> Refusal:
    """A front server's own words, no problem document."""
    refusal = Refusal(503, "over capacity")
    refusal.reply.content_type = "text/plain"
    return refusal


def too_many(headers: dict[str, str]) -> Refusal:
    refusal = plain(429, "Too Many Requests")
    refusal.reply.headers.update(headers)
    return refusal


def missing(kind: str, parameter: str, value: str) -> dict[str, str]:
    """The error that stands beside (or instead of) data when something read is not there."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": PROBLEMS + "resource-not-found",
    }


def duplicate() -> Refusal:
    return forbidden("You are not allowed to create a Tweet with duplicate content.")


def not_summoned() -> Refusal:
    return forbidden(
        "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the "
        "author of the post you are replying to."
    )


ORDERED: dict[str, Callable[[], Refusal]] = {
    "429_old": too_many_older,
    "usage_capped": usage_capped,
    "credits_depleted": credits_depleted,
    "over_capacity": over_capacity,
}
"""Refusals that nothing brings about by itself, by the name of their fault."""
