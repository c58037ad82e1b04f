"""An edition's hand-written patterns: RE2, which takes time in proportion to the text, whatever the pattern."""

from functools import lru_cache

import re2

#: the default of 8 MB is too little for long alternations in Arabic; it is a ceiling, not a size
OPTIONS = re2.Options()
OPTIONS.max_mem = 64 << 20
OPTIONS.longest_match = True


@lru_cache(4_096)
def compiled(pattern: str) -> re2._Regexp:
    """The pattern, ready; re2.error where it can't be read. Made once: an edition's schema asks for it, then its rules."""
    return re2.compile(pattern, OPTIONS)
