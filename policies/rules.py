"""Rules append findings with their evidence; they cannot act (DESIGN §2.6). A rule that fails is logged and skipped."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import re2

from core.text import Folded
from policies.clauses import Clause, Edition
from policies.exposure import exposed
from policies.links import suspicious
from policies.terms import Hit, Terms, attached, word_edges
from policies.verdict import PersonalData, Span
from policies.views import View, skeleton, squeezed, views

_log = logging.getLogger(__name__)
_PATTERN_SCORE = 0.9


@dataclass(frozen=True, slots=True)
class Evidence:
    """One match: for which clause, how sure, where in the original (`span`) and in the folded text (`place`)."""

    clause: Clause
    score: float
    span: Span
    place: Span
    view: str
    rule: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What a rule may look at."""

    folded: Folded
    pii: tuple[PersonalData, ...]
    armoury: "Armoury"


class Armoury:
    """An edition made ready for matching. Parts are built when first needed and only read from then on."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.rules = tuple(dict.fromkeys((*ALWAYS, *(name for clause in edition.clauses for name in clause.rules))))

    @cached_property
    def terms(self) -> Terms[tuple[Clause, float]]:
        return self._terms(str)

    @cached_property
    def squeezed(self) -> Terms[tuple[Clause, float]]:
        return self._terms(squeezed)

    @cached_property
    def skeletons(self) -> Terms[tuple[Clause, float]]:
        return self._terms(skeleton)

    @cached_property
    def allowed(self) -> Terms[Clause]:
        return Terms((phrase, clause) for clause in self.edition.clauses for phrase in clause.allow)

    @cached_property
    def patterns(self) -> list[tuple[Clause, "re2._Regexp"]]:
        return [(clause, re2.compile(pattern)) for clause in self.edition.clauses for pattern in clause.patterns]

    @cached_property
    def any_pattern(self) -> "re2.Set":
        gate = re2.Set.SearchSet()
        for _, pattern in self.patterns:
            gate.Add(pattern.pattern)
        gate.Compile()
        return gate

    def clauses_with(self, rule: str) -> Iterator[Clause]:
        """The clauses that name `rule`."""
        return (clause for clause in self.edition.clauses if rule in clause.rules)

    def _terms(self, shape: Callable[[str], str]) -> Terms[tuple[Clause, float]]:
        return Terms((((term.text, (clause, term.score)) for clause in self.edition.clauses for term in clause.terms)), shape)


@lru_cache(maxsize=8)
def armoury(edition: Edition) -> Armoury:
    """The armoury of an edition, made once for each edition held in memory."""
    return Armoury(edition)


def terms(scene: Scene) -> Iterator[Evidence]:
    """Terms of the clauses as whole words of the folded text."""
    for start, end, (clause, score) in scene.armoury.terms.hits(scene.folded.text):
        yield Evidence(clause, score, scene.folded.span(start, end), (start, end), "fold", "terms")


def disguised(scene: Scene) -> Iterator[Evidence]:
    """Terms that show only in another view of the text; the view is part of the evidence."""
    for view in views(scene.folded):
        known = scene.armoury.squeezed if view.name == "full" else scene.armoury.skeletons
        for start, end, (clause, score) in known.hits(view.text):
            if view.rests_on_alteration(start, end):
                yield Evidence(clause, score, view.span(start, end), _place(view, start, end), view.name, "terms")


def patterns(scene: Scene) -> Iterator[Evidence]:
    """RE2 patterns of the clauses over folded text; a match must begin and end with a word."""
    text = scene.folded.text
    for index in scene.armoury.any_pattern.Match(text) if scene.armoury.patterns else ():
        clause, pattern = scene.armoury.patterns[index]
        for match in pattern.finditer(text):
            start, end = match.span()
            first, last = word_edges(text, start, end)
            if last == end and attached(text[first:start]):
                yield Evidence(clause, _PATTERN_SCORE, scene.folded.span(first, end), (first, end), "fold", "patterns")


def personal_data(scene: Scene) -> Iterator[Evidence]:
    """A document's, card's or account's number in public; any personal data beside words that expose somebody else."""
    for clause in scene.armoury.clauses_with("personal_data"):
        for start, end, score in exposed(scene.folded, scene.pii):
            yield Evidence(clause, score, (start, end), (0, 0), "fold", "personal_data")


def links(scene: Scene) -> Iterator[Evidence]:
    """Links to shorteners and chat invitations, and heaps of links."""
    for clause in scene.armoury.clauses_with("links"):
        for start, end, score in suspicious(scene.folded.text):
            yield Evidence(clause, score, scene.folded.span(start, end), (start, end), "fold", "links")


RULES: dict[str, Callable[[Scene], Iterator[Evidence]]] = {
    "terms": terms,
    "patterns": patterns,
    "disguised": disguised,
    "personal_data": personal_data,
    "links": links,
}
#: These run for every edition; the others where a clause names them.
ALWAYS = ("terms", "patterns", "disguised")


def examine(scene: Scene) -> list[Evidence]:
    """All that the rules find, without what a clause's own `allow` phrases explain."""
    found: list[Evidence] = []
    for name in scene.armoury.rules:
        try:
            found += RULES[name](scene)
        except Exception:  # noqa: BLE001 - whatever one rule does, the text is judged by the others
            _log.exception("rule failed and was skipped", extra={"rule": name, "edition": scene.armoury.edition.ref})
    if found:
        excused = scene.armoury.allowed.hits(scene.folded.text)
        found = [one for one in found if not any(_covers(pardon, one) for pardon in excused)]
    return found


def _covers(pardon: Hit[Clause], one: Evidence) -> bool:
    start, end = one.place
    return pardon.payload is one.clause and pardon.start <= start < end <= pardon.end


def _place(view: View, start: int, end: int) -> Span:
    return view.at[start], view.at[end - 1] + 1
