"""X's own count of a text (twitter-text, configuration version 3): a link 23, an emoji 2, Latin and Arabic 1, others 2."""

import re
import unicodedata

LIMIT = 280
LINK_WEIGHT = 23
#: Code points of weight 1; every other weighs 2 (twitter-text config v3, `ranges`).
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
#: Top level domains that make a bare `example.tld` a link too. X knows all of them; these are the ones our writers use.
BARE = "com|net|org|gov|edu|mil|int|info|biz|io|co|me|app|dev|ae|sa|qa|om|kw|bh|eg|jo|uk|us|in|pk|ph|eu|de|fr|tv|ly|ai"
BEFORE = r"(?<![A-Za-z0-9@＠$#＃_\u0600-\u06ff\u202a-\u202e./-])"
LABEL = r"[a-z0-9\u00c0-\u024f](?:[a-z0-9_\u00c0-\u024f-]*[a-z0-9\u00c0-\u024f])?"
LETTER = r"a-z0-9\u00c0-\u024f\u0400-\u04ff\u0600-\u06ff"
PATH = rf"(?:/(?:[{LETTER}!*';:=+,.$%\[\]~#@&|/()_-]*[{LETTER}=_#/+-])?)?"
QUERY = r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]_.,~|-]*[a-z0-9_&=#/-])?"
LINK = re.compile(
    rf"{BEFORE}(?:https?://(?:{LABEL}\.)+[a-z\u0600-\u06ff]{{2,24}}|(?:{LABEL}\.)+(?:{BARE})(?![a-z0-9@.-]*@)(?![a-z0-9_-]))"
    rf"(?::\d+)?{PATH}{QUERY}",
    re.IGNORECASE,
)
SIGNS = (
    r"\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\u3030\u303d\u3297\u3299\u00a9\u00ae\u203c\u2049\u2122\u2139"
    r"\u2194-\u21aa\u24c2\u25aa-\u25fe\u2934\u2935\U0001f000-\U0001faff"
)
PICTURE = rf"[{SIGNS}]\ufe0f?"
EMOJI = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3"
    rf"|\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f"
    rf"|{PICTURE}[\U0001f3fb-\U0001f3ff]?(?:\u200d{PICTURE}[\U0001f3fb-\U0001f3ff]?)*"
)


def count(text: str) -> int:
    """Weighted length; at most LIMIT may be posted."""
    text = unicodedata.normalize("NFC", text)
    links = len(LINK.findall(text))
    rest, emoji = EMOJI.subn("", LINK.sub("", text))
    return links * LINK_WEIGHT + emoji * 2 + sum(_weight(ord(c)) for c in rest)


def has_link(text: str) -> bool:
    """Whether X would see a link in it (such a post costs more)."""
    return LINK.search(text) is not None


def _weight(point: int) -> int:
    return 1 if any(low <= point <= high for low, high in LIGHT) else 2
