"""Rules append findings with their evidence; they cannot act (DESIGN §2.6). A rule that fails is logged and skipped."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import re2

from core.text import Folded
from policies.clauses import Clause, Edition, Term
from policies.cover import Cover
from policies.exposure import exposed
from policies.guard import Reported
from policies.language import may_speak
from policies.links import suspicious
from policies.naming import named
from policies.patterns import OPTIONS
from policies.romanised import Romanised, consonants
from policies.terms import Terms, arabic, in_word, places, word_start
from policies.verdict import Language, PersonalData, Span
from policies.views import SHAPES, View, views

_log = logging.getLogger(__name__)
_PATTERN_SCORE = 0.9
_NONE = Cover(())
# what is read out of Latin letters may be another word: somebody looks at it, whatever the clause proposes
_READ_SCORE = 0.7
# what is plainly told, not said, or looks like a name, is worth a look at most
TOLD_SCORE = 0.5
_CERTAIN = 0.9  # of a language: nothing else is looked for
_ENOUGH = 3  # consonants; with fewer it is any word
_ARABIC_SCRIPT = ("ar", "fa", "ur")
_CLASSES = re.compile(r"\[[^\]]*\]")
_ARABIC_WORD = re.compile("[\u0621-\u064a]+")
_APOSTROPHE = re.compile(r"([^\W\d_]+)['’]([^\W\d_]+)")


#: An automaton over patterns, and for each of them its clause.
Gate = tuple[re2.Filter, list[Clause]]


class Meant(NamedTuple):
    """What a term speaks for."""

    clause: Clause
    score: float
    language: str


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
    language: Language
    pii: tuple[PersonalData, ...]
    armoury: "Armoury"


class Armoury:
    """An edition made ready for matching. Parts are built when first needed and only read from then on."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._terms: dict[str, Terms[Meant]] = {}
        self._patterns: dict[str, list[Gate]] = {}
        self._gates: dict[tuple[str, ...], Gate] = {}
        self.rules = tuple(dict.fromkeys((*ALWAYS, *(name for clause in edition.clauses for name in clause.rules))))

    def terms(self, shape: str) -> Terms[Meant]:
        """The clauses' terms as a view of that shape shows them."""
        if shape not in self._terms:
            entries = ((_written(t), Meant(clause, t.score, t.language)) for clause in self.edition.clauses for t in clause.terms)
            self._terms[shape] = Terms(entries, SHAPES[shape])
        return self._terms[shape]

    @cached_property
    def allowed(self) -> Terms[Clause]:
        return Terms((phrase, clause) for clause in self.edition.clauses for phrase in clause.allow)

    @cached_property
    def named(self) -> Terms[Clause]:
        """Those whom the clauses' models are to mind."""
        return Terms((_written(term), clause) for clause in self.edition.clauses for term in clause.named)

    def patterns(self, shape: str) -> list[Gate]:
        """The clauses' patterns as a view of that shape shows what they look for."""
        if shape not in self._patterns:
            # one gate for each script: a text of the other one passes it in its first state
            found = [(clause, SHAPES[shape](pattern)) for clause in self.edition.clauses for pattern in clause.patterns]
            groups = [[pair for pair in found if any(map(arabic, pair[1])) is script] for script in (True, False)]
            self._patterns[shape] = [self._gate(group) for group in groups if group]
        return self._patterns[shape]

    def _gate(self, group: list[tuple[Clause, str]]) -> Gate:
        # a shape that changes one script leaves the other's patterns as they were; a gate takes 5 MB
        key = tuple(pattern for _, pattern in group)
        if key not in self._gates:
            self._gates[key] = _gate(group)
        return self._gates[key]

    @cached_property
    def romanised(self) -> Romanised:
        """The Arabic words of terms and patterns, to be known again in Latin letters."""
        terms = (term.text for clause in self.edition.clauses for term in clause.terms if term.language == "ar")
        words = (word for term in terms for place in places(term) for word in place)
        literals = (_ARABIC_WORD.findall(_CLASSES.sub(" ", one)) for clause in self.edition.clauses for one in clause.patterns)
        return Romanised((*words, *(word for found in literals for word in found)))

    def clauses_with(self, rule: str) -> Iterator[Clause]:
        """The clauses that name `rule`."""
        return (clause for clause in self.edition.clauses if rule in clause.rules)


def _written(term: Term) -> str:
    """The term as `Terms` reads it: Urdu and Persian have no particles that are written in one with a word, and an apostrophe
    inside a word is left out by many, and in every hashtag."""
    bare = term.language in ("ur", "fa") and not term.text.startswith("=")
    return ("=" if bare else "") + _APOSTROPHE.sub(r"\g<0>|\1\2", term.text)


def _gate(patterns: list[tuple[Clause, str]]) -> Gate:
    """Patterns of all clauses behind one automaton that says in a single pass over a text which of them can match at all: by the
    words each can't do without, because one machine for whole patterns forgets its states and grows slow."""
    gate = re2.Filter()
    for _, pattern in patterns:
        gate.Add(pattern, OPTIONS)
    gate.Compile()
    return gate, [clause for clause, _ in patterns]


@lru_cache(maxsize=8)
def armoury(edition: Edition) -> Armoury:
    """The armoury of an edition, made once for each edition held in memory."""
    return Armoury(edition)


def terms(scene: Scene) -> Iterator[Evidence]:
    """Terms of the clauses as whole words of the folded text."""
    for start, end, meant in scene.armoury.terms("plain").hits_in(scene.folded.stretches):
        if may_speak(scene.language, meant.language):
            yield Evidence(meant.clause, meant.score, scene.folded.span(start, end), (start, end), "fold", "terms")


def patterns(scene: Scene) -> Iterator[Evidence]:
    """RE2 patterns of the clauses over folded text; a match must begin and end with a word."""
    for clause, start, end in _matches(scene.armoury, "plain", scene.folded.text):
        yield Evidence(clause, _PATTERN_SCORE, scene.folded.span(start, end), (start, end), "fold", "patterns")


def disguised(scene: Scene) -> Iterator[Evidence]:
    """Terms and patterns that show only in another view of the text; the view is part of the evidence."""
    for view in views(scene.folded):
        yield from _shown(scene, view)


def transliterated(scene: Scene) -> Iterator[Evidence]:
    """Arabic terms and patterns that somebody wrote in Latin letters."""
    language = scene.language  # two or three words of Arabizi are easily taken for another language in Latin letters
    doubtful = language.code.endswith("-Latn") and language.confidence < _CERTAIN
    if doubtful or (language.code not in _ARABIC_SCRIPT and may_speak(language, "ar-Latn")):
        for view in scene.armoury.romanised.views(scene.folded):
            for one in _shown(scene, view):
                if len(consonants(scene.folded.text[slice(*one.place)])) >= _ENOUGH:
                    yield replace(one, score=min(one.score, _READ_SCORE))


def _shown(scene: Scene, view: View) -> Iterator[Evidence]:
    for start, end, meant in scene.armoury.terms(view.shape).hits(view.text):
        if view.rests_on_alteration(start, end) and view.may_speak(scene.language, meant.language):
            yield Evidence(meant.clause, meant.score, view.span(start, end), view.place(start, end), view.name, "terms")
    for clause, start, end in _matches(scene.armoury, view.shape, view.text):
        if view.rests_on_alteration(start, end):
            yield Evidence(clause, _PATTERN_SCORE, view.span(start, end), view.place(start, end), view.name, "patterns")


def _matches(armoury: Armoury, shape: str, text: str) -> Iterator[tuple[Clause, int, int]]:
    particles = armoury.terms(shape)
    for gate, behind in armoury.patterns(shape):
        for index in sorted(gate.Match(text) or ()):
            clause = behind[index]
            for match in gate.re(index).finditer(text):
                start, end = match.span()
                first = word_start(text, start)
                if (end == len(text) or not in_word(text[end])) and particles.attached(text[first:start]):
                    yield clause, first, end


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
    "transliterated": transliterated,
    "personal_data": personal_data,
    "links": links,
}
#: These run for every edition; the others where a clause names them.
ALWAYS = ("terms", "patterns", "disguised", "transliterated")


def examine(scene: Scene) -> list[Evidence]:
    """All that the rules find, without what a clause's own `allow` phrases explain."""
    found: list[Evidence] = []
    for name in scene.armoury.rules:
        try:
            found += list(RULES[name](scene))
        except Exception:  # noqa: BLE001 - whatever one rule does, the text is judged by the others
            _log.exception("rule failed and was skipped", extra={"rule": name, "edition": scene.armoury.edition.ref})
    found = unexcused(scene.armoury, scene.folded.text, found)
    if found:
        told = Reported(scene.folded.text)
        found = [replace(one, score=min(one.score, TOLD_SCORE)) if _doubtful(scene, told, one) else one for one in found]
    return found


def _doubtful(scene: Scene, told: Reported, one: Evidence) -> bool:
    return one.place[1] > 0 and (told.plainly(one.place) or named(scene.folded.source, one.span))


def unexcused(armoury: Armoury, text: str, found: list[Evidence]) -> list[Evidence]:
    """What is left of evidence in a folded text without what a clause's own `allow` phrases explain."""
    if not found or not (pardons := armoury.allowed.hits(text)):
        return found
    excused = {
        clause: Cover((pardon.start, pardon.end) for pardon in pardons if pardon.payload is clause)
        for clause in {pardon.payload for pardon in pardons}
    }
    return [one for one in found if not (one.place[1] and one.place in excused.get(one.clause, _NONE))]
