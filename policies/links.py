"""Links in a text and which of them look like bait."""

import re
from collections.abc import Iterator

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+|\b(?:bit\.ly|wa\.me|t\.me|tinyurl\.com|chat\.whatsapp\.com)/[^\s<>\"']+")
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([^/\s:?#]+)")
# hide where they lead, or lead into a private chat
_BLIND = frozenset(
    ("bit.ly", "tinyurl.com", "cutt.ly", "is.gd", "rb.gy", "shorturl.at", "ow.ly", "goo.gl", "t.ly", "s.id", "wa.me",
     "api.whatsapp.com", "chat.whatsapp.com", "t.me", "telegram.me", "linktr.ee", "discord.gg", "m.me")
)  # fmt: skip
_BLIND_SCORE, _HEAP_SCORE = 0.7, 0.8
_HEAP = 3


def suspicious(text: str) -> Iterator[tuple[int, int, float]]:
    """(start, end, score) of links in folded `text` whose goal is hidden, and of all links where there are three or more.

    A link that a platform shortens itself (t.co) and any .gov.ae address are never suspicious alone.
    """
    links = list(_LINK.finditer(text)) if "/" in text or "www." in text else []
    foreign = [link for link in links if not _host(link[0]).endswith((".gov.ae", "u.ae"))]
    for link in foreign:
        if len(foreign) >= _HEAP:
            yield *link.span(), _HEAP_SCORE
        elif _host(link[0]) in _BLIND:
            yield *link.span(), _BLIND_SCORE


def _host(link: str) -> str:
    found = _HOST.match(link)
    return found[1] if found else ""
