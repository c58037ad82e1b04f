"""What a text wants and what it is about: kind, topic and sentiment from weighted words, each with its evidence.

The words are data (policies/words/kinds.toml, topics.toml, sentiment.toml): lines of `label`, `weight` and terms by language.
One automaton reads them all; a language's words count only in texts that may be in it, because small words mean other things
elsewhere.
"""

import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from core.text import Folded
from policies.language import may_speak
from policies.terms import Hit, Terms
from policies.verdict import Kind, Language, Reason, Sentiment, Span

_WORDS = Path(__file__).parent / "words"
_TABLES = ("kinds", "topics", "sentiment")


class Word(NamedTuple):
    """What a listed word speaks for."""

    table: str
    label: str
    weight: float
    language: str


Hits = list[Hit[Word]]


class Reading(NamedTuple):
    """Kind, topic and sentiment of one text, and the words each rests on (spans in the original)."""

    kind: Kind
    topic: str
    sentiment: Sentiment
    reasons: tuple[Reason, ...]


@cache
def lexicon() -> Terms[Word]:
    """All words of all three tables in one automaton."""
    return Terms(
        (term, Word(table, line["label"], float(line["weight"]), language))
        for table in _TABLES
        for line in tomllib.loads((_WORDS / f"{table}.toml").read_text("utf-8"))["lines"]
        for language, terms in line.items()
        if language not in ("label", "weight")
        for term in terms
    )


def read(folded: Folded, language: Language, *, explain: bool = True) -> Reading:
    """Kind, topic and sentiment of a folded text in `language`, and the words they rest on when they are to be explained."""
    hits = hits_in(folded, language)
    topic = topic_of(hits)
    kind = kind_of(hits, folded)
    sentiment = sentiment_of(hits, kind)
    return Reading(kind, topic, sentiment, tuple(_reasons(hits, folded, kind, topic, sentiment)) if explain else ())


def hits_in(folded: Folded, language: Language) -> Hits:
    """The listed words of the text, without those of a language it isn't in and those inside a longer listed phrase."""
    tables: dict[str, Hits] = {table: [] for table in _TABLES}
    spoken: dict[str, bool] = {}
    for hit in lexicon().hits(folded.text):
        code = hit.payload.language
        if code not in spoken:
            spoken[code] = may_speak(language, code)
        if spoken[code]:
            tables[hit.payload.table].append(hit)
    return [hit for hits in tables.values() for hit in _longest(hits)]


def _longest(hits: Hits) -> Hits:
    """Hits of one table without those inside a longer one, and one only for a label and place (the heaviest)."""
    kept: dict[tuple[int, int, str], Hit[Word]] = {}
    furthest, widest = -1, (-1, -1)
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, -hit.payload.weight)):
        if hit.end > furthest or (hit.start, hit.end) == widest:
            kept.setdefault((hit.start, hit.end, hit.payload.label), hit)
        if hit.end > furthest:
            furthest, widest = hit.end, (hit.start, hit.end)
    return list(kept.values())


def kind_of(hits: Hits, folded: Folded) -> Kind:
    """What the writer wants of us."""
    score = _scores(hits, "kinds")
    if "?" in folded.text:
        score["inquiry"] += 1
    best = max(("complaint", "suggestion", "inquiry", "praise"), key=lambda kind: score[kind])
    return cast(Kind, best) if score[best] >= 2 else "other"


def topic_of(hits: Hits) -> str:
    """What it is about; the earliest listed topic wins a tie."""
    score = _scores(hits, "topics")
    return max(score, key=lambda topic: score[topic]) if score else "none"


def sentiment_of(hits: Hits, kind: Kind) -> Sentiment:
    """How it sounds."""
    score = _scores(hits, "sentiment")
    good, bad = score["positive"], score["negative"]
    if good and bad:
        return "mixed" if min(good, bad) * 2 >= max(good, bad) else "positive" if good > bad else "negative"
    return "positive" if good else "negative" if bad else "neutral"


def _scores(hits: Hits, table: str) -> defaultdict[str, float]:
    score: defaultdict[str, float] = defaultdict(float)
    for hit in hits:
        if hit.payload.table == table:
            score[hit.payload.label] += hit.payload.weight
    return score


def _reasons(hits: Hits, folded: Folded, *labels: str) -> list[Reason]:
    return [
        Reason(about, label, _spans(hits, folded, table, label))
        for about, table, label in zip(("kind", "topic", "sentiment"), _TABLES, labels, strict=True)
    ]


def _spans(hits: Hits, folded: Folded, table: str, label: str) -> tuple[Span, ...]:
    return tuple(folded.span(hit.start, hit.end) for hit in hits if hit.payload.table == table and hit.payload.label == label)
