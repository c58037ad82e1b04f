"""X's own count of a text (twitter-text, configuration version 3): a link 23, an emoji 2, Latin and Arabic 1, others 2.

The rules stand in counting.json, which the desk's JavaScript reads too; tests/connectors/x_counts.json holds both to them.
"""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

RULES: dict[str, Any] = json.loads(Path(__file__).with_name("counting.json").read_text("utf-8"))
LIMIT: int = RULES["limit"]


def _expression(text: str) -> re.Pattern[str]:
    for name, part in reversed(RULES["parts"]):
        text = text.replace(f"<{name}>", part)
    return re.compile(text, re.IGNORECASE)


#: X knows all top level domains; those that make a bare `example.tld` a link here are the ones our writers use
LINK, EMOJI = _expression(RULES["links"]), _expression(RULES["pictures"])


def count(text: str) -> int:
    """Weighted length; at most LIMIT may be posted."""
    text = unicodedata.normalize("NFC", text)
    rest, links = LINK.subn("", text)
    rest, emoji = EMOJI.subn("", rest)
    return links * int(RULES["link"]) + emoji * int(RULES["picture"]) + sum(_weight(ord(c)) for c in rest)


def has_link(text: str) -> bool:
    """Whether X would see a link in it (such a post costs more)."""
    return LINK.search(text) is not None


def _weight(point: int) -> int:
    """Of a single character: 1 in the ranges of RULES["light"], 2 everywhere else."""
    return 1 if any(low <= point <= high for low, high in RULES["light"]) else 2
