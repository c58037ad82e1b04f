"""The tables of the open data: their columns and what each holds, in both languages (`data.table.*`, `data.field.*`).

`day` and `month` are whole ones on a Dubai wall clock. Tables of one family split the same things in more ways than one; no table
adds up what another splits (inbox.data.suppress).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.i18n import LANGS, Lang, t

#: column -> its type in a table schema
TYPES: Mapping[str, str] = {
    "day": "date",
    "month": "yearmonth",
    "platform": "string",
    "channel": "string",
    "kind": "string",
    "topic": "string",
    "outcome": "string",
    "promise": "string",
    "action": "string",
    "clause": "string",
    "maker": "string",
    "rating": "integer",
    "count": "integer",
    "suppressed": "boolean",
    "median_hours": "number",
    "ninety_hours": "number",
    "uid": "string",
    "at": "datetime",
    "said_ar": "string",
    "said_en": "string",
    "decided_ar": "string",
    "decided_en": "string",
    "because_ar": "string",
    "because_en": "string",
    "list": "string",
    "code": "string",
    "ar": "string",
    "en": "string",
    "table": "string",
    "field": "string",
    "type": "string",
}
TOLD = ("count", "suppressed")
TIMES = (*TOLD, "median_hours", "ninety_hours")
WORDS = tuple(f"{part}_{lang}" for part in ("said", "decided", "because") for lang in LANGS)
#: columns that may be empty: what is left out, and what nobody wrote
OPEN = frozenset({"count", "median_hours", "ninety_hours", *WORDS})


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `keys` name a line; `told` stands beside them. `frozen`: a line is published once and never changed."""

    name: str
    keys: tuple[str, ...]
    told: tuple[str, ...] = TOLD
    frozen: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        return self.keys + self.told

    def title(self, lang: Lang) -> str:
        """What it is called."""
        return t(f"data.table.{self.name}.title", lang)

    def about(self, lang: Lang) -> str:
        """What one line of it says."""
        return t(f"data.table.{self.name}.about", lang)


def field_about(column: str, lang: Lang) -> str:
    """What a column holds."""
    return t(f"data.field.{column}", lang)


TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table("platforms", ("day", "platform")),
        Table("participation", ("day", "platform", "kind")),
        Table("cases", ("month", "kind")),
        Table("case_topics", ("month", "kind", "topic")),
        Table("case_channels", ("month", "kind", "channel")),
        Table("endings", ("month", "kind")),
        Table("outcomes", ("month", "kind", "outcome")),
        Table("answers", ("month", "kind"), TIMES),
        Table("answer_promises", ("month", "kind", "promise")),
        Table("answer_channels", ("month", "channel"), TIMES),
        Table("ratings", ("month", "rating")),
        Table("moderation", ("month", "action")),
        Table("moderation_clauses", ("month", "action", "clause")),
        Table("moderation_makers", ("month", "action", "maker")),
        Table("results", ("uid",), ("at", "topic", "outcome", *WORDS), frozen=False),
        Table("codes", ("list", "code"), ("ar", "en"), frozen=False),
        Table("dictionary", ("table", "field"), ("type", "ar", "en"), frozen=False),
    )
}
FROZEN: tuple[Table, ...] = tuple(table for table in TABLES.values() if table.frozen)
