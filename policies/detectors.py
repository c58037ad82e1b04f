"""The language detectors one may choose from (MAJLIS_LANGUAGE_DETECTOR), behind one question; policies/language.py asks it."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import eldc


class Guess(NamedTuple):
    """What a detector takes a text for (ISO 639-1, or `und`), whether it would rely on that itself, and how near it finds the
    languages that it weighed (0…1, by language)."""

    language: str
    reliable: bool
    near: Mapping[str, float] = {}


#: (text without lone surrogates, the languages to choose among; none: all it knows) -> its guess. Always the same one.
Detector = Callable[[str, tuple[str, ...]], Guess]

_UNKNOWN = Guess("und", False)
#: Where langdetect's first answer may be relied on; below it posts change sides with a word more or less.
_SURE = 0.9
#: Among all it knows, langdetect is sure of any short text, and wrong.
_ENOUGH = 60


@cache
def _eldc(codes: tuple[str, ...]) -> Callable[[str], eldc.Result]:
    eldc.init()
    detector = eldc.instance()
    if codes:
        detector.set_languages(",".join(codes))
    details: Callable[[str], eldc.Result] = detector.detect_details
    return details


def ask_eldc(text: str, among: tuple[str, ...]) -> Guess:
    """eldc: the model is inside its wheel; the best one measured, and the fastest."""
    found = _eldc(among)(text)
    return Guess(found.language, found.reliable, found.scores)


def ask_langdetect(text: str, among: tuple[str, ...]) -> Guess:
    """langdetect, seeded before every question so that it answers alike every time (unseeded, one post in eight changes)."""
    from langdetect import DetectorFactory, LangDetectException, detect_langs

    DetectorFactory.seed = 0
    try:
        found = detect_langs(text)
    except LangDetectException:
        return _UNKNOWN
    for one in found:
        if not among or one.lang in among:
            near = {each.lang: each.prob for each in found}
            return Guess(one.lang, one.prob >= _SURE and (bool(among) or len(text) >= _ENOUGH), near)
    return _UNKNOWN


DETECTORS: dict[str, Detector] = {"eldc": ask_eldc, "langdetect": ask_langdetect}
DEFAULT = "eldc"


@cache
def release(detector: str) -> str:
    """Name and version, as a verdict carries it."""
    from importlib.metadata import version  # 15 ms that `policy check` does not need

    return f"{detector} {version(detector)}"
