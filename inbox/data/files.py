"""How tables are written: CSV for a spreadsheet (UTF-8 with its mark, no formulas), JSON, a zip that is the same every time."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from core.cells import plain_text, safe_text
from core.clock import rfc3339
from inbox.data.suppress import Cell
from inbox.data.tables import TYPES, Table

#: what begins a file that Excel reads as UTF-8
MARK = b"\xef\xbb\xbf"

Row = Sequence[Any]


def row_of(cell: Cell) -> Row:
    """A line as its table has it: codes, count, whether that is left out, what was measured."""
    return (*cell.path, cell.count, cell.count is None, *cell.figures)


def as_csv(table: Table, rows: Iterable[Row]) -> bytes:
    """The table with its header (RFC 4180); texts that a spreadsheet would take for a formula are made harmless."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return MARK + text.getvalue().encode()


def header(table: Table) -> bytes:
    """What every file of the table begins with."""
    return as_csv(table, ())


def records(table: Table, written: bytes) -> list[dict[str, Any]]:
    """The lines of a CSV of ours as JSON has them: values themselves, without what keeps a spreadsheet from running them."""
    lines = csv.DictReader(io.StringIO(written.removeprefix(MARK).decode(), newline=""))
    return [{name: _value(TYPES[name], line[name]) for name in table.columns} for line in lines]


def as_json(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A list of records."""
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def zipped(files: Mapping[str, bytes], day: date) -> bytes:
    """The files as one archive, dated on the day and nothing else: the same files make the same bytes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, content)
    return whole.getvalue()


def unzipped(archive: bytes) -> dict[str, bytes]:
    """The files in it. BadZipFile for what is none."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return rfc3339(value)
    return safe_text(value) if isinstance(value, str) else str(value)


def _value(kind: str, text: str) -> Any:
    if not text and kind != "string":
        return None
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text)
    return text == "true" if kind == "boolean" else plain_text(text)
