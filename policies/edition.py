"""Editions: loaded, checked against their own examples, and refused where they fail them (DESIGN §2.5)."""

from functools import cache
from pathlib import Path

from core.text import fold
from policies import language, personal
from policies.clauses import Clause, Edition, Legal, Promise, Term, Words
from policies.problems import EditionRefused, Problem
from policies.rules import RULES, Scene, armoury, examine
from policies.schema import from_canonical, parse

__all__ = (
    "Clause", "Edition", "EditionRefused", "Legal", "Problem", "Promise", "Term", "Words",
    "check", "current", "from_canonical", "known", "load", "parse",
)  # fmt: skip

SHIPPED = Path(__file__).parent / "editions"


def known() -> dict[str, Path]:
    """The shipped editions by `policy@edition`, in the order in which they take effect."""
    found = [(parse(path.read_text("utf-8")), path) for path in sorted(SHIPPED.glob("*.toml"))]
    found.sort(key=lambda pair: pair[0].effective_from)
    return {edition.ref: path for edition, path in found}


@cache
def current() -> Edition:
    """The newest shipped edition. Shipped files are checked by the tests and by `policy check`, not at every start."""
    return parse(list(known().values())[-1].read_text("utf-8"))


def load(path: Path) -> Edition:
    """Read, parse and check the file; EditionRefused names every failing clause and example."""
    edition = parse(path.read_text("utf-8"))
    if problems := check(edition):
        raise EditionRefused(edition=edition.ref, problems=problems)
    return edition


def check(edition: Edition) -> list[Problem]:
    """What is wrong: examples that don't fire, counter-examples that do, clauses without either, rules nobody wrote."""
    problems = []
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
