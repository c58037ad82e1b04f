"""How far two labellers agree: Cohen's kappa and raw agreement for each field, over all our posts and by language.

`python -m bench.agreement`. The first labels are those the writers gave (bench/texts/routing-*.jsonl, with what a third reading
changed undone by disagreements.jsonl), the second were given by a reader of text and LABELS.md alone (second-*.jsonl).
"""

import argparse
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

from bench.tables import table
from bench.texts import FOLDER, lines

FIELDS = ("kind", "topic", "sentiment", "urgent")


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Agreement beyond what chance would bring: 1 is full, 0 is none; 1 where nothing else was possible."""
    total = len(one)
    agreed = sum(a == b for a, b in zip(one, other, strict=True)) / total
    left, right = Counter(one), Counter(other)
    chance = sum(left[answer] * right[answer] for answer in left) / total**2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def pairs() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """For each post its first and its second labels."""
    undone = {(line["id"], line["field"]): line["first"] for line in lines("disagreements")}
    found = []
    for path in sorted(FOLDER.glob("routing-*.jsonl")):
        second = {line["id"]: line for line in lines(path.stem.replace("routing", "second"))}
        for line in lines(path.stem):
            first = line | {field: undone.get((line["id"], field), line[field]) for field in FIELDS}
            found.append((first, second[line["id"]]))
    return found


def main() -> None:
    argparse.ArgumentParser(prog="bench.agreement", description=__doc__).parse_known_args()
    found = pairs()
    groups = {"all": found} | {
        language: [pair for pair in found if pair[0]["language"] == language]
        for language, _ in Counter(first["language"] for first, _ in found).most_common()
    }
    rows = []
    for name, group in groups.items():
        cells = [name, str(len(group))]
        for field in FIELDS:
            one, other = [first[field] for first, _ in group], [second[field] for _, second in group]
            cells.append(f"{kappa(one, other):.3f} / {sum(a == b for a, b in zip(one, other, strict=True)) / len(group):.3f}")
        rows.append(cells)
    table("Two labellers: Cohen's kappa / raw agreement", ["language", "posts", *FIELDS], rows)
    decided = lines("disagreements")
    second = sum(line["decided"] == line["second"] for line in decided)
    print(f"\n{len(decided)} labels differ; the third reading took the second label in {second}.")


if __name__ == "__main__":
    main()
