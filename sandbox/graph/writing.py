"""Writing on Facebook: posts, pictures, films, comments, likes, blocks."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from sandbox import acts
from sandbox.clock import parse
from sandbox.entries import Entry, Media, Person
from sandbox.graph import errors
from sandbox.graph.context import Context
from sandbox.http import Json, names

DUPLICATE_S = 600
TEMPORARY_S = 86_400
OK: Json = {"success": True}
Given = dict[str, str]


def flag(given: Given, name: str, default: bool) -> bool:
    """A boolean as the Graph API takes it: true/false, 1/0, Python's True/False."""
    text = given.get(name)
    if text is None:
        return default
    if text.lower() in ("true", "1"):
        return True
    if text.lower() in ("false", "0"):
        return False
    raise errors.bad_parameter(f"Param {name} must be a boolean")


def web_address(given: Given, name: str) -> str | None:
    text = given.get(name)
    if text is None:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise errors.bad_parameter(f"Param {name} should represent a valid URL")
    return text


def post_to_feed(ctx: Context, page: Person, given: Given) -> Json:
    """Text, link or attached pictures; `published=false` makes it invisible, with or without an hour to appear."""
    text, link = given.get("message", ""), web_address(given, "link")
    pictures = _attached(ctx, given)
    if not text.strip() and not link and not pictures:
        raise errors.bad_parameter("Invalid parameter: a post needs a message, a link or attached media")
    published = flag(given, "published", True)
    at = _scheduled(ctx, given, published)
    if published:
        _refuse_twin(ctx, text, link, pictures)
    entry = acts.post(ctx.world, "facebook", text, link=link, media=pictures, published=published, scheduled_at=at)
    return {"id": entry.id}


def _scheduled(ctx: Context, given: Given, published: bool) -> float | None:
    text = given.get("scheduled_publish_time")
    if text is None:
        return None
    try:
        at = parse(text)
    except ValueError:
        raise errors.bad_parameter("Param scheduled_publish_time must be a timestamp") from None
    ahead = at - ctx.world.clock.now()
    if published or not 600 <= ahead <= 75 * 86_400:
        raise errors.bad_parameter("The specified scheduled publish time is invalid.")
    return at


def _attached(ctx: Context, given: Given) -> list[str]:
    texts = [given["attached_media"]] if "attached_media" in given else []
    texts += [value for name, value in given.items() if name.startswith("attached_media[")]
    ids: list[str] = []
    for text in texts:
        try:
            made: Any = json.loads(text)
            ids += [str(part["media_fbid"]) for part in (made if isinstance(made, list) else [made])]
        except (ValueError, TypeError, KeyError):
            raise errors.bad_parameter("Param attached_media must be an array of {media_fbid}") from None
    for media_id in ids:
        media = ctx.world.media.get(media_id)
        if media is None or media.platform != "facebook" or 0 < media.until < ctx.world.clock.now():
            raise errors.unknown_object(media_id, "post")
    return ids


def _refuse_twin(ctx: Context, text: str, link: str | None, pictures: list[str]) -> None:
    if not ctx.world.config.graph_duplicate_filter or pictures:
        return
    since = ctx.world.clock.now() - DUPLICATE_S
    for _, entry in ctx.world.shelf("facebook", "posts").newest_first():
        if entry.created < since:
            return
        if entry.published and not entry.deleted and entry.text == text and entry.link == link and not entry.media:
            raise errors.refusal(506, "(#506) Duplicate status message", subcode=1455006)


def add_photo(ctx: Context, page: Person, given: Given) -> Json:
    """A picture by address or file; published at once as a post unless `published=false`."""
    media = _picture(ctx, given, "photo")
    media.alt, media.title = given.get("alt_text_custom", ""), given.get("caption") or given.get("message") or ""
    if flag(given, "temporary", False):
        media.until = ctx.world.clock.now() + TEMPORARY_S
    if not flag(given, "published", True):
        return {"id": media.id}
    entry = acts.post(ctx.world, "facebook", media.title, media=[media.id])
    return {"id": media.id, "post_id": entry.id}


def add_video(ctx: Context, page: Person, given: Given) -> Json:
    media = _picture(ctx, given, "video")
    media.title = given.get("description") or given.get("title") or ""
    if flag(given, "published", True):
        acts.post(ctx.world, "facebook", media.title, media=[media.id])
    return {"id": media.id}


def _picture(ctx: Context, given: Given, kind: str) -> Media:
    address = web_address(given, "url" if kind == "photo" else "file_url")
    upload = ctx.request.files.get("source") or next(iter(ctx.request.files.values()), None)
    if address is None and upload is None:
        raise errors.refusal(324, "(#324) Requires upload file")
    media_id = ctx.world.ids.number("facebook-media", 700_000_000_000_000)
    media = Media("facebook", media_id, "photo" if kind == "photo" else "video", url=address or "")
    if upload is not None:
        media.receive(upload.data)
    ctx.world.media[media.id] = media
    return media


def reel(ctx: Context, page: Person, given: Given) -> Json:
    """start gives an id and an upload address; finish publishes."""
    phase = given.get("upload_phase")
    if phase == "start":
        media_id = ctx.world.ids.number("facebook-media", 700_000_000_000_000)
        ctx.world.media[media_id] = Media("facebook", media_id, "video", ready=False)
        address = f"https://rupload.facebook.com/video-upload/{ctx.version}/{media_id}"
        return {"video_id": media_id, "upload_url": address}
    media = ctx.world.media.get(given.get("video_id", ""))
    if phase != "finish" or media is None:
        raise errors.bad_parameter("Param upload_phase must be start or finish, with a known video_id")
    if not media.ready:
        raise errors.refusal(6000, "(#6000) There was a problem uploading your video file.")
    media.title = given.get("description", "")
    entry = acts.post(ctx.world, "facebook", media.title, media=[media.id])
    return {"success": True, "post_id": entry.id}


def update_video(ctx: Context, media: Media, given: Given) -> Json:
    shown = any(media.id in e.media for e in ctx.world.shelf("facebook", "posts"))
    if flag(given, "published", False) and not shown:
        acts.post(ctx.world, "facebook", given.get("description", media.title), media=[media.id])
    media.title = given.get("description", media.title)
    return OK


def update_post(ctx: Context, entry: Entry, given: Given) -> Json:
    """New words, hidden or shown, published: `is_published=true` may be said again without harm."""
    if "message" in given and given["message"] != entry.text:
        acts.edit(ctx.world, entry, given["message"])
    if "is_hidden" in given:
        acts.hide(ctx.world, entry, flag(given, "is_hidden", False))
    if flag(given, "is_published", False) and not entry.published:
        _publish(ctx, entry)
    return OK


def _publish(ctx: Context, entry: Entry) -> None:
    """The post enters the wall now: its time is the hour of publishing."""

    def change() -> None:
        entry.published, entry.created, entry.scheduled_at = True, ctx.world.clock.now(), None
        entry.visible_at = entry.created + ctx.world.config.visible_delay_s

    ctx.world.move(entry, change)


def update_comment(ctx: Context, entry: Entry, given: Given) -> Json:
    """Hides or shows; with `message` it EDITS the comment, even a citizen's. A reply goes to /comments."""
    if not {"is_hidden", "message", "attachment_url"} & set(given):
        raise errors.bad_parameter("Nothing to update")
    if "message" in given:
        acts.edit(ctx.world, entry, given["message"])
    if "is_hidden" in given:
        if entry.own:
            raise errors.refusal(200, "(#200) You cannot hide your own comment", status=403)
        acts.hide(ctx.world, entry, flag(given, "is_hidden", False))
    return OK


def add_comment(ctx: Context, target: Entry, given: Given) -> Json:
    text = given.get("message", "")
    web_address(given, "attachment_url")
    if not text.strip() and "attachment_url" not in given:
        raise errors.bad_parameter("A comment needs a message")
    made = acts.comment(ctx.world, "facebook", ctx.world.own("facebook"), text, target.id)
    made.serve()
    return {"id": made.id}


def remove(ctx: Context, entry: Entry, given: Given) -> Json:
    acts.delete(ctx.world, entry)
    return OK


def like(ctx: Context, entry: Entry, given: Given) -> Json:
    acts.like(ctx.world, entry, ctx.world.own("facebook"))
    return OK


def unlike(ctx: Context, entry: Entry, given: Given) -> Json:
    acts.unlike(ctx.world, entry, ctx.world.own("facebook"))
    return OK


def block(ctx: Context, page: Person, given: Given) -> Json:
    return _blocked(ctx, given, True)


def unblock(ctx: Context, page: Person, given: Given) -> Json:
    return _blocked(ctx, given, False)


def _blocked(ctx: Context, given: Given, wanted: bool) -> Json:
    person_id = next((given[n] for n in ("user", "psid", "asid", "uid") if n in given), "")
    person = ctx.world.people.get(("facebook", person_id))
    if person is None or person.own:
        raise errors.bad_parameter("Param user must identify a user")
    person.blocked = wanted
    return {person.id: True} if wanted else OK


FEED_FIELDS = names("feed mention messages message_reactions messaging_postbacks ratings live_videos videos picture name")


def subscribe(ctx: Context, page: Person, given: Given) -> Json:
    wanted = {name for name in given.get("subscribed_fields", "").split(",") if name}
    if not wanted or wanted - FEED_FIELDS:
        raise errors.bad_parameter(f"Param subscribed_fields must be of {sorted(FEED_FIELDS)}")
    ctx.world.subscribed_fields = wanted
    return OK


def unsubscribe(ctx: Context, page: Person, given: Given) -> Json:
    ctx.world.subscribed_fields = set()
    return OK
