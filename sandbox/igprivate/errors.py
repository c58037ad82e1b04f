"""The mobile API's refusals."""

from __future__ import annotations

from sandbox.http import Refusal


def fail(status: int, message: str, **more: object) -> Refusal:
    return Refusal(status, {"message": message, "status": "fail", **more})


def login_required() -> Refusal:
    return fail(403, "login_required", logout_reason=8, error_title="You've Been Logged Out")


def media_gone() -> Refusal:
    return fail(400, "Media not found or unavailable")


def challenge() -> Refusal:
    return fail(
        400,
        "challenge_required",
        challenge={"url": "https://i.instagram.com/challenge/", "api_path": "/challenge/", "lock": True},
    )


def feedback() -> Refusal:
    sentence = "We restrict certain activity to protect our community."
    return fail(400, "feedback_required", feedback_message=sentence, spam=True)


def throttled() -> Refusal:
    return fail(429, "Please wait a few minutes before you try again.", require_login=True)
