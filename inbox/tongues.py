"""Receipts and the state of a case in seven languages: `say(key, lang, …)`.

Arabic and English stand in the rooms' words.toml. The other five are `tongues/<code>.toml`: the same keys as far as a receipt, a
letter or the status page needs them, and a table `review` that says whether a native reader has checked the file yet.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from babel import Locale

from core.i18n import LANGS, Forms, t

Tongue = Literal["ar", "en", "ur", "hi", "bn", "ml", "tl"]

#: every language we write to the public in, by the name it has for itself
NAMES: Mapping[Tongue, str] = {
    "ar": "العربية",
    "en": "English",
    "ur": "اردو",
    "hi": "हिन्दी",
    "bn": "বাংলা",
    "ml": "മലയാളം",
    "tl": "Tagalog",
}
TONGUES: tuple[Tongue, ...] = tuple(NAMES)
#: those beside Arabic and English
MORE: tuple[Tongue, ...] = TONGUES[len(LANGS) :]
FILES = Path(__file__).with_suffix("")
PLURALS = {"zero", "one", "two", "few", "many", "other"}

#: what a text may be written in (DESIGN §3) -> what we answer in. Roman Urdu and Roman Hindi can't be told apart: English.
_ANSWERED: Mapping[str, Tongue] = {"ar-Latn": "ar", "ml-Latn": "ml", "und": "ar"}


@dataclass(frozen=True, slots=True)
class Review:
    """Whether a native reader has checked a language's words: `by` whom and `on` which day, "" as long as nobody has."""

    state: str
    by: str
    on: str


def say(key: str, lang: str, **values: Any) -> str:
    """The text of `key` in one of TONGUES, `{name}` places filled from `values`; where that language lacks it, in English.

    KeyError for a key that nobody has.
    """
    tongue = tongue_of(lang)
    if tongue in LANGS:
        return t(key, tongue, **values)
    text = _words(tongue).get(key)
    if text is None:
        return t(key, "en", **values)
    if isinstance(text, dict):
        text = text.get(_rules(tongue).plural_form(int(values["n"])), text["other"])
    return text.format_map(values) if values else text


def tongue_of(value: str | None, default: Tongue = "en") -> Tongue:
    """A language of TONGUES from whatever a cookie, an address or a row says."""
    return cast(Tongue, value) if value in NAMES else default


def answered_in(language: str) -> Tongue:
    """The language we write in to somebody who wrote in `language` (the detector's code): his own if we speak it, else English."""
    return _ANSWERED.get(language) or tongue_of(language)


def direction_of(lang: str) -> Literal["rtl", "ltr"]:
    """Which way a language of TONGUES runs."""
    return "rtl" if lang in ("ar", "ur") else "ltr"


def known(lang: Tongue) -> Mapping[str, Forms]:
    """Every key that a language of MORE has, with its text or plural forms."""
    return _words(lang)


@cache
def review(lang: Tongue) -> Review:
    """What a language's file says of its review."""
    told = _read(lang)["review"]
    return Review(told["state"], told["by"], told["on"])


@cache
def _words(lang: Tongue) -> dict[str, Forms]:
    return dict(_leaves(_read(lang)["words"], ""))


@cache
def _rules(lang: Tongue) -> Locale:
    return Locale.parse(lang)


def _read(lang: Tongue) -> dict[str, Any]:
    return tomllib.loads((FILES / f"{lang}.toml").read_text("utf-8"))


def _leaves(table: dict[str, Any], path: str) -> Iterator[tuple[str, Forms]]:
    for key, below in table.items():
        name = f"{path}.{key}" if path else key
        if isinstance(below, str) or below.keys() <= PLURALS:
            yield name, below
        else:
            yield from _leaves(below, name)
