"""Cases and what belongs to them: steps, departments, files, notices, holds, results, the open data as it was published."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from core.clock import now
from core.db import Json, Key

#: a case that somebody works on, in the words of its index: asked for state by state, SQLite would rather sort all that is open
OPEN_CASE = "state NOT IN ('resolved', 'closed')"
#: a case that has its outcome and may still be taken up again, in the words of its index
RESOLVED_CASE = "state = 'resolved'"
#: a case whose author is to be told something by a clerk, in the words of its index
OWED_CASE = "(receipt_owed <> '' OR told_owed <> '')"
#: a step of an objection, in the words of its index
OBJECTION = "what IN ('appealed', 'appeal_upheld', 'appeal_declined')"
#: a case in which an objection waits until its date, in the words of its index
OBJECTED = "objection_due_at IS NOT NULL"
#: what lists of cases are narrowed by: held by the indexes they are read from (inbox.caseload)
LISTED = ("kind", "grade", "department", "topic", "account_id", "owner_id")


class Case(SQLModel, table=True):
    """A complaint, suggestion, inquiry or praise being worked on. `number` can't be guessed; the secret is derived."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_state_due", "state", "due_at", "id"),
        Index("ix_cases_account_author", "account_id", "author_id", "opened_at"),
        Index("ix_cases_list", "state", "id", *LISTED),
        Index("ix_cases_opened", "opened_at"),
        Index(
            "ix_cases_next",
            *("next_due_at", "id", "state", "objection_due_at", *LISTED),
            sqlite_where=text(OPEN_CASE),
            postgresql_where=text(OPEN_CASE),
        ),
        Index(
            "ix_cases_objection",
            *("objection_due_at", "id", "state", "next_due_at", *LISTED),
            sqlite_where=text(OBJECTED),
            postgresql_where=text(OBJECTED),
        ),
        Index(
            "ix_cases_ended",
            "resolved_at",
            "id",
            "asked_at",
            sqlite_where=text(RESOLVED_CASE),
            postgresql_where=text(RESOLVED_CASE),
        ),
        Index("ix_cases_owed", "id", sqlite_where=text(OWED_CASE), postgresql_where=text(OWED_CASE)),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    number: str = Field(unique=True, max_length=24)
    key_id: str = Field(default="", max_length=8)
    kind: str = Field(max_length=12)
    topic: str = Field(default="none", max_length=24)
    #: received | in_progress | waiting | resolved | closed
    state: str = Field(default="received", max_length=12)
    item_id: int | None = Field(default=None, foreign_key="items.id", index=True, sa_type=Key)
    account_id: int | None = Field(default=None, foreign_key="accounts.id", sa_type=Key)
    author_id: str = Field(default="", max_length=120)
    #: the language its author is written to in: ar en ur hi bn ml tl
    lang: str = Field(default="ar", max_length=8)
    owner_id: int | None = Field(default=None, foreign_key="users.id", sa_type=Key)
    opened_at: datetime = Field(default_factory=now)
    #: ordinary | urgent | confidential
    grade: str = Field(default="ordinary", max_length=12)
    department: str = Field(default="", max_length=40)
    #: 0…1000, and why: codes with their values, the heaviest first (inbox.priority)
    priority: int = 0
    priority_why: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    #: the edition its author accepted by taking part
    edition: str = Field(default="", max_length=60)
    #: name and address the author gave with a form, sealed (core.vault); "" where he gave none
    contact: str = ""
    # what was promised: first answer, next answer, outcome (inbox.due)
    first_due_at: datetime | None = None
    next_due_at: datetime | None = None
    due_at: datetime | None = None
    #: the first word of its author that nobody has answered yet
    waiting_since: datetime | None = None
    #: staff were warned of a promise at risk, the author was told that it takes longer
    warned_at: datetime | None = None
    #: by when the objection that waits is decided; None while none does, and when staff were warned of it
    objection_due_at: datetime | None = None
    objection_warned_at: datetime | None = None
    interim_at: datetime | None = None
    first_reply_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0
    outcome: str = Field(default="", max_length=12)
    outcome_reason: str = Field(default="", max_length=2000)
    receipt_delivery_id: int | None = Field(default=None, foreign_key="deliveries.id", sa_type=Key)
    #: the receipt could not be queued (brake, item can't be answered): a clerk owes it
    receipt_owed: str = Field(default="", max_length=40)
    #: what its author could not be told by itself, and why: `question:no_reply` (inbox.telling); a clerk owes it
    told_owed: str = Field(default="", max_length=60)
    #: asked once how he was served; what he said: 1…5
    asked_at: datetime | None = None
    rating: int | None = None
    rating_note: str = Field(default="", max_length=2000)
    rated_at: datetime | None = None
    #: the case that goes on for this one
    merged_into_id: int | None = Field(default=None, foreign_key="cases.id", index=True, sa_type=Key)
    #: what it says of a person was removed (inbox.retention)
    erased_at: datetime | None = None


class CaseEvent(SQLModel, table=True):
    """A step in a case's life, in plain words at the doors (`case.event.<what>`)."""

    __tablename__ = "case_events"
    __table_args__ = (
        Index("ix_case_events_objections", "case_id", "id", sqlite_where=text(OBJECTION), postgresql_where=text(OBJECTION)),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    case_id: int = Field(foreign_key="cases.id", index=True, sa_type=Key)
    at: datetime = Field(default_factory=now)
    actor: str = Field(max_length=120)
    what: str = Field(max_length=40)
    public: bool = True
    note: str = Field(default="", max_length=2000)
    #: values for the words of the step: days, codes, numbers of other cases
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class Department(SQLModel, table=True):
    """A part of the ministry that works on cases; `topics` come to it by themselves."""

    __tablename__ = "departments"

    code: str = Field(primary_key=True, max_length=40)
    name_ar: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    topics: list[str] = Field(default_factory=list, sa_type=Json)
    active: bool = True


class Upload(SQLModel, table=True):
    """A file that came with a form. `path` is its name in our own store (sealed from the web), "" once it was erased."""

    __tablename__ = "uploads"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    item_id: int = Field(foreign_key="items.id", index=True, sa_type=Key)
    name: str = Field(default="", max_length=200)
    path: str = Field(default="", max_length=200)
    mime: str = Field(max_length=80)
    bytes: int = 0
    sha256: str = Field(max_length=64)
    at: datetime = Field(default_factory=now)
    erased_at: datetime | None = None


class Notice(SQLModel, table=True):
    """A statement of reasons: what was done to somebody's words, under which clause, how to object. Number and secret open it."""

    __tablename__ = "notices"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    number: str = Field(unique=True, max_length=24)
    key_id: str = Field(default="", max_length=8)
    decision_id: int = Field(foreign_key="decisions.id", unique=True, sa_type=Key)
    item_id: int = Field(foreign_key="items.id", index=True, sa_type=Key)
    case_id: int | None = Field(default=None, foreign_key="cases.id", sa_type=Key)
    lang: str = Field(default="ar", max_length=8)
    at: datetime = Field(default_factory=now)
    #: how it reaches its author: the private answer that carries it, or why there is none
    delivery_id: int | None = Field(default=None, foreign_key="deliveries.id", sa_type=Key)
    owed: str = Field(default="", max_length=40)
    read_at: datetime | None = None
    overturned_at: datetime | None = None


class Hold(SQLModel, table=True):
    """A legal hold: what it names (`case:12`, `item:5`) is not erased until it is lifted."""

    __tablename__ = "holds"
    __table_args__ = (Index("ix_holds_subject", "subject"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    subject: str = Field(max_length=60)
    reason: str = Field(max_length=500)
    by: str = Field(max_length=120)
    at: datetime = Field(default_factory=now)
    lifted_by: str = Field(default="", max_length=120)
    lifted_at: datetime | None = None


class Result(SQLModel, table=True):
    """What came of something the public said, published: you said, we decided, because. In both languages."""

    __tablename__ = "results"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    uid: str = Field(unique=True, max_length=24)
    case_id: int | None = Field(default=None, foreign_key="cases.id", index=True, sa_type=Key)
    topic: str = Field(default="none", max_length=24)
    #: accepted | partly | declined | done
    outcome: str = Field(max_length=12)
    said_ar: str = Field(max_length=1000)
    said_en: str = Field(max_length=1000)
    decided_ar: str = Field(max_length=2000)
    decided_en: str = Field(max_length=2000)
    because_ar: str = Field(max_length=2000)
    because_en: str = Field(max_length=2000)
    by: str = Field(max_length=120)
    at: datetime = Field(default_factory=now)
    withdrawn_at: datetime | None = None


class Release(SQLModel, table=True):
    """The open data as it was published on a day: the package itself, its hash, and where the chains stood: `before` is the
    hash of the release before, `seal_no` and `seal` the head of the audit."""

    __tablename__ = "releases"

    day: date = Field(primary_key=True)
    package: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str = Field(max_length=64)
    before: str = Field(default="", max_length=64)
    seal_no: int = Field(default=0, sa_type=Key)
    seal: str = Field(default="", max_length=64)
    at: datetime = Field(default_factory=now)
