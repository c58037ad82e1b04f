"""One figure of the figures page: its name, definition, period and hour, a drawing, the same as a table, and as a file."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

import streamlit as st

from core.cells import safe_text
from core.clock import now
from desk import periods, shown
from desk.periods import Period
from desk.safe import Child, Markup, el, show
from desk.session import lang, say

#: for spreadsheets that would take the file for another alphabet
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a table: as it is shown, and as the file has it. `number`: it stands at its column's end."""

    seen: Child
    plain: str | int | float
    number: bool = False


def words(text: str, seen: Child = None) -> Cell:
    """A word; `seen` where more than the word is shown, a link."""
    return Cell(text if seen is None else seen, safe_text(text))


def count(value: int) -> Cell:
    """A number of things."""
    return Cell(shown.number(value), value, number=True)


def mean(value: float) -> Cell:
    """A number with one digit after the point."""
    return Cell(shown.number(round(value, 1)), round(value, 1), number=True)


def share(value: float | None) -> Cell:
    """A share, 0…1, as a percentage; a dash where there is none."""
    return Cell(shown.share(value), "" if value is None else round(100 * value, 1), number=True)


def minutes(value: float | None) -> Cell:
    """A length of time; the file has minutes."""
    seen = shown.length(None if value is None else value * 60, lang())
    return Cell(seen, "" if value is None else round(value, 1), number=True)


def bar(value: int, most: int) -> Cell:
    """A number and a bar beside it, as long as the number is of `most`."""
    long = el("div", style=f"inline-size:{100 * value / max(most, 1):.1f}%", class_="mj-bar")
    return Cell(el("div", el("div", long), el("span", shown.number(value)), class_="mj-barred"), value)


def table(heads: Sequence[str], rows: Sequence[Sequence[Cell]], caption: str) -> Markup:
    """The rows under their heads; the first cell of a row names it."""
    numbers = [all(row[place].number for row in rows) for place in range(len(heads))]
    top = [el("th", head, scope="col", class_="n" if n else None) for head, n in zip(heads, numbers, strict=True)]
    lines = [
        el(
            "tr",
            el("th", row[0].seen, scope="row"),
            *(el("td", cell.seen, class_="n" if cell.number else None) for cell in row[1:]),
        )
        for row in rows
    ]
    inner = (el("caption", caption, class_="mj-unseen"), el("thead", el("tr", *top)), el("tbody", *lines))
    whole = el("table", *inner, class_="mj-table mj-tight")
    return el("div", whole, class_="mj-scroll", tabindex="0", role="group", aria_label=caption)


def sheet(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """The same as a file that spreadsheets open."""
    into = StringIO()
    out = csv.writer(into)
    out.writerow(heads)
    out.writerows([cell.plain for cell in row] for row in rows)
    return BOM + into.getvalue()


def plate(
    key: str,
    period: Period | None,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    drawing: Markup | None = None,
    note: Child = None,
    filled: Mapping[str, str | int] | None = None,
) -> None:
    """Show the figure `desk.fig.<key>`; its definition is `desk.fig.<key>_d`, the places in it `filled`. Without a drawing the
    table itself is shown, else it stands folded up beneath it. `period` None: it tells of this moment alone."""
    when = periods.as_of(period) if period else say("desk.period.now", when=shown.moment(now(), lang()))
    title = say(f"desk.fig.{key}")
    about = el("p", say(f"desk.fig.{key}_d", **(filled or {})), " ", el("span", when, class_="mj-asof"), class_="mj-note")
    with st.container(key=f"plate_{key}"):
        if not rows:
            show(el("h2", title, class_="mj-h2"), about, el("p", say("desk.figures.nothing"), class_="mj-empty"))
            return
        told = table(heads, rows, title)
        folded = el("details", el("summary", say("desk.figures.table")), told, class_="mj-fold")
        show(el("h2", title, class_="mj-h2"), about, drawing, folded if drawing else told, note)
        days = f"-{period.first}-{period.last}" if period else f"-{now():%Y-%m-%d}"
        st.download_button(
            say("desk.figures.csv"),
            sheet(heads, rows),
            file_name=f"{key.replace('_', '-')}{days}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            key=f"csv_{key}",
            on_click="ignore",
        )
