"""The Graph API's refusals, in its own envelope."""

from __future__ import annotations

from typing import Any

from sandbox.http import Refusal


def body(
    code: int,
    message: str,
    *,
    kind: str = "OAuthException",
    subcode: int | None = None,
    transient: bool | None = None,
    user_message: str | None = None,
) -> dict[str, Any]:
    error: dict[str, Any] = {"message": message, "type": kind, "code": code}
    if subcode is not None:
        error["error_subcode"] = subcode
    if transient is not None:
        error["is_transient"] = transient
    if user_message is not None:
        error["error_user_title"], error["error_user_msg"] = "Action not possible", user_message
    error["fbtrace_id"] = "Asandbox00000000000000"
    return {"error": error}


def refusal(code: int, message: str, status: int = 400, **parts: Any) -> Refusal:
    return Refusal(status, body(code, message, **parts))


def bad_parameter(message: str) -> Refusal:
    return refusal(100, f"(#100) {message}")


def unknown_object(object_id: str, verb: str = "get") -> Refusal:
    message = (
        f"Unsupported {verb} request. Object with ID '{object_id}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api"
    )
    return refusal(100, message, kind="GraphMethodException", subcode=33)


def unknown_field(field: str, node: str) -> Refusal:
    return bad_parameter(f"Tried accessing nonexisting field ({field}) on node type ({node})")


def deprecated_version(oldest: float) -> Refusal:
    return refusal(
        2635,
        f"(#2635) You are calling a deprecated version of the Graph API. Please update to the latest version: v{oldest:.1f}.",
    )


def expired_token() -> Refusal:
    message = "Error validating access token: Session has expired on Monday, 23-Nov-26 00:00:00 PST."
    return refusal(190, message, subcode=463, status=401)


def revoked_token() -> Refusal:
    message = "Error validating access token: The user has not authorized application."
    return refusal(190, message, subcode=458, status=401)


def invalid_token() -> Refusal:
    return refusal(190, "Invalid OAuth access token - Cannot parse access token", status=401)


def no_token() -> Refusal:
    return refusal(104, "An access token is required to request this resource.")


def no_permission() -> Refusal:
    message = "(#200) Requires pages_read_engagement permission to manage the object"
    return refusal(200, message, status=403)


def throttled() -> Refusal:
    return refusal(32, "(#32) Page request limit reached")


def bad_cursor() -> Refusal:
    return bad_parameter("The 'after' cursor specified has expired or is not valid for this endpoint.")
