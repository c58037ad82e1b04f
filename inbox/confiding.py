"""Whether somebody asks that what he says stays among few: his name kept back, his employer not told."""

import re
import tomllib
from functools import cache
from pathlib import Path

from core.letters import LETTERS
from core.text import fold


def asks_for_secrecy(text: str) -> bool:
    """True when the words ask for it, in any language of inbox/confiding.toml."""
    return bool(_pattern().search(fold(text).text))


@cache
def _pattern() -> re.Pattern[str]:
    read = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return re.compile("|".join(f"(?:{one})" for some in read.values() for one in some).translate(LETTERS))
