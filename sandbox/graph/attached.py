"""What hangs from Facebook's posts and comments and from direct messages, as the Graph API shows it."""

from __future__ import annotations

from sandbox.entries import Entry, Media, Message
from sandbox.graph.context import Ask, Context
from sandbox.http import Json

#: kind -> `type` and `media_type` of a story's attachment
STORY = {
    "photo": ("photo", "photo"),
    "gif": ("animated_image_share", "animated_image"),
    "sticker": ("sticker", "photo"),
    "video": ("video_inline", "video"),
    "audio": ("file_upload", "file"),
    "file": ("file_upload", "file"),
    "link": ("share", "link"),
}
MIMES = {"photo": "image/jpeg", "gif": "image/gif", "video": "video/mp4", "audio": "audio/mpeg", "file": "application/pdf"}


def of_comment(ctx: Context, entry: Entry) -> Json | None:
    """A comment has one at most."""
    return _story(ctx.world.media[entry.media[0]]) if entry.media else None


def of_post(ctx: Context, entry: Entry, ask: Ask) -> Json:
    """One picture or film, an album that holds several, or the link of a post that has none."""
    parts = [_story(ctx.world.media[media_id]) for media_id in entry.media]
    if len(parts) > 1:
        album = {"media_type": "album", "type": "album", "url": f"https://www.facebook.com/{entry.id}"}
        parts = [album | {"target": {"id": entry.id}, "title": "Photos from this post", "subattachments": {"data": parts}}]
    elif entry.link and not parts:
        parts = [{"media_type": "link", "type": "share", "url": entry.link, "target": {"url": entry.link}}]
    return _listed(parts, ask)


def _story(media: Media) -> Json:
    sort, media_type = STORY[media.kind]
    url = f"https://www.facebook.com/photo.php?fbid={media.id}"
    shown: Json = {"type": sort, "media_type": media_type, "url": url, "target": {"id": media.id, "url": url}}
    if media.kind in ("photo", "gif", "sticker", "video"):
        shown["media"] = {"image": {"src": media.url, "height": media.height, "width": media.width}}
    if media.title:
        shown["title"] = media.title
    return shown


def of_message(ctx: Context, message: Message, ask: Ask) -> Json:
    """Files alone: a sticker and a link are shown elsewhere."""
    found = [ctx.world.media[one] for one in message.media]
    return _listed([_file(media) for media in found if media.kind in MIMES], ask)


def shares(ctx: Context, message: Message, ask: Ask) -> Json:
    found = [ctx.world.media[one] for one in message.media]
    return _listed([{"id": one.id, "link": one.url, "name": one.title} for one in found if one.kind == "link"], ask)


def sticker(ctx: Context, message: Message) -> str | None:
    """Where a sticker's picture is."""
    return next((ctx.world.media[one].url for one in message.media if ctx.world.media[one].kind == "sticker"), None)


def _listed(rows: list[Json], ask: Ask) -> Json:
    """With the names that were asked for."""
    if ask.fields is None:
        return {"data": rows}
    names = [f.name for f in ask.fields]
    return {"data": [{n: row[n] for n in names if n in row} for row in rows]}


def _file(media: Media) -> Json:
    shown: Json = {"id": media.id, "mime_type": MIMES[media.kind], "name": media.title, "size": media.size}
    if media.kind in ("photo", "gif"):
        shape = {"width": media.width, "height": media.height, "url": media.url, "preview_url": media.url, "image_type": 1}
        return shown | {"image_data": {**shape, "render_as_sticker": False}}
    if media.kind == "video":
        return shown | {"video_data": {"width": media.width, "height": media.height, "url": media.url, "preview_url": media.url}}
    return shown | {"file_url": media.url}
