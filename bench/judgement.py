"""What the models and rules tell apart, beside what others tell in the same run: insults, counter-speech, kind, topic, sentiment.

`python -m bench.judgement [--quick]`. Public labelled texts are read from the folder beside this checkout, and left out with a
message where it is absent. Only what was held out of learning is measured: a fifth of each public set, told by the SHA-256 of the
text, and the test half of bench/texts. HateCheck is never learned from. Language, evasion and personal data have benches of their
own: language, evasion, personal.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import hatecheck
from bench.scores import accuracy, f1, macro_f1
from bench.tables import table
from bench.texts import routing
from core.text import fold
from policies import language, topics
from policies.edition import current
from policies.heads import calibrating, examples, standing
from policies.heads.examples import Example
from policies.judge import judge_many
from policies.verdict import Verdict

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
#: clauses that speak of insults and threats
INSULTING = ("abuse", "incitement", "religion", "defamation", "illegal", "privacy")
OFFENCE_SETS = ("mpold", "davidson", "bengali", "roman_urdu")
Given = list[str]


def judged(texts: Sequence[str]) -> list[Verdict]:
    return list(judge_many(texts, explain=False))


def said(verdicts: Sequence[Verdict], threshold: float) -> dict[str, Given]:
    """Who calls which text an insult: the rules alone, the model alone, either."""
    rules = [any(one.clause in INSULTING and one.rule != "model" for one in verdict.findings) for verdict in verdicts]
    model = [verdict.offence >= threshold for verdict in verdicts]
    both = [one or other for one, other in zip(rules, model, strict=True)]
    return {name: ["offence" if one else "" for one in given] for name, given in
            (("rules", rules), ("model", model), ("rules or model", both))}  # fmt: skip


def shipped_package() -> Callable[[str], str] | None:
    """alt-profanity-check, where somebody has installed it: the best package that ships a model for English insults."""
    try:
        from profanity_check import predict  # type: ignore[import-not-found]  # not among what we install
    except ImportError:
        return None
    return lambda text: "offence" if predict([text])[0] else ""


def offence(held: list[Example], quick: bool) -> None:
    """F1 on what was held of each set, the threshold chosen on what was learned."""
    found = standing.current()
    if found is None:
        print("no heads are there: nothing to measure")
        return
    threshold = float(found.card["calibration"]["offence"]["threshold"])
    rows = []
    for source in OFFENCE_SETS:
        chosen = [one for one in held if one.head == "offence" and one.source == source]
        chosen = chosen[:600] if quick else chosen
        truth = [one.answer for one in chosen]
        verdicts = judged([one.text for one in chosen])
        given = {
            "everything an insult": ["offence"] * len(truth),
            "nothing an insult": [""] * len(truth),
            **said(verdicts, threshold),
        }
        if package := shipped_package() if source == "davidson" else None:
            given["alt-profanity-check"] = [package(one.text) for one in chosen]
        for name, answers in given.items():
            error = calibrating.calibration_error([v.offence for v in verdicts], [one == "offence" for one in truth])
            rows.append(
                [source, name, str(len(truth)), f"{f1(truth, answers, 'offence'):.3f}", f"{macro_f1(truth, answers):.3f}",
                 f"{error:.3f}" if name == "model" else ""]
            )  # fmt: skip
    table("Insults, on what was held out", ["set", "who", "texts", "F1", "macro F1", "calibration error"], rows)


def routed() -> None:
    """Kind and topic of our own posts, by variety: the judge beside words alone and beside the commonest answer."""
    lines = routing("test")
    verdicts = judged([line["text"] for line in lines])
    words = [topics.read(fold(line["text"]), language.detect(line["text"]), explain=False) for line in lines]
    for field in ("kind", "topic"):
        truth = [line[field] for line in lines]
        most = max(sorted(set(truth)), key=truth.count)
        given: dict[str, Given] = {
            "the judge": [getattr(verdict, field) for verdict in verdicts],
            "words alone": [getattr(reading, field) for reading in words],
            "always the commonest": [most] * len(lines),
        }
        parts = {"all": list(range(len(lines)))}
        for name, key in (
            ("msa", "variety"),
            ("gulf", "variety"),
            ("en", "language"),
            ("ar-Latn", "language"),
            ("ur-Latn", "language"),
        ):
            parts[name] = [n for n, line in enumerate(lines) if line[key] == name]
        rows = []
        for who, answers in given.items():
            for part, at in parts.items():
                if at and (part == "all" or who == "the judge"):
                    pair = [truth[n] for n in at], [answers[n] for n in at]
                    rows.append([who, part, str(len(at)), f"{accuracy(*pair):.3f}", f"{macro_f1(*pair):.3f}"])
        table(f"{field.capitalize()}, test half of our own posts", ["who", "part", "texts", "accuracy", "macro F1"], rows)


def sentiment(held: list[Example], quick: bool) -> None:
    """Positive, neutral, negative on what was held; what the judge calls mixed counts as wrong."""
    rows = []
    for source in sorted({one.source for one in held if one.head == "sentiment"}):
        chosen = [one for one in held if one.head == "sentiment" and one.source == source]
        chosen = chosen[:400] if quick else chosen
        truth, texts = [one.answer for one in chosen], [one.text for one in chosen]
        given: dict[str, Sequence[str]] = {
            "the judge": [verdict.sentiment for verdict in judged(texts)],
            "words alone": [topics.read(fold(text), language.detect(text), explain=False).sentiment for text in texts],
            "always the commonest": [max(sorted(set(truth)), key=truth.count)] * len(truth),
        }
        rows += [
            [source, who, str(len(truth)), f"{accuracy(truth, a):.3f}", f"{macro_f1(truth, a):.3f}"] for who, a in given.items()
        ]
    table("Sentiment, on what was held out", ["set", "who", "texts", "accuracy", "macro F1"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.judgement", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a part of each set")
    quick = parser.parse_args().quick
    print(f"edition {current().ref}")
    routed()
    if not FOLDER.is_dir():
        print("\nthe public labelled texts are not on this machine: insults, HateCheck and sentiment are left out")
        return
    held = [one for one in examples.public(FOLDER) if one.held]
    offence(held, quick)
    sentiment(held, quick)
    hatecheck.report()


if __name__ == "__main__":
    main()
