"""An edition's hand-written patterns: RE2, which takes time in proportion to the text, whatever the pattern."""

from functools import lru_cache

import re2

#: the default of 8 MB is too little for long alternations in Arabic; it is a ceiling, not a size
OPTIONS = re2.Options()
OPTIONS.max_mem = 64 << 20
OPTIONS.longest_match = True
OPTIONS.log_errors = False  # whoever wrote it is told


@lru_cache(4_096)
def check(pattern: str) -> None:
    """re2.error where the pattern can't be read. Remembered, but not the pattern made ready: it takes 20 kB, and who looks for many
    of them makes a gate (policies/rules.py)."""
    re2.compile(pattern, OPTIONS)
