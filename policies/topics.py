"""What a text wants and what it is about: kind, topic and sentiment from weighed words, each with its evidence.

policies/lexicon.py finds the words; what the signs of a text are worth together stands in `weights.toml`, fitted on the dev half of
bench/texts (`python -m bench.weigh`), the same in every language.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

from core.text import Folded
from policies.lexicon import WORDS, Hits, Word, hits_in
from policies.terms import Hit
from policies.verdict import KINDS, SENTIMENTS, TOPICS, Kind, Language, Reason, Sentiment, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The answers, in the order of the columns of weights.toml.
ANSWERS = {"kind": KINDS, "topic": TOPICS, "sentiment": SENTIMENTS}
_COLUMNS = {
    "kind": slice(len(KINDS)),
    "topic": slice(len(KINDS), len(KINDS) + len(TOPICS)),
    "sentiment": slice(len(KINDS) + len(TOPICS), None),
}
_NEAR = 22  # letters between a "not" and what was not done
_BEGINS = ".!?:;،,\n"  # after one of these, or at the beginning, an order is one
_FIRST = 16  # letters from the beginning in which a word begins the text
#: Letters that are a sign by being there.
_LETTERS = {
    "?": "question", "!": "exclamation", "@": "mention", "#": "hashtag", "…": "ellipsis",
    **dict.fromkeys('"«»“”', "quote"), **dict.fromkeys("0123456789", "number"), **dict.fromkeys("😂🤣😅😆", "laughter"),
    **dict.fromkeys("❤💚💙💛🌹💐🌷🥰😍👏👍🙏💪👌🎉🏆🌸", "heart"), **dict.fromkeys("😡😠🤬😢😭👎😞😔💔😤😒🤦😩😫🙃🙄", "tears"),
    **{chr(code): "flag" for code in range(0x1F1E6, 0x1F200)},
}  # fmt: skip
#: Shapes that are looked for where a letter of theirs stands.
_SHAPES = (
    ("?", "question at the end", re.compile(r"\?\W{0,12}$")),
    ("?", "questions", re.compile(r"\?.*\?", re.S)),
    (".", "ellipsis", re.compile(r"\.\.")),
    ("0123456789", "large number", re.compile(r"\d[\d,.]{0,12}\d\d|\d{1,6}\s?(?:k|الف|هزار|हज़ार|हजार)\b")),
    ("@", "mention first", re.compile(r"^\W{0,12}@")),
    (".", "address", re.compile(r"www\.|\.com|\.ae")),
    ("هخh", "laughter", re.compile(r"(?<!\w)[هخh](?!\w)|haha")),
    ("ش", "negated verb", re.compile(r"\bم(?:ا|ب)?\w{2,12}ش\b")),
)
_PAIRS = tuple((one, other, f"{one} + {other}") for one, other in (
    ("span", "neg"), ("span", "serve"), ("ask", "question"), ("polar", "question"), ("why", "neg"), ("make", "everyone"),
    ("ought", "everyone"), ("party", "wrong"), ("party", "said"), ("me", "wrong"), ("me", "neg"), ("kin", "harm"),
    ("thanks", "but"), ("thanks", "still"), ("laud", "neg"), ("laud", "you"), ("a topic", "question"), ("solved", "thanks"),
    ("plan", "question"), ("wrong", "question"), ("plight", "neg"), ("me", "a topic"), ("greet", "a topic"),
    ("sentiment: positive", "sentiment: negative"), ("laud", "but"),
))  # fmt: skip
_LENGTHS = ((3, "three words"), (7, "seven words"), (14, "fourteen words"), (28, "twenty-eight words"))
HEAPED = 3  #: a sign given more often than that is no louder


class Reading(NamedTuple):
    """Kind, topic and sentiment of one text, the words each rests on (spans in the original), what every answer scored (log odds up
    to a common constant, in the order of ANSWERS), and the words that policies/urgency.py weighs (places in the folded text)."""

    kind: Kind
    topic: str
    sentiment: Sentiment
    reasons: tuple[Reason, ...]
    scores: tuple[float, ...]
    alarms: tuple[Hit[Word], ...] = ()

    def scored(self, field: str) -> dict[str, float]:
        """What every answer of `kind`, `topic` or `sentiment` scored; the highest was given."""
        return dict(zip(ANSWERS[field], self.scores[_COLUMNS[field]], strict=True))


class _Weights(NamedTuple):
    rows: dict[str, int]
    columns: "NDArray[np.float64]"


@cache
def _weights() -> _Weights:
    import numpy as np  # loaded by whoever judges, and by nobody else

    lines = tomllib.loads((WORDS / "weights.toml").read_text("utf-8"))["signs"]
    return _Weights({sign: row for row, sign in enumerate(lines)}, np.array(list(lines.values()), dtype=np.float64))


def read(folded: Folded, language: Language, *, explain: bool = True) -> Reading:
    """Kind, topic and sentiment of a folded text in `language`, and the words they rest on when they are to be explained."""
    return read_many([folded], [language], explain=explain)[0]


def read_many(
    texts: Sequence[Folded], languages: Sequence[Language], added: "NDArray[np.float64] | None" = None, *, explain: bool = True
) -> list[Reading]:
    """`read` for many texts; `added` [texts, answers] is what somebody else adds to the scores of their words."""
    hits = [hits_in(*one) for one in zip(texts, languages, strict=True)]
    found = [signs(*one) for one in zip(hits, texts, strict=True)]
    scores = _scores(found)
    if added is not None:
        scores += added
    scores = scores.round(6)  # what is as good as equal is equal on every machine, and the earlier answer is given
    best = [scores[:, columns].argmax(axis=1).tolist() for columns in _COLUMNS.values()]
    return [
        _reading(folded, of_one, row, KINDS[kind], TOPICS[topic], SENTIMENTS[sentiment], explain=explain)
        for folded, of_one, row, kind, topic, sentiment in zip(texts, hits, scores.tolist(), *best, strict=True)
    ]


def _reading(
    folded: Folded, hits: Hits, scores: list[float], kind: Kind, topic: str, sentiment: Sentiment, *, explain: bool
) -> Reading:
    reasons = tuple(_reasons(hits, folded, kind, topic, sentiment)) if explain else ()
    alarms = tuple(hit for hit in hits if hit[2][0] == "urgent")
    return Reading(kind, topic, sentiment, reasons, tuple(scores), alarms)


class _Signs(dict[tuple[str, str], str]):
    def __missing__(self, key: tuple[str, str]) -> str:
        table, label = key
        name = self[key] = f"{label} first" if table == "cues" else f"{table}: {label}"
        return name


_SIGN = _Signs()


def _begins(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \"'(*-#")
    return not before or before[-1] in _BEGINS


def signs(hits: Hits, folded: Folded) -> dict[str, float]:
    """What a text shows, each sign with its strength: words by label, what stands close together, its shape."""
    found: defaultdict[str, float] = defaultdict(float)
    found["always"] = 1.0
    nots: list[int] = []
    for start, end, (table, label, weight, _) in hits:
        if table != "cues":
            if weight:
                found[_SIGN[table, label]] += weight / 3
                if table == "topics":
                    found["a topic"] = 1.0
            continue
        if label == "order" and not _begins(folded.text, start):
            continue
        found[label] += 1.0
        if start < _FIRST:
            found[_SIGN[table, label]] = 1.0
        if label == "neg":
            nots.append(end)
        elif label == "serve" and any(0 <= start - end <= _NEAR for end in nots):
            found["unmet"] += 1.0
    text = folded.text
    letters = set(text)
    for letter in letters & _LETTERS.keys():
        found[_LETTERS[letter]] = 1.0
    for needed, name, shape in _SHAPES:
        if not letters.isdisjoint(needed) and shape.search(text):
            found[name] = 1.0
    words = text.count(" ") + 1
    for most, name in _LENGTHS:
        if words > most:
            found[name] = 1.0
    for one, other, both in _PAIRS:
        if one in found and other in found:
            found[both] = 1.0
    return found


def _scores(found: Sequence[dict[str, float]]) -> "NDArray[np.float64]":
    """[texts, answers]: what the signs of each text are worth together. Every text has at least one sign, "always"."""
    import numpy as np  # loaded by whoever judges, and by nobody else

    rows, columns = _weights()
    at, strengths, begins = list[int](), list[float](), list[int]()
    for one in found:
        begins.append(len(at))
        for sign, strength in one.items():
            if (row := rows.get(sign)) is not None:
                at.append(row)
                strengths.append(strength if strength < HEAPED else HEAPED)
    scores = np.add.reduceat(columns.take(at, axis=0) * np.array(strengths)[:, None], begins, axis=0)
    for number, one in enumerate(found):
        if "a topic" not in one or "three words" not in one:
            scores[number, _COLUMNS["sentiment"]] = _by_words(one)
    return scores


def _by_words(found: dict[str, float]) -> tuple[float, ...]:
    """In the order of SENTIMENTS how a text sounds that is short or about none of our matters: by its good and bad words alone."""
    good, bad = found.get("sentiment: positive", 0.0), found.get("sentiment: negative", 0.0)
    good, bad = good + found.get("heart", 0.0) / 2, bad + found.get("tears", 0.0) / 2
    return 4 * good, 2.2, 4 * bad, 8 * min(good, bad)


def _reasons(hits: Hits, folded: Folded, kind: str, topic: str, sentiment: str) -> list[Reason]:
    """The words that speak for what was answered: of its own table, and the cues that weigh for it."""
    return [
        Reason("kind", kind, _spans(hits, folded, "kinds", kind, ANSWERS["kind"].index(cast(Kind, kind)))),
        Reason("topic", topic, _spans(hits, folded, "topics", topic)),
        Reason("sentiment", sentiment, _spans(hits, folded, "sentiment", sentiment)),
    ]


def _spans(hits: Hits, folded: Folded, table: str, label: str, column: int | None = None) -> tuple[Span, ...]:
    rows, columns = _weights()
    spans = {
        folded.span(hit.start, hit.end)
        for hit in hits
        if (hit.payload.table == table and hit.payload.label == label)
        or (column is not None and hit.payload.table == "cues" and columns[rows[hit.payload.label]][column] > 0)
    }
    return tuple(sorted(spans))
