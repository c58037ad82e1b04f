"""Alembic migrations: one head, up and down on both databases."""
