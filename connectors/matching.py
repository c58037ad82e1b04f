"""Is what stands on the platform what we sent? (PLATFORMS 6.5)"""

import html
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from connectors.contract import Evidence, Finding, Sent

#: Platform clocks and ours may differ by this much.
CLOCKS_DIFFER = timedelta(seconds=120)
SHORT_LINK = re.compile(r"https?://t\.co/\w+")
SCHEME = re.compile("https?://", re.IGNORECASE)
FORMAT = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

#: `detail` of RESUMABLE where it may be there already: the platform takes it once, and asked again would say so
ASKED_ONCE = "asked_once"


def normal(text: str) -> str:
    """`text` as it is compared: NFC, entities decoded, short links (they stand for media) and direction marks removed, white space
    collapsed."""
    text = SHORT_LINK.sub(" ", html.unescape(text))
    return " ".join(FORMAT.sub("", unicodedata.normalize("NFC", text)).split())


def unwrapped(text: str) -> str:
    """As `normal`, and addresses without http:// or https://: whoever wraps them tells one also where nobody wrote it."""
    return SCHEME.sub("", normal(text))


def not_before(sent_at: datetime) -> datetime:
    """The earliest time at which a copy of something sent at `sent_at` can carry."""
    return sent_at - CLOCKS_DIFFER


def verdict(found: Iterable[Sent], taken: frozenset[str]) -> Evidence:
    """FOUND, NOT_FOUND or SEVERAL from the matches of a healthy reading; those already bound to other deliveries don't count."""
    free = {sent.native_id: sent for sent in found if sent.native_id not in taken}
    if len(free) == 1:
        return Evidence(Finding.FOUND, next(iter(free.values())))
    if free:
        return Evidence(Finding.SEVERAL, detail=",".join(sorted(free)))
    return Evidence(Finding.NOT_FOUND)
