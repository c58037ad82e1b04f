"""Whether somebody asks that what he says stays among few: his name kept back, his employer not told."""

import re
import tomllib
from functools import cache
from pathlib import Path

from core.letters import LETTERS
from core.text import fold


def asks_for_secrecy(text: str) -> bool:
    """True when the words ask for it, in any language of inbox/confiding.toml."""
    folded, (hints, pattern) = fold(text).text, _pack()
    return any(hint in folded for hint in hints) and bool(pattern.search(folded))


@cache
def _pack() -> tuple[tuple[str, ...], re.Pattern[str]]:
    read = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    every = "|".join(f"(?:{one})" for some in read["patterns"].values() for one in some)
    return tuple(fold(hint).text for hint in read["hints"]), re.compile(every.translate(LETTERS))
