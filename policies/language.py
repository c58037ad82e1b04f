"""Which language a text is written in: script first, then how its words are spelled and what a detector says.

Deterministic: the same text and hint give the same answer in every process. What can't be told is `und`.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from core.memory import Memory
from core.text import fold
from policies import detectors, spelling
from policies.detectors import Detector, Guess
from policies.spelling import CLASSES, Model, Weighed
from policies.verdict import Language

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|@[\w.]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.]+|&[a-z]+;")
_ADDRESS_SIGNS = ("://", "www.", "@", "&")  # one of them is in every address
_ASCII = re.compile("[A-Za-z]")
_TAG = re.compile(r"#\w+")
_PRESENTED = re.compile("[\ufb50-\ufdfb\ufe70-\ufefc]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNKNOWN = Language("und", 0.0)
_DOUBT = 0.6  # below it a text may be in any language of its script
_LEAST = 0.4  # below it a Latin text is of no language that we know
_SURE = 0.9  # above it nobody else need be asked
_FEW = 4  # words up to which a text is short: the detector, who knows more words, is heard more
_HEARD: dict[Model, tuple[float, float]] = {"latin": (6.0, 3.0), "arabic": (80.0, 25.0)}  # how much: in short texts, in others
_UNHEARD = 0.45  # how near a detector would find the languages that none knows: romanised ones
_ALIEN = 1.5  # how much a detector's reliance on a language that we do not answer adds
_RARE = 3.0  # by so much, shared among the words, languages that we do not answer are rarer here
_PART = 0.2  # of the plain words at least so many, and two, make another language of the same script
_ENOUGH = 60  # words that are read: those after them change nothing
_SHORT = 20
_NOT_ARABIC = re.compile("[پچژگکیٹڈڑںےھہۂۓ]")
_URDU = re.compile("[ٹڈڑںےھہۂۓ]")
_ARABIC_ONLY = re.compile("[ةىإؤ]")
_OWN_SCRIPT = {"d": "hi", "b": "bn", "m": "ml"}
_SCRIPTS = (("a", 0x0600, 0x06FF), ("a", 0x0750, 0x077F), ("a", 0xFB50, 0xFDFF), ("a", 0xFE70, 0xFEFC),
            ("d", 0x0900, 0x097F), ("b", 0x0980, 0x09FF), ("m", 0x0D00, 0x0D7F))  # fmt: skip


class _Scripts(dict[int, str | None]):
    """For `str.translate`: a letter to the initial of its script, everything else away."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        found: str | None = None
        if letter.isalpha():
            folded = fold(letter).text[:1]
            found = next((name for name, low, high in _SCRIPTS if low <= code <= high), None)
            found = found or ("l" if "a" <= folded <= "z" else "a" if "\u0620" <= folded <= "\u06d3" else "o")
        self[code] = found
        return found


#: code, confidence, shares
_Spoken = tuple[str, float, tuple[tuple[str, float], ...]]

_scripts = _Scripts()


def detect(text: str, hint: str | None = None, detector: str = detectors.DEFAULT) -> Language:
    """The language of `text`; `hint` (what the platform thinks) counts only where the text itself leaves it open.

    `detector` (a name of detectors.DETECTORS) is asked where spelling alone leaves doubt. What it can't know is ours: no detector
    knows romanised Arabic, Urdu or Malayalam.
    """
    plain = _ADDRESS.sub(" ", text) if any(sign in text for sign in _ADDRESS_SIGNS) else text
    plain = _without_surrogates(plain)
    letters = _letters(plain)
    if "o" in letters and "l" in letters and not _ASCII.search(plain):  # they look Latin and are of the text's own script
        letters["o"] += letters.pop("l")
    if "#" in plain and len(letters) > 1:  # labels of one script on a text of another say little about it
        bare = _TAG.sub(" ", plain)
        if sum((rest := _letters(bare)).values()) >= 2:
            plain, letters = bare, rest
    total = sum(letters.values())
    if total < 2:
        return _UNKNOWN
    script, most = max(letters.items(), key=_count)
    ask = detectors.DETECTORS[detector]
    if most == total:
        code, confidence, parts = _of_script(script, plain, hint, ask)
        return Language(code, confidence, parts)
    found: defaultdict[str, float] = defaultdict(float)
    code, confidence = "", 0.0
    for one, count in sorted(letters.items(), key=_count, reverse=True):
        spoken, sure, parts = _of_script(one, _only(one, plain), hint, ask)
        if code in ("", "und"):  # where most letters tell nothing, the others may
            code, confidence = spoken, sure
        for part, share in parts:
            found[part] += share * count / total
    ordered = sorted(found.items(), key=lambda part: (-part[1], part[0]))
    shares = tuple((part, round(share, 3)) for part, share in ordered if share >= 0.001)
    return Language(code, round(confidence * (0.5 + most / total / 2), 3), shares)


def may_speak(language: Language, code: str) -> bool:
    """True where words of `code` may be meant in a text of `language`: its own language, one of its shares, English and what has a
    script to itself always, and any language of the same script where it is in doubt."""
    if code in (language.code, "en", *_OWN_SCRIPT.values()) or any(code == share for share, _ in language.shares):
        return True
    if code == "ar" and language.code == "fa":
        return True  # few here write Persian; what is taken for it is dialect about as often
    latin = code == "tl" or code.endswith("-Latn")
    if language.code == "und" or language.confidence < _DOUBT:
        return latin == (language.code not in ("ar", "ur", "fa")) or language.code == "und"
    return False


class _Stretch(NamedTuple):
    """What a stretch of text without spaces is written with: how many letters of which script, in the order in which they appear;
    whether presentation forms are among them, how many letters of Urdu alone, and whether any that Arabic hasn't."""

    scripts: tuple[tuple[str, int], ...]
    presented: bool
    urdu: int
    foreign: bool


def _stretch(stretch: str) -> _Stretch:
    scripts = stretch.translate(_scripts)
    return _alike(
        tuple((script, scripts.count(script)) for script in sorted(set(scripts), key=scripts.index)),
        _PRESENTED.search(stretch) is not None,
        len(_URDU.findall(stretch)),
        _NOT_ARABIC.search(stretch) is not None,
    )


#: most words are written like others: one record serves them all, and stays near at hand
_alike = lru_cache(4_096)(_Stretch)
_stretches = Memory(_stretch)


def _latin_words(stretch: str) -> list[tuple[str, Weighed]]:
    return [(word, spelling.weigh(word, "latin")) for word in spelling.words(stretch, "latin")]


_weighed = Memory(_latin_words)


def _letters(plain: str) -> dict[str, int]:
    """How many letters of each script, in the order in which the scripts appear."""
    letters: dict[str, int] = {}
    for stretch in plain.split():
        for script, count in _stretches[stretch][0]:
            letters[script] = letters.get(script, 0) + count
    return letters


def _count(counted: tuple[str, int]) -> int:
    return counted[1]


def _without_surrogates(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub(" ", text)
    return text


def _of_script(script: str, plain: str, hint: str | None, ask: Detector) -> _Spoken:
    if script == "a":
        return _whole(*_arabic_script(plain, hint, ask))
    if script == "l":
        return _latin_script(plain, hint, ask)
    return _whole(_OWN_SCRIPT[script], 1.0) if script in _OWN_SCRIPT else _whole("und", 0.0)


def _whole(code: str, confidence: float) -> _Spoken:
    return code, round(confidence, 3), ((code, 1.0),)


def _only(script: str, plain: str) -> str:
    return "".join(letter if not letter.isalpha() or _scripts[ord(letter)] == script else " " for letter in plain)


def _arabic_script(plain: str, hint: str | None, ask: Detector) -> tuple[str, float]:
    stretches = [_stretches[stretch] for stretch in plain.split()]
    if any(stretch.presented for stretch in stretches):
        plain = unicodedata.normalize("NFKC", plain)
        stretches = [_stretches[stretch] for stretch in plain.split()]
    urdu = sum(stretch.urdu for stretch in stretches)
    if urdu >= 2 and urdu > len(_ARABIC_ONLY.findall(plain)):
        return "ur", 1.0
    heard = ask(plain, CLASSES["arabic"])
    if heard.language == "ar" and not any(stretch.foreign for stretch in stretches):
        return "ar", 1.0 if heard.reliable or len(plain) > _SHORT else 0.7
    words = [spelling.weigh(word, "arabic") for word in spelling.words(plain, "arabic")[:_ENOUGH]]
    if not words:
        return "ar", 0.5
    code, confidence = _likeliest(words, "arabic", heard)
    return (hint, 0.5) if confidence < _DOUBT and hint in CLASSES["arabic"] else (code, confidence)


def _latin_script(plain: str, hint: str | None, ask: Detector) -> _Spoken:
    said = [word for stretch in plain.split() for word in _weighed[stretch]][:_ENOUGH]
    if not said:
        return _whole("und", 0.0)
    read, words = [word for word, _ in said], [weighed for _, weighed in said]
    code, confidence = _likeliest(words, "latin", None)
    if confidence < _SURE or len(words) <= _FEW:
        heard = ask(plain, ())
        code, confidence = _likeliest(words, "latin", heard)
    if confidence < (_DOUBT if hint else _LEAST):
        code, confidence = (hint, 0.5) if hint in CLASSES["latin"][:-1] else ("other", 0.0)
    if code == "other":
        return _whole("und", 0.0)
    return code, round(confidence, 3), _parts(code, read, words)


def _likeliest(words: Sequence[Weighed], model: Model, heard: Guess | None) -> tuple[str, float]:
    """The likeliest class and its probability; `heard` is what a detector said where one was asked."""
    classes = CLASSES[model]
    points = spelling.score(words)
    if heard:
        weight = _HEARD[model][len(words) > _FEW]
        near = heard.near or {heard.language: 1.0}
        alien = heard.reliable and heard.language not in classes
        foreign = near.get(heard.language, 0.0) + _ALIEN / weight if alien else _UNHEARD
        for at, code in enumerate(classes):
            told = foreign if code == "other" else _UNHEARD if code.endswith("-Latn") else near.get(code, 0.0)
            points[at] += weight * told
    if model == "latin":
        points[-1] -= _RARE / len(words)
    best = max(points)
    return classes[points.index(best)], 1 / sum(math.exp(point - best) for point in points)


def _parts(code: str, read: Sequence[str], words: Sequence[Weighed]) -> tuple[tuple[str, float], ...]:
    """The languages of a Latin text by the letters of the words that are plainly of one: `code`, and whoever has two words and
    a fair part beside it."""
    letters: Counter[int] = Counter()
    times: Counter[int] = Counter()
    for word, weighed in zip(read, words, strict=True):
        if weighed.plainly >= 0:
            letters[weighed.plainly] += len(word)
            times[weighed.plainly] += 1
    classes = CLASSES["latin"]
    mine, total = classes.index(code), letters.total()
    beside = [at for at in letters if at != mine and times[at] >= 2 and letters[at] >= _PART * total and classes[at] != "other"]
    if not beside:
        return ((code, 1.0),)
    kept = {at: letters[at] for at in (mine, *beside)}
    size = sum(kept.values())
    shares = [(classes[at], round(count / size, 3)) for at, count in kept.items() if count]
    return tuple(sorted(shares, key=lambda share: (-share[1], share[0])))
