"""What lawful criticism and its matched violations meet, with automatic action on wherever a clause permits it.

By half (nothing is tuned on the test halves), by clause, by kind of lawful text, and by language for matched pairs: who writes the
same in another language should meet the same.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from bench.tables import table
from bench.texts import half, lines
from policies.clauses import Edition
from policies.edition import current
from policies.judge import judge
from policies.verdict import Verdict

Line = dict[str, Any]
Judged = list[tuple[Line, Verdict]]


def armed() -> Edition:
    """The edition in force with automatic action in every clause that proposes hiding."""
    clauses = tuple(replace(clause, automatic=clause.action == "hide") for clause in current().clauses)
    return replace(current(), clauses=clauses)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


def _rows(judged: Judged, by: Callable[[Line], str]) -> list[list[str]]:
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line, verdict in judged:
        groups[by(line)].update([verdict.action, "all", *(["right"] if _right(line, verdict) else [])])
    return [
        [name, str(seen["all"]), *(_share(seen[action], seen["all"]) for action in ("allow", "review", "hide", "right"))]
        for name, seen in sorted(groups.items())
    ]


def _right(line: Line, verdict: Verdict) -> bool:
    """Caught under the clause that the text breaks; a lawful text is right when it is let through."""
    if "clause" in line:
        return any(finding.clause == line["clause"] for finding in verdict.findings)
    return verdict.action == "allow"


def _pairs(safe: Judged, bad: Judged) -> Iterable[list[str]]:
    lawful = {line["id"]: verdict for line, verdict in safe}
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line, verdict in bad:
        told = verdict.action != "allow" and lawful[line["pair"]].action == "allow"
        seen[line["language"]].update(["all", *(["told"] if told else []), *(["caught"] if verdict.action != "allow" else [])])
        seen[line["language"]].update(["touched"] if lawful[line["pair"]].action != "allow" else [])
    for language, counts in sorted(seen.items()):
        yield [language, str(counts["all"]), *(_share(counts[what], counts["all"]) for what in ("caught", "touched", "told"))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no difference: it takes seconds")
    parser.parse_args()
    edition = armed()
    safe, bad = (
        [(line, judge(line["text"], edition=edition, explain=False)) for line in lines(name)]
        for name in ("safe-harbour", "violations")
    )
    head = ["", "texts", "allow", "review", "hide", "right"]
    table("Lawful texts by half", head, _rows(safe, lambda line: half(line["text"])))
    table("Lawful texts by what they are", head, _rows(safe, lambda line: str(line["why"])))
    table("Violations by half", head, _rows(bad, lambda line: half(line["text"])))
    unseen = [(line, verdict) for line, verdict in bad if half(line["text"]) == "test"]
    table("Violations of the test half by clause", head, _rows(unseen, lambda line: str(line["clause"])))
    head = ["", "pairs", "violation caught", "lawful one touched", "told apart"]
    table("Matched pairs by language", head, list(_pairs(safe, bad)))


if __name__ == "__main__":
    main()
