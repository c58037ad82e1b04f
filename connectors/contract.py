"""The one contract every platform keeps (tests/connectors runs the same suite over all of them).

A connector knows no database. Reads return `Page`s whose cursor is stored in the same transaction as their messages; writes
raise typed errors of core.errors, and `Uncertain` is the only one after which something may have happened on the platform.
Nothing here sleeps, retries or guesses. One connector object serves one account and one call at a time (a lock inside).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from connectors.able import Capabilities as Capabilities
from connectors.able import Limits as Limits
from connectors.attached import Attachment as Attachment
from core.errors import PlatformError


class Surface(StrEnum):
    """Where on the platform a message stands."""

    POST = "post"  # a post of ours, or by a visitor on our page
    COMMENT = "comment"  # under a post, or under a comment (`parent_id` tells)
    MENTION = "mention"  # somebody names us in his own post
    REPLY = "reply"  # an X post that answers another
    QUOTE = "quote"  # a post that quotes ours: its author's own words
    SHARE = "share"  # a bare repost: no words, never work
    DIRECT = "direct"  # a private message
    FORM = "form"  # filled in on our own portal, for us alone


@dataclass(frozen=True, slots=True)
class Can:
    """What may be done to this one item. `why_no_reply` is a word key (`cannot.<why>`), empty when it can be answered."""

    reply: bool = True
    reply_privately: bool = False
    hide: bool = False
    delete: bool = False
    why_no_reply: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said, as its reader sees it. Times are aware UTC. `native_id` stays the same through edits.

    `parent_id`: the comment or post replied to (for a top-level comment the post), else None; `root_id`: the post, conversation or
    form it hangs under. Which comment began a direct message our own ledger tells (inbox.ties). A tombstone has `deleted=True` and
    may have empty text: the stored text is kept. `text` may be empty beside `attachments`, which not every telling names."""

    account: str
    native_id: str
    surface: Surface
    author_id: str
    text: str
    created_at: datetime
    author_name: str = ""
    author_handle: str = ""
    parent_id: str | None = None
    root_id: str | None = None
    quoted_id: str | None = None
    edited: bool = False
    edited_at: datetime | None = None
    deleted: bool = False
    own: bool = False
    hidden: bool | None = None  # None: not told
    permalink: str = ""
    lang_hint: str = ""
    can: Can = Can()
    attachments: tuple[Attachment, ...] = ()

    @property
    def platform(self) -> str:
        return self.account.partition(":")[0]

    @property
    def private(self) -> bool:
        return self.surface in (Surface.DIRECT, Surface.FORM)


@dataclass(frozen=True, slots=True)
class Unread:
    """A record of an answer that we can't read: `raw` as the platform gave it, `why` the name of what went wrong."""

    raw: object
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """One step of reading a stream. Store `cursor` with `messages`; call again while `more`.

    `complete_under`: ids of posts whose whole list of comments ended with this page, so that what is stored under them and was not
    seen during this reading may be looked up for deletion (`lookup`). `unread`: records we can't read, to be kept raw.
    """

    messages: tuple[Message, ...]
    cursor: str
    more: bool = False
    complete_under: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """An image or video to be published. `url`: where the platform itself may fetch it (Instagram needs one)."""

    path: Path
    alt: str
    mime: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """A question to the readers of a post: its answers, and how many minutes they may choose."""

    options: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be said. `parent_id` for a reply (`root_id`: the post above it); `private`: by direct message, to `to_author`
    (`parent_id` is the comment or message). `link`: the platform makes a card of it. `subject`, `page` (its HTML): of a letter."""

    text: str
    media: tuple[Media, ...] = ()
    poll: Poll | None = None
    link: str = ""
    parent_id: str | None = None
    root_id: str | None = None
    to_author: str | None = None
    private: bool = False
    subject: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """It is on the platform. `cost_micros`: price in 1/1,000,000 USD."""

    native_id: str
    permalink: str = ""
    cost_micros: int = 0


class Steps(Protocol):
    """The ledger's memory of one delivery's half-way ids (container, unpublished post, uploaded media).

    `keep` commits before it returns, so that a crash after it can't forget what the platform already holds."""

    def get(self, name: str) -> str | None: ...

    def keep(self, name: str, value: str) -> None: ...


class Finding(StrEnum):
    """What reading back shows."""

    FOUND = "found"  # exactly one match: adopt it
    NOT_FOUND = "not_found"  # a healthy reading without a match: evidence, not proof
    SEVERAL = "several"  # more than one match: a person must look
    RESUMABLE = "resumable"  # a kept step can be finished without danger of a second copy: send again
    REFUSED = "refused"  # the platform says it failed for good (`detail`)
    UNKNOWABLE = "unknowable"  # there is nothing to read back: a person must look


@dataclass(frozen=True, slots=True)
class Evidence:
    """Outcome of `find_existing`. `sent` only when FOUND; `unread`: this kept us from reading all that `sent` tells."""

    finding: Finding
    sent: Sent | None = None
    detail: str = ""
    unread: PlatformError | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """What calls used. `reads` and `writes`: how many were made; `things`: what the platform charges for once a day of UTC, however
    often it is read (`post:12`), and its price in 1/1,000,000 USD; `shut`: kinds of call whose rate window is used up, and when it
    opens again (of X by its ways and lists; of Meta `read`, or "" for every call); `left`: how many more calls of a kind may be
    made before, where that is told."""

    reads: int = 0
    writes: int = 0
    things: Mapping[str, int] = field(default_factory=dict)
    shut: Mapping[str, datetime] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)

    @property
    def micros(self) -> int:
        """Its price, were nothing of it charged before."""
        return sum(self.things.values())


@dataclass(frozen=True, slots=True)
class Health:
    """What `check` learned: `name` of the account, scopes granted and missing, when the token ends (None: unknown or never)."""

    native_id: str
    name: str
    handle: str = ""
    scopes: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Engagement of one of our posts: names are ours (views, reach, likes, comments, shares, quotes, saves, clicks)."""

    native_id: str
    at: datetime
    values: Mapping[str, int]


class Connector(Protocol):
    """One account on one platform. Every method may raise a PlatformError; reads raise no Uncertain."""

    account: str  # `platform:native-id`
    capabilities: Capabilities

    def check(self) -> Health:
        """Who are we, is the token good and of the right kind, which scopes are missing."""

    def streams(self) -> tuple[str, ...]:
        """Names of the streams to read, own posts first."""

    def fetch(self, stream: str, cursor: str | None, *, not_before: datetime | None = None) -> Page:
        """The next page. `cursor` None: from the beginning (as far back as `not_before`, when given).

        The cursor is opaque text. Where it ends a reading (`more` False), the next reading starts with an overlap before it.
        Raises CursorExpired when the platform forgot a paging position; `rewind(cursor)` then gives one to begin again from."""

    def rewind(self, stream: str, cursor: str) -> str | None:
        """The same cursor without its paging position: back to the watermark of the last finished reading."""

    def lookup(self, messages: Sequence["Known"]) -> Sequence[Message]:
        """The present state of known items: newest text, or tombstones for the certainly gone. Unchanged may be left out.
        Asks in as few calls as the platform allows; what could not be read is left out (never a guess)."""

    def count_text(self, text: str) -> int:
        """Length as the platform counts it."""

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        """Publish once. Uncertain when the outcome can't be known; any other PlatformError means it is certainly not published."""

    def find_existing(self, out: Outgoing, steps: Steps, *, sent_at: datetime, taken: frozenset[str] = frozenset()) -> Evidence:
        """Read back after Uncertain. `taken`: native ids already bound to other deliveries (the same text may be wanted twice).

        Raises a PlatformError when the platform can't be read healthily: that is no evidence."""

    def hide(self, native_id: str) -> None:
        """Idempotent."""

    def unhide(self, native_id: str) -> None:
        """Idempotent."""

    def delete(self, native_id: str) -> None:
        """Idempotent: already gone is success."""

    def metrics(self, native_ids: Sequence[str]) -> Sequence[Reading]:
        """Engagement now, of our own posts; ids that can't be read are left out."""

    def bill(self) -> Bill:
        """What the calls since the last bill used, failed ones too, but for what `Sent` tells the price of. Asked after each."""

    def heed(self, shut: Mapping[str, datetime]) -> None:
        """Take over what other processes learned of this account's rate windows (`Bill.shut`), in place of all known so far.

        A call whose window is used up raises RateLimited and is not made; so does any that this connector learned of itself."""

    def price(self, text: str, *, reply: bool = False, private: bool = False) -> int:
        """What saying this costs, in 1/1,000,000 USD: as a post of its own, in answer to somebody, or to him alone."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the inbox holds of an item, enough for a connector to look it up again."""

    native_id: str
    surface: Surface
    parent_id: str | None
    root_id: str | None
    text: str
    created_at: datetime
    author_id: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a connector needs to act for one account. `secrets` by the names in the registry; never logged."""

    native_id: str
    secrets: Mapping[str, str] = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
