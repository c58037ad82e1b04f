"""What colleagues share about items: notes, tags, what is put off, who is reading, saved answers and views, undo."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.clock import now
from core.db import Json, Key


class Note(SQLModel, table=True):
    """What a colleague wrote about an item for colleagues: it never leaves the house."""

    __tablename__ = "notes"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    item_id: int = Field(foreign_key="items.id", index=True, sa_type=Key)
    author_id: int = Field(foreign_key="users.id", sa_type=Key)
    text: str = Field(max_length=4000)
    at: datetime = Field(default_factory=now)
    withdrawn_at: datetime | None = None


class Unsaid(SQLModel, table=True):
    """What somebody of the staff is writing in a form beside a message, a case or a post, and has not said: nobody else sees it."""

    __tablename__ = "unsaid"
    __table_args__ = (Index("ix_unsaid_thing", "thing", "thing_id"),)

    user_id: int = Field(foreign_key="users.id", primary_key=True, sa_type=Key)
    #: the table of what it is about (inbox.unsaid.Thing)
    thing: str = Field(primary_key=True, max_length=20)
    thing_id: int = Field(primary_key=True, sa_type=Key)
    #: the form: note, tell, resolve, hide, …
    deed: str = Field(primary_key=True, max_length=20)
    #: by the names of its fields: words, or ids of what was chosen
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    at: datetime = Field(default_factory=now)


class Mention(SQLModel, table=True):
    """A colleague named in a note; `seen_at` None until he opened it."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index("ix_mentions_unseen", "user_id", sqlite_where=text("seen_at IS NULL"), postgresql_where=text("seen_at IS NULL")),
        Index("ix_mentions_user", "user_id", "note_id"),
    )

    note_id: int = Field(foreign_key="notes.id", primary_key=True, sa_type=Key)
    user_id: int = Field(foreign_key="users.id", primary_key=True, sa_type=Key)
    seen_at: datetime | None = None


class Tag(SQLModel, table=True):
    """A word of the house that items are marked with. Nobody deletes one: `active` ends its use."""

    __tablename__ = "tags"

    code: str = Field(primary_key=True, max_length=40)
    name_ar: str = Field(max_length=80)
    name_en: str = Field(max_length=80)
    active: bool = True


class ItemTag(SQLModel, table=True):
    """An item carries a tag. `said` is the item's own (Item.said), so that a tag's items are listed newest first."""

    __tablename__ = "item_tags"
    __table_args__ = (Index("ix_item_tags_tag", "tag", "said", "item_id"),)

    item_id: int = Field(foreign_key="items.id", primary_key=True, sa_type=Key)
    tag: str = Field(foreign_key="tags.code", primary_key=True, max_length=40)
    said: int = Field(sa_type=Key)
    by_id: int = Field(foreign_key="users.id", sa_type=Key)
    at: datetime = Field(default_factory=now)


class Snooze(SQLModel, table=True):
    """An item put off until an instant; while the row stands its state is `snoozed`."""

    __tablename__ = "snoozes"

    item_id: int = Field(foreign_key="items.id", primary_key=True, sa_type=Key)
    until: datetime = Field(index=True)
    by_id: int = Field(foreign_key="users.id", sa_type=Key)
    at: datetime = Field(default_factory=now)


class Presence(SQLModel, table=True):
    """Somebody has an item open, or writes an answer to it, until `until` at the latest."""

    __tablename__ = "presences"

    item_id: int = Field(foreign_key="items.id", primary_key=True, sa_type=Key)
    user_id: int = Field(foreign_key="users.id", primary_key=True, sa_type=Key)
    #: reading | replying
    doing: str = Field(default="reading", max_length=10)
    until: datetime = Field(index=True)


class Opened(SQLModel, table=True):
    """Somebody has opened an item: what has no row here is unread for him."""

    __tablename__ = "opened"

    user_id: int = Field(foreign_key="users.id", primary_key=True, sa_type=Key)
    item_id: int = Field(foreign_key="items.id", primary_key=True, sa_type=Key)
    at: datetime = Field(default_factory=now, index=True)


class SavedReply(SQLModel, table=True):
    """An answer kept for reuse: words with `{name}` places, who answers for it, its source, until when it holds."""

    __tablename__ = "saved_replies"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    name: str = Field(unique=True, max_length=80)
    topic: str = Field(default="none", max_length=24)
    text_ar: str = Field(default="", max_length=2000)
    text_en: str = Field(default="", max_length=2000)
    owner_id: int = Field(foreign_key="users.id", sa_type=Key)
    source: str = Field(max_length=300)
    review_by: date
    active: bool = True
    used: int = 0
    updated_at: datetime = Field(default_factory=now)


class SavedView(SQLModel, table=True):
    """Filters of the inbox under a name of somebody's own; `shared` shows it to everybody."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    user_id: int = Field(foreign_key="users.id", sa_type=Key)
    name: str = Field(max_length=60)
    wanted: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    shared: bool = False
    at: datetime = Field(default_factory=now)


class Deed(SQLModel, table=True):
    """Something a person did at the desk that he may take back: `before` holds what stood there, a row an item."""

    __tablename__ = "deeds"
    __table_args__ = (Index("ix_deeds_user", "user_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    user_id: int = Field(foreign_key="users.id", sa_type=Key)
    what: str = Field(max_length=40)
    before: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    at: datetime = Field(default_factory=now)
    undone_at: datetime | None = None
