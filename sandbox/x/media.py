"""Pictures and films for X: v2 upload in one shot or in parts, alt text, and the v1.1 upload while it lasts."""

from __future__ import annotations

import base64
import binascii

from sandbox.entries import Media
from sandbox.http import Json, Reply, Request, names
from sandbox.world import World
from sandbox.x import errors
from sandbox.x.posts import payload
from sandbox.x.text import media_key

LIFE_S = 86_400
IMAGE_BYTES = 5 * 1024 * 1024
VIDEO_BYTES = 512 * 1024 * 1024
CATEGORIES = names("amplify_video tweet_gif tweet_image tweet_video dm_gif dm_image dm_video subtitles")
ONE_SHOT = frozenset({"media", "media_category", "media_type", "additional_owners", "shared"})
ALT_LIMIT = 1000


def upload(world: World, request: Request) -> Reply:
    """A whole picture: base64 in JSON, or multipart."""
    if "media" in request.files:
        data, category = request.files["media"].data, request.form.get("media_category", "tweet_image")
    else:
        body = payload(request, ONE_SHOT)
        data, category = _decoded(body.get("media")), str(body.get("media_category", ""))
    if category not in CATEGORIES:
        raise errors.invalid("media_category", category, f"$.media_category: is not one of {sorted(CATEGORIES)}")
    return Reply(200, {"data": _described(world, _made(world, category, data))})


def initialize(world: World, request: Request) -> Reply:
    body = payload(request, frozenset({"media_type", "total_bytes", "media_category", "additional_owners", "shared"}))
    kind, total = str(body.get("media_type", "")), body.get("total_bytes")
    if not isinstance(total, int) or total <= 0:
        raise errors.invalid("total_bytes", total, "$.total_bytes: must be a whole number above 0")
    category = str(body.get("media_category") or "tweet_image")
    media = _made(world, category, None, total)
    media.kind = "video" if kind.startswith("video/") else "photo"
    return Reply(200, {"data": {"id": media.id, "media_key": media_key(media), "expires_after_secs": LIFE_S}})


def append(world: World, request: Request) -> Reply:
    media = _waiting(world, request.args["id"])
    if "media" in request.files:
        data, index = request.files["media"].data, request.form.get("segment_index", "")
    else:
        body = payload(request, frozenset({"media", "segment_index"}))
        data, index = _decoded(body.get("media")), str(body.get("segment_index", ""))
    if not index.isdigit() or int(index) > 999:
        raise errors.invalid("segment_index", index, "$.segment_index: is not between 0 and 999")
    media.parts[int(index)] = data
    return Reply(200, {"data": {"expires_at": int(world.clock.now()) + LIFE_S}})


def finalize(world: World, request: Request) -> Reply:
    media = _waiting(world, request.args["id"])
    got = sum(len(part) for part in media.parts.values())
    if got != media.size or sorted(media.parts) != list(range(len(media.parts))):
        raise errors.invalid("total_bytes", got, f"Segments do not add up to provided total file size: {got} of {media.size}")
    media.receive(b"".join(media.parts[n] for n in sorted(media.parts)))
    media.parts.clear()
    _settle(world, media)
    return Reply(200, {"data": _described(world, media)})


def status(world: World, request: Request) -> Reply:
    """How far the processing of an upload is."""
    if request.query.get("command", "STATUS") != "STATUS":
        raise errors.invalid("command", request.query.get("command"), "The `command` query parameter takes [STATUS]")
    return Reply(200, {"data": _described(world, _known(world, request.query.get("media_id", "")))})


def metadata(world: World, request: Request) -> Reply:
    """Alternative text, at most 1,000 characters."""
    body = payload(request, frozenset({"id", "metadata"}))
    media = _known(world, str(body.get("id", "")))
    alt = ((body.get("metadata") or {}).get("alt_text") or {}).get("text")
    _set_alt(media, alt)
    return Reply(200, {"data": {"id": media.id, "associated_metadata": {"alt_text": {"text": media.alt}}}})


def v1_upload(world: World, request: Request) -> Reply:
    """The upload of API v1.1, whole or by command; 410 once switched off."""
    if not world.config.x_v1_upload:
        raise errors.plain(410, "Gone", "This endpoint has been retired; use POST /2/media/upload.")
    given = request.params
    command = given.get("command", "")
    if command == "INIT":
        media = _made(world, given.get("media_category", "tweet_image"), None, int(given.get("total_bytes", "0")))
        media.kind = "video" if given.get("media_type", "").startswith("video/") else "photo"
        return Reply(202, {"media_id": int(media.id), "media_id_string": media.id, "expires_after_secs": LIFE_S})
    if command == "APPEND":
        part = request.files["media"].data if "media" in request.files else _decoded(given.get("media_data"))
        _waiting(world, given.get("media_id", "")).parts[int(given.get("segment_index", "0"))] = part
        return Reply(204)
    if command == "FINALIZE":
        media = _waiting(world, given.get("media_id", ""))
        media.parts.clear()
        _settle(world, media)
        return Reply(201, _v1(media))
    if command == "STATUS":
        return Reply(200, _v1(_known(world, given.get("media_id", ""))))
    data = request.files["media"].data if "media" in request.files else _decoded(given.get("media_data"))
    return Reply(200, _v1(_made(world, given.get("media_category", "tweet_image"), data)))


def v1_metadata(world: World, request: Request) -> Reply:
    if not world.config.x_v1_upload:
        raise errors.plain(410, "Gone", "This endpoint has been retired; use POST /2/media/metadata.")
    body = payload(request, frozenset({"media_id", "alt_text"}))
    _set_alt(_known(world, str(body.get("media_id", ""))), (body.get("alt_text") or {}).get("text"))
    return Reply(200)


def _v1(media: Media) -> Json:
    shown: Json = {
        "media_id": int(media.id),
        "media_id_string": media.id,
        "media_key": media_key(media),
        "size": media.size,
        "expires_after_secs": LIFE_S,
    }
    if media.kind == "video":
        return {**shown, "video": {"video_type": "video/mp4"}}
    return {**shown, "image": {"image_type": "image/jpeg", "w": media.width, "h": media.height}}


def _made(world: World, category: str, data: bytes | None, total: int = 0) -> Media:
    size = total if data is None else len(data)
    film = category.endswith(("video", "gif"))
    most = VIDEO_BYTES if film else IMAGE_BYTES
    if data is not None and not data:
        raise errors.invalid("media", "", "The media is empty")
    if size > most:
        raise errors.invalid("media", size, f"File size exceeds {most} bytes.")
    media = Media("x", world.ids.snowflake(world.clock.now()), "video" if film else "photo", size=size)
    media.ready = data is not None
    world.media[media.id] = media
    if data is not None:
        media.receive(data)
        _settle(world, media)
    return media


def _settle(world: World, media: Media) -> None:
    """Ready now, or after the configured time for processing (kept in `url` as the moment it will be)."""
    delay = world.config.media_delay_s
    media.ready = delay <= 0
    media.url = "" if media.ready else str(world.clock.now() + delay)


def _described(world: World, media: Media) -> Json:
    shown: Json = {
        "id": media.id,
        "media_key": media_key(media),
        "expires_after_secs": LIFE_S,
        "size": media.size,
    }
    if media.url:
        left = float(media.url) - world.clock.now()
        media.ready = left <= 0
        state = "succeeded" if media.ready else "in_progress"
        shown["processing_info"] = {"state": state, "progress_percent": 100 if media.ready else 50}
        if not media.ready:
            shown["processing_info"]["check_after_secs"] = max(1, int(left))
    return shown


def _known(world: World, media_id: str) -> Media:
    media = world.media.get(media_id)
    if media is None or media.platform != "x":
        raise errors.invalid("media_id", media_id, "Your media ID is invalid.")
    return media


def _waiting(world: World, media_id: str) -> Media:
    media = _known(world, media_id)
    if media.ready:
        raise errors.invalid("media_id", media_id, "The upload session is closed.")
    return media


def _set_alt(media: Media, alt: object) -> None:
    if not isinstance(alt, str) or not 1 <= len(alt) <= ALT_LIMIT:
        raise errors.invalid("metadata.alt_text.text", alt, f"The alt text must be 1 to {ALT_LIMIT} characters")
    media.alt = alt


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode(str(text or ""), validate=True)
    except binascii.Error as problem:
        raise errors.invalid("media", "", "$.media: is not base64") from problem
