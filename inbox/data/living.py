"""Tables of how things are now: published results (what was withdrawn is gone), codes in words, the dictionary of columns."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from connectors import CONNECTORS
from core.i18n import t
from inbox.cases import OUTCOMES
from inbox.data.count import NO_CHANNEL, PROMISES
from inbox.data.files import Row
from inbox.data.moderated import ACTIONS, MAKERS
from inbox.data.tables import TABLES, TYPES, field_about
from inbox.models import Result
from policies.verdict import KINDS, TOPICS

#: list -> its codes, whose words stand under `data.code.<list>.<code>`
CODES = {
    "kind": KINDS,
    "topic": TOPICS,
    "outcome": (*OUTCOMES, "done", "none"),
    "promise": PROMISES,
    "action": ACTIONS,
    "maker": MAKERS,
}


def results(session: Session) -> Iterator[Row]:
    """What was published and still stands, the oldest first."""
    columns = [getattr(Result, name) for name in TABLES["results"].columns]
    for line in session.execute(select(*columns).where(col(Result.withdrawn_at).is_(None)).order_by(col(Result.id))):
        yield tuple(line)


def codes() -> Iterator[Row]:
    """Every code of a column, with what it is called."""
    for name, listed in CODES.items():
        yield from ((name, code, *_both(f"data.code.{name}.{code}")) for code in listed)
    yield from (("channel", name, one.name_ar, one.name_en) for name, one in CONNECTORS.items() if ":" not in name)
    yield ("channel", NO_CHANNEL, *_both("data.code.channel.none"))


def dictionary() -> Iterator[Row]:
    """Every column of every table, with what it holds."""
    for table in TABLES.values():
        for name in table.columns:
            yield (table.name, name, TYPES[name], field_about(name, "ar"), field_about(name, "en"))


def _both(key: str) -> tuple[str, str]:
    return t(key, "ar"), t(key, "en")
