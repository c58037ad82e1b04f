"""What hangs from Meta's objects: stories and comments, messages of the lists, and both as webhooks tell of them."""

from collections.abc import Mapping
from typing import Any

from connectors.attached import Attachment, Kind

Json = Mapping[str, Any]
Hung = tuple[Attachment, ...]
#: what is asked for: of a comment, of a post (an album holds its pictures), of a message
OF_COMMENT = "attachment{type,media_type,title,target}"
OF_POST = "attachments{type,media_type,title,target,subattachments{type,media_type,title,target}}"
OF_MESSAGE = "attachments{id,mime_type,name,image_data,video_data},shares{id,name,link}"
#: only Messenger's messages have stickers of their own, only Instagram's stories (Meta's reference of Message)
OF_MESSENGER, OF_INSTAGRAM = f"sticker,{OF_MESSAGE}", f"story,{OF_MESSAGE}"
#: a part of the word by which Meta calls a story's attachment (`animated_image_share`, `video_inline`) -> what it is
STORIES = {
    "sticker": Kind.STICKER, "image": Kind.IMAGE, "photo": Kind.IMAGE, "profile_media": Kind.IMAGE, "video": Kind.VIDEO,
    "file": Kind.FILE,
}  # fmt: skip
#: as webhooks of messages call it; everything else is somebody's post or page that was shared
MESSAGES = {
    "image": Kind.IMAGE, "ephemeral": Kind.IMAGE, "sticker": Kind.STICKER, "video": Kind.VIDEO, "audio": Kind.AUDIO,
    "file": Kind.FILE,
}  # fmt: skip
MIMES = {"image": Kind.IMAGE, "video": Kind.VIDEO, "audio": Kind.AUDIO}
MEDIA = {"IMAGE": Kind.IMAGE, "CAROUSEL_ALBUM": Kind.IMAGE, "VIDEO": Kind.VIDEO}


def without(fields: str) -> str:
    """What is asked for without what hangs from it, which an older version of the API may not know."""
    for extra in (OF_MESSENGER, OF_INSTAGRAM, OF_POST, OF_COMMENT):
        fields = fields.replace(f",{extra}", "")
    return fields


def of_comment(row: Json) -> Hung:
    """A Facebook comment has one at most."""
    one = row.get("attachment")
    return (_story(one),) if isinstance(one, Mapping) else ()


def of_post(row: Json) -> Hung:
    """Those of a Facebook post, each picture of an album by itself."""
    return tuple(_story(part) for one in _rows(row, "attachments") for part in _rows(one, "subattachments") or [one])


def of_media(row: Json) -> Hung:
    """The picture or film that an Instagram post is."""
    kind = MEDIA.get(str(row.get("media_type")))
    return (Attachment(kind, _text(row, "id")),) if kind else ()


def of_message(row: Json) -> Hung:
    """Those of a direct message as the list of its conversation tells them."""
    files = [Attachment(_file(one), _text(one, "id"), _text(one, "name")) for one in _rows(row, "attachments")]
    shared = [Attachment(Kind.LINK, _text(one, "id"), _text(one, "name")) for one in _rows(row, "shares")]
    told = any(one.kind is Kind.STICKER for one in files)
    return (*files, *shared, *([Attachment(Kind.STICKER)] if row.get("sticker") and not told else []), *_story_mention(row))


def of_webhook_message(said: Json) -> Hung:
    """The same as a webhook tells them."""
    found = []
    for one in _objects(said.get("attachments")):
        payload = one.get("payload")
        inside = payload if isinstance(payload, Mapping) else {}
        sticker = _text(inside, "sticker_id")
        kind = Kind.STICKER if sticker else MESSAGES.get(str(one.get("type")), Kind.LINK)
        found.append(Attachment(kind, sticker, _text(inside, "title")))
    return tuple(found)


def of_feed(value: Json) -> Hung:
    """What a webhook of a page's feed says of a new post or comment: addresses of pictures and films, or the id of one."""
    item, many = value.get("item"), value.get("photos")
    found = [Attachment(Kind.IMAGE) for _ in many] if isinstance(many, list) else []
    if not found and (item == "photo" or value.get("photo")):
        found = [Attachment(Kind.IMAGE, _text(value, "photo_id"))]
    if item == "video" or value.get("video"):
        found.append(Attachment(Kind.VIDEO, _text(value, "video_id")))
    return tuple(found) or ((Attachment(Kind.LINK),) if item == "share" or value.get("link") else ())


def tells(value: Json) -> bool:
    """Whether a webhook of a page's feed says what is there now: words, or of something new what stands there without any.

    Words that were taken out are told by nothing, so what was edited and has none is asked for."""
    new = value.get("verb") == "add" and bool(of_feed(value))
    return new or (value.get("verb") in ("add", "edited", "edit") and isinstance(value.get("message"), str))


def _story(one: Json) -> Attachment:
    called = f"{one.get('type') or ''} {one.get('media_type') or ''}"
    kind = next((kind for part, kind in STORIES.items() if part in called), Kind.LINK)
    target = one.get("target")
    named = _text(one, "title") if kind in (Kind.LINK, Kind.FILE) else ""  # of a picture it names only whose it is
    return Attachment(kind, _text(target, "id") if isinstance(target, Mapping) else "", named)


def _file(one: Json) -> Kind:
    picture = one.get("image_data")
    if isinstance(picture, Mapping):
        return Kind.STICKER if picture.get("render_as_sticker") is True else Kind.IMAGE
    if one.get("video_data"):
        return Kind.VIDEO
    return MIMES.get(_text(one, "mime_type").partition("/")[0], Kind.FILE)


def _story_mention(row: Json) -> Hung:
    """His own story in which he names us. A story of ours that he answers is no attachment of his."""
    story = row.get("story")
    named = story.get("mention") if isinstance(story, Mapping) else None
    return (Attachment(Kind.LINK, _text(named, "id")),) if isinstance(named, Mapping) else ()


def _rows(row: Json, name: str) -> list[Json]:
    inside = row.get(name)
    return _objects(inside.get("data")) if isinstance(inside, Mapping) else []


def _objects(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(row: Json, name: str) -> str:
    """A text or number of the row as text, "" where it has none."""
    value = row.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
