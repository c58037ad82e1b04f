"""Every clause of every shipped edition has an example that fires and a counter-example that doesn't."""

from dataclasses import replace
from pathlib import Path

import pytest

from policies import edition

SHIPPED = edition.known()
IDS = {
    "state_security", "incitement", "defamation", "privacy", "religion", "national_symbols", "confidential", "illegal", "abuse",
    "spam",
}  # fmt: skip


def test_the_shipped_edition_has_the_ten_clauses_and_no_other() -> None:
    assert {clause.id for clause in edition.current().clauses} == IDS


@pytest.mark.parametrize("path", SHIPPED.values(), ids=list(SHIPPED))
def test_an_edition_passes_its_own_examples(path: Path) -> None:
    loaded = edition.load(path)
    assert edition.check(loaded) == []
    assert [clause.id for clause in loaded.clauses if not (clause.examples and clause.counter_examples)] == []


def test_a_clause_without_examples_would_be_noticed() -> None:
    current = edition.current()
    bare = replace(current, clauses=(replace(current.clauses[0], examples=()), *current.clauses[1:]))
    assert [(problem.clause, problem.code) for problem in edition.check(bare)] == [(bare.clauses[0].id, "no_examples")]
