"""The file of working weeks: core/week.toml, or the ministry's own that MAJLIS_WEEK_FILE names. A wrong one refuses to start."""

import tomllib
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError, Invalid
from core.i18n import ROOT
from core.settings import settings
from core.why import Why, none_of, of_system
from core.workdays import Hours, Week, Weeks

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
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise ConfigurationError(name=NAME, why=Why("file_wrong", path=path, reason=str(e))) from None
    except OSError as e:
        raise ConfigurationError(name=NAME, why=Why("file_not_read", path=path, cause=of_system(e))) from e
    try:
        _known(told, SEASONS)
        usual, ramadan = (tuple(_week(table) for table in told.get(season, ())) for season in SEASONS)
        for ours in (usual, ramadan):
            if not any(week.last == date.max for week in ours):
                raise Invalid(field="week", why=Why("week_ends"))
    except Invalid as e:
        raise ConfigurationError(name=NAME, why=e.details["why"]) from None
    return Weeks(usual, ramadan)


def _week(table: Mapping[str, Any]) -> Week:
    _known(table, (*WEEKDAYS, *ABOUT))
    hours = {place: _parts(name, table[name]) for place, name in enumerate(WEEKDAYS) if name in table}
    first, last = (_day(table.get(name, other)) for name, other in (("from", date.min), ("to", date.max)))
    return Week(hours, str(table.get("source", "")), first, last)


def _parts(name: str, told: Any) -> tuple[Hours, ...]:
    """`[07:30:00, 15:30:00]`, or several such pairs in a list."""
    pairs = [told] if isinstance(told, list) and told and isinstance(told[0], time) else told
    if not isinstance(pairs, list) or not all(_pair(one) for one in pairs):
        raise Invalid(field="week", why=Why("week_hours", day=name))
    return tuple(Hours(*pair) for pair in pairs)


def _pair(told: Any) -> bool:
    return isinstance(told, list) and len(told) == 2 and all(isinstance(one, time) and not one.second for one in told)


def _day(told: Any) -> date:
    if type(told) is not date:
        raise Invalid(field="week", why=Why("no_date"))
    return told


def _known(table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in table:
        if name not in known:
            raise Invalid(field="week", why=none_of(name, known))
