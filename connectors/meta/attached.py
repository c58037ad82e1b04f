"""What hangs from Meta's objects: stories and comments, messages of the lists, and both as webhooks tell of them."""

from collections.abc import Mapping
from typing import Any

from connectors.attached import Attachment, Sort

Json = Mapping[str, Any]
Hung = tuple[Attachment, ...]
#: what is asked for: of a comment, of a post (an album holds its pictures), of a message
OF_COMMENT = "attachment{type,media_type,title,target}"
OF_POST = "attachments{type,media_type,title,target,subattachments{type,media_type,title,target}}"
OF_MESSAGE = "attachments{id,mime_type,name,image_data,video_data},shares{id,name,link}"
#: a part of the word by which Meta calls a story's attachment (`animated_image_share`, `video_inline`) -> what it is
STORIES = {
    "sticker": Sort.STICKER, "image": Sort.IMAGE, "photo": Sort.IMAGE, "profile_media": Sort.IMAGE, "video": Sort.VIDEO,
    "file": Sort.FILE,
}  # fmt: skip
#: as webhooks of messages call it; everything else is somebody's post or page that was shared
MESSAGES = {
    "image": Sort.IMAGE, "ephemeral": Sort.IMAGE, "sticker": Sort.STICKER, "video": Sort.VIDEO, "audio": Sort.AUDIO,
    "file": Sort.FILE,
}  # fmt: skip
MIMES = {"image": Sort.IMAGE, "video": Sort.VIDEO, "audio": Sort.AUDIO}
MEDIA = {"IMAGE": Sort.IMAGE, "CAROUSEL_ALBUM": Sort.IMAGE, "VIDEO": Sort.VIDEO}


def of_comment(row: Json) -> Hung:
    """A Facebook comment has one at most."""
    one = row.get("attachment")
    return (_story(one),) if isinstance(one, Mapping) else ()


def of_post(row: Json) -> Hung:
    """Those of a Facebook post, each picture of an album by itself."""
    return tuple(_story(part) for one in _rows(row, "attachments") for part in _rows(one, "subattachments") or [one])


def of_media(row: Json) -> Hung:
    """The picture or film that an Instagram post is."""
    sort = MEDIA.get(str(row.get("media_type")))
    return (Attachment(sort, _text(row, "id")),) if sort else ()


def of_message(row: Json) -> Hung:
    """Those of a direct message as the list of its conversation tells them."""
    files = [Attachment(_file(one), _text(one, "id"), _text(one, "name")) for one in _rows(row, "attachments")]
    shared = [Attachment(Sort.LINK, _text(one, "id"), _text(one, "name")) for one in _rows(row, "shares")]
    told = any(one.sort is Sort.STICKER for one in files)
    return (*files, *shared, *([Attachment(Sort.STICKER)] if row.get("sticker") and not told else []), *_story_mention(row))


def of_webhook_message(said: Json) -> Hung:
    """The same as a webhook tells them."""
    found = []
    for one in _objects(said.get("attachments")):
        payload = one.get("payload")
        inside = payload if isinstance(payload, Mapping) else {}
        sticker = _text(inside, "sticker_id")
        sort = Sort.STICKER if sticker else MESSAGES.get(str(one.get("type")), Sort.LINK)
        found.append(Attachment(sort, sticker, _text(inside, "title")))
    return tuple(found)


def of_feed(value: Json) -> Hung:
    """What a webhook of a page's feed says of a new post or comment: addresses of pictures and films, or the id of one."""
    item, many = value.get("item"), value.get("photos")
    found = [Attachment(Sort.IMAGE) for _ in many] if isinstance(many, list) else []
    if not found and (item == "photo" or value.get("photo")):
        found = [Attachment(Sort.IMAGE, _text(value, "photo_id"))]
    if item == "video" or value.get("video"):
        found.append(Attachment(Sort.VIDEO, _text(value, "video_id")))
    return tuple(found) or ((Attachment(Sort.LINK),) if item == "share" or value.get("link") else ())


def tells(value: Json) -> bool:
    """Whether a webhook of a page's feed says what is there now: words, or of something new what stands there without any.

    Words that were taken out are told by nothing, so what was edited and has none is asked for."""
    new = value.get("verb") == "add" and bool(of_feed(value))
    return new or (value.get("verb") in ("add", "edited", "edit") and isinstance(value.get("message"), str))


def _story(one: Json) -> Attachment:
    called = f"{one.get('type') or ''} {one.get('media_type') or ''}"
    sort = next((sort for part, sort in STORIES.items() if part in called), Sort.LINK)
    target = one.get("target")
    named = _text(one, "title") if sort in (Sort.LINK, Sort.FILE) else ""  # of a picture it names only whose it is
    return Attachment(sort, _text(target, "id") if isinstance(target, Mapping) else "", named)


def _file(one: Json) -> Sort:
    picture = one.get("image_data")
    if isinstance(picture, Mapping):
        return Sort.STICKER if picture.get("render_as_sticker") is True else Sort.IMAGE
    if one.get("video_data"):
        return Sort.VIDEO
    return MIMES.get(_text(one, "mime_type").partition("/")[0], Sort.FILE)


def _story_mention(row: Json) -> Hung:
    """His own story in which he names us. A story of ours that he answers is no attachment of his."""
    story = row.get("story")
    named = story.get("mention") if isinstance(story, Mapping) else None
    return (Attachment(Sort.LINK, _text(named, "id")),) if isinstance(named, Mapping) else ()


def _rows(row: Json, name: str) -> list[Json]:
    inside = row.get(name)
    return _objects(inside.get("data")) if isinstance(inside, Mapping) else []


def _objects(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(row: Json, name: str) -> str:
    """A text or number of the row as text, "" where it has none."""
    value = row.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
