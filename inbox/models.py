"""Items, what was decided about them, and what came of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.clock import now
from core.db import Json, Key
from inbox.casefile import Case as Case
from inbox.casefile import CaseEvent as CaseEvent
from inbox.casefile import Department as Department
from inbox.casefile import Hold as Hold
from inbox.casefile import Notice as Notice
from inbox.casefile import Release as Release
from inbox.casefile import Result as Result
from inbox.casefile import Upload as Upload
from inbox.team import Deed as Deed
from inbox.team import ItemTag as ItemTag
from inbox.team import Mention as Mention
from inbox.team import Note as Note
from inbox.team import Opened as Opened
from inbox.team import Presence as Presence
from inbox.team import SavedReply as SavedReply
from inbox.team import SavedView as SavedView
from inbox.team import Snooze as Snooze
from inbox.team import Tag as Tag
from inbox.team import Unsaid as Unsaid


def _walk(name: str, *leading: str, where: str = "") -> Index:
    """An index that pages are read from, newest first: the filter's column, `said`, `id`, and `facets` so that every other filter
    is decided without touching the row (inbox.search)."""
    condition = text(where) if where else None
    return Index(f"ix_items_{name}", *leading, "said", "id", "facets", sqlite_where=condition, postgresql_where=condition)


#: what a person has still to look at, in the words of its index: written as an equality, SQLite would rather walk all that is open
REVIEWED = "NOT state <> 'open' AND action <> 'allow'"

#: what is neither answered nor closed (facets.WAITING), in the words of its index: naming the two states, SQLite would sort them
WAITING = "state NOT IN ('answered', 'closed', 'none')"

#: an answer that waits for somebody's yes, in the words of its index
ASKED = "state = 'asked'"

#: what was said in some case, in the words of its index
CASED = "case_id IS NOT NULL"


class Item(SQLModel, table=True):
    """One thing said on a platform, once: unique on account + native id (the account carries the platform).

    `state`: open (waits for us), snoozed (until its hour: team.Snooze), answered, closed, none (never work: our own words, bare
    shares).
    """

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("account_id", "native_id"),
        _walk("said"),
        _walk("platform", "platform"),
        _walk("account", "account_id"),
        _walk("surface", "surface"),
        _walk("kind", "kind"),
        _walk("topic", "topic"),
        _walk("language", "language"),
        _walk("state", "state"),
        _walk("waits", where=WAITING),
        _walk("sentiment", "sentiment"),
        _walk("clause", "clause", where="clause <> ''"),
        _walk("assignee", "assignee_id", where="assignee_id IS NOT NULL"),
        _walk("flagged", where="action <> 'allow'"),
        _walk("hidden", where="hidden"),
        _walk("private", where="private"),
        _walk("own", where="own"),
        # the queue of those who review, worst first (inbox.search)
        Index("ix_items_harm", "harm", "id", "facets", sqlite_where=text(REVIEWED), postgresql_where=text(REVIEWED)),
        Index("ix_items_thread", "account_id", "thread_key", "id"),
        Index("ix_items_root", "account_id", "root_id"),
        # what one person said (inbox.person)
        _walk("author", "account_id", "author_id", where="author_id <> ''"),
        Index("ix_items_case", "case_id", "id", "facets", sqlite_where=text(CASED), postgresql_where=text(CASED)),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account_id: int = Field(foreign_key="accounts.id", sa_type=Key)
    platform: str = Field(max_length=20)
    native_id: str = Field(max_length=120)
    surface: str = Field(max_length=12)
    parent_id: str | None = Field(default=None, max_length=120)
    root_id: str | None = Field(default=None, max_length=120)
    #: native id of the top comment, post or conversation this belongs to: what is answered together
    thread_key: str = Field(default="", max_length=120)
    author_id: str = Field(default="", max_length=120)
    author_name: str = Field(default="", max_length=200)
    author_handle: str = Field(default="", max_length=120)
    text: str = ""
    permalink: str = Field(default="", max_length=400)
    #: what hangs from it beside its words: kind, id and alt of each (inbox.hung)
    attachments: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    created_at: datetime
    #: created_at in whole milliseconds since 1970: what lists are ordered by
    said: int = Field(default=0, sa_type=Key)
    received_at: datetime = Field(default_factory=now)
    edited: bool = False
    edited_at: datetime | None = None
    deleted: bool = False
    deleted_at: datetime | None = None
    #: what it says of a person was removed, and comes back by no reading (inbox.erase)
    erased_at: datetime | None = None
    own: bool = False
    private: bool = False
    hidden: bool = False
    #: contract.Can as plain data; empty while only our ledger told of it (inbox.said)
    can: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    # what the policy said (policies.judge.Verdict), newest version of the text
    edition: str = Field(default="", max_length=60)
    language: str = Field(default="und", max_length=10)
    action: str = Field(default="allow", max_length=8)
    clause: str = Field(default="", max_length=40)
    kind: str = Field(default="other", max_length=12)
    topic: str = Field(default="none", max_length=24)
    sentiment: str = Field(default="neutral", max_length=10)
    #: 0…1000: what may hurt most is reviewed first
    harm: int = 0
    verdict: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    #: inbox.facets.pack of the columns above and below: kept by inbox.change alone
    facets: int = Field(default=0, sa_type=Key)
    #: our own words: the delivery that said them (None: written on the platform itself, or not yet known)
    delivery_id: int | None = Field(default=None, foreign_key="deliveries.id", sa_type=Key)
    # what we do
    state: str = Field(default="open", max_length=10)
    assignee_id: int | None = Field(default=None, foreign_key="users.id", sa_type=Key)
    case_id: int | None = Field(default=None, sa_type=Key)
    due_at: datetime | None = None
    answered_at: datetime | None = None
    #: said while the office was open, by the calendar as it stood when it came in
    in_hours: bool = False


class ItemVersion(SQLModel, table=True):
    """An earlier text of an item, kept when it was edited."""

    __tablename__ = "item_versions"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    item_id: int = Field(foreign_key="items.id", index=True, sa_type=Key)
    text: str
    seen_until: datetime = Field(default_factory=now)


class Decision(SQLModel, table=True):
    """What was decided about an item, by whom, under which clause of which edition. Never changed: a new one follows."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_clause_at", "clause", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    item_id: int = Field(foreign_key="items.id", index=True, sa_type=Key)
    at: datetime = Field(default_factory=now)
    actor: str = Field(max_length=120)
    #: allow | review | hide | unhide | delete
    action: str = Field(max_length=8)
    automatic: bool = True
    edition: str = Field(default="", max_length=60)
    clause: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=500)
    #: for a person's decision: the text as it stood (evidence), and the findings shown to him
    evidence: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    delivery_id: int | None = Field(default=None, foreign_key="deliveries.id", sa_type=Key)


class PolicyVersion(SQLModel, table=True):
    """An edition of the policy as it was proposed. Its text never changes: another text is another edition (inbox.editions).

    `canonical` is policies.clauses.Edition.canonical, `sha256` its hash; who did what is the actor's label, "" where nobody has.
    """

    __tablename__ = "policy_versions"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    ref: str = Field(unique=True, max_length=60)
    sha256: str = Field(max_length=64)
    canonical: str
    #: the day in Dubai on which it takes effect once it is activated
    effective_from: date
    proposed_by: str = Field(max_length=120)
    proposed_at: datetime = Field(default_factory=now)
    activated_by: str = Field(default="", max_length=120)
    activated_at: datetime | None = None
    withdrawn_by: str = Field(default="", max_length=120)
    withdrawn_at: datetime | None = None

    @property
    def state(self) -> str:
        """proposed | activated | withdrawn"""
        return "activated" if self.activated_at else "withdrawn" if self.withdrawn_at else "proposed"


class Reply(SQLModel, table=True):
    """An answer to an item, from first draft to delivery. One open draft per person and item."""

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("nonce"),
        Index("ix_replies_thread", "account_id", "thread_key", "id"),
        Index("ix_replies_asked", "asked_at", "item_id", sqlite_where=text(ASKED), postgresql_where=text(ASKED)),
        Index(
            "uq_replies_draft",
            "item_id",
            "author_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    item_id: int = Field(foreign_key="items.id", index=True, sa_type=Key)
    account_id: int = Field(foreign_key="accounts.id", sa_type=Key)
    thread_key: str = Field(default="", max_length=120)
    author_id: int = Field(foreign_key="users.id", sa_type=Key)
    #: draft | asked | queued | sent | refused | withdrawn
    state: str = Field(default="draft", max_length=12)
    text: str = ""
    private: bool = False
    #: the thread as the author saw it when he wrote (inbox.reply.thread_version)
    seen_version: str = Field(default="", max_length=60)
    nonce: str | None = Field(default=None, max_length=60)
    #: the saved answer it was made from (SavedReply.id)
    saved_id: int | None = Field(default=None, sa_type=Key)
    #: somebody else's yes was asked for, and who gave or refused it with which words
    asked_at: datetime | None = None
    decided_by_id: int | None = Field(default=None, foreign_key="users.id", sa_type=Key)
    decided_at: datetime | None = None
    decided_note: str = Field(default="", max_length=500)
    delivery_id: int | None = Field(default=None, foreign_key="deliveries.id", sa_type=Key)
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)


class Stream(SQLModel, table=True):
    """How far an account's stream has been read; the cursor is committed with the rows it covers."""

    __tablename__ = "streams"

    account_id: int = Field(foreign_key="accounts.id", primary_key=True, sa_type=Key)
    name: str = Field(primary_key=True, max_length=40)
    cursor: str | None = None
    #: when the last complete reading ended, and how many messages the platform has shown us in all
    read_at: datetime | None = None
    #: code of the error that ended the last reading; "" when it reached its end
    problem: str = Field(default="", max_length=40)
    #: this stream is not asked before this instant (rate window)
    retry_at: datetime | None = None
    shown: int = Field(default=0, sa_type=Key)
    #: a reading is under way by this worker until then (one reader per stream)
    worker: str = Field(default="", max_length=80)
    lease_until: datetime | None = None


class Webhook(SQLModel, table=True):
    """A verified webhook body, stored before the answer and digested later; the same body twice is one row."""

    __tablename__ = "webhooks"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index("ix_webhooks_waiting", "id", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    family: str = Field(max_length=8)  # meta | x
    digest: str = Field(max_length=64)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime = Field(default_factory=now)
    done_at: datetime | None = None
    problem: str = Field(default="", max_length=200)


class Tally(SQLModel, table=True):
    """Counters kept with every change, so that counts and charts never scan: one row per day and value (inbox.figures)."""

    __tablename__ = "tallies"

    day: date = Field(primary_key=True)
    account_id: int = Field(primary_key=True, sa_type=Key)
    #: see inbox.tally for the names; the day `tally.EVER` holds totals over all days
    name: str = Field(primary_key=True, max_length=24)
    value: str = Field(primary_key=True, max_length=40)
    count: int = Field(default=0, sa_type=Key)
