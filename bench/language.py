"""Which language a text is in, beside what else there is. `python -m bench.language [--quick]`.

Posts and pairs of words of ../shared/data and our own posts, their test half (bench/language_sets.py); what is tuned, is tuned on
the other half. The baselines of the same run: eldc among the eight languages and among all it knows, langdetect (seeded), and
lingua where it is installed. Exit 1 where an aim is missed.
"""

import argparse
import importlib
import time
from collections.abc import Callable, Iterable

from bench.language_sets import NOISE, Known, foreign, missing, pairs, posts
from bench.tables import table
from policies import detectors
from policies.language import detect

EIGHT = ("ar", "bn", "en", "fa", "hi", "ml", "tl", "ur")
ROMANISED = ("ar-Latn", "ur-Latn", "ml-Latn")
AIMS = {"posts, macro": 0.99, "two words, macro": 0.96, "Arabizi": 0.85, "wrong when it answers": 0.02}
#: what langdetect can be asked in the time
FEW = 150

Ask = Callable[[str], str]


def ours(text: str) -> str:
    """What the judge would say."""
    return detect(text).code


def candidates() -> dict[str, Ask]:
    """Every detector that is here, ours first."""
    found: dict[str, Ask] = {
        "ours": ours,
        "eldc, 8": lambda text: detectors.ask_eldc(text, EIGHT).language,
        "eldc, all": lambda text: _answered(detectors.ask_eldc(text, ()).language),
        "langdetect": lambda text: _answered(detectors.ask_langdetect(text, ()).language),
    }
    try:
        lingua = importlib.import_module("lingua")
    except ImportError:
        print("lingua is not installed here: not measured (pip install lingua-language-detector)")
        return found
    known = [getattr(lingua.Language, name) for name in ("ARABIC", "BENGALI", "ENGLISH", "PERSIAN", "HINDI", "TAGALOG", "URDU")]
    build = lingua.LanguageDetectorBuilder.from_languages(*known).build()

    def ask_lingua(text: str) -> str:
        answer = build.detect_language_of(text)
        return str(answer.iso_code_639_1.name).lower() if answer else "und"

    return {**found, "lingua, 7": ask_lingua}


def _answered(code: str) -> str:
    return code if code in EIGHT else "und"


def right(known: Known, ask: Ask) -> float:
    """The share of a set's texts that get their language."""
    return sum(ask(text) == known.language for text in known.texts) / len(known.texts)


def macro(sets: Iterable[Known], languages: Iterable[str], ask: Ask) -> float:
    """The mean over languages of the share of each one's texts that are right."""
    pooled: dict[str, list[str]] = {}
    for known in sets:
        pooled.setdefault(known.language, []).extend(known.texts)
    here = [code for code in languages if code in pooled]
    return sum(right(Known("", code, pooled[code]), ask) for code in here) / len(here)


def side_by_side(sets: list[Known], asked: dict[str, Ask]) -> None:
    """Every set, every detector; langdetect and the rest of the slow on as many texts as they have time for."""
    rows = []
    for known in sets:
        few = Known(known.name, known.language, known.texts[:FEW])
        shares = [right(known if name == "ours" else few, ask) for name, ask in asked.items()]
        rows.append([known.name, str(len(known.texts)), *(f"{share:.3f}" for share in shares)])
    table(f"Right answers, test half (the others on the first {FEW} texts of each set)", ["set", "texts", *asked], rows)


def wrong(sets: Iterable[Known]) -> float:
    """Of our answers on these texts the share that is wrong; on a language that we do not answer, every answer is."""
    answers = [(ours(text), known.language) for known in sets for text in known.texts]
    given = [said == language for said, language in answers if said != "und"]
    return 1 - sum(given) / len(given)


def speed(sets: list[Known], asked: dict[str, Ask]) -> list[list[str]]:
    """Texts a second, one by one, on a mixture of everything."""
    mixture = [text for texts in zip(*(known.texts for known in sets if len(known.texts) >= 100), strict=False) for text in texts]
    rows = []
    for name, ask in asked.items():
        some = mixture[: 20_000 if name == "ours" or "eldc" in name else 600]
        start = time.perf_counter()
        for text in some:
            ask(text)
        first = time.perf_counter() - start
        start = time.perf_counter()
        for text in some:
            ask(text)
        rows.append([name, f"{len(some) / first:,.0f}", f"{len(some) / (time.perf_counter() - start):,.0f}"])
    return rows


def main() -> int:
    """Measure, print, compare with the aims."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="at most 200 texts a set")
    most = 200 if options.parse_args().quick else 1_000
    if missing():
        print("../shared/data is not here: only our own posts are measured")
    asked = candidates()
    spoken, abroad, short = list(posts("test", most)), list(foreign("test", most)), list(pairs())
    side_by_side([*spoken, *abroad, *short], asked)
    found = {
        "posts, macro": macro(spoken, EIGHT, ours),
        "two words, macro": macro(short, EIGHT, ours) if short else 1.0,
        "Arabizi": macro(spoken, ("ar-Latn",), ours),
        "wrong when it answers": wrong([*spoken, *abroad]),
    }
    rows = [[name, f"{value:.3f}", f"{AIMS[name]:.3f}"] for name, value in found.items()]
    rows += [[f"{code}, posts", f"{macro(spoken, (code,), ours):.3f}", ""] for code in (*EIGHT, *ROMANISED)]
    rows += [["noise is und", f"{right(Known('', 'und', list(NOISE)), ours):.3f}", ""]]
    if abroad:
        rows += [["other languages are und", f"{macro(abroad, ('und',), ours):.3f}", ""]]
        rows += [["wrong when it answers, two words", f"{wrong(short):.3f}", ""]]
    again = all(ours(text) == ours(text) for known in [*spoken, *short] for text in known.texts)
    rows += [["same answer twice", "yes" if again else "NO", ""]]
    table("Ours", ["what", "measured", "aim"], rows)
    table("Texts a second, one by one", ["detector", "first time", "again"], speed(spoken, asked))
    missed = [name for name, value in found.items() if (value > AIMS[name] if "wrong" in name else value < AIMS[name])]
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nevery aim is reached")
    return bool(missed)


if __name__ == "__main__":
    raise SystemExit(main())
