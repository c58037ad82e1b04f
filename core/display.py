"""Text as it may be stored and shown: what PostgreSQL refuses and what turns a screen around is taken out first."""

import re

# explicit directional formatting: embeddings, overrides, isolates and marks (UAX #9)
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def strip_nul(text: str) -> str:
    """`text` without U+0000 and with lone surrogates as U+FFFD, which is all that PostgreSQL (and UTF-8) can't hold."""
    return _UNSTORABLE.sub(lambda bad: "" if bad[0] == "\x00" else "\ufffd", text)


def clean_name(text: str) -> str:
    """A person's or page's name on one line: bidi controls and control characters gone, white space single, ends trimmed.

    A name that holds an override (U+202E) would otherwise reverse the words around it on every screen and export.
    """
    return " ".join(_CONTROLS.sub(" ", _BIDI.sub("", strip_nul(text))).split())
