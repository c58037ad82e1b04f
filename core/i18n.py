"""Words in Arabic and English, side by side.

Each room keeps a `words.toml`; a key is a dotted path to a table with `ar` and `en` (or plural forms per CLDR category:
`ar = {zero=…, one=…, two=…, few=…, many=…, other=…}`, chosen by the value named `n`). A missing key raises KeyError:
tests/house checks that every key used exists, and that every key has both languages.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

Lang = Literal["ar", "en"]
LANGS: tuple[Lang, ...] = ("ar", "en")
ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "connectors", "policies", "outbox", "inbox", "scheduler", "portal", "desk", "console")

Forms = str | dict[str, str]


def _walk(table: dict[str, Any], path: str, into: dict[str, dict[str, Forms]]) -> None:
    if table.keys() <= set(LANGS):  # a table of languages (`language.ar`, `language.ur`) goes on below
        into[path] = table
        return
    for key, below in table.items():
        _walk(below, f"{path}.{key}" if path else key, into)


@cache
def catalogue() -> dict[str, dict[str, Forms]]:
    """Every key of every room: {key: {"ar": text or forms, "en": text or forms}}. A key in two rooms raises ValueError."""
    words: dict[str, dict[str, Forms]] = {}
    for room in ROOMS:
        source = ROOT / room / "words.toml"
        if source.exists():
            fresh: dict[str, dict[str, Forms]] = {}
            _walk(tomllib.loads(source.read_text("utf-8")), "", fresh)
            if twice := words.keys() & fresh.keys():
                raise ValueError(f"words defined in two rooms: {sorted(twice)}")
            words |= fresh
    return words


def _arabic_form(n: int) -> str:
    # CLDR plural rules for Arabic
    if n in (0, 1, 2):
        return ("zero", "one", "two")[n]
    if 3 <= n % 100 <= 10:
        return "few"
    return "many" if 11 <= n % 100 <= 99 else "other"


def t(key: str, lang: Lang, **values: Any) -> str:
    """The text of `key` in `lang` with `{name}` places filled from `values`; plural by `values["n"]`."""
    text = catalogue()[key][lang]
    if isinstance(text, dict):
        n = int(values["n"])
        form = _arabic_form(n) if lang == "ar" else ("one" if n == 1 else "other")
        text = text.get(form, text["other"])
    return text.format_map(values) if values else text


def lang_of(value: str | None, default: Lang = "ar") -> Lang:
    """A language we speak from whatever a cookie, header or row says."""
    return value if value in LANGS else default
