"""Fit policies/words/weights.toml: what the signs of a text are worth for kind, topic and sentiment.

`python -m bench.weigh [--check]`. Learned from the texts for learning and the dev half of bench/texts: a softmax for each field
over the signs of policies.topics, pulled (L2) towards what the lists say, full batches, no chance in it, so that the same texts and
words give the same file. The language doesn't enter: a sign learned in one language serves in all. Every text is learned from
twice, as it is and without the words that no other text confirms, because the public's words will not all be listed either.
`--check` fits on four fifths and tells how well the last fifth is read (five times), with all words and with the confirmed ones
alone.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.scores import macro_f1
from bench.texts import learning
from core.text import fold
from policies import language, lexicon, topics

HOME = Path(__file__).parents[1] / "policies" / "words" / "weights.toml"
PULL = {"kind": 5.0, "topic": 10.0, "sentiment": 8.0}
STEPS, FOLDS, RARE = 250, 5, 3
HEAD = "# What the signs of a text are worth: made by python -m bench.weigh from bench/texts (not its test half), never by hand.\n"

#: What a sign is taken to speak for before any text is read, beside each listed word for its own label.
EXPECTED = {
    "ask": ("inquiry", 0.6), "ask first": ("inquiry", 0.8),
    "polar": ("inquiry", 0.5), "want_know": ("inquiry", 1.0), "info": ("inquiry", 0.3),
    "plan": ("inquiry", 0.3), "question at the end": ("inquiry", 0.5), "propose": ("suggestion", 0.8), "wish": ("suggestion", 0.8),
    "ought": ("suggestion", 0.6), "make": ("suggestion", 0.3), "make first": ("suggestion", 0.5), "order": ("suggestion", 0.8),
    "instead": ("suggestion", 0.5), "everyone": ("suggestion", 0.2), "thanks": ("praise", 1.2), "laud": ("praise", 0.7),
    "bless": ("praise", 0.8), "solved": ("praise", 0.3), "unmet": ("complaint", 0.6), "broken": ("complaint", 0.5),
    "refuse": ("complaint", 0.5), "wrong": ("complaint", 0.5), "late": ("complaint", 0.4), "span": ("complaint", 0.3),
    "still": ("complaint", 0.2), "repeat": ("complaint", 0.3), "grief": ("complaint", 0.5), "harm": ("complaint", 0.3),
    "said": ("complaint", 0.3), "party": ("complaint", 0.2), "greet": ("other", 0.5), "chat": ("other", 0.5), "ad": ("other", 0.4),
    "news": ("other", 0.4), "insult": ("other", 0.6), "a topic": ("complaint", 0.3), "laughter": ("other", 0.3),
    "mention first": ("other", 0.5), "sentiment: positive + sentiment: negative": ("mixed", 2.5),
    "thanks + but": ("complaint", 0.5),
    "laud + but": ("mixed", 1.0),
}  # fmt: skip
LISTED = {"kinds": ("kind", 2.2), "topics": ("topic", 1.2), "sentiment": ("sentiment", 1.6)}

Matrix = NDArray[np.float64]
Signs = dict[str, float]


def expected(names: Sequence[str], field: str, allowed: Sequence[str]) -> Matrix:
    """The weights (signs x answers) that the lists speak for."""
    weights = np.zeros((len(names), len(allowed)))
    for row, name in enumerate(names):
        table, _, label = name.partition(": ")
        if table in LISTED and LISTED[table][0] == field and label in allowed:
            weights[row, allowed.index(label)] = LISTED[table][1]
        elif name in EXPECTED and EXPECTED[name][0] in allowed:
            weights[row, allowed.index(EXPECTED[name][0])] = EXPECTED[name][1]
    return weights


def fit(inputs: Matrix, answers: NDArray[np.int_], towards: Matrix, pull: float) -> Matrix:
    """Weights (signs x answers) of a softmax, pulled to `towards`, by gradient steps with momentum."""
    wanted = np.eye(towards.shape[1])[answers]
    weights = towards.copy()
    speed = np.zeros_like(weights)
    step = 1.0 / (0.5 * np.linalg.norm(inputs, 2) ** 2 + pull)
    for turn in range(STEPS):
        ahead = weights + turn / (turn + 3) * speed
        scores = inputs @ ahead
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        new = ahead - step * (inputs.T @ (chances - wanted) + pull * (ahead - towards))
        speed, weights = new - weights, new
    return weights


def signs_of(texts: Sequence[str]) -> tuple[list[Signs], list[Signs]]:
    """The signs of every text as the judge sees them, and those that rest on words which another text has too."""
    folded = [fold(text) for text in texts]
    hits = [lexicon.hits_in(one, language.detect(text)) for one, text in zip(folded, texts, strict=True)]
    words = [{(one.text[hit.start : hit.end], hit.payload.label) for hit in found} for one, found in zip(folded, hits, strict=True)]
    texts_with = Counter(word for found in words for word in found)
    whole, confirmed = [], []
    for one, found in zip(folded, hits, strict=True):
        whole.append(topics.signs(found, one))
        kept = [hit for hit in found if texts_with[one.text[hit.start : hit.end], hit.payload.label] > 1]
        confirmed.append(topics.signs(kept, one))
    return whole, confirmed


def matrix(found: Sequence[Signs], names: Sequence[str]) -> Matrix:
    """One row a text, one column a sign."""
    return np.array([[min(signs.get(name, 0.0), topics.HEAPED) for name in names] for signs in found])


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.weigh", description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    lines = learning()
    whole, confirmed = signs_of([line["text"] for line in lines])
    often = Counter(name for found in whole for name in found)
    names = sorted(name for name, count in often.items() if count >= RARE)
    inputs = [matrix(found, names) for found in (whole, confirmed)]
    columns = []
    for field, allowed in topics.ANSWERS.items():
        answers = np.array([allowed.index(line[field]) for line in lines])
        towards = expected(names, field, allowed)
        if check:
            held = [np.arange(len(lines)) % FOLDS == number for number in range(FOLDS)]
            given = [np.zeros(len(lines), dtype=int) for _ in inputs]
            for out in held:
                weights = fit(np.vstack([m[~out] for m in inputs]), np.tile(answers[~out], 2), towards, PULL[field])
                for one, known in zip(given, inputs, strict=True):
                    one[out] = (known[out] @ weights).argmax(axis=1)
            figures = [f"{np.mean(one == answers):.3f} / {macro_f1(answers.tolist(), one.tolist()):.3f}" for one in given]
            print(f"{field}: accuracy / macro-F1 {figures[0]}, with confirmed words alone {figures[1]}")
        else:
            columns.append(fit(np.vstack(inputs), np.tile(answers, 2), towards, PULL[field]))
    if not check:
        weights = np.hstack(columns)
        order = ", ".join(answer for allowed in topics.ANSWERS.values() for answer in allowed)
        rows = "\n".join(f'"{n}" = [{", ".join(f"{w:.2f}" for w in row)}]' for n, row in zip(names, weights.tolist(), strict=True))
        HOME.write_text(f"{HEAD}# Columns: {order}.\n[signs]\n{rows}\n", "utf-8")


if __name__ == "__main__":
    main()
