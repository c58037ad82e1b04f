"""What differs between two editions, clause by clause and field by field: as plain data, and in words for both languages.

The editions' canonical texts are compared, so that no field can be forgotten, one that is new in the schema neither.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from core.i18n import Lang, catalogue, t
from policies.clauses import Edition

What = Literal["added", "removed", "changed"]
Value = str | int | float | bool | None
Leaf = Value | tuple[str, ...]

#: parts of an edition that are lists of tables with an id; all else is said of the edition itself
PARTS = ("clauses", "commitments", "rights")
#: longer values get a line of their own
LONG = 40


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `part` is edition or one of PARTS, `id` which of them, `field` a dotted path in it ("" for all of it).

    A single value has `before` and `after`; a list has the entries that came (`plus`) and went (`minus`), and neither where only
    its order is another.
    """

    part: str
    id: str
    what: What
    field: str = ""
    before: Value = None
    after: Value = None
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from the edition `old` to `new`: clauses in the order of the newer one, those removed last, fields by name."""

    old: str
    new: str
    changes: tuple[Change, ...]

    def words(self, lang: Lang) -> str:
        """The difference as a person reads it, one block for each thing that changed."""
        lines = [t("difference.heading", lang, old=self.old, new=self.new)]
        last = ("", "")
        for change in self.changes:
            if (change.part, change.id) != last:
                last = (change.part, change.id)
                lines += ["", headline(change, lang)]
            if change.field:
                lines += [f"  {line}" for line in _lines(change, lang)]
        return "\n".join(lines if self.changes else [*lines, "", t("difference.none", lang)])


def difference(old: Edition, new: Edition) -> Difference:
    """What changed from `old` to `new`. Empty for editions that say the same under the same name."""
    before, after = json.loads(old.canonical), json.loads(new.canonical)
    changes = [*_fields("edition", "", *({k: v for k, v in one.items() if k not in PARTS} for one in (before, after)))]
    for part in PARTS:
        changes += _part(part, *({table["id"]: table for table in one.get(part, [])} for one in (before, after)))
    return Difference(old.ref, new.ref, tuple(changes))


def _part(part: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for id in dict.fromkeys((*after, *before)):
        if id not in before or id not in after:
            yield Change(part, id, "removed" if id in before else "added")
        yield from _fields(part, id, before.get(id, {}), after.get(id, {}))


def _fields(part: str, id: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    was, now = dict(_leaves(before)), dict(_leaves(after))
    for field in dict.fromkeys((*now, *was)):
        if field == "id" or (field in was and field in now and was[field] == now[field]):
            continue
        what: What = "added" if field not in was else "removed" if field not in now else "changed"
        one, other = was.get(field), now.get(field)
        if isinstance(one, tuple) or isinstance(other, tuple):
            gone, come = Counter(_entries(one)), Counter(_entries(other))
            yield Change(part, id, what, field, plus=tuple((come - gone).elements()), minus=tuple((gone - come).elements()))
        else:
            yield Change(part, id, what, field, one, other)


def _leaves(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, Leaf]]:
    """(dotted path, value or entries) of all that is not itself a table; empty lists are as good as none."""
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from _leaves(value, here)
        elif isinstance(value, list):
            if value:
                yield here, tuple(one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in value)
        else:
            yield here, value


def _entries(leaf: Leaf) -> tuple[str, ...]:
    return leaf if isinstance(leaf, tuple) else () if leaf is None else (str(leaf),)


def headline(change: Change, lang: Lang) -> str:
    """What the change is of: the clause, and whether it came or went."""
    named = t(f"difference.part.{change.part}", lang, id=change.id)
    return named if change.field else t(f"difference.{change.what}", lang, thing=named)


def _lines(change: Change, lang: Lang) -> Iterator[str]:
    name = field_words(change.field, lang)
    if change.plus or change.minus:
        yield f"{name}:"
        yield from (f"  {sign} {entry}" for sign, entries in (("-", change.minus), ("+", change.plus)) for entry in entries)
    elif change.before is None and change.after is None:
        yield t("difference.reordered", lang, field=name)
    elif max(len(str(change.before)), len(str(change.after))) > LONG:
        yield f"{name}:"
        values = (("-", change.before), ("+", change.after))
        yield from (f"  {sign} {value_words(value, lang)}" for sign, value in values if value is not None)
    elif change.what == "changed":
        yield t(
            "difference.from_to", lang, field=name, before=value_words(change.before, lang), after=value_words(change.after, lang)
        )
    else:
        value = change.after if change.what == "added" else change.before
        yield f"{'+' if change.what == 'added' else '-'} {name}: {value_words(value, lang)}"


def field_words(field: str, lang: Lang) -> str:
    """The words of a field; what lies deeper than words reach stands in brackets (`terms.ur`: terms (ur))."""
    parts = field.split(".")
    for depth in range(len(parts), 0, -1):
        if f"difference.field.{'.'.join(parts[:depth])}" in catalogue():
            named = t(f"difference.field.{'.'.join(parts[:depth])}", lang)
            return f"{named} ({'.'.join(parts[depth:])})" if parts[depth:] else named
    return field


def value_words(value: Value, lang: Lang) -> str:
    """A single value as a person says it."""
    if isinstance(value, bool):
        return t("difference.yes" if value else "difference.no", lang)
    key = f"difference.action.{value}"
    return t(key, lang) if key in catalogue() else str(value)
