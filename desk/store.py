"""The desk's door to the data: one engine a process, one session a call, nothing shared between threads."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import local
from typing import Final

from sqlmodel import Session

from core.db import Database, open_database
from core.settings import settings
from core.vault import Vault, open_vault
from inbox.editions import in_force
from outbox.accounts import Connections
from policies.clauses import Edition

#: the reading that is open in this thread
_OPEN: Final = local()


@cache
def database() -> Database:
    """The database of this process's settings."""
    return open_database(settings())


@cache
def vault() -> Vault:
    """The vault of this process's settings."""
    return open_vault(settings())


@cache
def connections() -> Connections:
    """Open connectors of this process, for what they can do and how they count. The desk calls with them only to test one."""
    return Connections(settings(), vault())


@contextmanager
def read() -> Iterator[Session]:
    """A session that writes nothing. Within a reading of the same thread it is that one: a page sees one state of the database."""
    held: Session | None = getattr(_OPEN, "reading", None)
    if held is not None:
        yield held
        return
    with database().read() as session:
        _OPEN.reading = session
        try:
            yield session
        finally:
            _OPEN.reading = None


@contextmanager
def write() -> Iterator[Session]:
    """One transaction that commits at the end."""
    with database().write() as session:
        yield session


def edition() -> Edition:
    """The edition in force now."""
    with read() as session:
        return in_force(session)


def forget() -> None:
    """Close what is open and read the settings anew (a test that brings its own database)."""
    if database.cache_info().currsize:
        database().dispose()
    database.cache_clear()
    vault.cache_clear()
    connections.cache_clear()
    settings.cache_clear()
