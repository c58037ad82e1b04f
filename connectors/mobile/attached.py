"""What hangs from the mobile API's objects: the media that a post is, a comment's moving picture, what a direct message brings."""

from collections.abc import Mapping
from typing import Any

from connectors.attached import Attachment, Kind

Json = Mapping[str, Any]
#: media_type
MEDIA = {"1": Kind.IMAGE, "2": Kind.VIDEO, "8": Kind.IMAGE}
#: the part of a direct message that holds a file -> what it is where the file doesn't say
FILES = {"media": Kind.IMAGE, "visual_media": Kind.IMAGE, "voice_media": Kind.AUDIO, "animated_media": Kind.STICKER}
#: the parts that show somebody's post, story or page
SHARED = (
    "media_share", "clip", "reel_share", "story_share", "felix_share", "xma_media_share", "xma_clip", "xma_story_share",
    "xma_profile", "generic_xma", "link",
)  # fmt: skip


def of_media(row: Json) -> tuple[Attachment, ...]:
    """The pictures or the film that a post is."""
    album = row.get("carousel_media")
    parts = [one for one in album if isinstance(one, Mapping)] if isinstance(album, list) else []
    return tuple(_media(one, Kind.IMAGE) for one in parts or [row])


def of_comment(row: Json) -> tuple[Attachment, ...]:
    """A comment holds a moving picture at most."""
    moving = row.get("giphy_media_info")
    return (Attachment(Kind.IMAGE, str(moving.get("id") or "")),) if isinstance(moving, Mapping) else ()


def of_direct(row: Json) -> tuple[Attachment, ...]:
    """One thing at most: a file of his, or what he shares."""
    for part, kind in FILES.items():
        if isinstance(inside := row.get(part), Mapping):
            held = inside.get("media")
            file = held if isinstance(held, Mapping) else inside
            return (_media(file, kind),)
    return (Attachment(Kind.LINK),) if any(row.get(part) for part in SHARED) else ()


def _media(one: Json, kind: Kind) -> Attachment:
    told, said = MEDIA.get(str(one.get("media_type"))), one.get("accessibility_caption")
    named = str(one.get("pk") or one.get("id") or "")
    return Attachment(told if told and kind is Kind.IMAGE else kind, named, said if isinstance(said, str) else "")
