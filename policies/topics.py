"""What a text wants and what it is about: kind, topic and sentiment from weighed words, each with its evidence.

policies/lexicon.py finds the words; what the signs of a text are worth together stands in `weights.toml`, fitted on the dev half of
bench/texts (`python -m bench.weigh`), the same in every language.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from core.columns import Columns
from core.memory import REMEMBERED
from core.text import Folded
from policies.lexicon import WORDS, Hits, Word, hits_in
from policies.terms import Hit
from policies.verdict import KINDS, SENTIMENTS, TOPICS, Kind, Language, Reason, Sentiment, Span

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
_PACKED = Columns(sum(map(len, ANSWERS.values())), 64)
_UNIT = 2.0**-40  #: weights are added as whole numbers of these, so that no order of adding can change a sum


class Reading(NamedTuple):
    """Kind, topic and sentiment of one text, the words each rests on (spans in the original), what every answer scored (log odds up
    to a common constant, in the order of ANSWERS), and the words that policies/urgency.py weighs (places in the folded text)."""

    kind: Kind
    topic: str
    sentiment: Sentiment
    reasons: tuple[Reason, ...]
    scores: tuple[float, ...]
    alarms: tuple[Hit[Word], ...] = ()

    def instead(self, field: str, answer: str, spans: tuple[Span, ...] = ()) -> "Reading":
        """The reading with another answer, which rests on `spans`; without a reason where there are none."""
        others = [one for one in self.reasons if one.about != field]
        mine = [Reason(field, answer, spans)] if spans and len(others) < len(self.reasons) else []
        changed: dict[str, Any] = {field: answer, "reasons": (*others, *mine)}
        return self._replace(**changed)

    def scored(self, field: str) -> dict[str, float]:
        """What every answer of `kind`, `topic` or `sentiment` scored; the highest was given."""
        return dict(zip(ANSWERS[field], self.scores[_COLUMNS[field]], strict=True))


class _Worth(dict[tuple[str, float], int]):
    """What a sign of some strength is worth for every answer, as one number (core.columns): nothing where it has no weights."""

    def __missing__(self, key: tuple[str, float]) -> int:
        weights = _weights().get(key[0])
        worth = _PACKED.packed([round(weight * key[1] / _UNIT) for weight in weights]) if weights else 0
        if len(self) >= REMEMBERED:
            self.clear()
        self[key] = worth
        return worth


@cache
def _weights() -> dict[str, list[float]]:
    found: dict[str, list[float]] = tomllib.loads((WORDS / "weights.toml").read_text("utf-8"))["signs"]
    return found


_worth = _Worth()


def read(folded: Folded, language: Language, *, explain: bool = True) -> Reading:
    """Kind, topic and sentiment of a folded text in `language`, and the words they rest on when they are to be explained."""
    return read_many([folded], [language], explain=explain)[0]


def read_many(
    texts: Sequence[Folded], languages: Sequence[Language], added: Sequence[Sequence[float]] | None = None, *, explain: bool = True
) -> list[Reading]:
    """`read` for many texts; `added` [texts, answers] is what somebody else adds to the scores of their words."""
    hits = [hits_in(*one) for one in zip(texts, languages, strict=True)]
    scores = [_scores(signs(*one)) for one in zip(hits, texts, strict=True)]
    if added is not None:
        scores = [[mine + more for mine, more in zip(*both, strict=True)] for both in zip(scores, added, strict=True)]
    return [_reading(*one, explain=explain) for one in zip(texts, hits, scores, strict=True)]


def _reading(folded: Folded, hits: Hits, found: list[float], *, explain: bool) -> Reading:
    scores = tuple([round(score * 1e6) / 1e6 for score in found])  # as good as equal is equal on every machine: the earlier answer
    kinds, topics, sentiments = (scores[columns] for columns in _COLUMNS.values())
    kind, topic = KINDS[kinds.index(max(kinds))], TOPICS[topics.index(max(topics))]
    sentiment = SENTIMENTS[sentiments.index(max(sentiments))]
    reasons = tuple(_reasons(hits, folded, kind, topic, sentiment)) if explain else ()
    alarms = tuple([hit for hit in hits if hit[2][0] == "urgent"])
    return Reading(kind, topic, sentiment, reasons, scores, alarms)


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


def _scores(found: dict[str, float]) -> list[float]:
    """Of every answer what the signs of a text are worth for it together."""
    total, worth = 0, _worth
    for sign, strength in found.items():
        total += worth[sign, strength if strength < HEAPED else HEAPED]
    scores = [column * _UNIT for column in _PACKED.unpacked(total)]
    if "a topic" not in found or "three words" not in found:
        scores[_COLUMNS["sentiment"]] = _by_words(found)
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
    weights = _weights()
    spans = {
        folded.span(hit.start, hit.end)
        for hit in hits
        if (hit.payload.table == table and hit.payload.label == label)
        or (column is not None and hit.payload.table == "cues" and weights[hit.payload.label][column] > 0)
    }
    return tuple(sorted(spans))
