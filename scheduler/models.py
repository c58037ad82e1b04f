"""Posts and events of ours, their media, who said yes to them, and what was measured of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.clock import now
from core.db import Json, Key

READ_ON = text("next_at IS NOT NULL")
#: in the very words of their indexes, without which SQLite does not take them
DOUBTED = text("posts.doubted_at IS NOT NULL")
CORRECTING = text("posts.role IN ('correction', 'withdrawal')")
IN_DOUBT = text("doubted_at IS NOT NULL")
OF_LOG = text("role IN ('correction', 'withdrawal')")


class Post(SQLModel, table=True):
    """One piece of news or one event, for one or more accounts. `version` grows with each edit; approval names the version.

    A post may be about another (`about_id`) in a `role`: reminder of an event, notice of its change, correction or withdrawal of
    what was published, one occurrence of a post that recurs. "": it stands for itself.
    """

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_state_at", "state", "at"),
        Index("ix_posts_doubted", "id", sqlite_where=IN_DOUBT, postgresql_where=IN_DOUBT),
        Index("ix_posts_correcting", "id", sqlite_where=OF_LOG, postgresql_where=OF_LOG),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    kind: str = Field(default="news", max_length=8)
    title: str = Field(default="", max_length=200)
    #: the pair every version is made from; one of them empty only with `pair_why`, the reason why it goes in one language
    ar: str = ""
    en: str = ""
    pair_why: str = Field(default="", max_length=300)
    about_id: int | None = Field(default=None, foreign_key="posts.id", index=True, sa_type=Key)
    #: "" | reminder | notice | correction | withdrawal | occurrence
    role: str = Field(default="", max_length=12)
    #: a reminder goes out so many seconds before its event begins
    before_s: int | None = None
    #: {"every": day | week | month, "step": 1, "until": "2027-03-01"}: the first of a row of occurrences
    repeat: dict[str, Any] | None = Field(default=None, sa_type=Json)
    #: of X: {"options": [two to four], "minutes": 5 to 10080}
    poll: dict[str, Any] | None = Field(default=None, sa_type=Json)
    #: how it is approved, set when it is submitted: [{"need": any | all, "users": [ids, none: whoever may approve]}]
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    #: of a reminder that was submitted along with what tells the event: {"post": its id, "version": which of it}
    along: dict[str, int] | None = Field(default=None, sa_type=Json)
    #: later than this many seconds after its hour it is missed and asks; None: the setting of its kind
    grace_s: int | None = None
    #: draft | submitted | scheduled | published | partly | refused | cancelled | expired (scheduler.states)
    state: str = Field(default="draft", max_length=12)
    version: int = 1
    #: None for an imported post: `origin` then says who brought it
    author_id: int | None = Field(default=None, foreign_key="users.id", sa_type=Key)
    edited_by: int | None = Field(default=None, foreign_key="users.id", sa_type=Key)
    #: label of the actor who wrote or imported it
    origin: str = Field(default="", max_length=120)
    approved_by: int | None = Field(default=None, foreign_key="users.id", sa_type=Key)
    #: for an imported post: who is said to have approved it
    approver: str = Field(default="", max_length=120)
    approved_version: int | None = None
    approved_at: datetime | None = None
    #: the edition of the policy under which it was approved, or read again since (scheduler.doubting)
    edition: str = Field(default="", max_length=60)
    #: since when a later edition's findings stand against it; None again once everybody asked said yes anew
    doubted_at: datetime | None = None
    #: the instant (UTC), and what the clock in `zone` shows then, as it was chosen: `2026-11-24T10:00`
    at: datetime | None = None
    wall: str = Field(default="", max_length=19)
    zone: str = Field(default="Asia/Dubai", max_length=40)
    comment: str = Field(default="", max_length=1000)
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)


class PostText(SQLModel, table=True):
    """The words of a post for one account, and the delivery that carries them: both languages in one, or one each."""

    __tablename__ = "post_texts"
    __table_args__ = (UniqueConstraint("post_id", "account_id", "lang"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    post_id: int = Field(foreign_key="posts.id", sa_type=Key)
    account_id: int = Field(foreign_key="accounts.id", sa_type=Key)
    #: ar | en | both
    lang: str = Field(default="both", max_length=4)
    text: str = ""
    delivery_id: int | None = Field(default=None, foreign_key="deliveries.id", sa_type=Key)


class PostMedia(SQLModel, table=True):
    """A picture or video of a post, stored once by its hash under var/media; `alt` says in words what it shows.

    `alt_why`: why it goes without such words (an exception that is logged). `duration_ms` is 0 for a picture.
    """

    __tablename__ = "post_media"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    post_id: int = Field(foreign_key="posts.id", index=True, sa_type=Key)
    place: int = 0
    sha256: str = Field(max_length=64)
    mime: str = Field(max_length=40)
    width: int = 0
    height: int = 0
    bytes: int = Field(default=0, sa_type=Key)
    duration_ms: int = 0
    alt: str = Field(default="", max_length=1000)
    alt_why: str = Field(default="", max_length=300)


class PostVersion(SQLModel, table=True):
    """What a post said at one version, whole: what approvers compare and auditors read. Never changed."""

    __tablename__ = "post_versions"
    __table_args__ = (UniqueConstraint("post_id", "version"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    post_id: int = Field(foreign_key="posts.id", sa_type=Key)
    version: int
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    by: str = Field(default="", max_length=120)
    at: datetime = Field(default_factory=now)


class Approval(SQLModel, table=True):
    """One person's word on one version at one step. A no sends the post back; an edit makes all of them history."""

    __tablename__ = "approvals"
    __table_args__ = (UniqueConstraint("post_id", "version", "step", "user_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    post_id: int = Field(foreign_key="posts.id", sa_type=Key)
    version: int
    step: int
    user_id: int = Field(foreign_key="users.id", sa_type=Key)
    yes: bool
    #: it was given before the post was doubted, and counts no more
    void: bool = False
    comment: str = Field(default="", max_length=1000)
    at: datetime = Field(default_factory=now)


class PostComment(SQLModel, table=True):
    """What staff said to each other about a version of a post. Never changed, never shown outside."""

    __tablename__ = "post_comments"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    post_id: int = Field(foreign_key="posts.id", index=True, sa_type=Key)
    version: int
    user_id: int = Field(foreign_key="users.id", sa_type=Key)
    text: str = Field(max_length=1000)
    at: datetime = Field(default_factory=now)


class Unsaved(SQLModel, table=True):
    """What somebody is writing and has not saved: the fields of his editor, over `version` of that post (0: a new one)."""

    __tablename__ = "unsaved"

    user_id: int = Field(foreign_key="users.id", primary_key=True, sa_type=Key)
    #: 0: a post that is not there yet
    post_id: int = Field(primary_key=True, sa_type=Key)
    version: int = 0
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    at: datetime = Field(default_factory=now)


class Event(SQLModel, table=True):
    """When and where the event of a post takes place. `uid` and `sequence` are iCalendar's (RFC 5545): a change raises it."""

    __tablename__ = "events"

    post_id: int = Field(foreign_key="posts.id", primary_key=True, sa_type=Key)
    title: str = Field(max_length=200)
    place: str = Field(default="", max_length=200)
    #: what the two are called in English; "": as above
    title_en: str = Field(default="", max_length=200)
    place_en: str = Field(default="", max_length=200)
    starts_at: datetime
    ends_at: datetime
    #: the zone whose clocks its hours are told by, and what they show then, as it was said: `2026-12-03T10:00`
    zone: str = Field(default="Asia/Dubai", max_length=40)
    starts_wall: str = Field(default="", max_length=19)
    ends_wall: str = Field(default="", max_length=19)
    uid: str = Field(default="", max_length=80)
    sequence: int = 0
    cancelled_at: datetime | None = None
    cancel_why: str = Field(default="", max_length=300)
    changed_at: datetime = Field(default_factory=now)
    #: what the public calendar shows: these facts as they were last approved (scheduler.told.Told); None: never approved
    approved: dict[str, Any] | None = Field(default=None, sa_type=Json)


class Watched(SQLModel, table=True):
    """Something of ours whose numbers are read, ever more seldom; `values` is the newest reading."""

    __tablename__ = "watched"
    __table_args__ = (
        UniqueConstraint("account_id", "native_id"),
        Index("ix_watched_next", "next_at", sqlite_where=READ_ON, postgresql_where=READ_ON),
        Index("ix_watched_published", "published_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account_id: int = Field(foreign_key="accounts.id", sa_type=Key)
    native_id: str = Field(max_length=120)
    published_at: datetime
    #: the next reading; None: it is old, no more are made
    next_at: datetime | None = None
    read_at: datetime | None = None
    #: when it was taken down from the platform; its numbers stay as they were read last
    gone_at: datetime | None = None
    values: dict[str, int] = Field(default_factory=dict, sa_type=Json)


class Metric(SQLModel, table=True):
    """One reading of one number of one thing we published. A series: readings are added, never changed."""

    __tablename__ = "metrics"
    __table_args__ = (
        UniqueConstraint("account_id", "native_id", "name", "at"),
        Index("ix_metrics_name_at", "name", "at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account_id: int = Field(foreign_key="accounts.id", sa_type=Key)
    native_id: str = Field(max_length=120)
    name: str = Field(max_length=24)
    at: datetime
    value: int = Field(sa_type=Key)


class Report(SQLModel, table=True):
    """The weekly report as it was drawn up: a page of its own and its words alone. Never changed."""

    __tablename__ = "reports"

    #: the Monday its week began with
    week: date = Field(primary_key=True)
    lang: str = Field(primary_key=True, max_length=2)
    page: str
    words: str
    at: datetime = Field(default_factory=now)


class ToldFigure(SQLModel, table=True):
    """What the public was told last of a promise, by the name of its query (scheduler.promised): `percent` of `n` or a few more."""

    __tablename__ = "told_figures"

    name: str = Field(primary_key=True, max_length=24)
    at: datetime
    percent: int
    n: int


class Turn(SQLModel, table=True):
    """Whose turn it was last to do something periodic, so that many workers do it as often as one would (scheduler.turns)."""

    __tablename__ = "turns"

    name: str = Field(primary_key=True, max_length=60)
    at: datetime
    worker: str = Field(default="", max_length=80)
    #: how far something came (an id), where that is needed
    mark: int = Field(default=0, sa_type=Key)
