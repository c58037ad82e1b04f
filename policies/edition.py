"""Editions: loaded, checked against their own examples, and refused where they fail them (DESIGN §2.5)."""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

from core.clock import in_dubai, now
from core.errors import ConfigurationError
from core.text import fold
from core.why import Why
from policies import language, personal
from policies.clauses import Clause, Edition, Legal, Promise, Term, Words
from policies.problems import EditionRefused, Problem, located
from policies.rules import RULES, Scene, armoury, examine
from policies.schema import from_canonical, parse

__all__ = (
    "Clause", "Edition", "EditionRefused", "Legal", "Problem", "Promise", "Term", "Words",
    "accept", "check", "current", "from_canonical", "known", "load", "parse",
)  # fmt: skip

SHIPPED = Path(__file__).parent / "editions"
#: what a decision can cite: names without blanks, @ or #, as long as its columns hold
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
REF_LONGEST, CLAUSE_LONGEST = 60, 40


def known() -> dict[str, Path]:
    """The shipped editions by `policy@edition`, in the order in which they take effect."""
    return {edition.ref: path for edition, path in _parsed()}


def current() -> Edition:
    """The edition in force: the one MAJLIS_EDITION names, else the newest shipped one whose day has come in Dubai.

    Shipped files are checked by the tests and by `policy check`, not at every start. ConfigurationError for an unknown name.
    """
    from core.settings import settings  # takes longer to load than `policy check` may take

    return _in_force(settings().edition, in_dubai(now()).date())


@lru_cache(maxsize=2)
def _in_force(name: str, today: date) -> Edition:
    shipped = [edition for edition, _ in _parsed()]
    if name:
        for edition in shipped:
            if name in (edition.ref, edition.edition):
                return edition
        raise ConfigurationError(name="MAJLIS_EDITION", why=Why("no_such_edition", known=", ".join(e.ref for e in shipped)))
    return [edition for edition in shipped if edition.effective_from <= today or edition is shipped[0]][-1]


def _parsed() -> list[tuple[Edition, Path]]:
    found = [(parse(path.read_text("utf-8")), path) for path in sorted(SHIPPED.glob("*.toml"))]
    return sorted(found, key=lambda pair: pair[0].effective_from)


def load(path: Path) -> Edition:
    """Read, parse and check the file; EditionRefused names every failing clause and example with its line."""
    return accept(path.read_text("utf-8"))


def accept(source: str) -> Edition:
    """The edition of this TOML text, if it can be read and keeps its own examples; EditionRefused otherwise."""
    try:
        edition = parse(source)
        problems = check(edition)
    except EditionRefused as refused:
        raise EditionRefused(edition=refused.details["edition"], problems=located(refused.problems, source)) from refused
    if problems:
        raise EditionRefused(edition=edition.ref, problems=located(problems, source))
    return edition


def check(edition: Edition) -> list[Problem]:
    """What is wrong: examples that don't fire, counter-examples that do, clauses without either, rules nobody wrote, names that
    can't be cited."""
    problems = [Problem("", "bad_name", name) for name in (edition.policy, edition.edition) if not _NAME.fullmatch(name)]
    if len(edition.ref) > REF_LONGEST:
        problems.append(Problem("", "bad_name", edition.ref))
    for clause in edition.clauses:
        if not _NAME.fullmatch(clause.id) or len(clause.id) > CLAUSE_LONGEST:
            problems.append(Problem(clause.id, "bad_name", clause.id))
    for clause in edition.clauses:
        problems += [Problem(clause.id, "unknown_rule", name) for name in clause.rules if name not in RULES]
    if problems:
        return problems
    for clause in edition.clauses:
        if not clause.examples or not clause.counter_examples:
            problems.append(Problem(clause.id, "no_examples", ""))
        problems += [Problem(clause.id, "silent", text) for text in clause.examples if not _fires(edition, clause, text)]
        problems += [Problem(clause.id, "fires", text) for text in clause.counter_examples if _fires(edition, clause, text)]
    return problems


def _fires(edition: Edition, clause: Clause, text: str) -> bool:
    folded = fold(text)
    return any(
        one.clause is clause for one in examine(Scene(folded, language.detect(text), personal.find(folded), armoury(edition)))
    )
