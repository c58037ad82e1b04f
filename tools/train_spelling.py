"""Trains policies/spelling.py: `python -m tools.train_spelling FOLDER`, with ../shared/data beside the project.

FOLDER holds three files of DravidianCodeMix (Chakravarthi et al. 2022, CC BY 4.0), which is not part of the project:
mal_full_sentiment_train.tsv, tamil_sentiment_full_dev.csv, kannada_offensive.csv. Only dev halves and single words are learned
from. A multinomial logistic regression by Adagrad over whole texts and short pieces of them, seeded; weights are rounded to one
byte. Writes words/spelling.npz and its card.
"""

import hashlib
import json
import random
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.language_sets import DATA, foreign, lines, posts
from core.i18n import ROOT
from policies import spelling
from policies.spelling import CLASSES, Model
from tools.romanise import romanise

SEED, EPOCHS, RATE, BATCH, DECAY = 7, 6, 0.15, 512, 1e-6
ROWS: dict[Model, int] = {"latin": 1 << 16, "arabic": 1 << 15}
PIECES = (1, 2, 2, 3, 3, 4, 6, 8)  # words of a piece, drawn
OWN, ALONE = 4, 25  # how often our own posts, and words said alone, are seen
SPOKEN = ("Gulf", "elsewhere", "comments", "our own")  # sets that sound as people write in Latin letters
SOURCES = (
    ("ArSarcasm-v2, romanised by tools/romanise.py where Latin", "MIT"),
    ("MPOLD, likewise", "Apache-2.0"),
    ("XLM-T Arabic and English", "Apache-2.0"),
    ("t-davidson/hate-speech-and-offensive-language", "MIT"),
    ("haroonshakeel/roman_urdu_hate_speech", "MIT"),
    ("lingua-rs sentences and single words", "Apache-2.0"),
    ("DravidianCodeMix, Malayalam, Tamil and Kannada in Latin letters (Chakravarthi et al. 2022)", "CC-BY-4.0"),
    ("bench/texts, dev half; tools/spelling.toml; the project's own English pages", "ours"),
)
_INDIC = re.compile("[\u0900-\u0d7f]")

Example = tuple[int, list[str]]
Weights = NDArray[np.float32]


def codemix(folder: Path) -> Iterator[tuple[str, str]]:
    """(class, text): Malayalam, and as `other` Tamil and Kannada, where all letters are Latin."""
    malayalam = [line.rsplit(";", 2)[0] for line in _lines(folder, "mal_full_sentiment_train.tsv") if "not-malayalam" not in line]
    tamil = [line.rsplit(";", 2)[0] for line in _lines(folder, "tamil_sentiment_full_dev.csv") if "not-" not in line]
    kannada = [line.partition(",")[2] for line in _lines(folder, "kannada_offensive.csv") if not line.startswith("not-")]
    for code, found, most in (("ml-Latn", malayalam, 6000), ("other", tamil, 1500), ("other", kannada, 1500)):
        yield from ((code, text) for text in [text for text in found if text and not _INDIC.search(text)][:most])


def arabizi() -> Iterator[str]:
    """Arabic as it is spoken, in Latin letters; our own posts by several hands."""
    seed = 0
    for found in posts("dev", 8000):
        if found.language == "ar" and any(name in found.name for name in SPOKEN):
            for text in found.texts:
                for _ in range(OWN if "our own" in found.name else 1):
                    seed += 1
                    yield romanise(text, seed)


def known(model: Model, folder: Path) -> Iterator[tuple[str, str, int]]:
    """(class, text, how often its pieces are seen) of everything that is learned from."""
    for found in posts("dev", 6000):
        if found.language in CLASSES[model]:
            yield from ((found.language, text, OWN if "our own" in found.name else 1) for text in found.texts)
    for code in ("ar", "fa", "ur") if model == "arabic" else ("en", "tl"):
        yield from ((code, word, 1) for word in lines(f"lingua/{code}_single-words.txt"))
    if model == "latin":
        for abroad in foreign("dev", 600):
            yield from (("other", text, 1) for text in abroad.texts)
        yield from ((code, text, 1) for code, text in codemix(folder))
        yield from (("ar-Latn", text, 1) for text in arabizi())
        for page in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.en.md"), *(ROOT / "docs" / "decisions").glob("*.md")]):
            yield from (("en", line, 1) for line in page.read_text("utf-8").splitlines() if len(line) > 40 and line.isascii())


def examples(model: Model, folder: Path, chance: random.Random) -> list[Example]:
    """Each text whole and in pieces, and the words of the lists."""
    found: list[Example] = []
    for code, text, often in known(model, folder):
        if words := spelling.words(text, model):
            at = CLASSES[model].index(code)
            found += [(at, words)] * often
            for _ in range(2 * often):
                size = chance.choice(PIECES)
                start = chance.randrange(max(1, len(words) - size + 1))
                found.append((at, words[start : start + size]))
    if model == "latin":
        lists = tomllib.loads((ROOT / "tools" / "spelling.toml").read_text("utf-8"))
        spoken: dict[str, list[str]] = {}
        for code, listed in lists["words"].items():
            for word in listed.split():
                spoken.setdefault(word, []).append(code)
        alone = [(code, word) for code, listed in lists["alone"].items() for word in listed.split()]
        single = [(codes[0], word) for word, codes in spoken.items() if len(set(codes)) == 1 and len(word) > 2]
        found += [(CLASSES[model].index(code), [word]) for code, word in single * 3 + alone * ALONE]
    return found


def fit(model: Model, folder: Path) -> Weights:
    """The weights, centred over the classes."""
    chance = random.Random(SEED)  # noqa: S311 - draws pieces of texts, guards nothing
    data, rows = examples(model, folder, chance), ROWS[model]
    counts = np.bincount([at for at, _ in data], minlength=len(CLASSES[model]))
    sys.stderr.write(f"{model} {dict(zip(CLASSES[model], counts.tolist(), strict=True))}\n")
    fair = (len(data) / len(counts) / counts) ** 0.7
    touched: dict[str, tuple[NDArray[np.int32], float]] = {}
    for word in {word for _, words in data for word in words}:
        places = np.array(spelling.places(word, rows), dtype=np.int32)
        touched[word] = places, len(places) ** -0.5
    weights = np.zeros((rows, len(counts)), dtype=np.float32)
    seen = np.full_like(weights, 1e-3)
    for epoch in range(EPOCHS):
        chance.shuffle(data)
        loss = sum(_step(data[start : start + BATCH], touched, weights, seen, fair) for start in range(0, len(data), BATCH))
        sys.stderr.write(f"{model} {epoch} {loss / len(data):.4f}\n")
    centred: Weights = weights - weights.mean(axis=1, keepdims=True)
    return centred


def _step(batch: list[Example], touched: dict[str, Any], weights: Weights, seen: Weights, fair: NDArray[np.float64]) -> float:
    where, strength, starts, size = [], [], [], 0
    for _, words in batch:
        starts.append(size)
        for word in words:
            places, part = touched[word]
            where.append(places)
            strength.append(np.full(len(places), part * len(words) ** -0.5, dtype=np.float32))
            size += len(places)
    index, factor = np.concatenate(where), np.concatenate(strength)[:, None]
    points = np.add.reduceat(weights[index] * factor, starts)
    points = np.exp(points - points.max(axis=1, keepdims=True))
    chances = points / points.sum(axis=1, keepdims=True)
    right = np.array([at for at, _ in batch]), np.arange(len(batch))
    loss = -float(np.log(chances[right[1], right[0]] + 1e-9).sum())
    chances[right[1], right[0]] -= 1
    chances *= fair[right[0]][:, None]
    blame = np.repeat(chances, np.diff([*starts, size]), axis=0) * factor
    order = np.argsort(index, kind="stable")
    rows, first = np.unique(index[order], return_index=True)
    slope = np.add.reduceat(blame[order], first) + DECAY * len(batch) * weights[rows]
    seen[rows] += slope * slope
    weights[rows] -= RATE * slope / np.sqrt(seen[rows])
    return loss


def _lines(folder: Path, name: str) -> list[str]:
    return (folder / name).read_text("utf-8", errors="replace").splitlines()


def main() -> int:
    """Train both models and write them with their card."""
    if len(sys.argv) != 2 or not DATA.is_dir():
        sys.stderr.write(__doc__ or "")
        return 2
    stored: dict[str, Any] = {}
    for model in CLASSES:
        weights = fit(model, Path(sys.argv[1]))
        scale = float(np.quantile(np.abs(weights), 0.9995)) / 127
        stored[model] = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
        stored[f"{model}_scale"] = np.float64(scale)
    np.savez_compressed(spelling.FILE, **stored)
    card = {
        "model": "which language words are spelled in: linear, hashed runs of one to five letters, one byte a weight",
        "classes": CLASSES,
        "made_by": "python -m tools.train_spelling",
        "seed": SEED,
        "epochs": EPOCHS,
        "sources": [{"name": name, "licence": licence} for name, licence in SOURCES],
        "metrics": "python -m bench.language; docs/performance.md",
        "limits": "Arabizi was learned from Arabic romanised by rule and from our own posts; a word or two leave doubt.",
        "sha256": hashlib.sha256(spelling.FILE.read_bytes()).hexdigest(),
    }
    spelling.FILE.with_suffix(".json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
