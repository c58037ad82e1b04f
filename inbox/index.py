"""The search index: one folded and lightly stemmed row an item, on SQLite an FTS5 table, on PostgreSQL a tsvector with GIN.

Beside its words a row carries the item's slow-moving facets as words of their own (`_kind_complaint`), so that a search within a
platform, kind or topic is one intersection. Citizens can't write such words: `core.text.search_forms` leaves letters and digits.
It is a table of its own (made by migration 0001), so that a change of state rewrites no search entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from threading import Event
from typing import Any

from sqlalchemy import Table, text
from sqlmodel import Session

from core.db import BUSY_MS, Database
from core.text import search_forms, search_words
from inbox.models import Item

#: facets that change only when the text is judged again
WORDS = ("platform", "account_id", "surface", "kind", "topic", "language", "clause", "action", "sentiment", "private", "own")

_POSTGRES = text(
    "INSERT INTO item_search (item_id, words) SELECT id, array_to_tsvector(string_to_array(words, ' '))"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:words AS text[])) AS entry (id, words)"
)
#: pages of the index that are written anew in one transaction
PAGES = 500
_CHANGES = "SELECT total_changes()"
ITEMS: Table = Item.__table__  # type: ignore[attr-defined]  # SQLModel sets it


@lru_cache(8192)
def _facet(name: str, value: Any) -> str:
    plain = str(int(value)) if isinstance(value, bool) else str(value).lower()
    return f"_{name}_{''.join(c if c.isalnum() else '_' for c in plain)}"


def words_of(row: Mapping[str, Any]) -> list[str]:
    """What is stored for an item's columns: its text and author's name as search words, then its facets. No word twice."""
    said = search_forms(row["text"], row["author_name"], row["author_handle"])
    return said + [_facet(name, row[name]) for name in WORDS]


def insert(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Enter new items (rows with `id` and the columns of an item)."""
    entries = [(row["id"], " ".join(words_of(row))) for row in rows]
    if not entries:
        return
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("INSERT INTO item_search (rowid, words) VALUES (?, ?)", entries)
    else:
        ids, words = [id_ for id_, _ in entries], [text for _, text in entries]
        session.connection().execute(_POSTGRES, {"ids": ids, "words": words})


def replace(session: Session, *rows: Mapping[str, Any]) -> None:
    """Enter items anew after their text or judgement changed."""
    column = "rowid" if session.get_bind().dialect.name == "sqlite" else "item_id"
    gone = text(f"DELETE FROM item_search WHERE {column} = :id")  # noqa: S608 (our own column name)
    session.connection().execute(gone, [{"id": row["id"]} for row in rows])
    insert(session, rows)


def clear(db: Database, stopping: Event | None = None) -> bool:
    """Words that were erased, or are other now, leave the files of SQLite too. Until its parts are made one anew, the index only
    marks what it finds no more; and what was written before stands in the log until that is cut off.

    In small transactions, so that nobody waits long; the log is left as it is while somebody still reads from it. Whether all was
    done: if not, the same again goes on with it. PostgreSQL vacuums by itself.
    """
    if db.dialect != "sqlite":
        return True
    pages = -PAGES  # below zero: begin with all parts, however few
    while stopping is None or not stopping.is_set():
        with db.write(patient=True) as session:
            connection = session.connection()
            before = connection.exec_driver_sql(_CHANGES).scalar_one()
            connection.exec_driver_sql("INSERT INTO item_search (item_search, rank) VALUES ('merge', ?)", (pages,))
            if connection.exec_driver_sql(_CHANGES).scalar_one() - before < 2:  # the statement itself is one
                break
        pages = PAGES
    else:
        return False
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")  # while it waits for a reader, nobody writes
        try:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")
    return not busy


def query(session: Session, typed: str, wanted: Mapping[str, Any]) -> str | None:
    """The index's own query for what a person typed, within the facets of `wanted` that the index knows; None: no word in it."""
    words: list[Sequence[str]] = list(search_words(typed))
    if not words:
        return None
    within = [(_facet(name, value),) for name, value in wanted.items() if name in WORDS]
    sqlite = session.get_bind().dialect.name == "sqlite"
    quote, either, both = ('"', " OR ", " AND ") if sqlite else ("'", " | ", " & ")
    groups = (either.join(f"{quote}{w.replace(quote, quote * 2)}{quote}" for w in forms) for forms in [*words, *within])
    return both.join(f"({group})" for group in groups)
