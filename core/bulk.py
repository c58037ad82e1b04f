"""Many rows or values in one statement, on both databases (DESIGN §2.13): a statement's text never depends on how many.

PostgreSQL is given new rows by COPY, and rows that may be there already as one JSON document; SQLite runs one prepared statement
over all of them. Values pass through their columns' own types, and columns not given get the defaults of the model. Errors are
those an INSERT would raise (IntegrityError, DataError).
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Table,
    Text,
    TypeDecorator,
    any_,
    func,
    literal,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

Row = Mapping[str, Any]

#: so many rows go to PostgreSQL sooner as one document than by COPY, which takes three round trips
FEW = 16


def among(session: Session, column: Any, values: Collection[str] | Collection[int]) -> ColumnElement[bool]:
    """`column IN values` for any number of values, all strings or all integers."""
    listed = list(values)
    if session.get_bind().dialect.name == "sqlite":
        return column.in_(select(func.json_each(json.dumps(listed)).table_valued("value").c.value))  # type: ignore[no-any-return]  # `column` is anything that compares
    kind = BigInteger() if isinstance(column.type, Integer) else Text()
    return column == any_(literal(listed, ARRAY(kind)))  # type: ignore[no-any-return]  # as above


def insert_all(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert many new rows with the same columns."""
    if not rows:
        return
    connection = session.connection()
    shape = _shape(table, tuple(rows[0]), connection.dialect)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"{shape.into} VALUES ({shape.marks})", list(shape.values(rows)))
        return
    if len(rows) <= FEW:
        _each(session, table, rows, "")
        return
    statement = f'COPY "{table.name}" ({shape.listed}) FROM STDIN'
    with _cursor(connection, statement) as cursor, cursor.copy(statement) as copy:
        for values in shape.values(rows):
            copy.write_row(values)


def insert_new(session: Session, table: Any, rows: Sequence[Row], *, unique: Sequence[str]) -> list[Any]:
    """Insert `rows`, skipping those whose `unique` columns exist already; returns the new rows' (key, *unique) in no order, as the
    database gives them (a time on SQLite is its text)."""
    if not rows:
        return []
    told = [column.name for column in table.primary_key if column.name not in unique] + list(unique)
    return _each(session, table, rows, f"ON CONFLICT ({_names(unique)}) DO NOTHING RETURNING {_names(told)}")


def add_up(session: Session, table: Table, rows: Sequence[Row], *, unique: Sequence[str], counter: str) -> None:
    """Insert `rows`; where one stands already, its `counter` grows by the given one. Rows are taken in the order given."""
    if rows:
        grown = f'"{counter}" = "{table.name}"."{counter}" + excluded."{counter}"'
        _each(session, table, rows, f"ON CONFLICT ({_names(unique)}) DO UPDATE SET {grown}")


def _each(session: Session, table: Table, rows: Sequence[Row], ending: str) -> list[Any]:
    """Insert each of the rows, with the same `ending`; all that is returned."""
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    shape = _shape(table, tuple(rows[0]), connection.dialect, document=not sqlite)
    if sqlite:
        statement = f"{shape.into} VALUES ({shape.marks}) {ending}"
        with _cursor(connection, statement) as cursor:
            return [told for values in shape.values(rows) for told in cursor.execute(statement, values).fetchall()]
    document = json.dumps([dict(zip(shape.names, values, strict=True)) for values in shape.values(rows)], default=_as_text)
    source = f'jsonb_populate_recordset(NULL::"{table.name}", CAST(:rows AS jsonb))'
    done = connection.execute(sql(f"{shape.into} SELECT {shape.listed} FROM {source} {ending}"), {"rows": document})  # noqa: S608 (our own names)
    return list(done) if done.returns_rows else []


@contextmanager
def _cursor(connection: Connection, statement: str) -> Iterator[Any]:
    """The driver's own cursor; its errors become SQLAlchemy's."""
    wrong = connection.dialect.dbapi.Error  # type: ignore[union-attr] # an open connection has a driver
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except wrong as e:
        raise DBAPIError.instance(statement, None, e, wrong, hide_parameters=True, dialect=connection.dialect) from e
    finally:
        cursor.close()


class _Shape(NamedTuple):
    """How rows with certain columns go into a table: the columns with those that have a default, and each one's way there."""

    table: Table
    names: tuple[str, ...]
    given: int
    binds: tuple[tuple[int, Callable[[Any], Any]], ...]
    defaults: tuple[Any, ...]

    @property
    def listed(self) -> str:
        return _names(self.names)

    @property
    def marks(self) -> str:
        return ", ".join("?" * len(self.names))

    @property
    def into(self) -> str:
        return f'INSERT INTO "{self.table.name}" ({self.listed})'

    def values(self, rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
        given = self.names[: self.given]
        for row in rows:
            whole = [row[name] for name in given]
            whole += [default.arg(None) if default.is_callable else default.arg for default in self.defaults]
            for place, bind in self.binds:
                whole[place] = bind(whole[place])
            yield tuple(whole)


@lru_cache(256)
def _shape(table: Table, given: tuple[str, ...], dialect: Dialect, *, document: bool = False) -> _Shape:
    """`document`: the values go into JSON, where the driver's wrappers are in the way."""
    defaults = {c.name: c.default for c in table.columns if c.default is not None and c.name not in given}
    names = (*given, *defaults)
    types = [table.c[name].type for name in names]
    binds = [
        None if document and not isinstance(kind, TypeDecorator) else kind.dialect_impl(dialect).bind_processor(dialect)
        for kind in types
    ]
    some = tuple((place, bind) for place, bind in enumerate(binds) if bind is not None)
    return _Shape(table, names, len(given), some, tuple(defaults.values()))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _as_text(value: date | bytes) -> str:
    return "\\x" + value.hex() if isinstance(value, bytes) else value.isoformat()
