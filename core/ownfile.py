"""Files that a ministry may write itself, in TOML: whatever is wrong with one refuses to start, and names its setting."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError, Invalid
from core.why import Why, none_of, of_system

Table = Mapping[str, Any]


@contextmanager
def told(path: Path, setting: str) -> Iterator[Table]:
    """What the file says. ConfigurationError of that setting when it can't be read, and for every Invalid within the block."""
    try:
        yield tomllib.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise ConfigurationError(name=setting, why=Why("file_wrong", path=path, reason=str(e))) from None
    except OSError as e:
        raise ConfigurationError(name=setting, why=Why("file_not_read", path=path, cause=of_system(e))) from e
    except Invalid as e:
        raise ConfigurationError(name=setting, why=e.details["why"]) from None


def tables(table: Table, name: str) -> Sequence[Table]:
    """The tables `[[name]]`, none when there is no such name. Invalid for anything else under it."""
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Invalid(field=name, why=Why("tables", name=f"[[{name}]]"))
    return found


def only(table: Table, known: Sequence[str]) -> None:
    """Invalid for a name that is none of those: a slip of the pen must not pass for a rule that is missing."""
    for name in table:
        if name not in known:
            raise Invalid(field=name, why=none_of(name, known))
