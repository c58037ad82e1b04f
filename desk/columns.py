"""A drawing of columns, each in parts: plain boxes of our own, so that it is there at once, prints, and needs no other program."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from desk import shown
from desk.safe import Markup, el

#: beneath so many columns at most stands a label, and on a small screen
LABELS, FEW = 14, 4
#: lines drawn across, the ground not counted
LINES = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One series: its name and a number for each column."""

    name: str
    values: Sequence[int]


def columns(labels: Sequence[str], parts: Sequence[Part], alt: str, *, marks: Sequence[int] = (), flat: bool = False) -> Markup:
    """Columns from left to right, as time runs on every chart here. `alt` says what it shows; `marks` are columns to be seen first.

    The numbers stand in the table beneath it, and on pointing at a column. `flat`: a lower one.
    """
    sums = [sum(part.values[place] for part in parts) for place in range(len(labels))]
    step = _step(max(sums, default=0))
    top = step * LINES
    every = ceil(len(labels) / LABELS)
    stacks = (
        el(
            "div",
            *(_box(number, part.values[place], top) for number, part in reversed(list(enumerate(parts))) if part.values[place]),
            class_="col now" if place in marks else "col",
            title=_told(label, parts, place),
        )
        for place, label in enumerate(labels)
    )
    seldom = every * ceil(len(labels) / every / FEW)
    feet = (
        el("span", label if place % every == 0 else "", class_="few" if place % seldom == 0 else None)
        for place, label in enumerate(labels)
    )
    lines = (el("i", el("b", shown.number(step * n)), style=f"inset-block-end:{100 * n / LINES:.0f}%") for n in range(LINES + 1))
    field = el("div", *lines, el("div", *stacks, class_="cols"), class_="field")
    name = "mj-columns flat" if flat else "mj-columns"
    drawn = el("div", field, el("div", *feet, class_="feet"), class_=name, role="img", aria_label=alt)
    if len(parts) < 2:
        return drawn
    named = (el("span", el("i", class_=f"p{number}"), part.name) for number, part in enumerate(parts))
    return el("div", el("div", *named, class_="mj-legend"), drawn)


def _box(number: int, value: int, top: int) -> Markup:
    return el("i", class_=f"p{number}", style=f"block-size:{100 * value / top:.2f}%")


def _told(label: str, parts: Sequence[Part], place: int) -> str:
    return " · ".join([label, *(f"{part.name} {shown.number(part.values[place])}".strip() for part in parts)])


def _step(most: int) -> int:
    """A round number of which LINES reach over the highest column."""
    least = max(most / LINES, 1)
    ten = 10 ** floor(log10(least))
    return next(int(ten * n) for n in (1, 2, 5, 10) if ten * n >= least)
