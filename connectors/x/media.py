"""Pictures and films on X, through v2's JSON bodies (tweepy has no v2 upload; PLATFORMS 1.1).

An upload is invisible until a post names it, so repeating one after an unknown outcome costs nothing but the upload.
"""

import base64
from collections.abc import Callable
from typing import Any

from connectors.contract import Media, Steps
from connectors.kept import keep, kept
from core.errors import PlatformError, Rejected, Unavailable, Uncertain

IMAGE_LIMIT = 5 * 1024 * 1024
SEGMENT = 4 * 1024 * 1024  # X takes 5 MB at a time, and counts the calls
Call = Callable[..., dict[str, Any]]


def upload(call: Call, account: str, media: Media, steps: Steps, n: int) -> str:
    """The media id of the `n`-th picture or film, uploaded unless a step says it already is.

    `call(method, path, json=…, params=…)` is one write to X. Raises Unavailable where X has not finished with a film: send again.
    """
    media_id = kept(steps, f"media:{n}")
    try:
        if media_id is None:
            media_id = _image(call, account, media) if media.mime.startswith("image/") else _film(call, account, media, steps, n)
            keep(steps, f"media:{n}", media_id)
        if not media.mime.startswith("image/"):
            _wait_for(call, account, media_id)
        elif media.alt and not steps.get(f"alt:{n}:{media_id}"):
            words = {"id": media_id, "metadata": {"alt_text": {"text": media.alt}}}
            _id(call("POST", "/2/media/metadata", json=words), account)
            steps.keep(f"alt:{n}:{media_id}", "1")
    except Uncertain as error:
        raise Unavailable(account=account, detail=f"media_{error.details.get('detail', '')}") from None
    return media_id


def _image(call: Call, account: str, media: Media) -> str:
    body = media.path.read_bytes()
    if len(body) > IMAGE_LIMIT:
        raise Rejected(account=account, detail="image_too_large")
    given = call("POST", "/2/media/upload", json={"media": _b64(body), "media_category": "tweet_image"})
    return _id(given, account)


def _id(given: dict[str, Any], account: str) -> str:
    """The id of an upload; without one nothing is known of it, and nothing visible was made."""
    data = given.get("data")
    if not isinstance(data, dict) or not data.get("id"):
        raise Uncertain(account=account, detail="no_id")
    return str(data["id"])


def _film(call: Call, account: str, media: Media, steps: Steps, n: int) -> str:
    """The media id of a film, brought up part by part; each part is a step, so that no lease ends under a long upload."""
    start = {"media_type": media.mime, "total_bytes": media.path.stat().st_size, "media_category": "tweet_video"}
    media_id = _id(call("POST", "/2/media/upload/initialize", json=start), account)
    with media.path.open("rb") as file:
        for index, part in enumerate(iter(lambda: file.read(SEGMENT), b"")):
            call("POST", f"/2/media/upload/{media_id}/append", json={"media": _b64(part), "segment_index": index})
            steps.keep(f"film:{n}", f"{media_id} {index}")
    return _id(call("POST", f"/2/media/upload/{media_id}/finalize"), account)


def _wait_for(call: Call, account: str, media_id: str) -> None:
    """Nothing if X has finished with the film; Unavailable while it works, Rejected where it failed."""
    given = call("GET", "/2/media/upload", params={"command": "STATUS", "media_id": media_id})
    _id(given, account)
    state = (given["data"].get("processing_info") or {}).get("state", "succeeded")
    problem: PlatformError | None = None
    if state == "failed":
        problem = Rejected(account=account, detail="media_failed")
    elif state != "succeeded":
        problem = Unavailable(account=account, detail="media_processing")
    if problem:
        raise problem


def _b64(body: bytes) -> str:
    return base64.b64encode(body).decode()
