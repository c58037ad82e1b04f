"""Is what stands on the platform what we sent? (PLATFORMS 6.5)"""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from connectors.contract import Evidence, Finding, Sent

#: Platform clocks and ours may differ by this much.
CLOCKS_DIFFER = timedelta(seconds=120)
SHORT_LINK = re.compile(r"https?://t\.co/\w+")
FORMAT = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

#: `detail` of RESUMABLE where it may be there already: the platform takes it once, and asked again would say so
ASKED_ONCE = "asked_once"


def normal(text: str, links: Mapping[str, str] | None = None) -> str:
    """`text` as it is compared: NFC, entities decoded, short links replaced by their targets (those that are left stand for
    media and are dropped), direction marks removed, white space collapsed."""
    text = html.unescape(text)
    for short, target in (links or {}).items():
        text = text.replace(short, target)
    text = FORMAT.sub("", unicodedata.normalize("NFC", SHORT_LINK.sub(" ", text)))
    return " ".join(text.split())


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
