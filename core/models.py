"""Tables every room may point to: people, connected accounts, the audit, the pulse of the workers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.clock import now
from core.db import Json, Key

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class User(SQLModel, table=True):
    """A member of staff. Nobody is deleted: `active` ends access at once, wherever he is signed in."""

    __tablename__ = "users"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    username: str = Field(unique=True, max_length=80)
    display_name: str = Field(max_length=120)
    password_hash: str
    roles: list[str] = Field(default_factory=list, sa_type=Json)
    lang: str = Field(default="ar", max_length=2)
    #: letters of the desk in hundredths of their usual size, and `high` contrast where he chose it
    text_size: int = 100
    contrast: str = Field(default="", max_length=8)
    #: where the weekly report goes, when he asked for it
    email: str = Field(default="", max_length=200)
    report: bool = False
    #: the address was given by whoever keeps people: one that he set himself proves nothing at the identity provider
    email_given: bool = False
    #: who he is at the identity provider: `issuer subject`
    oidc: str | None = Field(default=None, unique=True, max_length=300)
    #: his password was given to him: until then it opens nothing but the choice of one of his own; None: he chose it
    one_time_until: datetime | None = None
    active: bool = True
    failed: int = 0
    locked_until: datetime | None = None
    created_at: datetime = Field(default_factory=now)


class SignIn(SQLModel, table=True):
    """An open session at the desk. Only the token's hash is kept."""

    __tablename__ = "sign_ins"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    token_hash: str = Field(unique=True, max_length=64)
    user_id: int = Field(foreign_key="users.id", index=True)
    #: browser and system, for him who asks where he is signed in
    device: str = Field(default="", max_length=60)
    created_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)
    expires_at: datetime


class Account(SQLModel, table=True):
    """A connected page. `key` is `platform:native-id`; `sealed` holds its tokens, encrypted (core.vault)."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("platform", "native_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    platform: str = Field(max_length=20)
    native_id: str = Field(max_length=80)
    name: str = Field(default="", max_length=200)
    backend: str = Field(default="", max_length=20)
    sealed: str = ""
    active: bool = True
    #: ok | token_expired | disconnected | rate_limited | spend_cap | budget | unavailable | unknown
    health: str = Field(default="unknown", max_length=20)
    health_detail: str = Field(default="", max_length=200)
    health_at: datetime | None = None
    #: nothing is called before this instant (rate windows)
    retry_at: datetime | None = None
    heard_at: datetime | None = None
    token_expires_at: datetime | None = None
    #: when its tokens were given, and what the last check of it told that they allow and lack
    sealed_at: datetime | None = Field(default_factory=now)
    scopes: list[str] = Field(default_factory=list, sa_type=Json)
    missing_scopes: list[str] = Field(default_factory=list, sa_type=Json)
    spent_usd_micros: int = Field(default=0, sa_type=Key)
    #: what it may cost in a calendar month of UTC, in 1/1,000,000 USD; None: no limit of ours
    budget_usd_micros: int | None = Field(default=None, sa_type=Key)
    created_at: datetime = Field(default_factory=now)

    @property
    def key(self) -> str:
        return f"{self.platform}:{self.native_id}"


class AuditEntry(SQLModel, table=True):
    """What was done, by whom, to what. Written with the change itself; chained by the sealer (core.audit)."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_unsealed", "id", sqlite_where=text("seal_no IS NULL"), postgresql_where=text("seal_no IS NULL")),
        Index("ix_audit_subject", "subject", "id"),
        Index("ix_audit_actor", "actor", "id"),
        Index("ix_audit_action", "action", "id"),
        Index("ix_audit_at", "at"),
        UniqueConstraint("seal_no"),
        CheckConstraint("length(actor) > 0", name="actor_named"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    at: datetime = Field(default_factory=now)
    actor: str = Field(max_length=120)
    action: str = Field(max_length=60)
    subject: str = Field(max_length=120)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    seal_no: int | None = Field(default=None, sa_type=Key)
    seal: str | None = Field(default=None, max_length=64)


class AuditHead(SQLModel, table=True):
    """One row: how far the chain reaches and its last hash, so that cutting the tail is seen too."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    seal_no: int = Field(default=0, sa_type=Key)
    seal: str = Field(default="", max_length=64)


class Heartbeat(SQLModel, table=True):
    """The last time a tick ran, written by the tick itself: the alarm looks at its age, never at a flag (DESIGN §2.13)."""

    __tablename__ = "heartbeats"

    name: str = Field(primary_key=True, max_length=60)
    at: datetime
    worker: str = Field(default="", max_length=80)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class Period(SQLModel, table=True):
    """Days that are not like others: a holiday, mourning, Ramadan. Dated data that people announce, move and confirm."""

    __tablename__ = "periods"
    __table_args__ = (Index("ix_periods_days", "last", "first"), UniqueConstraint("key"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    #: names what was estimated (core.estimates), so that it is entered once; None for what a person entered
    key: str | None = Field(default=None, max_length=80)
    #: holiday | mourning | ramadan
    kind: str = Field(max_length=12)
    first: date
    last: date
    name_ar: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    #: estimated | announced | confirmed | moved | removed (core.calendar)
    status: str = Field(default="announced", max_length=12)
    #: where it was read
    source: str = Field(default="", max_length=300)
    by: str = Field(default="", max_length=120)
    at: datetime = Field(default_factory=now)
