"""By when the public is answered: inbox/targets.toml, or the ministry's own file that MAJLIS_TARGETS_FILE names."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core import weekfile
from core.errors import Invalid
from core.i18n import ROOT, Lang
from core.ownfile import Table, only, tables, told
from core.settings import settings
from core.weeks import Weeks
from core.why import Why, none_of
from core.worktime import Term, term
from policies.verdict import KINDS

NAME = "MAJLIS_TARGETS_FILE"
SHIPPED = ROOT / "inbox" / "targets.toml"
GRADES = ("ordinary", "urgent", "confidential")
SOURCES = ("source_ar", "source_en")
TERMS = ("first", "next", "resolve", "objection", "warn")
#: what a target may be for, what weighs most first
FOR = ("grade", "kind", "channel")


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised to cases of a grade, kind and channel ("" is any), and where that was read, in both languages. `objection`
    is the term within which one is decided, `warn` is working time."""

    first: Term
    next: Term
    resolve: Term
    objection: Term
    warn: Term
    source_ar: str
    source_en: str
    grade: str = ""
    kind: str = ""
    channel: str = ""

    def source(self, lang: Lang) -> str:
        return self.source_ar if lang == "ar" else self.source_en

    def fits(self, grade: str, kind: str, channel: str) -> bool:
        return all(mine in ("", theirs) for mine, theirs in ((self.grade, grade), (self.kind, kind), (self.channel, channel)))

    @property
    def weight(self) -> tuple[bool, ...]:
        return tuple(bool(getattr(self, name)) for name in FOR)


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets. Exactly one is for everything else."""

    all: Sequence[Target]

    def of(self, kind: str, grade: str, channel: str) -> Target:
        """The target of a case; `channel` is the platform it came by, "" for none."""
        return max((one for one in self.all if one.fits(grade, kind, channel)), key=lambda one: one.weight)


@cache
def kept() -> Targets:
    """The targets in force, read once. ConfigurationError for a file that is empty, or promises an end before an answer."""
    return read(settings().targets_file or SHIPPED, weekfile.kept())


def read(path: Path, weeks: Weeks) -> Targets:
    """The targets of a file, checked against the weeks they are counted on."""
    with told(path, NAME) as file:
        only(file, ("target",))
        found = Targets(tuple(_target(table) for table in tables(file, "target")))
        _complete(found)
        for one in found.all:
            _in_order(one, weeks)
    return found


def _target(table: Table) -> Target:
    only(table, (*FOR, *TERMS, *SOURCES))
    grade, kind, channel = (str(table.get(name, "")) for name in FOR)
    if grade and grade not in GRADES:
        raise Invalid(field="grade", why=none_of(grade, GRADES))
    if kind and kind not in KINDS:
        raise Invalid(field="kind", why=none_of(kind, KINDS))
    if missing := [name for name in (*TERMS, *SOURCES) if not str(table.get(name, "")).strip()]:
        raise Invalid(field="targets", why=Why("target_lacks", missing=", ".join(missing)))
    first, following, resolve, objection, warn = (term(str(table[name])) for name in TERMS)
    ar, en = (str(table[name]) for name in SOURCES)
    return Target(first, following, resolve, objection, warn, ar, en, grade, kind, channel)


def _complete(targets: Targets) -> None:
    if not any(not any(one.weight) for one in targets.all):
        raise Invalid(field="targets", why=Why("targets_empty"))
    named = [(one.grade, one.kind, one.channel) for one in targets.all]
    if len(set(named)) < len(named):
        raise Invalid(field="targets", why=Why("target_twice"))


def _in_order(one: Target, weeks: Weeks) -> None:
    """Whenever a case comes in, each answer is due before its end, and a warning comes before what it warns of."""
    if not (_within(one.first, one.resolve, weeks) and _within(one.next, one.resolve, weeks)):
        raise Invalid(field="targets", why=Why("targets_reversed"))
    warned = one.warn.minutes and all(_within(one.warn, answer, weeks) for answer in (one.first, one.next, one.objection))
    if not warned:
        raise Invalid(field="targets", why=Why("target_warns_late"))


def _within(short: Term, long: Term, weeks: Weeks) -> bool:
    """Whether `short` never ends after `long` when both start together, whatever the days are like."""
    worked = [
        sum((h.closes.hour - h.opens.hour) * 60 + h.closes.minute - h.opens.minute for h in parts)
        for week in (*weeks.usual, *weeks.ramadan)
        for parts in week.hours.values()
        if parts
    ]
    if short.days and long.days:
        return short.days <= long.days
    if short.days:
        return (short.days + 1) * max(worked) <= long.minutes
    return short.minutes <= (long.days * min(worked) if long.days else long.minutes)
