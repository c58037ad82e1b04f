"""Kind, topic, sentiment and urgency of our own labelled posts, beside two baselines, by language and by variety of Arabic.

`python -m bench.routing [--quick] [--half dev|test|both]`. The dev half tunes words and weights; the test half is only measured.
Baselines: `majority` gives the dev half's most frequent answer; `one line` looks for a handful of words, as a first day's script
would. `--quick` leaves the tables by language out.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from bench.scores import accuracy, f1, macro_f1
from bench.tables import table
from bench.texts import Half, routing
from policies.judge import judge_many
from policies.verdict import KINDS

FIELDS = ("kind", "topic", "sentiment")
_ONE_LINE = {
    "kind": (
        ("praise", ("شكر", "thank", "salamat", "shukr", "nanni")),
        ("suggestion", ("اقترح", "suggest", "ياليت", "should")),
        ("inquiry", ("؟", "?", "كيف", "how", "كم")),
        ("complaint", ("",)),
    ),
    "topic": (
        ("domestic_workers", ("خادم", "maid", "خدام")), ("wages", ("راتب", "salary", "معاش", "sahod", "tankh")),
        ("leave", ("جاز", "leave")), ("end_of_service", ("نهاية", "gratuity")), ("absconding", ("هروب", "abscond")),
        ("fines", ("غرام", "fine", "مخالف")), ("emiratisation", ("توطين", "nafis", "نافس")), ("safety", ("سلامة", "safety")),
        ("contract", ("عقد", "contract")), ("work_permit", ("تصريح", "visa", "permit")),
        ("digital_services", ("تطبيق", "app", "موقع")), ("customer_service", ("موظف", "center", "مركز")), ("none", ("",)),
    ),
    "sentiment": (
        ("positive", ("شكر", "thank", "great", "salamat")), ("negative", ("ظلم", "bad", "not", "ما ")), ("neutral", ("",)),
    ),
}  # fmt: skip

Lines = Sequence[dict[str, Any]]


def one_line(field: str, text: str) -> str:
    """The first answer one of whose few words stands somewhere in the text."""
    return next(answer for answer, words in _ONE_LINE[field] if any(word in text.lower() for word in words))


def judged(lines: Lines) -> list[dict[str, Any]]:
    """What the judge says of every line, as a dict like the line's labels."""
    verdicts = judge_many(line["text"] for line in lines)
    return [{field: getattr(v, field) for field in FIELDS} | {"urgent": bool(v.urgent)} for v in verdicts]


def overall(which: Half) -> dict[str, float]:
    """The figures that tests/policies/test_routing.py puts floors under: `kind`, `topic`, `sentiment`, `kind in gulf` …"""
    lines = routing(which)
    given = judged(lines)
    figures = {field: _macro(lines, given, field) for field in FIELDS}
    figures["topic accuracy"] = accuracy([line["topic"] for line in lines], [one["topic"] for one in given])
    for variety in ("gulf", "msa"):
        kept = [n for n, line in enumerate(lines) if line["variety"] == variety]
        figures[f"kind in {variety}"] = _macro([lines[n] for n in kept], [given[n] for n in kept], "kind")
    return figures


def _macro(lines: Lines, given: Lines, field: str) -> float:
    return macro_f1([line[field] for line in lines], [one[field] for one in given])


def _pair(lines: Lines, given: Lines, field: str) -> str:
    right = accuracy([line[field] for line in lines], [one[field] for one in given])
    return f"{_macro(lines, given, field):.3f} / {right:.3f}"


def _whole(which: Half, lines: Lines, given: Lines) -> None:
    most = {field: Counter(line[field] for line in routing("dev")).most_common(1)[0][0] for field in FIELDS}
    answers: dict[str, Callable[[str, str], str]] = {"majority": lambda field, _: most[field], "one line": one_line}
    rows = [["judge", *(_pair(lines, given, field) for field in FIELDS)]]
    for name, answer in answers.items():
        other = [{field: answer(field, line["text"]) for field in FIELDS} for line in lines]
        rows.append([name, *(_pair(lines, other, field) for field in FIELDS)])
    table(f"{which} half, {len(lines)} posts: macro-F1 / accuracy", ["", *FIELDS], rows)
    kinds = [line["kind"] for line in lines], [one["kind"] for one in given]
    table("F1 by kind", list(KINDS), [[f"{f1(*kinds, kind):.3f}" for kind in KINDS]])
    wanted, found = [line["urgent"] for line in lines], [one["urgent"] for one in given]
    both = sum(w and f for w, f in zip(wanted, found, strict=True))
    row = [str(sum(wanted)), str(sum(found)), f"{both / max(1, sum(found)):.3f}", f"{both / max(1, sum(wanted)):.3f}"]
    table("urgent", ["labelled", "found", "precision", "recall"], [row])


def _by(key: str, lines: Lines, given: Lines) -> None:
    rows = []
    for group in sorted({line[key] for line in lines if line[key]}):
        kept = [n for n, line in enumerate(lines) if line[key] == group]
        part = [lines[n] for n in kept], [given[n] for n in kept]
        rows.append([group, str(len(kept)), *(_pair(*part, field) for field in FIELDS)])
    table(f"by {key}: macro-F1 / accuracy", [key, "posts", *FIELDS], rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.routing", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--half", choices=("dev", "test", "both"), default="both")
    args = parser.parse_args()
    halves: tuple[Half, ...] = ("dev", "test") if args.half == "both" else (args.half,)
    for which in halves:
        lines = routing(which)
        given = judged(lines)
        _whole(which, lines, given)
        for key in () if args.quick else ("language", "variety"):
            _by(key, lines, given)


if __name__ == "__main__":
    main()
