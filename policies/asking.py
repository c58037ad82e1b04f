"""An answer in public that would publish somebody's number, or ask somebody to.

Asking is told by a verb of asking near the name of a number, in the languages we answer in. What asks people not to publish it,
or to give it where nobody else reads (a private message, the tracking page, a centre), asks for nothing in public.
"""

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.letters import LETTERS
from core.text import Folded, fold
from policies.masking import masked, of_others
from policies.verdict import Span

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What must not stand in public: `what` is `gives` or `asks`, `span` where, `shown` the words, numbers in them masked."""

    what: str
    span: Span
    shown: str


def in_public(text: str, ours: Collection[str] = ()) -> Told | None:
    """The first thing in an answer that must not be said in public; None when all of it may. `ours`: the office's own contacts."""
    for one in of_others(text, ours):
        return Told("gives", one.span, masked(text, ours)[slice(*one.span)])
    for span in asks_for_personal_data(fold(text)):
        return Told("asks", span, text[slice(*span)][:LONGEST])
    return None


def asks_for_personal_data(folded: Folded) -> tuple[Span, ...]:
    """Where the text asks its reader to write down a number, an address or a document of his, in the original's code points."""
    text = folded.text
    found = sorted(
        {match.span() for pattern in _pack().sentences for match in pattern.finditer(text) if not _harmless(text, match)}
    )
    return tuple(folded.span(start, end) for start, end in _apart(found))


def _apart(spans: list[Span]) -> Iterator[Span]:
    last = -1
    for start, end in spans:
        if start >= last:
            yield start, end
            last = end


def _harmless(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence tells where nobody else reads it, or tells not to."""
    start = max((text.rfind(sign, 0, match.start()) for sign in ".!?؛;"), default=-1) + 1
    ends = [place for sign in ".!?؛;" if (place := text.find(sign, match.end())) >= 0]
    sentence = text[start : min(ends, default=len(text))]
    if _pack().elsewhere.search(sentence):
        return True
    before = text[max(start, match.start() - 30) : match.start()].rpartition(",")[2]
    return bool(_pack().no.search(before) or _pack().no_inside.search(match[0]))


@dataclass(frozen=True, slots=True)
class _Pack:
    """policies/words/asking.toml, compiled."""

    sentences: tuple[re.Pattern[str], ...]
    no: re.Pattern[str]
    no_inside: re.Pattern[str]
    elsewhere: re.Pattern[str]


@cache
def _pack() -> _Pack:
    read = tomllib.loads((Path(__file__).parent / "words" / "asking.toml").read_text("utf-8"))

    def choice(words: list[str]) -> re.Pattern[str]:
        """One of these, its parts filled in, spelled as folded text spells it."""
        pattern, filled = "", "|".join(words)
        while filled != pattern:
            pattern, filled = filled, re.sub(r"<(\w+)>", lambda part: f"(?:{'|'.join(read['parts'][part[1]])})", filled)
        return re.compile(pattern.translate(LETTERS))

    sentences = tuple(choice([one]) for some in read["sentences"].values() for one in some)
    return _Pack(sentences, *(choice(read["harmless"][name]) for name in ("not", "not_inside", "elsewhere")))
