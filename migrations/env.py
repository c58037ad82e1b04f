"""Alembic's environment: runs on the connection that migrations/__init__.py hands over, inside its transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, BigInteger
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

import migrations


def _written(kind: str, thing: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """How a column's type is written in a migration: by SQLAlchemy's own types, which do not change under it."""
    if kind != "type":
        return False
    if isinstance(thing, AutoString):
        return f"sa.String({getattr(thing.impl, 'length', None) or ''})"
    if isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, BigInteger):
        return "KEY"
    return "DOCUMENT" if isinstance(thing, JSON) else False


def _known(name: str | None, kind: str, _parents: Any) -> bool:
    """The search index is no model: SQLite's FTS5 has shadow tables, PostgreSQL a tsvector (inbox.index)."""
    return kind != "table" or not (name or "").startswith("item_search")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    compare_type=True,
    include_name=_known,
    render_item=_written,
    render_as_batch=migrations.current_in(connection) is not None and connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
context.run_migrations()
