"""How much of what the edition finds is still found when people hide the words, and what is found too much.

Two parts. Exact terms: the edition's own terms, each in a sentence, hidden in every way of bench/disguises.py. Comments: the held
fifth of ../shared/data/mpold.jsonl (SHA-256 of the text, mod 5), where the words that fired are hidden, and as many words of the
inoffensive ones; skipped with a message where the folder is absent. Recall is given as the share
of what is found in the clear. Only what the rules find counts; the models are measured elsewhere.
"""

import argparse
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from random import Random

from bench.disguises import ARABIC, LATIN, applied, arabizi
from bench.tables import table
from bench.texts import lines
from policies.edition import current
from policies.judge import judge
from policies.verdict import Span

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "mpold.jsonl"
_CARRIERS = {
    "ar": ("والله العظيم {} وهذا رأيي", "كتبت لكم أمس: {}", "{} هذا ما عندي"),
    "en": ("listen to me {} and that is that", "yesterday I wrote {} here", "{} is what I have to say"),
    "ar-Latn": ("wallah el 3azeem {} w bas", "el youm ana katabt {} hena", "{} hatha elli 3endi"),
}
_WORDS = 4  # of an inoffensive text, hidden at once
_THROUGHOUT = ("dotless",)  # who writes like this writes all of a sentence like this


def _whole(term: str) -> str:
    """The first of the phrases a term stands for, as somebody would write it."""
    return " ".join(place.split("|")[0] for place in term.strip("=*").split())


def _cases(language: str) -> list[tuple[str, str]]:
    """(clause, phrase) for all terms of a language that are found when nothing hides them."""
    found = []
    for clause in current().clauses:
        for term in clause.terms:
            if term.language == language and not term.text.endswith("*"):
                found.append((clause.id, _whole(term.text)))
    return list(dict.fromkeys(found))


def _views(text: str, clause: str = "") -> set[str]:
    found = (one for one in judge(text, explain=False).findings if one.rule != "model")
    return {finding.view for finding in found if clause in ("", finding.clause)}


def _chance(*parts: str) -> Random:
    return Random(zlib.crc32("\0".join(parts).encode()))


def _safe(language: str) -> list[str]:
    return [line["text"] for line in lines("safe-harbour") if line["language"] == language]


def _hidden(text: str, spans: Iterable[Span], way: str, chance: Random) -> str:
    """`text` with what stands in `spans` hidden in one way."""
    at, out = 0, []
    for start, end in sorted(spans):
        if start >= at:
            out += [text[at:start], applied(way, text[start:end], chance)]
            at = end
    return "".join([*out, text[at:]])


def _some_words(text: str, chance: Random) -> list[Span]:
    spans, at = [], 0
    for word in text.split(" "):
        if len(word) > 2 and word.isalpha():
            spans.append((at, at + len(word)))
        at += len(word) + 1
    return chance.sample(spans, min(_WORDS, len(spans)))


def exact(language: str, ways: Iterable[str]) -> Iterator[tuple[str, float, float, Counter[str]]]:
    """(way, share of the terms still found, share of lawful texts with a finding, views that found them), terms in sentences."""
    carriers = _CARRIERS[language]
    cases = [(clause, phrase, carriers[n % len(carriers)]) for n, (clause, phrase) in enumerate(_cases(language))]
    cases = [case for case in cases if _views(case[2].format(case[1]), case[0])]
    safe = _safe(language)
    for way in ways:
        seen: Counter[str] = Counter()
        found = 0
        for clause, phrase, carrier in cases:
            chance = _chance(way, phrase)
            whole = way in _THROUGHOUT
            text = applied(way, carrier.format(phrase), chance) if whole else carrier.format(applied(way, phrase, chance))
            views = _views(text, clause)
            found += bool(views)
            seen.update(views)
        wrong = 0
        for text in safe:
            chance = _chance(way, text)
            wrong += bool(_views(_hidden(text, _some_words(text, chance), way, chance)))
        yield way, found / len(cases), wrong / len(safe), seen


def romanised() -> tuple[int, float, float, Counter[str]]:
    """Arabic terms written in Latin letters: how many, the share found, and the share of lawful Arabizi with a finding."""
    cases = [(c, p, _CARRIERS["ar-Latn"][n % 3]) for n, (c, p) in enumerate(_cases("ar"))]
    seen: Counter[str] = Counter()
    found = 0
    for clause, phrase, carrier in cases:
        views = _views(carrier.format(arabizi(phrase, _chance("arabizi", phrase))), clause)
        found += bool(views)
        seen.update(views)
    safe = [line["text"] for name in ("safe-harbour", "routing-latin") for line in lines(name) if line["language"] == "ar-Latn"]
    return len(cases), found / len(cases), sum(bool(_views(text)) for text in safe) / len(safe), seen


def held() -> list[tuple[str, bool]]:
    """(text, offensive) of the fifth of the comments that nothing was tuned on."""
    rows = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
    texts = [(row["Comment"], row["Majority_Label"] == "Offensive") for row in rows]
    return [row for row in texts if int(hashlib.sha256(row[0].encode()).hexdigest(), 16) % 5 == 0]


def comments(ways: Iterable[str]) -> Iterator[tuple[str, float, float, Counter[str]]]:
    """As `exact`, on comments: the words that fired are hidden, and as many of the inoffensive ones."""
    rows = held()
    bad = [text for text, offensive in rows if offensive and _views(text)]
    good = [text for text, offensive in rows if not offensive]
    for way in ways:
        seen: Counter[str] = Counter()
        found = 0
        for text in bad:
            spans = [span for finding in judge(text, explain=False).findings if finding.rule != "model" for span in finding.spans]
            views = _views(_hidden(text, spans, way, _chance(way, text)))
            found += bool(views)
            seen.update(views)
        wrong = 0
        for text in good:
            chance = _chance(way, text)
            wrong += bool(_views(_hidden(text, _some_words(text, chance), way, chance)))
        yield way, found / len(bad), wrong / len(good), seen


def _show(
    title: str, measure: Callable[[Iterable[str]], Iterator[tuple[str, float, float, Counter[str]]]], ways: Iterable[str]
) -> None:
    rows = []
    clean = 0.0, 0.0
    for way, recall, wrong, seen in measure(ways):
        clean = (recall, wrong) if way == "none" else clean
        views = ", ".join(f"{view} {count}" for view, count in seen.most_common())
        rows.append([way, f"{recall / clean[0]:.3f}", f"{wrong:.3f}", f"{100 * (wrong - clean[1]):+.1f}", views])
    table(title, ["disguise", "of clean recall", "false alarms", "points above clean", "views that found it"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no difference: it takes a minute")
    parser.parse_args()
    for language, ways in (("ar", ARABIC), ("en", LATIN)):
        _show(f"Exact terms ({language}), false alarms on our lawful texts", partial(exact, language), ways)
    many, found, wrong, seen = romanised()
    print(f"\nArabic terms in Arabizi: {found:.3f} of {many} found ({dict(seen)}); findings on lawful Arabizi {wrong:.3f}")
    if DATA.is_file():
        _show("Comments (held fifth of mpold)", comments, ARABIC)
    else:
        print("\nshared/data/mpold.jsonl is not on this machine: the comments are passed over")


if __name__ == "__main__":
    main()
