"""What a platform holds: people, entries (posts, comments, mentions), pictures, conversations."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

Platform = Literal["facebook", "x", "instagram"]
PLATFORMS: tuple[Platform, ...] = ("facebook", "x", "instagram")
Kind = Literal["post", "comment", "mention"]
Hung = Literal["photo", "video", "gif", "sticker", "audio", "file", "link"]


@dataclass
class Person:
    """Somebody with an account on one platform; `id` is that platform's user id."""

    platform: Platform
    id: str
    name: str
    username: str
    own: bool = False
    blocked: bool = False


@dataclass
class Version:
    """What an entry said from `at` (seconds, UTC) on. On X every version has an id of its own."""

    id: str
    text: str
    at: float


@dataclass
class Entry:
    """One thing said in public.

    `kind`: a post of the account's own, a comment beneath something, or a mention (a post elsewhere that names the
    account: an X post, a Facebook visitor post or tag, an Instagram tag or comment on somebody else's post).
    `first_served`/`last_served` are the numbers of the versions an API answer or webhook has shown: `truth` lists only
    what could be known.
    """

    platform: Platform
    id: str
    kind: Kind
    author: str
    created: float
    seq: int
    versions: list[Version]
    parent: str | None = None
    root: str | None = None
    edge: str = ""
    own: bool = False
    visible_at: float = 0.0
    link: str | None = None
    media: list[str] = field(default_factory=list)
    poll: list[str] = field(default_factory=list)
    poll_minutes: int = 0
    quoted: str | None = None
    reposted: str | None = None
    prefix: int = 0
    reply_settings: str = "everyone"
    published: bool = True
    scheduled_at: float | None = None
    comments_open: bool = True
    hidden: bool = False
    deleted: bool = False
    deleted_at: float | None = None
    likes: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    private_reply: str | None = None
    pk: str = ""
    upload_id: str = ""
    first_served: int | None = None
    last_served: int | None = None

    @property
    def text(self) -> str:
        return self.versions[-1].text

    @property
    def current_id(self) -> str:
        return self.versions[-1].id

    @property
    def updated(self) -> float:
        return self.versions[-1].at

    def serve(self, version: int | None = None) -> None:
        """Note that a reader has been shown this version (the newest, unless said)."""
        shown = len(self.versions) - 1 if version is None else version
        if self.first_served is None:
            self.first_served = shown
        self.last_served = shown if self.last_served is None else max(self.last_served, shown)


@dataclass
class Media:
    """An uploaded picture or film, `sha256` of what was brought up. `parts` hold a chunked upload until it is finalised.

    What citizens hang beneath their words may be of any kind; `title` is a file's name, or what a link leads to. One that no post
    names by then is forgotten at `until` (0: never)."""

    platform: Platform
    id: str
    kind: Hung = "photo"
    alt: str = ""
    url: str = ""
    width: int = 1200
    height: int = 675
    size: int = 0
    ready: bool = True
    owner: str = ""
    parts: dict[int, bytes] = field(default_factory=dict)
    title: str = ""
    sha256: str = ""
    until: float = 0.0

    def receive(self, data: bytes) -> None:
        """Note what was brought up: its length and hash, not itself."""
        self.size, self.sha256 = len(data), hashlib.sha256(data).hexdigest()


@dataclass
class Container:
    """An Instagram post in the making: invisible until published."""

    id: str
    created: float
    caption: str = ""
    media_type: str = "IMAGE"
    image_url: str = ""
    alt: str = ""
    carousel_item: bool = False
    children: list[str] = field(default_factory=list)
    failed: int = 0  # the code of what went wrong
    published_as: str | None = None


@dataclass
class Message:
    """One direct message; `sender` and `recipient` are user ids of the platform.

    `comment`: the comment whose private reply it is, or the newest that was answered so in its conversation before it.
    """

    id: str
    sender: str
    recipient: str
    text: str
    at: float
    seq: int
    own: bool = False
    served: bool = False
    comment: str | None = None
    media: list[str] = field(default_factory=list)


@dataclass
class Conversation:
    """Direct messages with one person. `comment` is the newest comment of his that was answered here by a private reply."""

    platform: Platform
    id: str
    person: str
    comment: str | None = None
    messages: list[Message] = field(default_factory=list)

    @property
    def updated(self) -> float:
        return self.messages[-1].at if self.messages else 0.0
