"""The ledger: one Delivery is one thing to be done on one account; one Attempt is one request that left us."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.clock import now
from core.db import Json, Key

#: What a delivery does. These say something (`mail`: to one person, by e-mail), the others act on an item.
SAYING = ("post", "reply", "receipt", "private_reply", "mail")
ACTING = ("hide", "unhide", "delete")
#: what one person alone reads
PRIVATE = ("private_reply", "mail")
PRIORITIES = (0, 5, 9)

DUE = text("state = 'scheduled'")
OPEN = text("state IN ('sending', 'uncertain', 'needs_decision')")
EXPIRES = text("expires_at IS NOT NULL")
WAITS = text("state IN ('scheduled', 'held')")
REFUSED = text("state = 'refused'")
#: SQLite takes a partial index only where the query says the index's own condition in its very words
ARE_OPEN = text("deliveries.state IN ('sending', 'uncertain', 'needs_decision')")
ARE_WAITING = text("deliveries.state IN ('scheduled', 'held')")


class Delivery(SQLModel, table=True):
    """One thing to be done on one account, from the moment it is decided to its final state (outbox.states)."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(
            "uq_deliveries_external",
            "account_id",
            "external_id",
            unique=True,
            sqlite_where=text("external_id <> ''"),
            postgresql_where=text("external_id <> ''"),
        ),
        Index("ix_deliveries_due", "priority", "scheduled_at", "id", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_deliveries_lane", "account_id", "priority", "scheduled_at", "id", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_deliveries_expires", "expires_at", sqlite_where=EXPIRES, postgresql_where=EXPIRES),
        Index("ix_deliveries_open", "state", "look_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_deliveries_waiting", "account_id", "state", "reason", sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_deliveries_refused", "sent_at", sqlite_where=REFUSED, postgresql_where=REFUSED),
        Index("ix_deliveries_target", "account_id", "target_id"),
        Index("ix_deliveries_kind_published", "kind", "published_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    #: names the deed, so that asking twice does it once: `reply:12`, `receipt:7`, an importer's own as `import:…` (outbox.refs)
    ref: str | None = Field(default=None, max_length=160)
    kind: str = Field(max_length=20)
    account_id: int = Field(foreign_key="accounts.id", sa_type=Key)
    #: the kind of call by which it leaves (outbox.windows.way_of)
    way: str = Field(default="public", max_length=8)
    state: str = Field(default="scheduled", max_length=20)
    #: the thing acted on or answered (native id of comment or post); "" for a new post
    target_id: str = Field(default="", max_length=120)
    #: outbox.body.Body as plain data: text, media, root_id, to_author, fill
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    fingerprint: str = Field(default="", max_length=64)
    #: smaller goes first: 0 people's posts and replies, 5 moderation, 9 receipts (PRIORITIES, no others)
    priority: int = 0
    scheduled_at: datetime = Field(default_factory=now)
    #: not tried before this instant although it is due (after a try that certainly sent nothing)
    not_before: datetime | None = None
    #: later than this it is no longer sent but `missed` (a person is asked); None: never too late
    miss_after: datetime | None = None
    #: later than this it is `expired`: nobody wants it any more (an event's reminder)
    expires_at: datetime | None = None
    #: key of the last-moment check (outbox.guards) and its argument, beside which outbox.sought keeps how it is to end
    guard: str = Field(default="", max_length=40)
    guard_arg: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    worker: str = Field(default="", max_length=80)
    lease_until: datetime | None = None
    #: when the last request left; the steps of reading back count from here
    sent_at: datetime | None = None
    #: when the first request left that may have had an effect; reading back looks at everything since
    first_sent_at: datetime | None = None
    attempts: int = 0
    #: half-way ids the platform gave us (container, unpublished post, uploaded media)
    steps: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    #: the next reading back; healthy ones that found nothing, and those that could not be done
    look_at: datetime | None = None
    looks: int = 0
    blind: int = 0
    external_id: str = Field(default="", max_length=120)
    permalink: str = Field(default="", max_length=400)
    published_at: datetime | None = None
    #: code of why it is where it is (`rate_limited`, `token_expired`, `thread_changed`, `paused`, a platform's refusal)
    reason: str = Field(default="", max_length=120)
    cost_micros: int = Field(default=0, sa_type=Key)
    created_by: str = Field(default="", max_length=120)
    created_at: datetime = Field(default_factory=now)
    #: when a person last said that it may go; a pause that ended before counts no more for it
    cleared_at: datetime | None = None

    @property
    def late_minutes(self) -> int:
        """Whole minutes between its hour and when it was out; 0 when it was in time or is not out."""
        return max(int((self.published_at - self.scheduled_at).total_seconds() // 60), 0) if self.published_at else 0


class Attempt(SQLModel, table=True):
    """One try, committed before the request leaves. `outcome` empty: the worker died in the middle."""

    __tablename__ = "attempts"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    delivery_id: int = Field(foreign_key="deliveries.id", index=True, sa_type=Key)
    no: int
    worker: str = Field(default="", max_length=80)
    started_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None
    #: published | refused | not_sent | uncertain
    outcome: str = Field(default="", max_length=20)
    detail: str = Field(default="", max_length=200)
    #: what the platform confirmed, kept at once where the outcome is written a little later: {"id", "link", "cost", "at"}
    answer: dict[str, Any] | None = Field(default=None, sa_type=Json)


class Channel(SQLModel, table=True):
    """Whether an account may be written to. Apart from `Account.health`, because reading may work where writing does not."""

    __tablename__ = "channels"

    account_id: int = Field(foreign_key="accounts.id", primary_key=True, sa_type=Key)
    #: why its queue is held: token_expired | disconnected | spend_cap; "" when it may send
    block: str = Field(default="", max_length=20)
    checked_at: datetime | None = None
    #: what its budget does to its reading now, as it was last said: slow | stop; "" nothing (outbox.budget)
    budget: str = Field(default="", max_length=8)


class Window(SQLModel, table=True):
    """A rate window that is used up: no call of this `way` before `retry_at`. Of writing the ways of outbox.windows, "" for any
    call; of reading whatever its connector names (connectors.contract.Bill)."""

    __tablename__ = "windows"

    account_id: int = Field(foreign_key="accounts.id", primary_key=True, sa_type=Key)
    way: str = Field(primary_key=True, max_length=8)
    retry_at: datetime


class Pause(SQLModel, table=True):
    """Crisis pause: while one is in force nothing leaves but what is allowed (`allow`: words of outbox.pause.allowed)."""

    __tablename__ = "pauses"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    reason: str = Field(max_length=500)
    started_by: str = Field(max_length=120)
    started_at: datetime = Field(default_factory=now)
    ends_at: datetime | None = None
    lifted_at: datetime | None = None
    lifted_by: str = Field(default="", max_length=120)
    allow: list[str] = Field(default_factory=list, sa_type=Json)
    #: what comes due within so many seconds after its end waits for a person too
    after_s: int = 0
    #: deliveries that were on their way at the press, or had left without an answer
    in_flight: list[int] = Field(default_factory=list, sa_type=Json)


class Spending(SQLModel, table=True):
    """What an account's calls of one sort cost on one day of UTC: the meter's series. `what`: read | write; `posts`: how many posts
    were charged as read (X has a monthly cap of those)."""

    __tablename__ = "spendings"

    account_id: int = Field(foreign_key="accounts.id", primary_key=True, sa_type=Key)
    day: date = Field(primary_key=True)
    what: str = Field(primary_key=True, max_length=8)
    micros: int = Field(default=0, sa_type=Key)
    calls: int = Field(default=0, sa_type=Key)
    posts: int = Field(default=0, sa_type=Key)


class Charged(SQLModel, table=True):
    """Something the platform charged for on a day of UTC (connectors.contract.Bill): it is not charged again that day."""

    __tablename__ = "charged"

    account_id: int = Field(foreign_key="accounts.id", primary_key=True, sa_type=Key)
    thing: str = Field(primary_key=True, max_length=80)
    day: date = Field(primary_key=True)
