"""Disguised words made readable: further views of folded text, each with its way back to the original.

`full` joins spaced letters (ك ل ب, i.d.i.o.t), drops what is pushed between the letters of a word (stars, emoji, a Latin letter
in an Arabic word), reads look-alike digits as letters, takes hashtags apart and keeps every run of a letter once. `rasm` reads
dotless writing by its skeleton. A view is made only where the text shows signs of it, and what was altered is known: a match
that rests on no altered letter is no evidence.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.text import Folded

_LETTER = r"[^\W\d_]"
_AR = "[\u0620-\u06d3]"
_JUNK = r"[^\w\s'\"()«»\[\]<>,;:?&/\u0900-\u0dff]"
_SPACED = re.compile(rf"(?<![\w'])(?:{_LETTER}[ .\-*_~+=|/\\•·,]{{1,2}}){{2,}}{_LETTER}(?![\w'])")
# what is rare is looked for first, and only then what must stand before it: most texts are passed over at once
_INSIDE = re.compile(rf"{_JUNK}(?<={_LETTER}.){_JUNK}{{0,2}}(?={_LETTER})")
_LATIN_INSIDE = re.compile(rf"[a-z](?<={_AR}.)(?={_AR})")
_LOOKALIKE = re.compile(r"[\d|@$!]")
_DIGIT_WORD = re.compile(rf"(?<![\w|@$])(?=[\d|@$!]*{_LETTER})(?=[^\W_|@$!]*[\d|@$!])[\w|@$!]{{3,}}(?![\w])")
_SIGN = re.compile("[@$!]")  # stand for letters of a Latin word
_HASHTAG = re.compile(r"#\w+")
_AR_DIGITS = str.maketrans("5973|1", "هوحعاا")
_LATIN_DIGITS = str.maketrans("013457@$!|", "oieastasii")
_STRETCHED = re.compile(rf"({_LETTER})\1\1")
# a final ں is everyday Urdu; dotless Arabic has these in the middle of words, and Urdu's own letters are no part of it
_DOTLESS = re.compile("[ٮڡٯ]|ں(?=[\u0620-\u06d3])")
_URDU = re.compile("[ٹڈڑےہھگچپ]")
_SKELETON = str.maketrans("بتثنيئجخذزشضظغفقكة", "ٮٮٮٮٮٮححدرسصطعڡڡكه")
_RASM_EXTRA = str.maketrans("ٯں", "ڡٮ")


@dataclass(frozen=True, slots=True)
class View:
    """Text read in one way. `shape` is what was done to every letter (terms must go through the same: SHAPES); `at[i]` is the
    place in the folded text of character i, `altered` the places that were read differently."""

    name: str
    shape: str
    text: str
    at: tuple[int, ...]
    altered: frozenset[int]
    folded: Folded

    def rests_on_alteration(self, start: int, end: int) -> bool:
        """True where [start, end) of this view differs from what stands in the folded text."""
        first, last = self.at[start], self.at[end - 1]
        return last - first != end - 1 - start or any(place in self.altered for place in range(start, end))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of this view in the folded text."""
        return self.at[start], self.at[end - 1] + 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of this view in code points of the original."""
        return self.folded.span(*self.place(start, end))


def views(folded: Folded) -> Iterator[View]:
    """The views this text gives cause for; none for plain writing."""
    letters, kept = _unmasked(folded.text)
    if letters is not folded.text:
        yield _view("full", "plain", letters, kept, folded)
    if stretched := _stretched(folded):
        single = [i for n, i in enumerate(kept) if not n or letters[i] != letters[kept[n - 1]] or not letters[i].isalpha()]
        yield _view("full", "squeezed", letters, single, folded, stretched)
    if len(_DOTLESS.findall(folded.source)) >= 2 and not _URDU.search(folded.source):
        yield _view("rasm", "skeleton", list(skeleton(folded.text)), range(len(folded.text)), folded)


def squeezed(text: str) -> str:
    """`text` with every run of a letter kept once; terms are squeezed in the same way before they meet the full view."""
    return re.sub(rf"({_LETTER})\1+", r"\1", text)


def skeleton(text: str) -> str:
    """Folded Arabic without its dots: letters that share a shape become one."""
    return text.translate(_SKELETON).translate(_RASM_EXTRA)


#: What a view does to every letter, by `View.shape`.
SHAPES: dict[str, Callable[[str], str]] = {"plain": str, "squeezed": squeezed, "skeleton": skeleton}


def _unmasked(text: str) -> tuple[Sequence[str], Sequence[int]]:
    """The letters of folded `text` with look-alike digits read as letters, and the places left without what was pushed in.

    `text` itself where there is nothing of the kind.
    """
    dropped: set[int] = set()
    for run in _SPACED.finditer(text):
        dropped.update(i for i in range(*run.span()) if not text[i].isalpha())
    for junk in _INSIDE.finditer(text.replace("_", "*")):
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
        if not arabic:
            dropped.difference_update(word.start() + sign.start() for sign in _SIGN.finditer(word[0]))
    for tag in tags:
        for i in range(*tag.span()):
            if text[i] == "_":
                letters[i] = " "
                dropped.discard(i)
    if not dropped and "".join(letters) == text:
        return text, range(len(text))
    return letters, [i for i in range(len(text)) if i not in dropped]


def _stretched(folded: Folded) -> frozenset[int]:
    """Places in the folded text that stand for a letter written three times or more."""
    if not (folded.shortened and _STRETCHED.search(folded.source)):
        return frozenset()
    return frozenset(i for i, (start, end) in enumerate(folded.offsets) if end - start > 2 and folded.text[i].isalpha())


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
