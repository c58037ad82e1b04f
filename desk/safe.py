"""The one way public text reaches a screen: as text. No markdown, no HTML of others, no address that a browser would fetch.

`el(...)` builds a piece of HTML whose every string is escaped; `show(...)` is the only caller of `st.html`. What citizens wrote
(tests/house-like lint in tests/desk names the fields) goes through these and through our own components, which use textContent.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.display import clean_name, direction
from inbox import numbers

#: what markdown may mean something by
SIGNS = re.compile(r"[!-/:-@\[-`{-~]")
#: the number of a case or a notice
NUMBER = re.compile(rf"\b({numbers.SHAPE})\b")
VOID = frozenset({"br", "hr", "img", "input"})


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML made by `el`: safe to show."""

    source: str


Child = Markup | str | int | None


def _source(child: Child) -> str:
    if child is None:
        return ""
    return child.source if isinstance(child, Markup) else html.escape(str(child), quote=True)


def el(tag: str, *children: Child, **attributes: Any) -> Markup:
    """`<tag …>children</tag>`. Attributes: `class_` for class, `_` for `-`; None leaves one out, True gives an empty one."""
    parts = [tag]
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        clean = name.rstrip("_").replace("_", "-")
        parts.append(clean if value is True else f'{clean}="{html.escape(str(value), quote=True)}"')
    opening = f"<{' '.join(parts)}>"
    return Markup(opening if tag in VOID else f"{opening}{''.join(map(_source, children))}</{tag}>")


def join(pieces: Iterable[Child]) -> Markup:
    """Pieces one after another."""
    return Markup("".join(map(_source, pieces)))


def name(text: str, fallback: str = "") -> Markup:
    """A person's or page's name: one line, isolated from the words around it."""
    return el("bdi", clean_name(text) or fallback)


def label(text: str) -> str:
    """A name as the label of a widget: Streamlit reads markdown there, so every sign of it is escaped."""
    return SIGNS.sub(r"\\\g<0>", clean_name(text))


def evidence(text: str, title: str | None = None) -> Markup:
    """A lit up span, isolated: an identity or phone number inside Arabic keeps the order of its groups."""
    return el("mark", text, title=title, dir="auto")


def _unbroken(text: str) -> Iterator[Child]:
    """The text with each number in one piece: a browser would end a line at its hyphens."""
    for place, piece in enumerate(NUMBER.split(text)):
        yield el("span", piece, class_="mj-number") if place % 2 else piece


def words(text: str, marks: Sequence[tuple[int, int, str]] = (), *, class_: str = "mj-words") -> Markup:
    """Somebody's words in their own direction; `marks` are (start, end, title) in code points, lit up as evidence.

    Of two that overlap the later one stays whole: a number is not torn by the words that lead to it.
    """
    pieces: list[Child] = []
    at = 0
    ordered = sorted(marks)
    for place, (start, last, title) in enumerate(ordered):
        end = min((begun for begun, over, _ in ordered[place + 1 :] if start < begun < last < over), default=last)
        begin = max(start, at)
        if begin >= end:
            continue
        pieces += [*_unbroken(text[at:begin]), evidence(text[begin:end], title)]
        at = end
    return el("div", *pieces, *_unbroken(text[at:]), class_=class_, dir=direction(text))


def link(address: str, label: Child) -> Markup | None:
    """A link to a platform's own page; None for anything but http(s)."""
    if not address.startswith(("https://", "http://")):
        return None
    return el("a", label, href=address, target="_blank", rel="noopener noreferrer", class_="mj-link")


def show(*pieces: Child) -> None:
    """Put pieces on the page; where there are none, nothing."""
    if source := join(pieces).source:
        st.html(source)
