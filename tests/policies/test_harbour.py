"""Lawful criticism stays, real violations are caught: our own matched texts, with automatic action on wherever a clause permits it.

Nothing was tuned on the test halves (bench/texts); their floors stand a little under what was measured, and far under the dev
halves', which shows how much of that was learned by heart.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bench.texts import Half, half, lines
from policies.clauses import Edition
from policies.edition import current
from policies.judge import judge
from policies.verdict import Verdict

Judged = list[tuple[dict[str, Any], Verdict]]


@cache
def armed() -> Edition:
    """The edition in force with automatic action in every clause that proposes hiding."""
    clauses = tuple(replace(clause, automatic=clause.action == "hide") for clause in current().clauses)
    return replace(current(), clauses=clauses)


@cache
def judged(name: str) -> Judged:
    return [(line, judge(line["text"], edition=armed(), explain=False)) for line in lines(name)]


def of(name: str, which: Half) -> Iterator[tuple[dict[str, Any], Verdict]]:
    return (one for one in judged(name) if half(one[0]["text"]) == which)


def test_no_lawful_text_is_proposed_for_hiding() -> None:
    assert [line["id"] for line, verdict in judged("safe-harbour") if verdict.action == "hide"] == []


def test_few_lawful_texts_go_to_a_person() -> None:
    review = [line["id"] for line, verdict in judged("safe-harbour") if verdict.action == "review"]
    assert len(review) <= 0.05 * len(judged("safe-harbour")), review


@pytest.mark.parametrize(("which", "floor"), [("dev", 0.94), ("test", 0.55)])
def test_violations_are_caught(which: Half, floor: float) -> None:
    found = [verdict.action != "allow" for _, verdict in of("violations", which)]
    assert sum(found) / len(found) >= floor


@pytest.mark.parametrize(("which", "floor"), [("dev", 0.35), ("test", 0.24)])
def test_violations_of_clauses_that_hide_are_proposed_for_hiding(which: Half, floor: float) -> None:
    hides = {clause.id for clause in armed().clauses if clause.action == "hide"}
    found = [verdict.action == "hide" for line, verdict in of("violations", which) if line["clause"] in hides]
    assert sum(found) / len(found) >= floor


def test_the_two_sets_are_large_enough_and_matched() -> None:
    safe, bad = lines("safe-harbour"), lines("violations")
    assert min(len(safe), len(bad)) >= 300
    assert {line["pair"] for line in bad} <= {line["id"] for line in safe}
    assert min(Counter(line["language"] for line in safe).values()) >= 3
