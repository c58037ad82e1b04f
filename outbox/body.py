"""What a delivery says, as the ledger keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from connectors.contract import Poll


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture or film in our own store. `path` is its name under var/media (`<sha256>.<ext>`); `width`, `height` in pixels.

    `alt` says in words what it shows; `alt_why`, why it goes without. `duration_ms` is 0 for a picture.
    """

    path: str
    alt: str
    mime: str
    sha256: str
    width: int = 0
    height: int = 0
    bytes: int = 0
    duration_ms: int = 0
    alt_why: str = ""

    @property
    def film(self) -> bool:
        return self.mime.startswith("video/")


_MEDIA = tuple(field.name for field in fields(MediaFile))


@dataclass(frozen=True, slots=True)
class Body:
    """Text and media of one delivery; all empty for a hide, unhide or delete.

    `root_id`: the post above the thing answered; `to_author`, `private`: as in connectors.contract.Outgoing. `fill` is a key
    of outbox.guards.FILLERS: its values replace `{name}` in words and address at the moment of sending, so that no secret (the
    link of a case) and no address stands in the ledger. `subject`: of a letter; `page`: the letter as HTML, where it is more than
    its words.
    """

    text: str = ""
    media: tuple[MediaFile, ...] = ()
    root_id: str | None = None
    to_author: str | None = None
    private: bool = False
    fill: str = ""
    poll: Poll | None = None
    subject: str = ""
    page: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain data for the `body` column."""
        # written out: dataclasses.asdict copies every value, and a page may hold a hundred receipts
        return {
            "text": self.text,
            "media": [{name: getattr(one, name) for name in _MEDIA} for one in self.media],
            "root_id": self.root_id,
            "to_author": self.to_author,
            "private": self.private,
            "fill": self.fill,
            "poll": None if self.poll is None else {"options": list(self.poll.options), "minutes": self.poll.minutes},
            "subject": self.subject,
            "page": self.page,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Body":
        """The same body back."""
        media, poll = tuple(MediaFile(**m) for m in data.get("media", ())), data.get("poll")
        return cls(**{**data, "media": media, "poll": poll and Poll(tuple(poll["options"]), poll["minutes"])})

    def fingerprint(self, account: str, target_id: str) -> str:
        """Hash of who says what to whom (PLATFORMS §6.1): account, NFC text, media, poll, what it answers."""
        asked = self.poll.options if self.poll else ()
        parts = [
            account,
            target_id,
            normalize("NFC", self.text),
            *(m.sha256 for m in self.media),
            *asked,
            *filter(None, [self.subject]),
        ]
        return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
