"""Disguised words made readable: further views of folded text, each with its way back to the original.

`full` joins spaced letters (ك ل ب, i.d.i.o.t), drops what is pushed between the letters of a word (stars, emoji, a Latin letter
in an Arabic word), reads look-alike digits as letters, takes hashtags apart and keeps every run of a letter once. `rasm` reads
dotless writing by its skeleton. `transliterated` (policies/romanised.py) reads Arabic in Latin letters. A view is made only where
the text shows signs of it, and what was altered is known: a match that rests on no altered letter is no evidence.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from core.memory import Memory
from core.text import Folded
from policies.language import may_speak
from policies.verdict import Language

_SHORT = 1_000  # letters of a text whose views are remembered
_LETTER = r"[^\W\d_]"
_AR = "[\u0620-\u06d3]"
_JUNK = r"[^\w\s'\"()«»\[\]<>,;:?&/\u0900-\u0dff]"
_SEPARATORS = r"[ .\-*_~+=|/\\•·,]{1,3}"
_SIGNS = "[\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0d00-\u0d03\u0d3e-\u0d4d]"  # of Indic vowels
_ALONE = rf"(?:{_LETTER}|'){_SIGNS}{{0,3}}"
_SPACED = re.compile(rf"(?<![\w'])(?:{_ALONE}{_SEPARATORS}){{2,}}{_ALONE}(?![\w'])")
_SPACED_END = re.compile(rf"[ .\-*_~+=|/\\•·,]{_ALONE}{_SEPARATORS}{_ALONE}(?![\w'])")
# one of the letters that a spaced word is made of; a word of two takes two of them
_LONE = re.compile(rf"(?:^|(?<=[ .\-*_~+=|/\\•·,])){_ALONE}(?![^\W_]|')")
_ENOUGH = 2
_TATWEEL = "ـ"
# tatweel on both sides of a gap: one word that was torn apart
_TORN = re.compile(rf"ـ{_SEPARATORS}ـ")
# what is rare is looked for first, and only then what must stand before it: most texts are passed over at once
_INSIDE = re.compile(rf"{_JUNK}(?:(?<={_LETTER}.)|(?<={_SIGNS}.)){_JUNK}{{0,2}}(?={_LETTER})")
_LATIN_INSIDE = re.compile(rf"[a-z](?<={_AR}.)(?={_AR})")
_LOOKALIKE = re.compile(r"[\d|@$!]")
_DIGIT_WORD = re.compile(rf"(?<![\w|@$])(?=[\d|@$!]*{_LETTER})(?=[^\W_|@$!]*[\d|@$!])[\w|@$!]{{2,}}(?![\w])")
_SIGN = re.compile("[@$!|]")  # stand for letters of a Latin word
_BAR = re.compile("[|]")  # and this one for an alef
_BETWEEN = re.compile(r"[^\w'\u0900-\u0dff]+|_+")
_RUNS = re.compile(rf"(\\.)|({_LETTER})\2+")
_HASHTAG = re.compile(r"#\w+")
_AR_DIGITS = str.maketrans("5973|1", "هوحعاا")
_LATIN_DIGITS = str.maketrans("013457@$!|", "oieastasii")
_STRETCHED = re.compile(rf"({_LETTER})\1\1")
# a final ں is everyday Urdu, and a final ى is Arabic; dotless writing has both in the middle of words, and no letters of Urdu's own
_DOTLESS = re.compile("[ٮڡٯںى](?:(?<=[ٮڡٯ])|(?=[\u0621-\u06d3])(?!ء))")
_DOTLESS_LETTERS = frozenset("ٮڡٯںى")
_URDU = re.compile("[ٹڈڑےہھگچپ]")
# no shape stands behind ٮ, so that a pattern's letters from ء to ي are all of them here too
_SKELETON = str.maketrans("بتثنيئجخذزشضظغفقكةڡٯںى", "ٮٮٮٮٮٮححدرسصطعففكهففٮٮ")
#: How many letters one skeleton may stand for.
_READINGS = {"ٮ": 5, "ح": 3, "د": 2, "ر": 2, "س": 2, "ص": 2, "ط": 2, "ع": 2, "ف": 2}
# so many letters are one word, whatever each may stand for: of 430,000 words of posts other words than the one meant have such a
# skeleton 3 times in a million, of five letters 15 times, of three 200 times
_LONG = 6
_DOTTED = frozenset("بتثنيئجخذزشضظغفقةپچژڤ")


@dataclass(frozen=True, slots=True)
class View:
    """Text read in one way. `shape` is what was done to every letter (terms must go through the same: SHAPES); `at[i]` is the
    place in the folded text of character i, `altered` the places that were read differently, `clear` those that hide nothing
    although all others may: a match that covers one of them is no evidence either. `only`: the language it was read as.
    """

    name: str
    shape: str
    text: str
    at: tuple[int, ...]
    altered: frozenset[int]
    folded: Folded
    clear: frozenset[int] = frozenset()
    only: str = ""

    def rests_on_alteration(self, start: int, end: int) -> bool:
        """True where [start, end) of this view differs from what stands in the folded text."""
        if self.shape == "skeleton":
            return self.clear.isdisjoint(range(start, end)) and _telling(self.text[start:end])
        first, last = self.at[start], self.at[end - 1]
        return last - first != end - 1 - start or any(place in self.altered for place in range(start, end))

    def may_speak(self, language: Language, code: str) -> bool:
        """Whether words of `code` may be meant: a view that reads one language speaks that language only."""
        return code == self.only if self.only else may_speak(language, code)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of this view in the folded text."""
        return self.at[start], self.at[end - 1] + 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of this view in code points of the original."""
        return self.folded.span(*self.place(start, end))


def views(folded: Folded) -> tuple[View, ...]:
    """The views this text gives cause for; none for plain writing. Models and rules look at the same ones."""
    return _again(folded) if len(folded.source) <= _SHORT else tuple(_made(folded))


@lru_cache(512)
def _again(folded: Folded) -> tuple[View, ...]:
    return tuple(_made(folded))


def _made(folded: Folded) -> Iterator[View]:
    letters, kept = _unmasked(folded)
    if letters is not folded.text:
        yield _view("full", "plain", letters, kept, folded)
    if stretched := _stretched(folded):
        single = [i for n, i in enumerate(kept) if not n or letters[i] != letters[kept[n - 1]] or not letters[i].isalpha()]
        yield _view("full", "squeezed", letters, single, folded, stretched)
    if not _DOTLESS_LETTERS.isdisjoint(folded.source) and _DOTLESS.search(folded.source) and not _URDU.search(folded.source):
        yield _undotted(folded)


def squeezed(text: str) -> str:
    """`text` with every run of a letter kept once; terms are squeezed in the same way before they meet the full view.

    What a backslash stands before is no run of it: patterns go through this too.
    """
    return _RUNS.sub(lambda run: run[1] or run[2], text)


def _telling(words: str) -> bool:
    """True for skeletons that few other words share: ر ٮ ٮ is anything, سرموط is one word, and so are long ones and pairs."""
    return " " in words or len(words) >= _LONG or prod(_READINGS.get(letter, 1) for letter in words) <= 2 ** (len(words) + 1)


def skeleton(text: str) -> str:
    """Folded Arabic without its dots: letters that share a shape become one."""
    return text.translate(_SKELETON)


#: What a view does to every letter, by `View.shape`.
SHAPES: dict[str, Callable[[str], str]] = {"plain": str, "squeezed": squeezed, "skeleton": skeleton}


def _cause(stretch: str) -> int:
    """How much cause a stretch without spaces gives to look for masked letters: two make it worth while (`_ENOUGH`)."""
    if _inside(stretch) or _LATIN_INSIDE.search(stretch) or _DIGIT_WORD.search(stretch):
        return _ENOUGH
    return len(_LONE.findall(stretch))


_causes = Memory(_cause)


def _inside(text: str) -> Iterable[re.Match[str]]:
    return [*_INSIDE.finditer(text.replace("_", "*"))]


def _unmasked(folded: Folded) -> tuple[Sequence[str], Sequence[int]]:
    """The letters of the folded text with look-alike digits read as letters, and the places left without what was pushed in.

    The text itself where there is nothing of the kind.
    """
    text = folded.text
    torn = _TATWEEL in folded.source and _TORN.search(folded.source)
    if not torn and "#" not in text and sum(map(_causes.__getitem__, folded.stretches)) < _ENOUGH:
        return text, range(len(text))
    gaps: set[int] = set()
    for run in _SPACED.finditer(text) if _SPACED_END.search(text) else ():
        gaps.update(_gaps(run, folded))
    if torn:
        gaps.update(_torn(folded))
    dropped = set(gaps)
    for junk in _inside(text):
        dropped.update(range(*junk.span()))
    if not text.isascii():
        dropped.update(latin.start() for latin in _LATIN_INSIDE.finditer(text))
    words = list(_DIGIT_WORD.finditer(text)) if _LOOKALIKE.search(text) else []
    tags = list(_HASHTAG.finditer(text)) if "#" in text else []
    if not (dropped or words or tags):
        return text, range(len(text))
    letters = list(text)
    for word in words:
        arabic = re.search(_AR, word[0])
        letters[word.start() : word.end()] = word[0].translate(_AR_DIGITS if arabic else _LATIN_DIGITS)
        for sign in (_BAR if arabic else _SIGN).finditer(word[0]):
            if (place := word.start() + sign.start()) not in gaps:
                dropped.discard(place)
    for tag in tags:
        for i in range(*tag.span()):
            if text[i] == "_":
                letters[i] = " "
                dropped.discard(i)
    if not dropped and "".join(letters) == text:
        return text, range(len(text))
    return letters, [i for i in range(len(text)) if i not in dropped]


def _gaps(run: re.Match[str], folded: Folded) -> Iterable[int]:
    """The places between the letters of a spaced word. A wider gap, or a bare space among signs, ends a word and stays."""
    text = folded.text
    between = [(gap.start() + run.start(), gap.end() + run.start()) for gap in _BETWEEN.finditer(run[0])]
    bare = [text[start:end] == " " for start, end in between]
    if all(bare):
        wide = [end - start > 1 for start, end in (folded.offsets[place] for place, _ in between)] if folded.shortened else []
        bare = wide if not all(wide) else [False] * len(between)
    for (start, end), ends_word in zip(between, bare or [False] * len(between), strict=True):
        if not ends_word:
            yield from range(start, end)


def _torn(folded: Folded) -> Iterator[int]:
    """Places of what stands between two tatweels."""
    torn = [gap.span() for gap in _TORN.finditer(folded.source)]
    for place, (start, _) in enumerate(folded.offsets):
        if any(first < start < last - 1 for first, last in torn):
            yield place


def _stretched(folded: Folded) -> frozenset[int]:
    """Places in the folded text that stand for a letter written three times or more."""
    if not (folded.shortened and _STRETCHED.search(folded.source)):
        return frozenset()
    return frozenset(i for i, (start, end) in enumerate(folded.offsets) if end - start > 2 and folded.text[i].isalpha())


def _undotted(folded: Folded) -> View:
    """The text by its skeletons; who leaves the dots away leaves all of a word's away, so a letter that has them is clear."""
    clear = frozenset(i for i, (start, end) in enumerate(folded.offsets) if not _DOTTED.isdisjoint(folded.source[start:end]))
    text = skeleton(folded.text)
    everywhere = range(len(text))
    return View("rasm", "skeleton", text, tuple(everywhere), frozenset(everywhere), folded, clear, only="ar")


def _view(
    name: str,
    shape: str,
    letters: Sequence[str],
    kept: Sequence[int],
    folded: Folded,
    stretched: frozenset[int] = frozenset(),
) -> View:
    altered = frozenset(n for n, i in enumerate(kept) if i in stretched or letters[i] != folded.text[i])
    return View(name, shape, "".join(letters[i] for i in kept), tuple(kept), altered, folded)
