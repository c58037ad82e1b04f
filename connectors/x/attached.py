"""What hangs from X's posts and direct messages: its media, by the record beside them or, where none is told, by their keys."""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.attached import Attachment, Kind

Json = Mapping[str, Any]
#: X's word for a media; what it calls a moving picture has no sound
TYPES = {"photo": Kind.IMAGE, "animated_gif": Kind.IMAGE, "video": Kind.VIDEO}
#: how the key of a film begins (amplified or not); all others are pictures
FILMS = ("7_", "13_")
#: the short link by which a message shows what hangs from it
SHORT = re.compile(r"\s*https://t\.co/\w+\s*$")


def of_keys(keys: Iterable[str], media: Mapping[str, Json]) -> tuple[Attachment, ...]:
    """Those of these media keys, each once; `media` holds the records that came beside them."""
    return tuple(of_media(media.get(key, {}), key) for key in dict.fromkeys(keys))


def of_media(record: Json, key: str) -> Attachment:
    """One media, named by its key."""
    told = TYPES.get(str(record.get("type")))
    return Attachment(told or (Kind.VIDEO if key.startswith(FILMS) else Kind.IMAGE), key, str(record.get("alt_text") or ""))


def direct_text(text: str, hung: tuple[Attachment, ...]) -> str:
    """The words of a direct message as its reader sees them: the picture stands in place of its link."""
    return html.unescape(SHORT.sub("", text) if hung else text)
