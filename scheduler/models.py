"""Posts and events of ours, their media, and what was measured of them."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.clock import now
from core.db import Json, Key

READ_ON = text("next_at IS NOT NULL")


class Post(SQLModel, table=True):
    """One piece of news or one event, for one or more accounts. `version` grows with each edit; approval names the version."""

    __tablename__ = "posts"
    __table_args__ = (Index("ix_posts_state_at", "state", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    kind: str = Field(default="news", max_length=8)
    title: str = Field(default="", max_length=200)
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
    #: the instant (UTC) and the wall clock it was chosen on
    at: datetime | None = None
    zone: str = Field(default="Asia/Dubai", max_length=40)
    comment: str = Field(default="", max_length=1000)
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)


class PostText(SQLModel, table=True):
    """The words of a post for one account, and the delivery that carries them."""

    __tablename__ = "post_texts"
    __table_args__ = (UniqueConstraint("post_id", "account_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    post_id: int = Field(foreign_key="posts.id", sa_type=Key)
    account_id: int = Field(foreign_key="accounts.id", sa_type=Key)
    text: str = ""
    delivery_id: int | None = Field(default=None, foreign_key="deliveries.id", sa_type=Key)


class Picture(SQLModel, table=True):
    """An image of a post, stored once by its hash under var/media; `alt` says in words what it shows."""

    __tablename__ = "pictures"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    post_id: int = Field(foreign_key="posts.id", index=True, sa_type=Key)
    place: int = 0
    sha256: str = Field(max_length=64)
    mime: str = Field(max_length=40)
    width: int = 0
    height: int = 0
    alt: str = Field(max_length=1000)


class Event(SQLModel, table=True):
    """When and where the event of a post takes place."""

    __tablename__ = "events"

    post_id: int = Field(foreign_key="posts.id", primary_key=True, sa_type=Key)
    title: str = Field(max_length=200)
    place: str = Field(default="", max_length=200)
    starts_at: datetime
    ends_at: datetime


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


class Turn(SQLModel, table=True):
    """Whose turn it was last to do something periodic, so that many workers do it as often as one would (scheduler.turns)."""

    __tablename__ = "turns"

    name: str = Field(primary_key=True, max_length=60)
    at: datetime
    worker: str = Field(default="", max_length=80)
    #: how far something came (an id), where that is needed
    mark: int = Field(default=0, sa_type=Key)
