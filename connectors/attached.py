"""What hangs from a message beside its words, as facts: nothing is fetched, and no address of it is kept (docs/decisions/0022)."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an attachment is."""

    IMAGE = "image"  # a picture, moving ones without sound among them
    VIDEO = "video"
    AUDIO = "audio"  # a voice message too
    STICKER = "sticker"
    LINK = "link"  # somebody's page or post shown beside the words
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One thing that hangs from a message. `id`: the platform's, `alt`: what it says of it for who does not see it (a picture's
    alternative text, the title of what a link leads to, a file's name); each "" where the platform tells none."""

    kind: Kind
    id: str = ""
    alt: str = ""
