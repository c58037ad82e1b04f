"""Every column of every table is told on purpose or left out on purpose; what is counted reads nothing else."""

import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Select, event
from sqlalchemy.sql import visitors
from sqlmodel import SQLModel

import migrations  # noqa: F401 (every room's tables register themselves)
from core.db import Database
from core.i18n import ROOT
from core.settings import Settings
from inbox.data import release
from tests.inbox.data.conftest import Office

GROUPS: dict[str, dict[str, list[str]]] = tomllib.loads((ROOT / "inbox" / "data" / "columns.toml").read_text("utf-8"))
#: nobody's words and nobody's name: SQLAlchemy's own, and the search index that follows the items
NO_TABLES = {"alembic_version", "item_search"}


def listed() -> list[str]:
    """Every column that stands in the list, as often as it stands there."""
    return [f"{table}.{name}" for table, groups in GROUPS.items() for names in groups.values() for name in names]


def existing() -> set[str]:
    tables = {name: table for name, table in SQLModel.metadata.tables.items() if name not in NO_TABLES}
    return {f"{name}.{column.name}" for name, table in tables.items() for column in table.columns}


def group(name: str) -> set[str]:
    return {f"{table}.{column}" for table, groups in GROUPS.items() for column in groups.get(name, ())}


def test_every_column_is_told_or_left_out_on_purpose() -> None:
    assert existing() - set(listed()) == set()


def test_the_list_names_each_column_once_and_none_that_is_not_there() -> None:
    assert sorted(set(listed())) == sorted(listed())
    assert set(listed()) - existing() == set()


def test_each_that_is_left_out_has_a_reason() -> None:
    assert [reason for groups in GROUPS.values() for reason in groups if len(reason) < 5 and reason != "told"] == []


@pytest.fixture
def asked(db: Database) -> Iterator[list[Select[Any]]]:
    """Every SELECT that runs."""
    found: list[Select[Any]] = []

    def note(_: Connection, statement: Any, *__: Any) -> None:
        if isinstance(statement, Select):
            found.append(statement)

    event.listen(db.engine, "before_execute", note)
    yield found
    event.remove(db.engine, "before_execute", note)


def columns(element: Any) -> set[str]:
    """The columns of tables that stand anywhere in it."""
    bases = {base for c in visitors.iterate(element) if isinstance(c, Column) for base in c.base_columns}
    return {f"{base.table.name}.{base.name}" for base in bases}


def test_a_release_reads_no_column_but_those_on_the_list(
    db: Database, office: Office, settings: Settings, asked: list[Select[Any]]
) -> None:
    office.cases(6)
    office.decisions(6)
    office.public("x", "praise", 9)
    with db.read() as session:
        release.drawn_up(session, date(2026, 11, 24), settings)
    told, chosen = group("told"), group("chosen_by")
    shown = set[str]().union(*(columns(column) for statement in asked for column in statement.selected_columns))
    read = shown.union(*(columns(statement) for statement in asked))
    assert read - told - chosen == set()
    policy = {name for name in chosen if name.startswith(("policy_versions.", "audit_head."))}  # to name the edition and the head
    assert shown - told - policy == set()
    assert told - read == set()
