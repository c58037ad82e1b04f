"""Alembic's environment: runs on the connection that migrations/__init__.py hands over, inside its transaction."""

from alembic import context
from sqlmodel import SQLModel

import migrations  # noqa: F401 (registers every room's tables)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
context.run_migrations()
