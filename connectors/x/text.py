"""X's own count of a text (twitter-text, configuration version 3): a link 23, an emoji 2, Latin and Arabic 1, others 2.

The rules stand in counting.json and the top level domains in tops.txt, which the desk's JavaScript is given too; tests/connectors/
x_counts.json holds both to them. A name of another script is held to 63 characters as it is written, not as the DNS encodes it.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def _any_of(words: Iterable[str]) -> str:
    """An expression for any of the sorted words, the longer before one it begins with; letters they share stand once: it is short
    to send and quick to try."""
    branches = [(head, [word[1:] for word in same]) for head, same in groupby(words, itemgetter(slice(1)))]
    ends = bool(branches) and branches[0][0] == ""
    text = "|".join(head + _any_of(rests) for head, rests in branches if head)
    return f"(?:{text}){'?' * ends}" if text and (ends or "|" in text) else text


def _rules() -> dict[str, Any]:
    """counting.json, where <tops> stands for any name of tops.txt."""
    told = (line for line in (HERE / "tops.txt").read_text("utf-8").splitlines() if not line.startswith("#"))
    rules: dict[str, Any] = json.loads((HERE / "counting.json").read_text("utf-8"))
    return rules | {"parts": [["tops", _any_of(sorted(" ".join(told).split()))], *rules["parts"]]}


RULES = _rules()
LIMIT: int = RULES["limit"]


def _expression(text: str) -> re.Pattern[str]:
    for name, part in reversed(RULES["parts"]):
        text = text.replace(f"<{name}>", part)
    return re.compile(text, re.IGNORECASE)


ADDRESS, BARE, SHORT, EMOJI = (_expression(RULES[name]) for name in ("address", "bare", "short", "pictures"))


def count(text: str) -> int:
    """Weighted length; at most LIMIT may be posted."""
    text = unicodedata.normalize("NFC", text)
    total = at = 0
    for start, end in links(text):
        total, at = total + _plain(text[at:start]) + int(RULES["link"]), end
    return total + _plain(text[at:])


def has_link(text: str) -> bool:
    """Whether X would see a link in it (such a post costs more)."""
    return bool(links(unicodedata.normalize("NFC", text)))


def links(text: str) -> list[tuple[int, int]]:
    """Where X sees links in a text in NFC: begin and end of each. Without http:// only what is written in Latin before its top."""
    spans: list[tuple[int, int]] = []
    for found in ADDRESS.finditer(text):
        before, url, scheme, domain, path = found.groups()
        start, end = found.span(2)
        if len(scheme or "https://") + len(url) > RULES["longest_link"]:
            continue
        if scheme:
            short = SHORT.match(url)
            if short is None or len(short[1]) <= RULES["longest_short"]:
                spans.append((start, start + short.end() if short else end))
        elif before not in ("-", "_", ".", "/"):
            bare = [(start + one.start(), start + one.end()) for one in BARE.finditer(domain)]
            spans += [*bare[:-1], (bare[-1][0], end)] if bare and path else bare
    return spans


def _plain(text: str) -> int:
    """Of words without a link."""
    rest, emoji = EMOJI.subn("", text)
    return emoji * int(RULES["picture"]) + sum(_weight(ord(c)) for c in rest)


def _weight(point: int) -> int:
    """Of a single character: 1 in the ranges of RULES["light"], 2 everywhere else."""
    return 1 if any(low <= point <= high for low, high in RULES["light"]) else 2
