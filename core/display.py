"""Text as it may be stored and shown: what PostgreSQL refuses and what turns a screen around is taken out first."""

import re
from functools import lru_cache

# explicit directional formatting: embeddings, overrides, isolates and marks (UAX #9)
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
#: what says nothing about the direction of a text: names, links, tags
_NEUTRAL = re.compile(r"https?://\S+|[@#][\w.]+")
_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LEFT = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u052f\u0900-\u0dff]")


def strip_nul(text: str) -> str:
    """`text` without U+0000 and with lone surrogates as U+FFFD, which is all that PostgreSQL (and UTF-8) can't hold."""
    return _UNSTORABLE.sub(lambda bad: "" if bad[0] == "\x00" else "\ufffd", text)


def for_xml(text: str) -> str:
    """`text` without what no document of XML 1.0 can hold: control characters but a tab and a new line, U+FFFE, U+FFFF."""
    return _NO_XML.sub("", text)


def clean_name(text: str) -> str:
    """A person's or page's name on one line: bidi controls and control characters gone, white space single, ends trimmed.

    A name that holds an override (U+202E) would otherwise reverse the words around it on every screen and export.
    """
    return " ".join(_CONTROLS.sub(" ", _BIDI.sub("", strip_nul(text))).split())


@lru_cache(1024)
def direction(text: str) -> str:
    """`rtl` or `ltr` by the letters of what was said itself: a leading @name or link must not turn Arabic around."""
    said = _NEUTRAL.sub("", text)
    right, left = len(_RIGHT.findall(said)), len(_LEFT.findall(said))
    return "auto" if right == left == 0 else "rtl" if right >= left else "ltr"
