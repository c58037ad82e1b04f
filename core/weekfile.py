"""The file of working weeks: core/week.toml, or the ministry's own that MAJLIS_WEEK_FILE names. A wrong one refuses to start."""

from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import Invalid
from core.i18n import ROOT
from core.ownfile import Table, only, tables, told
from core.settings import settings
from core.weeks import Hours, Week, Weeks
from core.why import Why

NAME = "MAJLIS_WEEK_FILE"
SHIPPED = ROOT / "core" / "week.toml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ABOUT = ("from", "to", "source")
SEASONS = ("usual", "ramadan")


@cache
def kept() -> Weeks:
    """The weeks in force, read once. ConfigurationError where they are empty, reversed, overlap or leave days without a week."""
    return read(settings().week_file or SHIPPED)


def read(path: Path) -> Weeks:
    """The weeks of a file: `[[usual]]` and `[[ramadan]]`, later ones before earlier ones where both hold."""
    with told(path, NAME) as file:
        only(file, SEASONS)
        usual, ramadan = (tuple(_week(table) for table in tables(file, season)) for season in SEASONS)
        for ours in (usual, ramadan):
            if not any(week.last == date.max for week in ours):
                raise Invalid(field="week", why=Why("week_ends"))
    return Weeks(usual, ramadan)


def _week(table: Table) -> Week:
    only(table, (*WEEKDAYS, *ABOUT))
    hours = {place: _parts(name, table[name]) for place, name in enumerate(WEEKDAYS) if name in table}
    first, last = (_day(table.get(name, other)) for name, other in (("from", date.min), ("to", date.max)))
    return Week(hours, str(table.get("source", "")), first, last)


def _parts(name: str, given: Any) -> tuple[Hours, ...]:
    """`[07:30:00, 15:30:00]`, or several such pairs in a list."""
    pairs = [given] if isinstance(given, list) and given and isinstance(given[0], time) else given
    if not isinstance(pairs, list) or not all(_pair(one) for one in pairs):
        raise Invalid(field="week", why=Why("week_hours", day=name))
    return tuple(Hours(*pair) for pair in pairs)


def _pair(given: Any) -> bool:
    return isinstance(given, list) and len(given) == 2 and all(isinstance(one, time) and not one.second for one in given)


def _day(given: Any) -> date:
    if type(given) is not date:
        raise Invalid(field="week", why=Why("no_date"))
    return given
