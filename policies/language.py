"""Which language a text is written in: script first, then eldc among the languages of that script, then small words for Latin.

Deterministic: the same text and hint give the same answer in every process. What can't be told is `und`.
"""

import re
import tomllib
from collections import Counter, defaultdict
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from core.text import fold
from policies import detectors
from policies.detectors import Detector
from policies.verdict import Language

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|@[\w.]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.]+|&[a-z]+;")
_ADDRESS_SIGNS = ("://", "www.", "@", "&")  # one of them is in every address
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNKNOWN = Language("und", 0.0)
_WORDS = Path(__file__).parent / "words" / "latin.toml"
_LATIN_WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")
_ARABIZI = re.compile(r"(?=.*[a-z].*[a-z])(?:[a-z']*[23579][a-z']*|[a-z']*[235679][a-z']+[235679][a-z']*)")
_DOUBT = 0.6
_SHORT = 20
_WORTH = 40  # what is longer is no word of any language
_URDU = re.compile("[ٹڈڑںےھہۂۓ]")
_NOT_ARABIC = re.compile("[پچژگکیٹڈڑںےھہۂۓ]")
_ARABIC_ONLY = re.compile("[ةىإؤ]")
_ROMANISED = ("ar-Latn", "ur-Latn", "ml-Latn")
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


class _Latin(NamedTuple):
    lists: dict[str, tuple[str, ...]]
    endings: dict[str, tuple[str, ...]]
    not_arabizi: frozenset[str]


_scripts = _Scripts()


def detect(text: str, hint: str | None = None, detector: str = detectors.DEFAULT) -> Language:
    """The language of `text`; `hint` (what the platform thinks) counts only where the text itself leaves it open.

    `detector` (a name of detectors.DETECTORS) is asked among the languages of one script; what script, digits and small words tell
    is ours, because no detector knows romanised Arabic, Urdu or Malayalam.
    """
    plain = _ADDRESS.sub(" ", text) if any(sign in text for sign in _ADDRESS_SIGNS) else text
    plain = _SURROGATE.sub(" ", plain)
    letters = _letters(plain)
    total = letters.total()
    if total < 2:
        return _UNKNOWN
    script, most = letters.most_common(1)[0]
    ask = detectors.DETECTORS[detector]
    code, confidence = _of_script(script, plain, hint, ask)
    shares = ((code, 1.0),) if most == total else _shares(letters, plain, hint, ask)
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


def _letters(plain: str) -> Counter[str]:
    """How many letters of each script, in the order in which the scripts appear."""
    scripts = plain.translate(_scripts)
    return Counter({script: scripts.count(script) for script in sorted(set(scripts), key=scripts.index)})


def _of_script(script: str, plain: str, hint: str | None, ask: Detector) -> tuple[str, float]:
    if script == "a":
        return _arabic_script(plain, hint, ask)
    if script == "l":
        return _latin_script(plain, hint, ask)
    return (_OWN_SCRIPT[script], 1.0) if script in _OWN_SCRIPT else ("und", 0.0)


def _shares(letters: Counter[str], plain: str, hint: str | None, ask: Detector) -> tuple[tuple[str, float], ...]:
    total = letters.total()
    found: Counter[str] = Counter()
    for script, count in letters.items():
        found[_of_script(script, _only(script, plain), hint, ask)[0]] += count
    return tuple((code, round(count / total, 3)) for code, count in found.most_common())


def _only(script: str, plain: str) -> str:
    return "".join(letter if not letter.isalpha() or _scripts[ord(letter)] == script else " " for letter in plain)


def _arabic_script(plain: str, hint: str | None, ask: Detector) -> tuple[str, float]:
    best = ask(plain, ("ar", "fa", "ur"))
    urdu, arabic = len(_URDU.findall(plain)), len(_ARABIC_ONLY.findall(plain))
    if urdu >= 2 and urdu > arabic:
        return "ur", 1.0
    if best.language in ("ar", "fa", "ur"):
        if best.language != "ar" and not (best.reliable and len(plain) < _SHORT) and not _NOT_ARABIC.search(plain):
            # the Gulf writes here: what shows no letter that Arabic lacks is dialect before it is Persian
            return "ar", _DOUBT
        if best.reliable or not arabic:
            return best.language, 1.0 if best.reliable else 0.7
        return "ar", 0.8
    return (hint if hint in ("ar", "fa", "ur") else "ar"), 0.5


@cache
def _latin() -> _Latin:
    data = tomllib.loads(_WORDS.read_text("utf-8"))
    lists: dict[str, tuple[str, ...]] = {}
    for code, words in data["words"].items():
        for word in words.split():
            lists[word] = tuple(dict.fromkeys((*lists.get(word, ()), code)))
    endings = {code: tuple(ends.split()) for code, ends in data["endings"].items()}
    return _Latin(lists, endings, frozenset(data["digits"]["not_arabizi"].split()))


def _small_words(plain: str) -> tuple[dict[str, float], int]:
    """How many of the words speak for each language (a shared word counts for each by its part), and how many there are."""
    found: defaultdict[str, float] = defaultdict(float)
    words = _LATIN_WORD.findall(fold(plain).text)
    for word in words:
        for code, weight in _speaks_for(word) if len(word) <= _WORTH else ():
            found[code] += weight
    return found, len(words)


@lru_cache(16_384)
def _speaks_for(word: str) -> tuple[tuple[str, float], ...]:
    """The languages that a folded Latin word speaks for, and how loud."""
    latin = _latin()
    if codes := latin.lists.get(word):
        return tuple((code, 1 / len(codes)) for code in codes)
    if _ARABIZI.fullmatch(word) and word not in latin.not_arabizi:
        return (("ar-Latn", 0.9),)
    return tuple((code, 0.7) for code, ends in latin.endings.items() if len(word) > 6 and word.endswith(ends))


def _latin_script(plain: str, hint: str | None, ask: Detector) -> tuple[str, float]:
    found, count = _small_words(plain)
    best = max(found, key=lambda code: (found[code], code), default="")
    share = found[best] / count if best else 0.0
    free = ask(plain, ())
    foreign = free.reliable and free.language not in ("en", "tl", "und")
    if best in _ROMANISED and (share >= 0.4 if foreign else share >= 0.2 or found[best] >= 3):
        rest = max((found[code] for code in found if code != best), default=0.0)
        if found[best] > rest:
            return best, min(1.0, 0.5 + share)
    if best in ("en", "tl") and share >= 0.2:
        return best, min(1.0, 0.6 + share)
    if free.language in ("en", "tl") and free.reliable:
        return free.language, 0.95
    if foreign:
        return "und", 0.0
    if hint in ("en", "tl", *_ROMANISED):
        return hint, 0.5
    if best:
        return best, 0.5
    near = ask(plain, ("en", "tl"))
    return (near.language, 0.4) if near.language in ("en", "tl") else ("und", 0.0)
