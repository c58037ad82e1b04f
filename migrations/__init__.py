"""Alembic migrations: one head, up and down on both databases."""

from sqlmodel import SQLModel

import core.models
import inbox.models
import outbox.models
import scheduler.models  # noqa: F401 (their tables register themselves)
from core.db import Database


def create_schema(db: Database) -> None:
    """Bring an empty or older database to the newest schema."""
    SQLModel.metadata.create_all(db.engine)
